// Judges files as the verify page does: with its program, cmd/desk, on this machine, and with the service's answers about
// the copies alone. Prints a line of JSON for each file.
//
//   node page.mjs PROGRAM RUNTIME KEYS SERVICE QUESTION DIRECTORY FILE...
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [program, runtime, keys, service, question, directory, ...files] = process.argv.slice(2);
const batch = 100;

await import(pathToFileURL(runtime));
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(gunzipSync(readFileSync(program)), go.importObject);
go.run(instance);

function call(name, ...given) {
  const answer = JSON.parse(globalThis.desk[name](...given));
  if (answer.error) throw new Error(`${name}: ${answer.error}`);
  return answer;
}

call("trust", readFileSync(keys, "utf8"));
const identities = files.map((file, id) => call("examine", id, readFileSync(join(directory, file))).identities ?? []);
const items = identities.flat();
const entries = [];
for (let from = 0; from < items.length; from += batch) {
  const response = await fetch(service + "/v1/verifications/batch", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...JSON.parse(question), items: items.slice(from, from + batch) }),
  });
  if (!response.ok) throw new Error(`the service answers ${response.status} ${await response.text()}`);
  entries.push(...(await response.json()).items);
}
const lines = files.map((file, id) => {
  const own = entries.splice(0, identities[id].length);
  return JSON.stringify({ file, ...call("judge", id, question, "zh-CN", JSON.stringify(own)) }) + "\n";
});
process.stdout.write(lines.join(""), () => process.exit(0)); // the program waits for calls
