// Pictures that the browser decodes and cmd/desk does not: WebP, HEIC, GIF and others.

import { say } from "./language.js";

const most = 36 * 1024 * 1024; // pixels, as scan's bound
const head = 64 * 1024; // bytes in which a picture's size is looked for

/** isForBrowser says whether a file is such a picture. */
export const isForBrowser = (file) => /^image\/(?!jpeg|png|svg)/.test(file.type) || /\.(webp|hei[cf]|gif|bmp|avif|tiff?)$/i.test(file.name);

/**
 * greyOf returns {width, height, bytes} with a byte of grey for each pixel, {refused} for a picture that is too large to
 * be decoded, or null if the browser cannot decode the file.
 */
export async function greyOf(file) {
  try {
    const [wide, high] = sizeOf(new DataView(await new Response(file.slice(0, head)).arrayBuffer()));
    if (wide * high > most) return { refused: say("desk large", { width: wide, height: high }) };
    const picture = globalThis.createImageBitmap ? await createImageBitmap(file) : await load(file);
    try {
      return shrink(picture, picture.width, picture.height);
    } finally {
      if (picture.close) picture.close();
    }
  } catch {
    return null;
  }
}

// load decodes a picture where there is no createImageBitmap.
async function load(file) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = reject;
    reader.readAsDataURL(file); // the page's policy allows pictures in addresses, and none by an object's
  });
  const picture = new Image();
  await new Promise((resolve, reject) => {
    picture.onload = resolve;
    picture.onerror = reject;
    picture.src = reader.result;
  });
  return picture;
}

// sizeOf returns the width and height that a GIF, BMP, WebP, HEIC or AVIF states; [0, 0] where none is found.
function sizeOf(view) {
  const text = (at, length) => String.fromCharCode(...new Uint8Array(view.buffer, at, Math.min(length, view.byteLength - at)));
  if (view.byteLength < 30) return [0, 0];
  if (text(0, 4) === "GIF8") return [view.getUint16(6, true), view.getUint16(8, true)];
  if (text(0, 2) === "BM") return [view.getInt32(18, true), Math.abs(view.getInt32(22, true))];
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return sizeOfWebP(view, text(12, 4));
  return text(4, 4) === "ftyp" ? largestExtent(view, text) : [0, 0];
}

function sizeOfWebP(view, form) {
  if (form === "VP8X") return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)];
  if (form === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  const bits = view.getUint32(21, true); // VP8L
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}

// largestExtent returns the size of the largest image in a HEIF container (ISO/IEC 23008-12, ispe).
function largestExtent(view, text) {
  let found = [0, 0];
  for (let at = 8; at + 20 <= view.byteLength; at++) {
    if (view.getUint8(at) !== 0x69 || text(at, 4) !== "ispe") continue;
    const size = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size[0] * size[1] > found[0] * found[1]) found = size;
  }
  return found;
}

/** shrink draws a picture, or a video's present one, smaller if it has too many pixels. */
export function shrink(source, wide, high) {
  if (!wide || !high) return null;
  const by = Math.min(1, Math.sqrt(most / (wide * high)));
  const canvas = document.createElement("canvas");
  const width = (canvas.width = Math.max(1, Math.floor(wide * by)));
  const height = (canvas.height = Math.max(1, Math.floor(high * by)));
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(source, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const bytes = new Uint8Array(width * height);
  for (let i = 0; i < bytes.length; i++) bytes.fill((data[4 * i] * 77 + data[4 * i + 1] * 151 + data[4 * i + 2] * 28) >> 8, i, i + 1);
  canvas.width = canvas.height = 0; // lets go of its memory
  return { width, height, bytes };
}
