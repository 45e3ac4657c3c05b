// The page that a scanned code opens. The browser checks the token's signature and
// shows at once what that proves; then the service is asked for the rest. Without the
// service the answer is 无法确认 with what the token proves.

import "./older.js";
import { ask, complaint, fault, largest, problemOf, request } from "./ask.js";
import { copyText } from "./clipboard.js";
import { element } from "./element.js";
import { inApp } from "./inapp.js";
import { keysFor } from "./keys.js";
import { language, say, switcher } from "./language.js";
import { modeSwitch } from "./mode.js";
import { read, Unreachable } from "./request.js";
import { save } from "./save.js";
import { scriptAddress } from "./script.js";
import { day, instant, minute } from "./time.js";
import { examine, given, givenInFile, keyOf } from "./token.js";
import { bare } from "./typed.js";
import { at, consentNote, local, reasons, show, stateOfUse, summary, tell } from "./view.js";

const longestText = 393_216; // of a file that may hold a token or a receipt
const uses = ["pointerdown", "keydown", "change", "dragenter"]; // events by which the page is used
let last = null; // what was verified last: {token}, {receipt}, {number, name} or {file, upload}
let shown = () => {}; // repeats the last answer after a change of language
let unheard = false; // whether the service did not answer
let desk = null; // the module for many files, once it is loaded
let scanned = ""; // the code in the file that was verified last, if there is one alone
let isOfCode = false; // whether what is shown is about that code
let turn = 0; // counts requests, so that a slow answer never replaces a later one

const name = () => { document.title = say("title"); };

function conditions() {
  const given = {};
  for (const [name, value] of new FormData(at("conditions"))) if (bare(value)) given[name] = bare(value);
  return given;
}

// printed returns what the paper says of a token or a number, as far as it was entered: the members of a request.
function printed(what) {
  const [name, number, until] = ["printedName", "printedNumber", "printedUntil"].map((id) => bare(at(id).value));
  if (what.file || what.receipt || !(name || number || until)) return {};
  return { printed: { ...(name && { name }), ...(number && { number }), ...(until && { until }) } };
}

async function verify(what) {
  if (last !== what) for (const id of ["printedName", "printedNumber", "printedUntil"]) at(id).value = ""; // of another paper
  isOfCode = Boolean(scanned) && what.token === scanned;
  if (!isOfCode) scanned = "";
  last = what;
  const mine = ++turn;
  const late = () => mine !== turn;
  at("more").hidden = at("receipts").hidden = at("result").hidden = at("outside").hidden = at("sending").hidden = true;
  at("share").hidden = !keyOf(what.token ?? "");
  tell(say("checking"));
  const asking = what.file ? askAboutFile(what) : ask(what, { ...conditions(), ...printed(what) }); // concurrently with the browser's own check
  const known = what.token ? await examineToken(what.token) : null;
  if (late()) return;
  if (known?.found?.claims) {
    provisional(known.found);
    shown = () => provisional(known.found);
  }
  const answer = await asking;
  if (late()) return;
  if (answer?.stuck) return showStuck(answer);
  unheard = answer === null || Boolean(answer.note);
  at("more").hidden = Boolean(what.receipt) || answer?.given === "receipt";
  if (what.file) scanned = answer?.scan?.codes.length === 1 ? answer.scan.codes[0].token : "";
  at("paper").hidden = Boolean(what.file) && !scanned;
  shown = () => (answer === null ? offline(what, known) : answer.problem ? refused(answer.problem, known) : final(answer));
  shown();
  if (!at("result").hidden) at("result").focus({ preventScroll: true });
}

// askAboutFile has a file judged on this device, or uploads it if that was chosen. {stuck} is why it was not judged.
async function askAboutFile({ file, upload }) {
  if (upload) return file.size > largest ? { problem: { title: say("tooLarge") } } : ask({ file }, conditions());
  try {
    const { judgeAlone } = await import("./single.js");
    return await judgeAlone(file, conditions());
  } catch (cause) {
    console.info(String(cause));
    return { stuck: "stuck failed" };
  }
}

// showStuck says why a file was not judged, and offers to upload it.
function showStuck({ stuck, text }) {
  unheard = stuck === "stuck noKeys";
  at("tryHere").hidden = stuck === "stuck receipt" || stuck === "stuck missing";
  at("sending").hidden = false;
  shown = () => tell(text || say(stuck), stuck !== "stuck receipt");
  shown();
}

// examineToken returns what the token proves by itself, {found, keys, asOf}. Without the
// published keys, or in a browser that cannot check a signature, found is null.
async function examineToken(token) {
  const question = { ...conditions(), ...printed({ token }) };
  const asOf = question.asOf || day();
  if (!globalThis.crypto?.subtle) return { found: null, asOf, why: "noCheck" };
  try {
    const keys = await keysFor(keyOf(token));
    const found = await examine(token, keys?.keys ?? { keys: [] }, question, day());
    if (!keys && found.checks[0].reason === "unknown-key") return { found: null, asOf, why: "noKeys" };
    return { keys, asOf, found };
  } catch (cause) {
    console.error(cause.stack ?? cause);
    return { found: null, asOf, why: "noCheck" };
  }
}

// provisional never shows 有效, only that the copy was genuine when it was issued.
function provisional(found) {
  const answer = local(found, conditions().asOf || day());
  if (found.verdict === "invalid") return show(answer, "invalid", reasons(answer));
  for (const check of answer.checks) if (check.result === "unknown") check.text = say("live");
  show(answer, "pending", stateOfUse(found) + " · " + say("live"));
  tell("");
}

function final(answer) {
  tell("");
  const line = { valid: "", receipt: say("receiptLine") }[answer.verdict] ?? reasons(answer);
  show(answer, answer.verdict, line, answer.note || (isOfCode ? say("ofCode") : consentNote(answer)));
  at("receipts").hidden = answer.given === "receipt";
  at("uploads").hidden = !answer.here;
}

// offline shows what is known when no answer came.
function offline(what, known) {
  tell("");
  if (known?.found) return showToken(known, known.keys ? say("keysOf", { time: minute(instant(known.keys.at)) }) : say("noKeys"));
  const nothing = { checks: [], asOf: known?.asOf ?? (conditions().asOf || day()), checkedAt: instant() };
  show(nothing, "unknown", say(known?.why ?? (what.file ? "offlineFile" : "noService")));
}

// showToken shows what the browser's own check found; unasked is said of what only the service knows.
function showToken({ found, asOf }, note, unasked) {
  const answer = local(found, asOf);
  for (const check of answer.checks) if (unasked && check.reason === "offline") check.text = unasked;
  show(answer, found.verdict, summary(found), note);
}

// refused shows why the service gave no verdict; what the token proves stays shown.
function refused(problem, known) {
  if (known?.found) showToken(known, "", say("noState"));
  else at("result").hidden = true;
  tell(complaint(problem), true);
}

// take takes what was chosen or dropped: files, and entries of folders. One file is shown by itself;
// several, a folder or an archive go to the desk, and so does all that comes after them.
async function take(given) {
  if (!given.length) return;
  const [first] = given;
  at("sending").hidden = true;
  if (!desk && given.length === 1 && !first.isDirectory && !/\.zip$/i.test(first.name)) return takeFile(first);
  turn++; // what is being verified is not shown any more
  last = null;
  try {
    desk = await import("./desk.js");
  } catch (cause) {
    console.info(String(cause));
    return tell(say("noDesk"), true);
  }
  desk.addFiles(given);
}

async function takeFile(file) {
  const what = file.size <= longestText ? givenInFile(await new Response(file).text()) : null;
  verify(what && !what.several ? what : { file });
}

// downloadReceipt hands a receipt for what was verified last to the browser's downloads, or shows it
// where an app's browser saves nothing. It verifies again, because a receipt states the present findings.
async function downloadReceipt(button, kind) {
  const asker = bare(at("asker").value);
  const inside = inApp();
  const [accept, extension] = kind === "pdf" && !inside ? ["application/pdf", "pdf"] : ["application/json", "jws"];
  button.disabled = true;
  try {
    const response = await request(last, { ...conditions(), ...printed(last) }, { wantReceipt: true, ...(asker && { asker: { name: asker } }) }, accept);
    if (!response.ok) return tell(complaint(problemOf(response, await read(response))), true, true);
    let name;
    if (extension === "pdf") {
      name = decodeURIComponent(/UTF-8''(.*)/.exec(response.headers.get("content-disposition"))[1]);
      save({ name, blob: await response.blob() });
    } else {
      const { receipt, subject, asOf } = await response.json();
      name = ["核验回执", ...(subject ? [subject.number] : []), asOf].join("-") + ".jws";
      at("receipt").value = receipt;
      if (!inside) save({ name, blob: new Blob([receipt], { type: "application/jose" }) });
    }
    at("outside").hidden = !inside;
    tell(inside ? "" : say("receiptMade", { name }), false, true);
  } catch (cause) {
    tell(cause instanceof Unreachable ? say("noService") : complaint(fault(cause)), true, true);
  } finally {
    button.disabled = false;
  }
}

function open() {
  if (at(location.hash.slice(1))) return; // a place in this page: its link "skip to content"
  const what = location.hash.length > 1 ? givenInAddress() : null;
  if (what) verify(what);
  else if (isCodeLost()) tell(say("codeLost"));
}

// scanByCamera reads a code and verifies it.
async function scanByCamera() {
  at("camera").disabled = true;
  try {
    const { readCode } = await import("./camera.js");
    const text = await readCode();
    const what = text && given(text);
    if (what) verify(what.several ? { token: text } : what);
  } catch (cause) {
    tell(say("cameraDenied", { cause: cause.message }), true, true);
  } finally {
    at("camera").disabled = false;
  }
}

// givenInAddress returns what stands behind the #; null where an app put its own mark in place of a code.
function givenInAddress() {
  const what = given(location.href);
  if (what && !what.several) return what;
  return !what && /^#(\/|rd|wechat_redirect)$/.test(location.hash) ? null : { token: location.href };
}

// isCodeLost returns whether the page may have been opened by a link that lost what stood after the #:
// apps drop it, or add parameters of their own.
const isCodeLost = () => inApp() || location.search.length > 1 || location.href.includes("#");

function listen() {
  switcher(at("language"), () => {
    name();
    shown();
    desk?.translateDesk();
    if (last && !at("result").hidden && !unheard) verify(last); // to get the service's texts in the new language
  });
  modeSwitch(at("mode"));
  at("conditions").addEventListener("submit", (event) => {
    event.preventDefault();
    if (last?.file && scanned && printed({ token: scanned }).printed) last = { token: scanned }; // a paper is compared with its code
    if (last) verify(last);
  });
  at("number").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    verify({ number: bare(form.get("number")), name: bare(form.get("name")) });
  });
  at("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    const what = given(at("content").value);
    if (what && !what.several) verify(what);
    else tell(say(what ? "integrity several" : "neither"), true);
  });
  at("tryHere").addEventListener("click", () => verify(last));
  at("upload").addEventListener("click", () => verify({ file: last.file, upload: true }));
  at("jws").addEventListener("click", (event) => downloadReceipt(event.target, "jws"));
  at("pdf").addEventListener("click", (event) => downloadReceipt(event.target, "pdf"));
  at("camera").hidden = !navigator.mediaDevices?.getUserMedia;
  at("camera").addEventListener("click", scanByCamera);
  at("copy").addEventListener("click", () => copyText(at("copy"), at("receipt").value));
  at("share").addEventListener("click", () => copyText(at("share"), `${location.origin}/v#${last.token}`));
  at("print").addEventListener("click", () => (inApp() ? tell(say("printOutside"), false, true) : print()));
  for (const id of ["pick", "folder"]) {
    at(id).addEventListener("change", (event) => {
      take([...event.target.files]);
      event.target.value = "";
    });
  }
  addEventListener("hashchange", open);
  addEventListener("online", () => unheard && verify(last));
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) addEventListener(name, drag);
}

function drag(event) {
  event.preventDefault();
  at("drop").classList.toggle("over", event.type.startsWith("drage") || event.type === "dragover");
  if (event.type !== "drop") return;
  const entries = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  const files = [...(event.dataTransfer?.files ?? [])];
  take(files.map((file, i) => (entries[i]?.isDirectory ? entries[i] : file)));
}

// install stores the page for use without a network. On a first visit the keys are fetched as soon as somebody uses the page.
function install() {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.register(scriptAddress("/v/sw.js"), { scope: "/v" }).catch(() => {});
  if (worker.controller) beInstallable();
  else worker.addEventListener("controllerchange", beInstallable);
  if (!globalThis.crypto?.subtle) return;
  const begin = () => {
    for (const name of uses) removeEventListener(name, begin);
    keysFor().catch(() => {});
  };
  if (worker.controller) begin();
  else for (const name of uses) addEventListener(name, begin);
}

// beInstallable names the manifest, which the service worker has.
function beInstallable() {
  if (!document.querySelector("link[rel=manifest]")) document.head.append(element("link", { rel: "manifest", href: "/v/manifest.json" }));
}

// limitDay bounds the day that can be asked about as the service does; its first day stands in the page.
function limitDay() {
  at("asOf").max = Number(day().slice(0, 4)) + 10 + day().slice(4);
}

name();
limitDay();
listen();
open();
install();
