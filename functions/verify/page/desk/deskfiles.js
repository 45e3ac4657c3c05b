// The files in what was chosen or dropped: files, and folders with all that is in them.

/** maxFiles is how many files the desk takes at once. */
export const maxFiles = 2000;

/** isArchive says whether a file is to be opened: its name says that it is a ZIP. */
export const isArchive = (file) => /\.zip$/i.test(file.name);

/** isHidden says whether a name is of what systems put beside the files. */
export const isHidden = (name) => /^(\.(?!\.?$)|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i.test(name);

/** gather returns {file, path} for each file, in the order of their paths. What cannot be read has no file. */
export async function gather(given) {
  const found = [];
  for (const one of given) await walk(one, found);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
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
    if (!some.length || all.length > maxFiles) return all.filter((one) => !isHidden(one.name));
    all.push(...some);
  }
}
