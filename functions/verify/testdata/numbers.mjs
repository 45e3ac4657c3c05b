// Says for each number of a JSON list on standard input what it is called in Chinese, null for what is no
// number. The address of the page's files is the first argument.

const { grammarOf } = await import(process.argv[2] + "numbers.js");

let input = "";
for await (const chunk of process.stdin) input += chunk;
process.stdout.write(JSON.stringify(JSON.parse(input).map((number) => grammarOf(number)?.label.zh ?? null)));
