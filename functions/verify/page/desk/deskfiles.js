// The files in what was chosen or dropped: files, and folders with all that is in them.

/** maxFiles is how many files the desk takes at once. */
export const maxFiles = 2000;

/** isArchive says whether a file is to be opened: its name says that it is a ZIP. */
export const isArchive = (file) => /\.zip$/i.test(file.name);

/** isSystemFile says whether a path is that of a file which a system puts beside those of people: only such files are passed over. */
export const isSystemFile = (path) => /(^|\/)__MACOSX(\/|$)/.test(path) || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path);

/** gather returns {file, path} for each file, in the order of their paths, and how many were passed over. What cannot be read has no file. */
export async function gather(given) {
  const found = [];
  for (const one of given) await walk(one, found);
  const listed = found.filter(({ path }) => !path.includes("/") || !isSystemFile(path.slice(path.indexOf("/") + 1))); // what was chosen itself is listed
  return { found: listed.sort((a, b) => (a.path < b.path ? -1 : 1)), passedOver: found.length - listed.length };
}

async function walk(one, found) {
  if (found.length > maxFiles) return;
  if (one instanceof File) found.push({ file: one, path: one.webkitRelativePath || one.name });
  else if (one.isDirectory) for (const inner of await list(one)) await walk(inner, found);
  else found.push({ file: await fileOf(one), path: one.fullPath.replace(/^\//, "") });
}

// fileOf returns the file of an entry, or null if it cannot be read.
const fileOf = (entry) => new Promise((resolve) => entry.file(resolve, () => resolve(null)));

// list returns all entries of a folder; a reader hands out at most a hundred at a time.
async function list(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length || all.length > maxFiles) return all;
    all.push(...some);
  }
}
