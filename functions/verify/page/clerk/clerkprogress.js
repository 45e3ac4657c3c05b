// What this browser remembers of a table that is being reported, so that it can be continued after the page
// was closed: which of its rows the service has answered, and how. The rows themselves are not kept, nor
// is the key.

const prefix = "jiazhu-clerk ";
const kept = 5; // tables

/** digestOf returns what names a table with its pictures: another table, type or picture has another one. */
export async function digestOf(file, kind, pictures) {
  const list = pictures.map(({ path, file: { size, lastModified } }) => `${path} ${size} ${lastModified}`).sort();
  const digest = await crypto.subtle.digest("SHA-256", await new Response(file).arrayBuffer());
  const all = new TextEncoder().encode(JSON.stringify([hex(digest), kind, list]));
  return hex(await crypto.subtle.digest("SHA-256", all));
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** load returns the progress of a table: {rows} is a map of the answers by the row's index, {reports} a list. */
export function load(digest) {
  try {
    const found = JSON.parse(localStorage.getItem(prefix + digest));
    if (found) return { rows: new Map(found.rows), reports: found.reports };
  } catch { /* storage is switched off, or holds something else */ }
  return { rows: new Map(), reports: [] };
}

/** keep remembers the progress of a table, and forgets the oldest of others. Without storage nothing is remembered. */
export function keep(digest, { rows, reports }) {
  try {
    localStorage.setItem(prefix + digest, JSON.stringify({ rows: [...rows], reports, at: Date.now() }));
    const all = Object.keys(localStorage).filter((key) => key.startsWith(prefix))
      .sort((a, b) => JSON.parse(localStorage.getItem(b)).at - JSON.parse(localStorage.getItem(a)).at);
    for (const key of all.slice(kept)) localStorage.removeItem(key);
  } catch { /* then the rows are sent again, and are unchanged */ }
}

/** forget forgets a table. */
export function forget(digest) {
  try {
    localStorage.removeItem(prefix + digest);
  } catch { /* there is nothing */ }
}
