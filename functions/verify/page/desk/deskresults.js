// The results of the desk as files.

import { cellsOf } from "./desktable.js";
import { inApp } from "./inapp.js";
import { say } from "./language.js";
import { save } from "./save.js";
import { day, instant, minute } from "./time.js";
import { tell } from "./view.js";

const columns = ["path", "holder", "number", "verdict", "reason", "until"];
const shares = [22, 8, 17, 9, 34, 10];

// hand hands a file to the browser's downloads: 核验结果-2026-12-01-60件.csv.
function hand(items, ending, blob) {
  if (inApp()) return tell(say("desk outside"), false, true);
  const name = say("desk name", { day: day(), count: items.length }) + ending;
  save({ name, blob });
  tell(say("desk saved", { name }), false, true);
}

const titles = () => columns.map((name) => say("desk " + name));
const cells = (item) => columns.map((name) => cellsOf(item)[name]);

// quote writes a cell. A spreadsheet would take a text that begins like a formula for one.
const quote = (text) => `"${(/^[ \u3000]*[=+\-@＝＋－＠]/.test(text) ? "'" + text : text).replace(/"/g, '""')}"`;

/** saveTable hands over items as CSV that Excel opens: UTF-8 with its mark (RFC 4180). The last row says what is not listed. */
export function saveTable(items, passed) {
  const lines = [[...titles(), "SHA-256"], ...items.map((item) => [...cells(item).map((text) => text.replace(/\n/g, " ")), item.sha256 ?? ""])];
  if (passed) lines.push(lines[0].map((_, i) => (i ? "" : passed)));
  hand(items, ".csv", new Blob(["\ufeff" + lines.map((line) => line.map(quote).join(",") + "\r\n").join("")], { type: "text/csv" }));
}

/** savePrint hands over items as PDF, with the question that they answer the sentence that says what was checked where, and the one that says what is not listed. */
export async function savePrint(items, question, where, passed) {
  const { drawTable } = await import("./deskpdf.js");
  const asked = Object.entries(question).map(([name, text]) => `${say(name)}：${text}`);
  const lines = [say("at", { time: minute(instant()) }), ...(asked.length ? [asked.join("；")] : []), where, ...(passed ? [passed] : []), say("desk unsigned")];
  const table = titles().map((title, i) => [title, shares[i]]);
  hand(items, ".pdf", await drawTable(say("desk results"), lines, table, items.map(cells)));
}

/** saveReceipts hands over signed receipts, one for each group of items that the register was asked about. */
export function saveReceipts(items, receipts) {
  for (const [i, receipt] of receipts.entries()) {
    hand(items, (receipts.length > 1 ? `-${i + 1}` : "") + ".jws", new Blob([receipt], { type: "application/jose" }));
  }
}
