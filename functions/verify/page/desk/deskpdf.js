// A table as a PDF: each page is drawn as a picture, so that it looks everywhere as it does here, whatever
// characters the names have. It is a print, and proves nothing; the receipt is what is signed.

import { say } from "./language.js";

const [width, height] = [1754, 1240]; // A4 across, at 150 dots an inch
const margin = 80;
const size = 20; // of the type, in dots
const leading = 30;
const family = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

const bottom = height - margin - leading; // of the last row on a page

/**
 * drawTable returns a PDF of lines above a table of columns [title, share of the width] and rows of texts. drawn is
 * called with each page's number and how many there are; false from it ends the drawing, and null is returned.
 */
export async function drawTable(title, lines, columns, rows, drawn) {
  const layout = new Layout(columns);
  layout.write(title, 34, 48);
  for (const line of lines) for (const part of layout.wrap(line, width - 2 * margin)) layout.write(part, size, leading);
  layout.y += 16;
  layout.head();
  for (const row of rows) layout.row(row);
  const pictures = await drawPages(layout.pages, drawn);
  return pictures && joinPages(pictures);
}

// Layout puts a table on pages. A page is a list of texts [text, x, y, points, whether bold] and of rules [y].
class Layout {
  constructor(columns) {
    const total = columns.reduce((sum, [, share]) => sum + share, 0);
    this.columns = columns.map(([name, share]) => [name, (share / total) * (width - 2 * margin)]);
    this.pen = document.createElement("canvas").getContext("2d");
    this.pen.font = `${size}px ${family}`;
    this.widths = new Map(); // of characters
    this.pages = [];
    this.turn();
  }

  turn() {
    this.page = [];
    this.pages.push(this.page);
    this.y = margin;
  }

  write(text, points, down) {
    if (this.y + down > height - margin) this.turn();
    this.page.push([text, margin, this.y + points, points, points !== size]);
    this.y += down;
  }

  widthOf(one) {
    if (!this.widths.has(one)) this.widths.set(one, this.pen.measureText(one).width);
    return this.widths.get(one);
  }

  // wrap breaks a text into lines of at most so many dots.
  wrap(text, most) {
    const lines = [""];
    let wide = 0;
    for (const one of text) {
      const more = one === "\n" ? 0 : this.widthOf(one);
      if (one === "\n" || (wide && wide + more > most)) {
        lines.push("");
        wide = 0;
      }
      if (one !== "\n") lines[lines.length - 1] += one;
      wide += more;
    }
    return lines;
  }

  head() {
    this.cells(this.columns.map(([name]) => [name]), true);
  }

  // row writes a row, and goes on with it on the next page where it is longer than one.
  row(texts) {
    let cells = this.columns.map(([, wide], i) => this.wrap(texts[i], wide - 12));
    const count = () => Math.max(...cells.map((lines) => lines.length));
    while (this.y + count() * leading > bottom) {
      const fit = Math.floor((bottom - this.y) / leading);
      if (count() * leading > bottom - 2 * margin && fit > 0) {
        this.cells(cells.map((lines) => lines.slice(0, fit)));
        cells = cells.map((lines) => lines.slice(fit));
      }
      this.turn();
      this.head();
    }
    this.cells(cells);
  }

  cells(cells, isBold) {
    let x = margin;
    for (const [i, lines] of cells.entries()) {
      for (const [n, line] of lines.entries()) this.page.push([line, x, this.y + size + n * leading, size, isBold]);
      x += this.columns[i][1];
    }
    this.y += Math.max(...cells.map((lines) => lines.length)) * leading + 6;
    this.page.push([this.y - 4]);
  }
}

// drawPages draws pages one after another on one canvas, and returns each as JPEG; null where drawn ends it.
async function drawPages(pages, drawn) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { alpha: false });
  const pictures = [];
  try {
    for (const [i, page] of pages.entries()) {
      if (drawn(i + 1, pages.length) === false) return null;
      draw(pen, [...page, [say("desk page", { page: i + 1, pages: pages.length }), margin, height - margin + size, size, false]]);
      pictures.push(await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.85)));
    }
  } finally {
    canvas.width = canvas.height = 0; // lets go of its memory
  }
  return pictures;
}

function draw(pen, page) {
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#000";
  for (const [text, x, y, points, isBold] of page) {
    if (typeof text === "number") {
      pen.fillRect(margin, text, width - 2 * margin, 1);
      continue;
    }
    pen.font = `${isBold ? "600 " : ""}${points}px ${family}`;
    pen.fillText(text, x, y);
  }
}

// joinPages writes a PDF of one picture on each page (ISO 32000-1). The pictures stay where the browser keeps them.
function joinPages(pictures) {
  const encoder = new TextEncoder();
  const parts = [];
  const starts = [];
  let length = 0;
  const put = (part) => {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    parts.push(bytes);
    length += bytes.size ?? bytes.length;
  };
  const object = (...content) => {
    starts.push(length);
    put(`${starts.length} 0 obj\n`);
    for (const part of content) put(part);
    put("\nendobj\n");
  };
  put("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
  object("<</Type/Catalog/Pages 2 0 R>>");
  object(`<</Type/Pages/Count ${pictures.length}/Kids[${pictures.map((_, i) => `${3 + 3 * i} 0 R`).join(" ")}]>>`);
  for (const [i, picture] of pictures.entries()) {
    const n = 3 + 3 * i;
    object(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 841.89 595.28]/Contents ${n + 1} 0 R/Resources<</XObject<</P ${n + 2} 0 R>>>>>>`);
    const drawing = "841.89 0 0 595.28 0 0 cm /P Do";
    object(`<</Length ${drawing.length}>>stream\n${drawing}\nendstream`);
    object(`<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${picture.size}>>stream\n`, picture, "\nendstream");
  }
  const table = length;
  put(`xref\n0 ${starts.length + 1}\n0000000000 65535 f \n${starts.map((at) => String(at).padStart(10, "0") + " 00000 n \n").join("")}`);
  put(`trailer<</Size ${starts.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
