// Draws pages that cmd/desk cannot read, with pdf.js in a worker of its own, which may send nothing anywhere.

import { scriptAddress } from "./script.js";

const patience = 60_000; // milliseconds for one file
const patienceOfPage = 20_000;
const most = 300; // pages of one file
const ends = new Set(); // each ends what is being drawn of a file

/**
 * drawPages draws pages of a PDF, given as a file or its bytes. choose is called with the number of its pages and
 * returns which to draw; take is called with each as {page, width, height, bytes}. A page that cannot be drawn is left
 * out; the drawing ends where a page takes too long, or when the time is over.
 */
export async function drawPages(file, choose, take) {
  const worker = new Worker(scriptAddress("/v/drawworker.js"), { type: "module" });
  let end;
  const ended = new Promise((resolve, reject) => { end = (why) => reject(new Error(why)); });
  ended.catch(() => {});
  ends.add(end);
  worker.onerror = (event) => {
    event.preventDefault();
    end(event.message || "no worker");
  };
  const ask = async (message) => {
    const timer = setTimeout(() => end("a page takes too long"), patienceOfPage);
    const answered = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
    worker.postMessage(message);
    try {
      return await Promise.race([ended, answered]);
    } finally {
      clearTimeout(timer);
    }
  };
  const timer = setTimeout(() => end("the time is over"), patience);
  try {
    const { pages, error } = await ask({ file });
    if (error) throw new Error(error);
    for (const page of (await choose(pages)).slice(0, most)) {
      const drawn = await ask({ page });
      if (drawn.error) console.info(`page ${page}: ${drawn.error}`);
      else await take(drawn);
    }
  } finally {
    clearTimeout(timer);
    ends.delete(end);
    worker.terminate();
  }
}

/** stopDrawing ends what is being drawn. */
export function stopDrawing() {
  for (const end of ends) end("stopped");
}
