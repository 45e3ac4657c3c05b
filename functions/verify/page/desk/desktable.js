// The table of the desk: a row for each file, sorted and filtered.

import { element } from "./element.js";
import { say } from "./language.js";
import { linesOf } from "./codes.js";
import { marks, reasons } from "./view.js";

/** tones are the verdicts by which rows are filtered, the worst first. */
export const tones = ["invalid", "unknown", "valid", "receipt", "alone", "failed", "outdated", "waiting"];
const columns = ["path", "holder", "number", "verdict", "reason", "until"];
const batch = 100; // rows that enter the page at once

/** toneOf returns how an item stands: its verdict, which of a refused one is "unknown", "alone" of a receipt, "failed" if it has none, "outdated", or "waiting". */
export function toneOf(item) {
  if (item.refused) return "unknown";
  if (item.alone) return "alone";
  if (item.trouble) return "failed";
  if (item.state !== "done") return "waiting";
  return item.outdated ? "outdated" : item.answer.verdict;
}

/** wordOf names a tone, or what an item that has no verdict waits for. */
export const wordOf = (tone) => say(["alone", "failed", "outdated", "waiting"].includes(tone) ? "desk " + tone : "verdict " + tone);

const named = { "\n": "n", "\r": "r", "\t": "t", "\x07": "a", "\b": "b", "\f": "f", "\v": "v" };

// hidden matches a character that does not show, or like a space that it is not.
const hidden = /[^\p{L}\p{M}\p{N}\p{P}\p{S} \u3000]|[\p{Default_Ignorable_Code_Point}\u2800\ufffd]/u;
const escapeLike = /\\([abfnrtv\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})/;

function escape(one) {
  if (one === "\\") return "\\\\";
  if (!hidden.test(one)) return one;
  const code = one.codePointAt(0);
  const form = code < 0x80 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return "\\" + (named[one] || form[0] + code.toString(16).padStart(form[1], "0"));
}

/** escapeText replaces characters that do not show, such as those that turn the direction of the text, as the commands do. */
export const escapeText = (text) => (hidden.test(text) || escapeLike.test(text) ? Array.from(text, escape).join("") : text);

/** cellsOf returns what the columns show of an item, as texts. */
export function cellsOf(item) {
  const { answer } = item;
  return {
    path: escapeText(item.path),
    holder: escapeText(holdersOf(answer).map((subject) => subject.disclosed?.name ?? subject.name).join("、")),
    number: escapeText(holdersOf(answer).map((subject) => subject.number).join("、")),
    verdict: wordOf(toneOf(item)),
    reason: reasonsOf(item).map(escapeText).join("\n"),
    until: (!item.outdated && answer?.ends?.on) || (answer?.subject?.useUntil ?? ""),
  };
}

// holdersOf returns whom a file names, or of a file that is no original, the codes in it: each once.
function holdersOf(answer) {
  const named = answer?.scan ? answer.scan.codes.map((code) => code.verdict.subject) : [answer?.subject];
  return named.filter((one, i) => one && named.findIndex((other) => other?.number === one.number) === i);
}

function reasonsOf({ alone, answer, note, outdated, refused, state, trouble }) {
  if (refused || trouble) return [refused || trouble];
  if (alone) return [say("desk receipt")];
  if (!answer || outdated || state !== "done") return [];
  const text = answer.verdict === "valid" ? "" : reasons(answer);
  return [text, note, ...(answer.scan ? linesOf(answer.scan) : [])].filter(Boolean);
}

/** Table shows items. open is called with the item whose details are wanted. */
export class Table {
  constructor(place, open) {
    this.open = open;
    this.items = [];
    this.rows = new Map();
    this.sorted = { by: "", down: false };
    this.wanted = "";
    this.head = element("tr", { role: "row" });
    this.body = element("tbody", { role: "rowgroup" });
    this.caption = element("caption", null);
    place.append(element("table", { role: "table", "aria-labelledby": "deskTitle" }, this.caption, element("thead", { role: "rowgroup" }, this.head), this.body));
  }

  /** show shows the items, in batches so that the page stays usable. */
  show(items) {
    this.items = items;
    this.translate();
  }

  /** translate writes everything again, in the chosen language. */
  translate() {
    this.caption.textContent = say("desk caption");
    this.head.replaceChildren(...columns.map((name) => this.column(name)), element("th", { role: "columnheader", scope: "col" }, say("desk details")));
    this.rows.clear();
    this.arrange();
  }

  column(name) {
    const { by, down } = this.sorted;
    const order = by !== name ? "none" : down ? "descending" : "ascending";
    const press = () => {
      this.sorted = { by: name, down: by === name && !down };
      this.translate();
      this.head.querySelector(`[data-by=${name}]`).focus();
    };
    return element("th", { role: "columnheader", scope: "col", "aria-sort": order },
      element("button", { type: "button", "data-by": name, click: press }, say("desk " + name),
        element("span", { "aria-hidden": "true" }, { none: "", ascending: " ▲", descending: " ▼" }[order])));
  }

  /** filter shows only the items of a tone; "" shows all. */
  filter(tone) {
    this.wanted = tone;
    this.arrange();
  }

  /** listed returns the items that are shown, in their order. */
  listed() {
    const shown = this.items.filter((item) => !this.wanted || toneOf(item) === this.wanted);
    const { by, down } = this.sorted;
    if (!by) return shown;
    const keyed = shown.map((item) => [by === "verdict" ? String(tones.indexOf(toneOf(item))) : cellsOf(item)[by], item]);
    keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
    return keyed.map(([, item]) => item);
  }

  arrange() {
    const rest = this.listed();
    const turn = (this.turn = (this.turn ?? 0) + 1);
    this.body.replaceChildren();
    const add = () => {
      if (turn !== this.turn) return; // arranged again meanwhile
      this.body.append(...rest.splice(0, batch).map((item) => this.row(item)));
      if (rest.length) setTimeout(add);
    };
    add();
  }

  row(item) {
    if (!this.rows.has(item)) this.rows.set(item, element("tr", { role: "row" }));
    this.write(item);
    return this.rows.get(item);
  }

  /** update shows what has changed of an item. Whether it is still wanted is seen when the table is filtered again. */
  update(item) {
    if (this.rows.has(item)) this.write(item);
  }

  /** focus goes to the button of an item's details. */
  focus(item) {
    this.rows.get(item)?.querySelector("button")?.focus();
  }

  write(item) {
    const row = this.rows.get(item);
    const held = row.contains(document.activeElement);
    const tone = toneOf(item);
    row.className = tone;
    const texts = cellsOf(item);
    row.replaceChildren(...columns.map((name) => {
      const text = name === "verdict" ? [element("span", { class: "sign", "aria-hidden": "true" }, marks[tone === "alone" ? "unknown" : tone] ?? ""), " ", texts.verdict] : texts[name];
      const attributes = { role: name === "path" ? "rowheader" : "cell", class: name, "data-label": say("desk " + name) };
      return name === "path" ? element("th", { ...attributes, scope: "row" }, text) : element("td", attributes, text);
    }), element("td", { role: "cell", class: "details" }, item.answer && !item.outdated && item.state === "done" && this.button(item)));
    if (held) row.querySelector("button")?.focus();
  }

  button(item) {
    return element("button", { type: "button", "aria-label": say("desk details of", { path: escapeText(item.path) }), click: () => this.open(item) }, say("desk details"));
  }
}

/** counts returns how many items stand how: [tone, number], the worst first. */
export const counts = (items) => tones
  .map((tone) => [tone, items.filter((item) => toneOf(item) === tone).length])
  .filter(([, number]) => number);
