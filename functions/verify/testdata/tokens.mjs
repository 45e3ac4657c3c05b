// Judges tokens with the page's own module: on standard input a JSON list of
// {text, keys, question, today}, on standard output the answers in the same
// order. The module's address is the first argument.

const { examine, given, kindOf, split } = await import(process.argv[2]);

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = [];
for (const { text, keys, question, today } of JSON.parse(input)) {
  answers.push({ ...(await examine(text, keys, question, today)), kind: kindOf(text), split: split(text), given: given(text) });
}
process.stdout.write(JSON.stringify(answers));
