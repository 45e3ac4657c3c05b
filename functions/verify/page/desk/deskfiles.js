// The files in what was chosen or dropped: files, and folders with all that is in them.

/** maxFiles is how many files the desk takes at once. */
export const maxFiles = 2000;

/** isArchive says whether a file is to be opened: its path says that it is a ZIP. */
export const isArchive = (path) => /\.zip$/i.test(path);

/** isSystemFile says whether a path is that of a file which a system puts beside those of people: only such files are passed over. */
export const isSystemFile = (path) => /(^|\/)__MACOSX(\/|$)/.test(path) || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path);

/** byPath orders what has a path. */
export const byPath = (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** gather returns {path, read} for each file, in the order of their paths, and how many were passed over. read returns the file, or null if it cannot be read. */
export async function gather(given) {
  const found = [];
  for (const one of given) await walk(one, found);
  const listed = found.filter(({ path }) => !path.includes("/") || !isSystemFile(path.slice(path.indexOf("/") + 1))); // what was chosen itself is listed
  return { found: listed.sort(byPath), passedOver: found.length - listed.length };
}

async function walk(one, found) {
  if (one instanceof File) found.push({ path: one.webkitRelativePath || one.name, read: () => one });
  else if (one.isDirectory) for (const inner of await list(one)) await walk(inner, found);
  else found.push({ path: one.fullPath.replace(/^\//, ""), read: () => new Promise((resolve) => one.file(resolve, () => resolve(null))) });
}

// list returns all entries of a folder; a reader hands out at most a hundred at a time.
async function list(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return all;
    all.push(...some);
  }
}
