// The desk: many files, one question, one table. Files are judged by the worker on this device, and the
// service is asked for what only the register knows. Where no worker runs, files are uploaded.

import { ask as askByUpload, complaint, largest } from "./ask.js";
import { savePrint, saveReceipts, saveTable } from "./deskresults.js";
import { gather, isArchive, maxFiles } from "./deskfiles.js";
import { counts, Table, wordOf } from "./desktable.js";
import { element } from "./element.js";
import { complete, digestOf, forget, interrupt, judge, newID, openArchive, prepare } from "./judging.js";
import { say, translate } from "./language.js";
import { bare } from "./typed.js";
import { at, reasons, show, tell } from "./view.js";

const groupSize = 100; // files that are asked about while the next ones are judged
const uploads = 4; // at once
const often = 1000; // milliseconds between two words about the progress, which may be read aloud
const questions = ["asOf", "specialty", "purpose", "recipient"];
// What is verified: {id, path}, its {file} or, of an archive, {inside: [archive, index]}, or why it is {refused};
// then its {state, answer, note}, or what {trouble} there was, whether its copies are {unasked}, and whether it is a
// receipt, which is verified {alone}.
const items = [];
let state = "here"; // where files can be judged, as prepare says
let ready = null; // promise that it is known whether files can be judged here
let running = null; // {stopped} of the run that goes on
let reading = 0; // how often files are being added
let begun = false; // whether anything was verified
let opened = null; // the item whose details are shown
let passedOver = 0; // files of an operating system, which are no items
let table;
const parts = {}; // elements of the desk that change

/** addFiles adds what was chosen or dropped. */
export async function addFiles(given) {
  build();
  reading++;
  refresh();
  announce(say("desk reading"));
  try {
    await readFiles(given);
  } finally {
    reading--;
    refresh();
  }
  parts.title.focus();
}

async function readFiles(given) {
  ready = getReady();
  const { found, passedOver: more } = await gather(given);
  passedOver += more;
  for (const { file, path } of found.slice(0, maxFiles - items.length)) {
    if (file && isArchive(file)) await unpack(file, path);
    else add({ path, file, refused: file ? "" : say("desk unreadable") });
  }
  if (items.length > maxFiles) items.length = maxFiles;
  table.show(items);
  announce(say("desk added", { count: items.length }) + sayPassed() + (found.length > maxFiles ? say("desk many", { most: maxFiles }) : ""));
}

const sayPassed = () => (passedOver ? say("desk passed", { count: passedOver }) : "");

function add(item) {
  items.push({ id: newID(), state: "waiting", trouble: item.refused, ...item });
}

// getReady finds out whether files can be judged here.
async function getReady() {
  state = await prepare();
  parts.place.hidden = state !== "here";
  sayWhere();
}

// unpack adds the files of an archive; those that it may not hold, with the reason.
async function unpack(archive, path) {
  await ready;
  if (state !== "here") return add({ path, refused: say("desk unpack") });
  try {
    const { id, plain, refused, entries, passedOver: more } = await openArchive(archive);
    if (plain) add({ path, file: archive });
    if (refused) add({ path, refused });
    for (const entry of entries ?? []) add({ path: `${path}/${entry.path}`, inside: [id, entry.index], refused: entry.refused });
    passedOver += more ?? 0;
  } catch (cause) {
    add({ path, refused: say("desk broken", { cause: cause.message }) });
  }
}

const isUploading = () => state !== "here" || parts.form.elements.place.value === "upload";

const question = () => Object.fromEntries(questions
  .map((name) => [name, bare(parts.form.elements[name].value)])
  .filter(([, text]) => text));

// run verifies items in their order. A group is asked about while the next one is judged.
async function run(wanted, wantReceipt) {
  if (running || reading) return [];
  const asked = question();
  const asker = bare(parts.form.elements.asker.value);
  const more = { ...asked, ...(asker && { asker: { name: asker } }), ...(wantReceipt && { wantReceipt }) };
  const mine = (running = { stopped: false, asked, more, all: wanted.length, done: 0, said: 0, receipts: [] });
  begun = true;
  closeDetails();
  await (ready = getReady());
  for (const item of wanted) {
    item.state = "waiting";
    item.trouble = item.refused ?? "";
    item.note = "";
    item.answer = null;
    item.alone = false;
  }
  table.show(items);
  refresh();
  if (isUploading()) await uploadAll(wanted, mine);
  else await judgeAll(wanted, mine);
  running = null;
  table.show(items);
  refresh();
  announce(mine.stopped ? say("desk stopped", mine) : say("desk finished", { counts: summary() }) + sayPassed());
  return mine.receipts;
}

// signResults verifies what was judged here again, because a receipt states the present findings.
async function signResults() {
  const known = items.filter((item) => item.identities?.length && !item.trouble);
  const receipts = await run(known, true);
  if (receipts.length) saveReceipts(known, receipts);
  else tell(say("noService"), true, true);
}

async function judgeAll(wanted, mine) {
  let asking = Promise.resolve();
  for (let i = 0; i < wanted.length && !mine.stopped; i += groupSize) {
    const group = wanted.slice(i, i + groupSize).filter((item) => !item.refused);
    for (const item of group) {
      if (mine.stopped) break;
      await judge(item, mine.asked);
      if (mine.stopped) item.trouble = "";
      else if (item.trouble || !item.identities.length) finish(item, mine);
    }
    asking = asking.then(() => ask(group, mine));
  }
  await asking;
}

// ask completes the items of a group that name copies.
async function ask(group, mine) {
  const known = group.filter((item) => item.identities?.length && item.answer && !item.trouble);
  if (!known.length || mine.stopped) return;
  mine.receipts.push(...await complete(known, mine.asked, mine.more, (seconds) => wait(seconds, mine)));
  for (const item of known) {
    if (mine.stopped) item.trouble = "";
    else finish(item, mine);
  }
}

// wait waits until the service has time again, and returns whether to go on.
async function wait(seconds, mine) {
  announce(say("desk busy", { seconds }));
  for (let i = 0; i < seconds * 10 && !mine.stopped; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  return !mine.stopped;
}

async function uploadAll(wanted, mine) {
  const queue = wanted.filter((item) => !item.refused);
  const next = async () => {
    while (queue.length && !mine.stopped) await upload(queue.shift(), mine);
  };
  await Promise.all(Array.from({ length: uploads }, next));
}

async function upload(item, mine) {
  const answer = item.inside || item.file.size > largest ? { problem: { title: say(item.inside ? "desk unpack" : "tooLarge") } } : await askByUpload({ file: item.file }, mine.asked);
  if (item.file) item.sha256 = await digestOf(item.file);
  if (!answer) item.trouble = say("desk offline");
  else if (answer.problem) item.trouble = complaint(answer.problem);
  else item.answer = answer;
  finish(item, mine);
}

function finish(item, mine) {
  item.state = "done";
  mine.done++;
  table.update(item);
  refresh();
}

const isUnfinished = (item) => !item.refused && (item.trouble || item.unasked || item.state !== "done");

// summary lists how many items stand how.
function summary() {
  return counts(items).map(([tone, number]) => `${wordOf(tone)} ${number}`).join(" · ");
}

function announce(text) {
  parts.status.textContent = text;
}

const button = (attributes, press) => element("button", { type: "button", click: press, ...attributes });

function field(name, attributes) {
  const id = "desk-" + name;
  return element("label", { for: id }, element("span", { "data-say": name }), element("input", { id, name, value: at(name).value, ...attributes }));
}

function choice(value, checked) {
  const id = "desk-" + value;
  return element("label", { class: "choice", for: id },
    element("input", { id, type: "radio", name: "place", value, checked, change: sayWhere }), element("span", { "data-say": "desk " + value }));
}

function buildForm() {
  parts.place = element("fieldset", null, element("legend", { "data-say": "desk place" }), choice("local", true), choice("upload"));
  parts.start = button({ type: "submit", class: "main" });
  parts.stop = button({ "data-say": "desk cancel" }, () => { running.stopped = true; interrupt(); });
  parts.retry = button({}, () => run(items.filter(isUnfinished)));
  parts.clear = button({ "data-say": "desk clear" }, clear);
  const submit = (event) => {
    event.preventDefault();
    run(items.slice());
  };
  parts.form = element("form", { autocomplete: "off", "aria-labelledby": "deskQuestion", submit },
    element("h3", { id: "deskQuestion", "data-say": "desk question" }),
    field("asOf", { type: "date", min: at("asOf").min, max: at("asOf").max }), field("specialty", { maxlength: "50" }),
    field("purpose", { maxlength: "200" }), field("recipient", { maxlength: "100" }), field("asker", { maxlength: "100", autocomplete: "organization" }),
    parts.place, element("div", { class: "row" }, parts.start, parts.stop, parts.retry, parts.clear));
}

function build() {
  if (table) return;
  document.head.append(element("link", { rel: "stylesheet", href: "/v/desk.css" }));
  parts.title = element("h2", { id: "deskTitle", tabindex: "-1", "data-say": "desk title" });
  buildForm();
  parts.where = element("p", { class: "notice" });
  parts.bar = element("progress", { "aria-labelledby": "deskStatus", hidden: true });
  parts.status = element("p", { id: "deskStatus", role: "status" });
  parts.filters = element("div", { class: "row filters", role: "group", "data-say-label": "desk show" });
  parts.results = element("div", { class: "row", role: "group", "data-say-label": "desk results" },
    button({ "data-say": "desk pdf", class: "main" }, () => savePrint(table.listed(), question(), parts.where.textContent, sayPassed())),
    button({ "data-say": "desk csv" }, () => saveTable(table.listed(), sayPassed())),
    parts.sign = button({ "data-say": "desk sign" }, signResults));
  const box = element("div", { class: "box" });
  table = new Table(box, openDetails);
  at("result").before(element("section", { id: "desk", class: "card", "aria-labelledby": "deskTitle" },
    parts.title, parts.form, parts.where, parts.status, parts.bar, parts.results, parts.filters, box));
  at("back").addEventListener("click", () => {
    const item = opened;
    closeDetails();
    table.focus(item);
  });
  for (const own of ["status", "more", "receipts", "result"]) at(own).hidden = true;
  addEventListener("online", () => {
    if (begun && items.some((item) => item.unasked)) run(items.filter(isUnfinished));
  });
  translateDesk();
}

/** translateDesk writes the desk in the chosen language, and asks again for the service's texts. */
export function translateDesk() {
  if (!table) return;
  translate();
  sayWhere();
  table.translate();
  refresh();
  if (begun) run(items.slice());
  else if (items.length) announce(say("desk added", { count: items.length }) + sayPassed());
}

function sayWhere() {
  parts.where.textContent = say(state === "noKeys" ? "noKeys" : state === "missing" ? "desk missing" : isUploading() ? "desk there" : "desk here");
}

// refresh writes what depends on how many items stand how.
function refresh() {
  const unfinished = items.filter(isUnfinished).length;
  parts.start.textContent = say("desk start", { count: items.length });
  parts.retry.textContent = say("desk retry", { count: unfinished });
  parts.start.disabled = parts.clear.disabled = Boolean(running || reading);
  parts.stop.hidden = parts.bar.hidden = !running;
  parts.retry.hidden = Boolean(running) || !begun || !unfinished;
  parts.results.hidden = Boolean(running) || !begun;
  parts.sign.hidden = !items.some((item) => item.identities?.length && !item.unasked);
  if (running) {
    parts.bar.max = running.all;
    parts.bar.value = running.done;
    if (Date.now() - running.said > often) {
      running.said = Date.now();
      announce(say("desk progress", running));
    }
    return;
  }
  parts.filters.replaceChildren(filter("", `${say("desk all")} ${items.length}`), ...counts(items).map(([tone, number]) => filter(tone, `${wordOf(tone)} ${number}`)));
}

// filter makes the button that shows the items of a tone.
function filter(tone, text) {
  const press = () => {
    table.filter(tone);
    refresh();
    parts.filters.querySelector("[aria-pressed=true]").focus();
  };
  return element("button", { type: "button", "aria-pressed": String(table.wanted === tone), click: press }, text);
}

function clear() {
  forget();
  items.length = passedOver = 0;
  begun = false;
  closeDetails();
  table.filter("");
  table.show(items);
  refresh();
  announce("");
}

// openDetails shows one item as the page shows a file that was submitted alone.
function openDetails(item) {
  opened = item;
  const { answer } = item;
  show(answer, answer.verdict, answer.verdict === "valid" ? "" : reasons(answer), item.note);
  at("share").hidden = true;
  at("back").hidden = false;
  at("result").focus({ preventScroll: true });
  at("result").scrollIntoView();
}

function closeDetails() {
  opened = null;
  at("result").hidden = at("back").hidden = true;
}
