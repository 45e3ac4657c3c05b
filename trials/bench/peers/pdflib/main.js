// Makes the certificate with pdf-lib and signs it with signpdf: main.js INPUTS.
//
// Obeys "make N" and "save I FILE" from the standard input, a line of JSON for each.

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { Drawing } from './drawing.js';
import { allSheets } from './sheet.js';
import { Signing } from './signing.js';

const inputs = process.argv[2];
const sheets = allSheets(inputs);
const drawing = new Drawing(readFileSync(join(inputs, 'font.ttf')), readFileSync(join(inputs, 'stamp.png')));
const signing = await Signing.open(inputs);
const make = async (i) => signing.sign(await drawing.draw(sheets[i]));
let next = 0; // certificate

async function measure(n) {
  let best = Infinity;
  let bytes = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < n; i++) {
    const start = process.hrtime.bigint();
    bytes += (await make(next)).length;
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
    next = (next + 1) % sheets.length;
  }
  const used = process.cpuUsage(before);
  return { documents: n, cpu: (used.user + used.system) / 1e6, best_wall: best, bytes };
}

async function obey([verb, number, file]) {
  switch (verb) {
    case 'make':
      return measure(Number(number));
    case 'save':
      writeFileSync(file, await make(Number(number)));
      return {};
    default:
      throw new Error(`what is ${verb}?`);
  }
}

const say = (answer) => console.log(JSON.stringify(answer));
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));
const version = (name) => dependencies[name];
say({ version: `pdf-lib ${version('pdf-lib')}, signpdf ${version('@signpdf/signpdf')}, pkijs ${version('pkijs')}, Node ${process.versions.node}` });
for await (const line of createInterface({ input: process.stdin })) {
  say(await obey(line.split(' ')));
}
