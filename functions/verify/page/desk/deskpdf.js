// A table as a PDF: each page is drawn as a picture, so that it looks everywhere as it does here, whatever
// characters the names have. It is a print, and proves nothing; the receipt is what is signed.

import { say } from "./language.js";

const [width, height] = [1754, 1240]; // A4 across, at 150 dots an inch
const margin = 80;
const size = 20; // of the type, in dots
const leading = 30;
const family = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** drawTable returns a PDF of lines above a table of columns [title, share of the width] and rows of texts. */
export async function drawTable(title, lines, columns, rows) {
  const sheet = new Sheet(columns);
  sheet.write(title, 34, 48);
  for (const line of lines) for (const part of sheet.wrap(line, width - 2 * margin)) sheet.write(part, size, leading);
  sheet.y += 16;
  sheet.head();
  for (const row of rows) sheet.row(row);
  return joinPages(await sheet.finish());
}

// Sheet draws pages of a table.
class Sheet {
  constructor(columns) {
    const total = columns.reduce((sum, [, share]) => sum + share, 0);
    this.columns = columns.map(([name, share]) => [name, (share / total) * (width - 2 * margin)]);
    this.pages = [];
    this.turn();
  }

  turn() {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    this.pages.push(canvas);
    this.pen = canvas.getContext("2d", { alpha: false });
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, width, height);
    this.pen.fillStyle = this.pen.strokeStyle = "#000";
    this.y = margin;
  }

  write(text, points, down) {
    this.pen.font = `600 ${points}px ${family}`;
    if (points === size) this.pen.font = `${points}px ${family}`;
    this.pen.fillText(text, margin, this.y + points);
    this.y += down;
  }

  // wrap breaks a text into lines of at most so many dots.
  wrap(text, most) {
    this.pen.font = `${size}px ${family}`;
    const lines = [""];
    for (const one of text) {
      if (one === "\n") {
        lines.push("");
        continue;
      }
      const line = lines[lines.length - 1];
      if (this.pen.measureText(line + one).width <= most || !line) lines[lines.length - 1] += one;
      else lines.push(one);
    }
    return lines;
  }

  head() {
    this.cells(this.columns.map(([name]) => [name]), `600 ${size}px ${family}`);
  }

  row(texts) {
    const cells = this.columns.map(([, wide], i) => this.wrap(texts[i], wide - 12));
    if (this.y + Math.max(...cells.map((lines) => lines.length)) * leading > height - margin - leading) {
      this.turn();
      this.head();
    }
    this.cells(cells, `${size}px ${family}`);
  }

  cells(cells, font) {
    this.pen.font = font;
    let x = margin;
    for (const [i, lines] of cells.entries()) {
      for (const [n, line] of lines.entries()) this.pen.fillText(line, x, this.y + size + n * leading);
      x += this.columns[i][1];
    }
    this.y += Math.max(...cells.map((lines) => lines.length)) * leading + 6;
    this.pen.fillRect(margin, this.y - 4, width - 2 * margin, 1);
  }

  // finish numbers the pages and returns each as JPEG.
  async finish() {
    const pictures = [];
    for (const [i, canvas] of this.pages.entries()) {
      const pen = canvas.getContext("2d");
      pen.font = `${size}px ${family}`;
      pen.fillText(say("desk page", { page: i + 1, pages: this.pages.length }), margin, height - margin + size);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      pictures.push(new Uint8Array(await new Response(blob).arrayBuffer()));
      canvas.width = canvas.height = 0; // lets go of its memory
    }
    return pictures;
  }
}

// joinPages writes a PDF of one picture on each page (ISO 32000-1).
function joinPages(pictures) {
  const encoder = new TextEncoder();
  const parts = [];
  const starts = [];
  let length = 0;
  const put = (part) => {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
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
    object(`<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${picture.length}>>stream\n`, picture, "\nendstream");
  }
  const table = length;
  put(`xref\n0 ${starts.length + 1}\n0000000000 65535 f \n${starts.map((at) => String(at).padStart(10, "0") + " 00000 n \n").join("")}`);
  put(`trailer<</Size ${starts.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
