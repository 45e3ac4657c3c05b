// The desk: many files, one question, one table. Files are judged by the worker on this device, and the
// service is asked for what only the register knows. Files are uploaded where that is chosen, and only then.

import { ask as askByUpload, complaint, largest } from "./ask.js";
import { savePrint, saveReceipts, saveTable } from "./deskresults.js";
import { byPath, gather, isArchive, maxFiles } from "./deskfiles.js";
import { counts, Table, wordOf } from "./desktable.js";
import { element } from "./element.js";
import { complete, digestOf, forget, interrupt, judge, newID, openArchive, placeOf, prepare } from "./judging.js";
import { say, translate } from "./language.js";
import { instant, minute } from "./time.js";
import { bare } from "./typed.js";
import { at, reasons, sentences, show, tell } from "./view.js";

const groupSize = 100; // files that are asked about while the next ones are judged
const uploads = 4; // at once
const often = 1000; // milliseconds between two words about the progress, which may be read aloud
const questions = ["asOf", "specialty", "purpose", "recipient"];
// What is verified: {id, path}, its {file} or, of an archive, {inside: [archive, index]}, or why it is {refused};
// then its {state, answer, note}, or what {trouble} there was, whether its copies are {unasked}, whether it is a
// receipt, which is verified {alone}, when it was judged ({time}), and whether that was for what is {outdated}.
const items = [];
let state = "here"; // whether files can be judged here, as prepare says
let ready = null; // promise that it is known whether files can be judged here
let running = null; // {stopped} of the run that goes on
let printing = null; // {stopped, done, all} of the PDF that is being drawn
let reading = 0; // how often files are being added
let judged = null; // {question, place} that all results are of, once anything was verified
let isOutdated = false; // whether the form says something else by now
let opened = null; // the item whose details are shown
let passedOver = 0; // files of an operating system, which are no items
let beyond = 0; // files above maxFiles, which are no items either
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
  for (const { path, read } of found) {
    const file = isArchive(path) || items.length < maxFiles ? await read() : null;
    if (file && isArchive(path)) await unpack(file, path);
    else add({ path, file, refused: file ? "" : say("desk unreadable") });
  }
  table.show(items);
  sayAdded();
}

const sayAdded = () => announce(sentences(say("desk added", { count: items.length }), ...sayLeft()));

// sayLeft says what is not listed.
const sayLeft = () => [passedOver ? say("desk passed", { count: passedOver }) : "", beyond ? say("desk beyond", { most: maxFiles, count: beyond }) : ""];

function add(item) {
  if (items.length < maxFiles) items.push({ id: newID(), state: "waiting", trouble: item.refused, ...item });
  else beyond++;
}

// getReady finds out whether files can be judged here.
async function getReady() {
  state = await prepare();
  refresh();
}

// unpack adds the files of an archive; those that it may not hold, with the reason.
async function unpack(archive, path) {
  await ready;
  if (state !== "here") return add({ path, refused: say("desk unopened") });
  try {
    const { id, plain, refused, entries, passedOver: more } = await openArchive(archive);
    if (plain) add({ path, file: archive });
    if (refused) add({ path, refused });
    for (const entry of (entries ?? []).sort(byPath)) add({ path: `${path}/${entry.path}`, inside: [id, entry.index], refused: entry.refused });
    passedOver += more ?? 0;
  } catch (cause) {
    console.info(String(cause));
    add({ path, refused: say("desk unopened") });
  }
}

const placeChosen = () => parts.form.elements.place.value;
const isStuck = () => state !== "here" && placeChosen() === "local";

const question = () => Object.fromEntries(questions
  .map((name) => [name, bare(parts.form.elements[name].value)])
  .filter(([, text]) => text));

// checkQuestion finds out whether the form still says what the results are of. All results are of one question and one
// place; where the form says another, they are not shown as verdicts, nor handed out.
function checkQuestion() {
  if (running) return;
  const is = Boolean(judged) && JSON.stringify(judged) !== JSON.stringify({ question: question(), place: placeChosen() });
  if (is === isOutdated) return;
  isOutdated = is;
  for (const item of items) item.outdated = is;
  if (is) closeDetails();
  table.show(items);
  announce(is ? "" : sayFinished());
}

// run verifies items in their order, and all of them if the results are outdated. A group is asked about while the next
// one is judged.
async function run(wanted, wantReceipt) {
  if (running || reading || printing) return [];
  const asked = question();
  const place = placeChosen();
  if (isOutdated) wanted = items.slice();
  const asker = bare(parts.form.elements.asker.value);
  const more = { ...asked, ...(asker && { asker: { name: asker } }), ...(wantReceipt && { wantReceipt }) };
  const mine = (running = { stopped: false, asked, more, all: wanted.filter((item) => !item.refused).length, done: 0, said: 0, receipts: [] });
  const giveBack = holdFocus();
  await (ready = getReady());
  if (place === "local" && state !== "here") {
    running = null;
    refresh();
    giveBack();
    announce("");
    return [];
  }
  judged = { question: asked, place };
  isOutdated = false;
  closeDetails();
  table.filter("");
  for (const item of wanted) {
    item.state = "waiting";
    item.trouble = item.refused ?? "";
    item.note = item.time = "";
    item.answer = null;
    item.alone = item.unasked = item.outdated = false;
    item.identities = [];
  }
  table.show(items);
  refresh();
  if (place === "upload") await uploadAll(wanted, mine);
  else await judgeAll(wanted, mine);
  running = null;
  checkQuestion();
  table.show(items);
  refresh();
  giveBack();
  announce(isOutdated ? "" : mine.stopped ? say("desk stopped", mine) : sayFinished());
  return mine.receipts;
}

const sayFinished = () => sentences(say("desk finished", { counts: summary() }), ...sayLeft());

// notes returns what is written beside results that are handed out: their question, time and place, which of them are
// left out by the filter, and what is not listed.
function notes() {
  const listed = table.listed();
  const times = listed.map((item) => item.time).filter(Boolean).sort();
  const [from, until] = [times[0], times[times.length - 1]].map((time) => time && minute(time));
  return [
    say("desk judged at", { time: !from ? "–" : from === until ? from : `${from} – ${until}` }), sayQuestion(judged.question),
    table.wanted ? say("desk only", { tone: wordOf(table.wanted), count: listed.length, all: items.length }) : "", saidWhere(), ...sayLeft(),
  ].filter(Boolean);
}

const sayQuestion = (asked) => Object.entries(asked).map(([name, text]) => `${say(name)}：${text}`).join("；") || say("desk no question");

// saidWhere says where the results are from.
const saidWhere = () => say(judged.place === "upload" ? "here sent" : placeOf(items));

// holdFocus shows that something goes on, with the focus on what ends it if it was on a button that is gone. The function
// that it returns gives the focus back.
function holdFocus() {
  const held = document.activeElement;
  const isOurs = held && held.matches("#desk button");
  refresh();
  if (isOurs) parts.stop.focus({ preventScroll: true });
  return () => {
    if (!isOurs || ![parts.stop, document.body].includes(document.activeElement)) return;
    (held.isConnected && held.offsetParent ? held : parts.start).focus({ preventScroll: true });
  };
}

// printResults hands out the results as PDF, and shows how far it is.
async function printResults() {
  const mine = (printing = { stopped: false, done: 0, all: 0 });
  const giveBack = holdFocus();
  try {
    await savePrint(table.listed(), notes(), (page, pages) => {
      mine.done = page;
      mine.all = pages;
      refresh();
      announce(say("desk drawing", { page, pages }));
      return !mine.stopped;
    });
  } catch (cause) {
    tell(say("desk undrawn", { cause: cause.message }), true, true);
  } finally {
    printing = null;
    refresh();
    giveBack();
    announce(isOutdated ? "" : sayFinished());
  }
}

// signResults verifies what was judged here again, because a receipt states the present findings.
async function signResults() {
  const known = items.filter((item) => item.identities?.length && !item.trouble);
  const receipts = await run(known, true);
  if (receipts.length) saveReceipts(known, receipts);
  else tell(say("desk unsigned yet"), true, true);
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
  if (!answer) item.trouble = say("desk unsent");
  else if (answer.problem) item.trouble = complaint(answer.problem);
  else item.answer = answer;
  finish(item, mine);
}

function finish(item, mine) {
  item.state = "done";
  item.time = instant();
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
    element("input", { id, type: "radio", name: "place", value, checked }), element("span", { "data-say": "desk " + value }));
}

function buildForm() {
  parts.place = element("fieldset", null, element("legend", { "data-say": "desk place" }), choice("local", true), choice("upload"));
  parts.send = button({}, () => {
    parts.form.elements.place.value = "upload";
    run(items.slice());
  });
  parts.start = button({ type: "submit", class: "main" });
  parts.stop = button({ "data-say": "desk cancel" }, () => {
    (running ?? printing).stopped = true;
    if (running) interrupt();
  });
  parts.retry = button({}, () => run(items.filter(isUnfinished)));
  parts.clear = button({ "data-say": "desk clear" }, clear);
  const submit = (event) => {
    event.preventDefault();
    run(items.slice());
  };
  const change = () => {
    checkQuestion();
    refresh();
  };
  parts.form = element("form", { autocomplete: "off", "aria-labelledby": "deskQuestion", submit, input: change, change },
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
  parts.changed = element("p", { class: "notice trouble", role: "status", hidden: true });
  parts.where = element("p", { class: "notice" });
  parts.tryHere = button({ "data-say": "tryHere" }, () => run(items.slice()));
  parts.stuck = element("p", { class: "row", hidden: true }, parts.tryHere, parts.send);
  parts.bar = element("progress", { "aria-labelledby": "deskStatus", hidden: true });
  parts.status = element("p", { id: "deskStatus", role: "status" });
  parts.filters = element("div", { class: "row filters", role: "group", "data-say-label": "desk show" });
  parts.results = element("div", { class: "row", role: "group", "data-say-label": "desk results" },
    button({ "data-say": "desk pdf", class: "main" }, printResults),
    button({ "data-say": "desk csv" }, () => saveTable(table.listed(), notes())),
    parts.sign = button({ "data-say": "desk sign" }, signResults));
  const box = element("div", { class: "box" });
  table = new Table(box, openDetails);
  at("result").before(element("section", { id: "desk", class: "card", "aria-labelledby": "deskTitle" },
    parts.title, parts.form, parts.changed, parts.where, parts.stuck, parts.status, parts.bar, parts.results, parts.filters, box));
  at("back").addEventListener("click", () => {
    const item = opened;
    closeDetails();
    table.focus(item);
  });
  for (const own of ["status", "more", "receipts", "result"]) at(own).hidden = true;
  addEventListener("online", () => {
    if (canRepeat() && items.some((item) => item.unasked)) run(items.filter(isUnfinished));
  });
  translateDesk();
}

// canRepeat reports whether results may be asked for again without anybody's word: nothing is uploaded for it.
const canRepeat = () => judged?.place === "local" && !isOutdated;

/** translateDesk writes the desk in the chosen language, and asks again for the service's texts. */
export function translateDesk() {
  if (!table) return;
  translate();
  table.translate();
  refresh();
  if (canRepeat()) run(items.slice());
  else if (judged) announce(isOutdated ? "" : sayFinished());
  else if (items.length) sayAdded();
}

function sayWhere() {
  const known = judged && !isOutdated && !running;
  parts.where.textContent = isStuck() ? say(state) : known ? saidWhere() : say(placeChosen() === "upload" ? "desk there" : "desk here");
  parts.where.classList.toggle("trouble", isStuck());
  parts.stuck.hidden = !isStuck() || Boolean(running || reading) || !items.length;
  parts.tryHere.hidden = state === "stuck missing";
  parts.send.textContent = say("desk send", { count: items.length });
  parts.changed.hidden = !isOutdated || Boolean(running);
  parts.changed.textContent = isOutdated ? say("desk changed", { asked: sayQuestion(judged.question), place: say("desk " + judged.place) }) : "";
}

// refresh writes what depends on how many items stand how.
function refresh() {
  const unfinished = items.filter(isUnfinished).length;
  sayWhere();
  parts.start.textContent = say("desk start", { count: items.length });
  parts.retry.textContent = say("desk retry", { count: unfinished });
  parts.start.disabled = parts.clear.disabled = Boolean(running || reading || printing);
  parts.stop.hidden = parts.bar.hidden = !(running ?? printing);
  parts.retry.hidden = Boolean(running || printing) || !judged || isOutdated || !unfinished;
  parts.results.hidden = Boolean(running || printing) || !judged || isOutdated;
  parts.filters.hidden = Boolean(running);
  if (printing) {
    parts.bar.max = printing.all || 1;
    parts.bar.value = printing.done;
  }
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
  items.length = passedOver = beyond = 0;
  judged = null;
  isOutdated = false;
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
