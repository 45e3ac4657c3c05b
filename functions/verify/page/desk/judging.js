// Judges files on this device, and completes the verdicts with what the register says of the copies in
// them. An item is {id, file}, or of an archive {id, inside: [archive, index]}; afterwards it has {answer,
// identities, sha256}, or is a receipt to verify {alone}, or what {trouble} there was.

import { complaint } from "./ask.js";
import { drawPages, stopDrawing } from "./draw.js";
import { call, start, stop } from "./judge.js";
import { addWords, language, say } from "./language.js";
import { greyOf, isForBrowser } from "./picture.js";
import { askRegister } from "./register.js";
import { trustBundle } from "./trust.js";
import { deskWords } from "./deskwords.js";

addWords(deskWords);

const groupSize = 100; // copies that are asked about in one request
const archives = new Map(); // opened files, by id
let count = 0;

/** newID returns an id for an item or an archive. */
export const newID = () => ++count;

/** prepare returns "here" if files can be judged here, or the key of the words that say why not. */
export async function prepare() {
  try {
    const bundle = await trustBundle();
    if (!bundle) return "stuck noKeys";
    if (!globalThis.Worker) return "stuck missing";
    await start(bundle);
    return "here";
  } catch (cause) {
    console.info(String(cause));
    return /no WebAssembly/.test(cause.message) ? "stuck missing" : "stuck failed";
  }
}

/** placeOf returns the key of the words that say where items were judged, and whether the register was asked. */
export function placeOf(items) {
  if (items.some((item) => item.unasked)) return "here unasked";
  return items.some((item) => item.identities?.length) ? "here asked" : "here only";
}

/** openArchive lists the files of a ZIP: {plain: true} if it is none, {refused}, or {id, entries}. */
export async function openArchive(file) {
  const id = newID();
  archives.set(id, file);
  return { id, ...(await call("open", id, file, language())) };
}

async function examine(item) {
  const found = await examineFile(item);
  return found.undrawn ? { ...found, ...await addDrawn(item, found) } : found;
}

async function examineFile(item) {
  if (item.inside) return callOfArchive(item, "examineEntry", item.id);
  const grey = isForBrowser(item.file) && (await greyOf(item.file));
  if (!grey) return call("examine", item.id, item.file);
  if (grey.refused) return { refused: grey.refused, identities: [], sha256: await digestOf(item.file) };
  return { ...await call("examinePixels", item.id, grey.width, grey.height, grey.bytes), sha256: await digestOf(item.file) };
}

// callOfArchive calls a function about an entry of an archive, and opens the archive again where the worker is a new one.
function callOfArchive(item, name, ...values) {
  const [archive, index] = item.inside;
  return retry(() => call(name, ...values, archive, index, language()), () => call("open", archive, archives.get(archive), language()));
}

// addDrawn has the pages drawn that cmd/desk could not read, and returns what there is to ask the register about. Where
// they cannot be drawn, they stay unread.
async function addDrawn(item, { identities }) {
  try {
    const file = item.file ?? await callOfArchive(item, "readEntry");
    await drawPages(file, (pages) => call("listPages", item.id, pages), async ({ page, width, height, bytes }) => {
      ({ identities } = await call("addDrawn", item.id, page, width, height, bytes));
    });
  } catch (cause) {
    console.info(String(cause));
  }
  return { identities };
}

/** digestOf returns the SHA-256 of a file in hex, "" where it cannot be made. */
export async function digestOf(file) {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await new Response(file).arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return "";
  }
}

// retry does again what failed because the worker is a new one, after what it needs.
async function retry(work, first) {
  try {
    return await work();
  } catch (cause) {
    if (!/^no such /.test(cause.message)) throw cause;
    await first();
    return work();
  }
}

const decide = (item, asked, entries) => retry(
  () => call("judge", item.id, JSON.stringify(asked), language(), JSON.stringify(entries)), () => examineAgain(item));

// examineAgain examines an item for a new worker. The register's entries belong to what was found in it before.
async function examineAgain(item) {
  const { identities } = await examine(item);
  if (JSON.stringify(identities ?? []) !== JSON.stringify(item.identities)) throw new Error("other copies were found in it than before");
}

/** judge judges an item by what it proves by itself. */
export async function judge(item, asked) {
  try {
    if (!item.examined) item.examined = await examine(item);
    const { receipt, refused, identities, sha256 } = item.examined;
    item.identities = identities ?? [];
    item.sha256 = sha256;
    if (receipt) item.alone = true;
    else if (refused) item.trouble = item.refused = refused;
    else item.answer = await decide(item, asked, []);
  } catch (cause) {
    item.examined = null;
    item.trouble = say("desk broken", { cause: cause.message });
  }
}

/** complete asks the register about the copies in items, and judges them again. It returns the receipts, if more wants them. */
export async function complete(items, asked, more, wait) {
  const list = items.flatMap((item) => item.identities.map((identity) => ({ item, identity, entry: null, problem: null })));
  const receipts = [];
  for (let i = 0; i < list.length; i += groupSize) {
    const group = list.slice(i, i + groupSize);
    const { found, receipt } = await askRegister(group.map((one) => one.identity), more, wait);
    for (const [n, one] of group.entries()) {
      one.entry = found[n].entry ?? null;
      one.problem = found[n].problem;
    }
    if (receipt) receipts.push(receipt);
  }
  for (const item of items) await settle(item, asked, list.filter((one) => one.item === item));
  return receipts;
}

async function settle(item, asked, own) {
  const missing = own.find((one) => !one.entry);
  item.unasked = Boolean(missing);
  item.note = !missing ? "" : missing.problem ? complaint(missing.problem) : say("desk offline");
  try {
    item.answer = await decide(item, asked, own.map((one) => one.entry));
  } catch (cause) {
    item.trouble = say("desk broken", { cause: cause.message });
  }
}

/** interrupt ends what the worker is doing; the next prepare starts another. */
export function interrupt() {
  stopDrawing();
  return stop();
}

/** forget lets go of what was examined. */
export function forget() {
  archives.clear();
  stop();
}
