// The results of the desk as files.

import { cellsOf } from "./desktable.js";
import { inApp } from "./inapp.js";
import { say } from "./language.js";
import { save } from "./save.js";
import { day } from "./time.js";
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

/** saveTable hands over items as CSV that Excel opens: UTF-8 with its mark (RFC 4180). The last rows are the notes. */
export function saveTable(items, notes) {
  const lines = [[...titles(), "SHA-256"], ...items.map((item) => [...cells(item).map((text) => text.replace(/\n/g, " ")), item.sha256 ?? ""])];
  for (const note of notes) lines.push(lines[0].map((_, i) => (i ? "" : note)));
  hand(items, ".csv", new Blob(["\ufeff" + lines.map((line) => line.map(quote).join(",") + "\r\n").join("")], { type: "text/csv" }));
}

/** savePrint hands over items as PDF, below the notes. drawn is that of drawTable. */
export async function savePrint(items, notes, drawn) {
  const { drawTable } = await import("./deskpdf.js");
  const table = titles().map((title, i) => [title, shares[i]]);
  const blob = await drawTable(say("desk results"), [...notes, say("desk unsigned")], table, items.map(cells), drawn);
  if (blob) hand(items, ".pdf", blob);
}

/** saveReceipts hands over signed receipts, one for each group of items that the register was asked about. */
export function saveReceipts(items, receipts) {
  for (const [i, receipt] of receipts.entries()) {
    hand(items, (receipts.length > 1 ? `-${i + 1}` : "") + ".jws", new Blob([receipt], { type: "application/jose" }));
  }
}
