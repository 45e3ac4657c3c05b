// The worker that judges tables: it runs cmd/clerk, whose runtime stands before this in the same file. A
// message {n, name, given} calls a function of it, and is answered with {n, answer} or {n, error}. The
// first message is {ready: true}, or {error} if it cannot run here.

{
  const program = "{{program}}"; // "" in a build without it

  // The bytes of a file from one offset to another, read at once, as workers can.
  const readerOf = (file) => (from, to) => new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(from, to)));

  const forms = {
    open: (file, kind) => [readerOf(file), file.size, kind],
    pictures: (member, list) => [
      member, JSON.stringify(list.map(({ path }) => path)), (i) => readerOf(list[i].file)(0, list[i].file.size), (i) => list[i].file.size,
    ],
  };

  async function start() {
    if (!program || !globalThis.WebAssembly) throw new Error("no WebAssembly");
    const answer = await fetch("/v/" + program);
    if (!answer.ok) throw new Error(`${program}: status ${answer.status}`);
    const go = new globalThis.Go();
    const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer(), go.importObject);
    go.run(instance); // until the worker ends
  }

  onmessage = ({ data: { n, name, given } }) => {
    try {
      const said = globalThis.clerk[name](...(forms[name] ? forms[name](...given) : given));
      const answer = typeof said === "string" ? JSON.parse(said) : said; // bytes are no text
      postMessage(answer && answer.error ? { n, error: answer.error } : { n, answer });
    } catch (cause) {
      postMessage({ n, error: String(cause) });
    }
  };

  start().then(() => postMessage({ ready: true }), (cause) => postMessage({ error: String(cause) }));
}
