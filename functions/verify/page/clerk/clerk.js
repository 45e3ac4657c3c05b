// The page 上报: a table and its pictures are checked on this device, compared with the register, and
// reported. What a row is, and what is wrong with it, is cmd/clerk's to say.

import "./older.js";
import { complaint } from "./ask.js";
import { call } from "./clerkcalls.js";
import { KeyError, Office, readKey } from "./clerkkey.js";
import { digestOf, forget, keep, load } from "./clerkprogress.js";
import { Refused, sendRows } from "./clerksend.js";
import { clerkWords } from "./clerkwords.js";
import { gather } from "./deskfiles.js";
import { element } from "./element.js";
import { addWords, english, language, say, switcher } from "./language.js";
import { modeSwitch } from "./mode.js";
import { Unreachable } from "./request.js";
import { save } from "./save.js";
import { bare } from "./typed.js";
import { at, tell } from "./view.js";

addWords(clerkWords);

const mostRows = 20_000;
const mostListed = 300;
const checkedAtOnce = 20;
const often = 1000; // milliseconds between two words about the progress, which may be read aloud
// How a row may stand, those first that need somebody.
const states = ["refused", "ready", "replaced", "changed", "new", "same", "landed"];
const columns = ["line", "number", "name", "pictures", "result", "reason"];

let facts = null; // promise of {origin, kinds, ahead} of the service
let file = null; // the table
const folders = new Map([["/photo", []], ["/signatureImage", []]]);
let opened = null; // what cmd/clerk says of the table
let rows = []; // as cmd/clerk says, each with its {state}
let counts = {}; // of the pictures
let digest = ""; // names the table with its pictures
let progress = { rows: new Map(), reports: [] };
let running = null; // {stopped, word, done, all, said} of what goes on
let wanted = ""; // state by which the list is filtered
let checks = 0; // counts checks, so that an earlier one ends

// learn reads what the page has to know of the service.
async function learn() {
  const before = Date.now();
  const response = await fetch("/v/clerk.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`clerk.json: status ${response.status}`);
  const served = Date.parse(response.headers.get("date"));
  const { origin, schemes } = await response.json();
  const kinds = await call("schemes", JSON.stringify(schemes));
  const ahead = Number.isNaN(served) || Math.abs(served - before) < 3000 ? 0 : served - before;
  return { origin, kinds, ahead };
}

async function listKinds() {
  const { kinds } = await facts;
  const chosen = at("kind").value;
  at("kind").replaceChildren(element("option", { value: "" }, say("clerk kindOfTable")),
    ...kinds.map(({ id, name }) => element("option", { value: id, lang: "zh-CN" }, name)));
  at("kind").value = chosen;
}

const fail = (cause) => {
  console.info(String(cause));
  tell(say("clerk broken", { cause: cause.message }), true);
};

async function downloadTemplate() {
  const kind = at("kind").value;
  if (!kind) return tell(say("clerk whichKind"), true);
  const { kinds } = await facts;
  saveBytes(await call("template", kind), `${kinds.find(({ id }) => id === kind).name}.xlsx`);
}

const saveBytes = (bytes, name) => save({ name, blob: new Blob([bytes], { type: "application/octet-stream" }) });

// take takes what was chosen or dropped: a table, and folders of pictures.
async function take(given) {
  for (const one of given) {
    if (one.isDirectory) folders.set(/签/.test(one.name) ? "/signatureImage" : "/photo", await listPictures([one]));
    else if (/\.(xlsx|xlsm|xls|csv|tsv|txt|ndjson|jsonl)$/i.test(one.name)) file = one;
  }
  await check();
}

async function listPictures(given) {
  const { found } = await gather(given);
  const files = await Promise.all(found.map(async ({ path, read }) => ({ path, file: await read() })));
  return files.filter((one) => one.file);
}

async function takeFolder(member, input) {
  folders.set(member, await listPictures([...input.files]));
  input.value = "";
  await check();
}

function sayChosen() {
  at("chosen").textContent = !file ? "" : say("clerk chosen", { table: file.name, photos: folders.get("/photo").length, signatures: folders.get("/signatureImage").length });
}

// check reads the table on this device and lists its rows.
async function check() {
  sayChosen();
  if (!file || (running && running.word !== "clerk checking")) return;
  if (running) running.stopped = true;
  const mine = (running = { stopped: false, word: "clerk checking", done: 0, all: 1, said: 0 });
  const turn = ++checks;
  rows = [];
  counts = {};
  wanted = "";
  at("confirm").hidden = at("sending").hidden = at("desk").hidden = true;
  tell("");
  try {
    await facts;
    opened = await call("open", file, at("kind").value);
    if (turn !== checks) return;
    if (opened.refused) return tell(say("clerk unreadable", { name: file.name, cause: opened.refused }), true);
    if (!opened.rows) return tell(say("clerk empty"), true);
    if (opened.rows > mostRows) return tell(say("clerk many", { count: opened.rows, most: mostRows }), true);
    mine.all = opened.rows;
    at("desk").hidden = false;
    at("checked").focus();
    for (const [member, list] of folders) if (list.length) await call("pictures", member, list);
    const found = [];
    while (found.length < opened.rows && !mine.stopped) {
      refresh();
      found.push(...await call("prepare", found.length, found.length + checkedAtOnce));
      mine.done = found.length;
    }
    if (turn !== checks) return;
    if (mine.stopped) return tell(say("clerk ended"), true);
    rows = found.map((row) => ({ ...row, state: row.findings.length ? "refused" : "ready" }));
    counts = await call("counts");
    digest = await digestOf(file, at("kind").value, [].concat(...folders.values()));
    progress = load(digest);
    await restore();
  } catch (cause) {
    if (turn === checks) fail(cause);
  } finally {
    if (turn === checks) running = null;
    refresh();
  }
}

// restore puts the answers of earlier into the rows.
async function restore() {
  const known = [...progress.rows.keys()].filter((row) => rows[row] && rows[row].state !== "refused");
  for (const row of known) await settle(row, progress.rows.get(row));
  if (known.length) tell(say("clerk resumed", { done: known.length, left: waiting().length }));
}

// settle puts the service's answer into a row.
async function settle(row, { result, change, errors }) {
  if (result === "refused") {
    rows[row].findings = await call("answer", row, JSON.stringify(errors || []));
    rows[row].state = "refused";
  } else rows[row].state = change || (result === "unchanged" ? "same" : "landed");
}

// waiting returns the rows that are still to be reported.
const waiting = () => rows.map((_, row) => row).filter((row) => !progress.rows.has(row) && rows[row].state !== "refused");

const count = (state) => rows.filter((row) => row.state === state).length;

const sayCounts = (list) => list.filter((state) => count(state)).map((state) => `${say("clerk " + state)} ${count(state)}`).join(english() ? ", " : "，");

// start compares the rows with the register, after which they can be reported.
async function start(event) {
  event.preventDefault();
  if (running) return;
  tell("");
  const key = at("key").files[0];
  if (!key) return tell(say("clerk needKey"), true, true);
  let office;
  try {
    const { origin, ahead } = await facts;
    office = new Office(bare(at("client").value), await readKey(key), origin, ahead);
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause;
    return tell(say(cause.message), true, true);
  }
  const mine = await send(office, "clerk trying", true);
  if (!mine) return;
  if (mine.stopped) return tell(say("clerk stoppedTrial"));
  const left = waiting();
  if (!left.length) return tell(say("clerk nothing"), true);
  at("expected").textContent = say("clerk expected", { counts: sayCounts(states.filter((state) => state !== "landed")) });
  at("go").textContent = say("clerk confirm", { count: left.length });
  at("go").onclick = () => report(office);
  at("office").hidden = true;
  at("confirm").hidden = false;
  at("expected").focus();
}

async function report(office) {
  at("confirm").hidden = true;
  at("office").hidden = false;
  const mine = await send(office, "clerk sending", false);
  if (!mine) return;
  if (mine.stopped) return tell(say("clerk stopped", mine));
  tell(say("clerk finished", { counts: sayCounts(["landed", "same", "refused"]), reports: progress.reports.join(english() ? ", " : "、") }));
}

// send sends the rows that are left, and returns what went on, null if it failed.
async function send(office, word, isTrial) {
  const left = waiting();
  const mine = (running = { stopped: false, word, done: 0, all: left.length, said: 0 });
  refresh();
  at("checked").focus();
  try {
    await sendRows(office, left, isTrial, lineOf, async (group, answers, name) => {
      for (const [i, row] of group.entries()) await keepAnswer(row, answers[i], isTrial);
      if (!isTrial) {
        progress.reports.push(name);
        keep(digest, progress);
      }
      mine.done += group.length;
      refresh();
    }, mine);
    return mine;
  } catch (cause) {
    tell(sayFailure(cause, mine), true, true);
    return null;
  } finally {
    running = null;
    refresh();
  }
}

function sayFailure(cause, mine) {
  console.info(String(cause));
  if (cause instanceof Unreachable) return say("clerk offline", { done: mine.word === "clerk sending" ? mine.done : 0 });
  if (cause instanceof Refused) return say("clerk untaken", { cause: cause.problem && cause.problem.title ? complaint(cause.problem) : cause.message });
  return say("clerk moved") + " " + cause.message;
}

async function keepAnswer(row, { result, change, errors }, isTrial) {
  const answer = { result, ...(result === "refused" && { errors }) };
  await settle(row, { ...answer, ...(isTrial && { change }) });
  if (!isTrial) progress.rows.set(row, answer);
}

async function lineOf(row) {
  const bytes = await call("line", row);
  return { text: new TextDecoder().decode(bytes), size: bytes.length };
}

async function downloadRejected() {
  saveBytes(await call("rejected"), opened.lines ? "rejected.ndjson" : "rejected.xlsx");
}

function startFresh() {
  forget(digest);
  progress = load(digest);
  check();
}

// refresh writes what depends on how the rows stand.
function refresh() {
  if (running) {
    at("bar").max = running.all;
    at("bar").value = running.done;
    if (Date.now() - running.said > often || !running.said) {
      running.said = Date.now();
      at("summary").textContent = say(running.word, running);
    }
  } else if (rows.length) at("summary").textContent = say("clerk counts", { all: rows.length, counts: sayCounts(states) });
  at("bar").hidden = at("stop").hidden = !running;
  for (const id of ["kind", "pick", "photos", "signatures"]) at(id).disabled = Boolean(running) && running.word !== "clerk checking";
  if (running && running.word === "clerk checking") return;
  const left = waiting();
  at("sending").hidden = !rows.length;
  at("office").hidden = !at("confirm").hidden;
  at("send").textContent = say(progress.rows.size ? "clerk resend" : "clerk submit", { count: left.length });
  at("send").disabled = Boolean(running) || !left.length;
  at("fresh").hidden = Boolean(running) || !progress.rows.size;
  at("rejected").hidden = Boolean(running) || !count("refused");
  at("rejected").textContent = say("clerk rejected", { count: count("refused") });
  showRemarks();
  showRows();
}

function showRemarks() {
  const { examples, others, unread, absent } = opened || {};
  const list = [];
  if (absent && absent.length) list.push(say("clerk absent", { names: absent.join("、") }));
  if (unread && unread.length) list.push(say("clerk unread", { names: unread.join("、") }));
  if (examples) list.push(say("clerk examples", { count: examples }));
  if (others && others.length) list.push(say("clerk others", { lines: others.slice(0, 5).join("、") + (others.length > 5 ? "……" : "") }));
  for (const [member, what] of [["/photo", "photo"], ["/signatureImage", "signature"]]) if (counts[member]) list.push(sayPictures(say("clerk " + what), counts[member]));
  at("remarks").replaceChildren(...list.map((text) => element("li", null, text)));
}

function sayPictures(what, { found, missing, changed, unused }) {
  const changes = Object.keys(changed).sort().map((change) => `${sayChange(change)} ${changed[change]}`).join("，");
  return [
    say("clerk found", { what, found, missing }), changes && say("clerk changes", { changes }),
    unused && unused.length && say("clerk unused", { count: unused.length, names: unused.slice(0, 5).join("、") }),
  ].filter(Boolean).join(english() ? " " : "");
}

// sayChange says what was done to a picture, which cmd/clerk says in English.
function sayChange(change) {
  const [, form] = /^converted from (.+)$/.exec(change) || [];
  return form ? say("clerk converted", { form }) : say("clerk smaller");
}

function showRows() {
  const listed = rows.filter((row) => !wanted || row.state === wanted);
  at("caption").textContent = listed.length > mostListed ? say("clerk first", { most: mostListed }) : say("clerk caption");
  at("head").replaceChildren(...columns.map((name) => element("th", { scope: "col" }, say("clerk " + name))));
  at("rows").replaceChildren(...listed.slice(0, mostListed).map(showRow));
  const buttons = [["", say("clerk all"), rows.length], ...states.map((state) => [state, say("clerk " + state), count(state)])];
  at("filters").replaceChildren(...buttons.filter(([, , number]) => number).map(([state, name, number]) => element("button", {
    type: "button", "aria-pressed": String(wanted === state), click: () => filter(state),
  }, `${name} ${number}`)));
}

function filter(state) {
  wanted = state;
  showRows();
  at("filters").querySelector("[aria-pressed=true]").focus();
}

function showRow({ line, number, name, pictures, state, findings }) {
  const shown = (pictures || []).map(({ member, file, change }) =>
    `${say(member === "/photo" ? "clerk photo" : "clerk signature")}：${file}${change ? `（${sayChange(change)}）` : ""}`).join("\n");
  const cell = (column, text) => element("td", { class: column, "data-label": say("clerk " + column) }, text);
  return element("tr", { class: state },
    cell("line", String(line)), element("th", { scope: "row", lang: "zh-CN" }, number), cell("name", name),
    cell("pictures", shown), cell("result", say("clerk " + state)), cell("reason", findings.map(sayFinding).join("\n")));
}

const sayFinding = ({ column, found, form, advice }) => [
  [column, found].filter(Boolean).join("："), form && say("clerk form", { form }), advice && say("clerk advice", { advice }),
].filter(Boolean).join("；");

function drag(event) {
  event.preventDefault();
  at("drop").classList.toggle("over", event.type.startsWith("drage") || event.type === "dragover");
  if (event.type !== "drop") return;
  const entries = [...event.dataTransfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  take([...event.dataTransfer.files].map((one, i) => (entries[i] && entries[i].isDirectory ? entries[i] : one)));
}

function translatePage() {
  document.title = say("clerk title");
  listKinds().catch(fail);
  sayChosen();
  refresh();
}

function listen() {
  switcher(at("language"), translatePage);
  modeSwitch(at("mode"));
  at("template").addEventListener("click", downloadTemplate);
  at("kind").addEventListener("change", check);
  at("pick").addEventListener("change", ({ target }) => {
    take([...target.files]);
    target.value = "";
  });
  at("photos").addEventListener("change", ({ target }) => takeFolder("/photo", target));
  at("signatures").addEventListener("change", ({ target }) => takeFolder("/signatureImage", target));
  at("stop").addEventListener("click", () => { running.stopped = true; });
  at("rejected").addEventListener("click", downloadRejected);
  at("office").addEventListener("submit", start);
  at("fresh").addEventListener("click", startFresh);
  at("back").addEventListener("click", () => {
    at("confirm").hidden = true;
    refresh();
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) addEventListener(name, drag);
}

facts = learn();
listen();
translatePage();
