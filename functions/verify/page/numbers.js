// Reads numbers by the grammars of the kinds of certificate, as the service's package certificate does
// (grammar.go). Nothing here uses the page or the network.

import { grammars } from "./kinds.js";

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼军";
const regions = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split(" ");
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const digits = (n) => `([0-9]{${n}})`;
const plain = (text) => text.replace(/[()[\]-]/g, "\\$&");

// The check characters of ISO/IEC 7064 and ISO/IEC 7812, each with the characters that it gives.
const checkers = {
  "mod37-36": ["0-9A-Z", (body) => alphabet[(37 - double(body, 36, 37)) % 36]],
  "mod11-2": ["0-9X", (body) => "0123456789X"[(12 - [...body].reduce((p, c) => ((p + Number(c)) * 2) % 11, 0)) % 11]],
  "mod11-10": ["0-9", (body) => alphabet[(11 - double(body, 10, 11)) % 10]],
  mod10: ["0-9", (body) => {
    const sum = [...body].reverse().reduce((s, c, i) => s + (i % 2 ? Number(c) : Math.floor(c / 5) + ((c * 2) % 10)), 0);
    return alphabet[(10 - (sum % 10)) % 10];
  }],
};

function double(body, by, modulus) {
  return [...body].reduce((p, c) => (((p + alphabet.indexOf(c)) % by || by) * 2) % modulus, by);
}

/** grammarOf returns the grammar that a number fits, of the service's kinds or of more; undefined if it fits none. */
export function grammarOf(number, more = []) {
  return [...grammars, ...more].find((g) => (g.patterns ?? []).some((pattern) => fits(number, pattern, g.parts)));
}

function fits(number, pattern, parts) {
  const names = [];
  let form = "";
  for (const [, text, name, length] of pattern.matchAll(/([^{]+)|\{([a-zA-Z]+)(?::([0-9]+))?\}/g)) {
    form += text ? plain(text) : expression(parts[name], length);
    names.push(name);
  }
  const found = new RegExp(`^${form}$`).exec(number);
  if (!found) return false;
  const values = new Map();
  let read = 0;
  let before = "";
  for (const [i, piece] of pattern.match(/[^{]+|\{[^}]+\}/g).entries()) {
    const name = names[i];
    const written = name ? found[++read] : piece;
    if (name) values.set(name, parts[name].is === "year" && written.length === 2 ? "20" + written : written);
    if (name && !holds(parts[name], written, before)) return false;
    before += written;
  }
  return names.every((name) => !name || !parts[name].notAfter || values.get(name) <= values.get(parts[name].notAfter));
}

function expression(part, length) {
  switch (part.is) {
    case "province": return `([${provinces}])`;
    case "choice": return `(${part.of.map(plain).join("|")})`;
    case "check": return `([${checkers[part.by][0]}])`;
    case "year": return digits(length ?? 4);
    default: return digits(length ?? part.digits);
  }
}

// holds checks a part by itself; before is the number up to it.
function holds(part, value, before) {
  const body = before.replace(/[^0-9A-Z]/g, "");
  switch (part.is) {
    case "choice": return !part.must || value === part.must;
    case "area": return regions.includes(value.slice(0, 2)) || (Boolean(part.army) && value.startsWith("99"));
    case "check": return (part.by === "mod37-36" || /^[0-9]*$/.test(body)) && value === checkers[part.by][1](body);
    default: return true;
  }
}
