// Pictures that the browser decodes and cmd/desk does not: WebP, HEIC, GIF and others.

const most = 36 * 1024 * 1024; // pixels

/** isForBrowser says whether a file is such a picture. */
export const isForBrowser = (file) => /^image\/(?!jpeg|png|svg)/.test(file.type) || /\.(webp|hei[cf]|gif|bmp|avif|tiff?)$/i.test(file.name);

/** greyOf returns {width, height, bytes} with a byte of grey for each pixel, or null if the browser cannot decode the file. */
export async function greyOf(file) {
  try {
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
    return shrink(picture, picture.naturalWidth, picture.naturalHeight);
  } catch {
    return null;
  }
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
  return { width, height, bytes };
}
