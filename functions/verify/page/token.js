// Judges in the browser what a QR code's token proves by itself, by the rules of the
// service's packages credential, evidence and verdict, without the register. Nothing
// here uses the page or the network.

import { grammarOf } from "./numbers.js";

const longest = 1200;
const longestText = 393_216; // that is searched, as by the service

// The expressions of the service's package credential, where they are explained (find.go).
const before = "(?:^|[^0-9A-Za-z]|%[0-9A-Fa-f]{2})";
const blank = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const piece = new RegExp(before + "(eyJ[\\w-]*(?:\\.[\\w-]*)+=*)", "g");
// A header is shorter than 300 characters; a bound keeps a hostile address from taking long.
const joined = new RegExp(before + "(e\\n?y\\n?J[\\w\\n-]{1,300}\\.[\\w\\n-]+\\.(?:\\n?[\\w-]){86})", "g");
const whole = /^[\w-]+\.[\w-]+\.[\w-]{86}$/;
const longer = /^[\w-]+\.[\w-]+\.[\w-]{86}\./;
const alone = /^(?:[^#]*\/[vV]\/?#)?[ \t\r\n\u3000]*([\w-]{20,}\.[\w-]{64,}(?:\.[\w-]*)+=*)[ \t\r\n\u3000]*$/;
const gap = new RegExp(`(?:[=\\\\]\\r?\\n|\\\\[nrt]|<[Bb][Rr] ?/?>|=?[ \\t]+\\r?\\n|${blank}|%(?:0[9A-Da-d]|20))(?:${blank}|>)*`, "g");
const consentBehind = /^\n?[^0-9A-Za-z\n<>"][^\n<>"]*?c\n?o\n?n\n?s\n?e\n?n\n?t\n?(?:=|%3[Dd])(?:((?:\n?[0-9A-Z]){52})(?:[^0-9A-Za-z]|$)|([0-9A-Za-z]+))/;
const encoded = /%(?:25)*(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])/g;
const again = /%(?:25)+([0-9A-Fa-f]{2})/g;
const invisible = /[\0\p{Cf}\p{DI}]/gu;
const ourHeader = /^\{"alg":"ES256","kid":"[\w-]{1,4}"\}$/;
const withIndex = [5, 21]; // bytes of a last claim that ends with an index in the status lists
const listed = /(?!A[AB])[\w-]{5}$/; // the first list is 1, so no index is below 2^19
const maxBehind = 512; // how far behind a token its consent is searched
const receiptType = /^jiazhu-((batch-)?receipt|manifest)\+jwt$/;

/**
 * given returns what a text holds: {token}, {token, consent} or {receipt}; {several: true} for more than
 * one; null for none, and for a text of more than 384 KB. What surrounds a token or receipt is no part of it.
 */
export function given(text) {
  if (text.length > longestText) return null;
  text = decodeUnreserved(text);
  const apart = pieces(text.replace(invisible, " "), piece).found;
  if (apart.length > 1 && apart.every((one) => whole.test(one.token))) return { several: true };
  text = text.replace(invisible, "");
  const { found, foreign } = pieces(text, piece);
  if (found.length > 1) return { several: true };
  if (found.length === 1 && whole.test(found[0].token)) return contentOf(found[0]);
  if (found.length === 1 && longer.test(found[0].token)) return null;
  const rejoined = pieces(text.replace(gap, "\n"), joined).found;
  if (rejoined.length > 1) return { several: true };
  if (rejoined.length === 1 && !(found.length && found[0].token.length >= rejoined[0].token.length)) return contentOf(rejoined[0]);
  if (found.length) return contentOf(found[0]);
  const other = foreign ? null : alone.exec(text);
  return other && !isForeign(other[1]) ? contentOf({ token: other[1], consent: "" }) : null;
}

function decodeUnreserved(text) {
  return text.replace(encoded, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(again, "%$1");
}

/**
 * givenInFile is given for the text of a file, and null unless the file is one address, token or receipt:
 * with words of its own, the file would be taken for a document that was verified. The service judges it.
 */
export function givenInFile(text) {
  const address = text.replace(invisible, "").trim();
  return /^[\w\-.~:/?#@!$&()*+,;=%]+$/.test(address) ? given(address) : null;
}

function pieces(text, form) {
  const found = [];
  let foreign = false;
  for (const match of text.matchAll(form)) {
    const token = match[1].replace(/\n/g, "").replace(/[._-]+$/, "");
    if (!token.includes(".")) continue;
    if (isForeign(token)) {
      foreign = true;
      continue;
    }
    const end = match.index + match[0].length;
    const [, unbroken, cut] = consentBehind.exec(text.slice(end, end + maxBehind).replace(gap, "\n")) ?? [];
    const consent = (unbroken ?? cut ?? "").replace(/\n/g, "");
    add(found, { token, consent });
    if (found.length > 1) break;
  }
  return { found, foreign };
}

function add(found, one) {
  for (const [i, other] of found.entries()) {
    if (extend(other, one)) return;
    if (extend(one, other)) {
      found.splice(i, 1, one);
      return;
    }
  }
  found.push(one);
}

function extend(a, b) {
  if (a.token === b.token) return Boolean(a.consent) || !b.consent;
  return !whole.test(b.token) && !b.consent && a.token.startsWith(b.token);
}

function isForeign(jws) {
  const [head, body] = jws.split(".");
  const { typ, kid } = headerOf(jws);
  return !body.startsWith("WyJ") && !ourHeader.test(decoded(head)) && !receiptType.test(typ) && !String(kid).startsWith("receipt-");
}

function decoded(part) {
  try {
    return text(bytes(part));
  } catch {
    return "";
  }
}

function contentOf({ token, consent }) {
  if (receiptType.test(headerOf(token).typ)) return { receipt: token };
  return consent ? { token, consent } : { token };
}

function headerOf(jws) {
  try {
    return JSON.parse(text(bytes(jws.split(".")[0]))) ?? {};
  } catch {
    return {};
  }
}

/** keyOf returns the id of the key that a token or receipt names as its signer's, or "". */
export function keyOf(jws) {
  return String(headerOf(jws).kid ?? "");
}

/**
 * examine judges a token with published keys (RFC 7517) for a question
 * {asOf, specialty, purpose, recipient}, on a day. The rows are those of the
 * service when it cannot read its register.
 */
export async function examine(content, keys, question, today) {
  let claims;
  try {
    const found = given(content);
    if (!found || found.several) throw new Refused(found ? "several" : "unrecognised");
    claims = await open(found.token ?? found.receipt, keys);
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    const unsure = ["unknown-key", "unrecognised", "several"].includes(e.reason);
    const integrity = { check: "integrity", result: unsure ? "unknown" : "fail", reason: e.reason };
    return { verdict: unsure ? "unknown" : "invalid", code: 10, checks: [integrity], claims: null };
  }
  return judge(claims, question, today, keys.numbers);
}

class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

async function open(token, keys) {
  const parts = token.split(".");
  if (token.length > longest || parts.length !== 3) throw new Refused("unreadable");
  const kid = header(text(bytes(parts[0])));
  const claims = payload(text(bytes(parts[1])));
  const signature = bytes(parts[2]);
  if (signature.length !== 64) throw new Refused("unreadable");
  const jwk = (keys.keys ?? []).find((k) => k.kid === kid && !/^(receipt|status)-/.test(kid));
  if (!jwk) throw new Refused("unknown-key");
  const use = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y }, use, false, ["verify"]);
  const signed = new TextEncoder().encode(parts[0] + "." + parts[1]);
  if (!(await crypto.subtle.verify(use, key, signature, signed))) throw new Refused("altered");
  const at = claims.issued.getTime();
  if (!(at >= jwk.nbf * 1000 && at < jwk.exp * 1000)) throw new Refused("outside-days"); // a key without a period is never valid
  return claims;
}

// Only one encoding is accepted: encoding the decoded bytes must give the same text.
function header(spelled) {
  const h = parse(spelled);
  if (h === null || typeof h !== "object" || h.alg !== "ES256" || typeof h.kid !== "string") throw new Refused("unreadable");
  if (spelled !== `{"alg":"ES256","kid":${quote(h.kid)}}`) throw new Refused("unreadable");
  return h.kid;
}

function payload(spelled) {
  const list = parse(spelled);
  if (!Array.isArray(list) || list.length < 6 || list.length > 7) throw new Refused("unreadable");
  const [endorsement, certificate, number, name, from, until, declaration] = list;
  for (const one of [endorsement, certificate, number, name, ...list.slice(6)]) {
    if (typeof one !== "string") throw new Refused("unreadable");
  }
  const written = [endorsement, certificate, number, name].map(quote).concat(from, until, list.slice(6).map(quote));
  if (spelled !== `[${written.join(",")}]` || !number || declaration === "") throw new Refused("unreadable");
  if (withIndex.includes(new TextEncoder().encode(declaration).length) && !listed.test(declaration)) throw new Refused("unreadable");
  if (bytes(endorsement).length !== 16 || bytes(certificate).length !== 16) throw new Refused("unreadable");
  const claims = { endorsement, certificate, number, name, from: day(from), until: day(until), issued: moment(endorsement) };
  if (claims.until < claims.from) throw new Refused("unreadable");
  return claims;
}

function parse(spelled) {
  try {
    return JSON.parse(spelled);
  } catch {
    throw new Refused("unreadable");
  }
}

// quote writes a text as JSON the way the service does.
function quote(s) {
  if (/\p{Surrogate}/u.test(s)) throw new Refused("unreadable");
  return JSON.stringify(s).replace(/[\u2028\u2029]/g, (c) => "\\u" + c.charCodeAt(0).toString(16));
}

function bytes(part) {
  if (!/^[\w-]*$/.test(part) || part.length % 4 === 1) throw new Refused("unreadable");
  const data = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
  const again = btoa(data).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (again !== part) throw new Refused("unreadable");
  return Uint8Array.from(data, (c) => c.charCodeAt(0));
}

function text(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new Refused("unreadable");
  }
}

// day reads 20211019 as 2021-10-19.
function day(n) {
  const s = String(n).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  const d = new Date(s + "T00:00:00Z");
  if (!Number.isInteger(n) || n < 10000101 || s.length !== 10 || Number.isNaN(d.getTime()) || d.toISOString().slice(0, 10) !== s) {
    throw new Refused("unreadable");
  }
  return s;
}

// moment returns the time in a ULID: its first 48 bits, milliseconds since 1970.
function moment(id) {
  return new Date(bytes(id).slice(0, 6).reduce((sum, b) => sum * 256 + b, 0));
}

// The keys may come with grammars of kinds that the service has had since this page was kept.
function judge(claims, question, today, grammars) {
  const asOf = question.asOf || today;
  const on = asOf < today ? asOf : today;
  const row = (check, result, reason) => ({ check, result, reason });
  const asked = (value, check, reason) => (value ? row(check, "unknown", reason) : row(check, "not-asked", "omitted"));
  const checks = [
    row("integrity", "pass", "fine"),
    row("issuer", "pass", "fine"),
    grammarOf(claims.number, grammars) ? row("numbers", "pass", "fine") : row("numbers", "fail", "wrong-number"),
    row("certificate", "unknown", "unreachable"),
    on > claims.until ? row("copy", "fail", "expired") : on < claims.from ? row("copy", "fail", "not-yet") : row("copy", "unknown", "unreachable"),
    asked(question.specialty, "specialty", "unreachable"),
    asked(question.purpose || question.recipient, "purpose", "undeclared"),
    !question.asOf ? row("reliance", "not-asked", "omitted")
      : asOf < claims.from ? row("reliance", "fail", "not-yet")
        : asOf > claims.until ? row("reliance", "fail", "not-on-that-day") : row("reliance", "unknown", "unreachable"),
    row("freshness", "unknown", "offline"),
    ...(question.printed ? [row("printed", "unknown", "unreachable")] : []),
    row("paper", "not-asked", "sign-by-hand"),
  ];
  const failed = checks.some((c) => c.result === "fail" && c.check !== "numbers");
  const code = { expired: 22, "not-yet": 23 }[checks[4].reason] ?? 0;
  return { verdict: failed ? "invalid" : "unknown", code, checks, claims };
}
