// The worker that draws pages of a PDF with pdf.js, all of which runs in it: nothing that a file makes it do holds the
// page up, and the policy of this worker allows no request. The message {file} opens a file or its bytes and is
// answered with {pages}; {page} draws a page and is answered with {page, width, height, bytes}, a byte of grey for each
// pixel. What fails is answered with {error}.

const modules = ["{{pdf}}", "{{pdf.worker}}"]; // of pdf.js; "" in a build without it
const side = 3300; // pixels of the longer side: what scan.Find searches codes at
const finest = 600 / 72; // pixels for each 1/72 inch, at most
const largest = 36 * 1024 * 1024; // pixels of one picture, as scan's bound
globalThis.window = globalThis; // without it pdf.js takes this for a worker of its own and answers the page
let opened = null; // the file, as pdf.js has it
let lost = false; // whether a picture of the page could not be decoded
let lostForAll = false; // whether one that may stand on several pages could not be

// Canvases makes the canvases that pdf.js draws on besides the page's.
class Canvases {
  create(width, height) {
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  reset({ canvas }, width, height) {
    canvas.width = width;
    canvas.height = height;
  }

  destroy({ canvas }) {
    canvas.width = canvas.height = 0;
  }
}

// Filters stands for those that pdf.js makes of a document's elements, which a worker has none of.
class Filters {
  addFilter() { return "none"; }
  addAlphaFilter() { return "none"; }
  addLuminosityFilter() { return "none"; }
  addHCMFilter() { return "none"; }
  addHighlightHCMFilter() { return "none"; }
  destroy() {}
}

async function open(file) {
  if (!modules[0] || !globalThis.OffscreenCanvas) throw new Error("no pdf.js here");
  const [{ getDocument }] = await Promise.all(modules.map((name) => import("/v/" + name)));
  const data = new Uint8Array(await new Response(file).arrayBuffer());
  opened = await getDocument({
    data, CanvasFactory: Canvases, FilterFactory: Filters, maxImageSize: largest, stopAtErrors: true, verbosity: 0,
    disableFontFace: true, isEvalSupported: false, isImageDecoderSupported: false, isOffscreenCanvasSupported: false, useSystemFonts: false, useWorkerFetch: false,
  }).promise;
  return { pages: opened.numPages };
}

// watch calls a function when pdf.js could not decode a picture: it leaves out what is missing and says nothing.
function watch(objects, lose) {
  const { resolve } = objects;
  objects.resolve = (id, data = null) => {
    if (!data || isShort(data)) lose();
    resolve.call(objects, id, data);
  };
}

// isShort reports whether a picture has less bytes than pixels: of one bit each, of three bytes or of four.
function isShort({ kind, width, height, data }) {
  const row = [0, (width + 7) >> 3, 3 * width, 4 * width][kind];
  return row > 0 && data && data.length < row * height;
}

async function draw(number) {
  const page = await opened.getPage(number);
  lost = false;
  watch(page.objs, () => { lost = true; });
  watch(page.commonObjs, () => { lostForAll = true; });
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(side / Math.max(width, height), finest) });
  const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  await page.render({ canvasContext: pen, viewport, intent: "print", annotationMode: 0, background: "#fff" }).promise;
  page.cleanup();
  if (lost || lostForAll) throw new Error("a picture could not be decoded");
  return { page: number, width: canvas.width, height: canvas.height, bytes: greyOf(pen.getImageData(0, 0, canvas.width, canvas.height)) };
}

function greyOf({ data, width, height }) {
  const bytes = new Uint8Array(width * height);
  for (let i = 0; i < bytes.length; i++) bytes.fill((data[4 * i] * 77 + data[4 * i + 1] * 151 + data[4 * i + 2] * 28) >> 8, i, i + 1);
  return bytes;
}

onmessage = async ({ data: { file, page } }) => {
  try {
    const answer = await (file ? open(file) : draw(page));
    postMessage(answer, answer.bytes ? [answer.bytes.buffer] : []);
  } catch (cause) {
    postMessage({ error: String(cause) });
  }
};
