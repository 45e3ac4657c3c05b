// The worker that judges files: it runs cmd/desk, whose runtime stands before this in the same file. A
// message {n, name, given} calls a function of it, and is answered with {n, answer} or {n, error}. The
// first message is {ready: true, program}, or {error} if it cannot run here.

{
  const program = "{{program}}"; // "" in a build without it
  const largest = 64 * 1024 * 1024 + 1; // bytes that are read of a file: one more than is examined

  // bytesOf reads a file at once, as workers can.
  const bytesOf = (file) => new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(0, largest)));

  // A reader of an archive, for the program: it reads only what it needs.
  const readerOf = (file) => (from, to) => new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(from, to)));

  const forms = {
    examine: (id, file) => [id, bytesOf(file)],
    open: (id, file, language) => [id, readerOf(file), file.size, language],
  };

  async function start() {
    if (!program || !globalThis.WebAssembly) throw new Error("no WebAssembly");
    const answer = await fetch("/v/" + program);
    if (!answer.ok) throw new Error(`${program}: status ${answer.status}`);
    const go = new globalThis.Go();
    const { instance } = await instantiate(await answer.arrayBuffer(), go.importObject);
    go.run(instance); // until the worker ends
  }

  // instantiate compiles the program. A browser that does not know 'wasm-unsafe-eval' refuses to.
  async function instantiate(bytes, objects) {
    try {
      return await WebAssembly.instantiate(bytes, objects);
    } catch (cause) {
      throw new Error(`no WebAssembly: ${cause}`);
    }
  }

  onmessage = ({ data: { n, name, given } }) => {
    try {
      const said = globalThis.desk[name](...(forms[name] ? forms[name](...given) : given));
      const answer = typeof said === "string" ? JSON.parse(said) : said; // bytes are no text
      postMessage(answer.error ? { n, error: answer.error } : { n, answer });
    } catch (cause) {
      postMessage({ n, error: String(cause) });
    }
  };

  start().then(() => postMessage({ ready: true, program }), (cause) => postMessage({ error: String(cause) }));
}
