// Judges tokens with the page's own modules: on standard input a JSON list of
// {text, keys, question, today}, on standard output the answers in the same
// order. The address of the page's files is the first argument.

globalThis.navigator ??= { language: "zh-CN" };
const { examine, given } = await import(process.argv[2] + "token.js");
const { textOf } = await import(process.argv[2] + "view.js");

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = [];
for (const { text, keys, question, today } of JSON.parse(input)) {
  const found = await examine(text, keys, question, today);
  const texts = found.checks.map((check) => textOf(check, found.claims));
  answers.push({ ...found, texts, given: given(text) });
}
process.stdout.write(JSON.stringify(answers));
