// The results of the desk as files.

import { cellsOf } from "./desktable.js";
import { say } from "./language.js";
import { save } from "./save.js";
import { day } from "./time.js";
import { tell } from "./view.js";

const columns = ["path", "holder", "number", "verdict", "reason", "until"];

/** nameFor names a file of results by day and number: 核验结果-2026-12-01-60件.csv. */
export const nameFor = (items, ending) => say("desk name", { day: day(), count: items.length }) + "." + ending;

// quote writes a cell. A spreadsheet would take a text that begins like a formula for one.
const quote = (text) => `"${(/^[=+\-@\t\r\n]/.test(text) ? "'" + text : text).replace(/"/g, '""')}"`;

/** tableOf returns items as CSV that Excel opens: UTF-8 with its mark (RFC 4180). */
export function tableOf(items) {
  const lines = [columns.map((name) => say("desk " + name)), ...items.map((item) => columns.map((name) => cellsOf(item)[name]))];
  return "\ufeff" + lines.map((line) => line.map(quote).join(",") + "\r\n").join("");
}

/** saveTable hands items to the browser's downloads as CSV. */
export function saveTable(items) {
  const name = nameFor(items, "csv");
  save({ name, blob: new Blob([tableOf(items)], { type: "text/csv" }) });
  tell(say("desk saved", { name }), false, true);
}
