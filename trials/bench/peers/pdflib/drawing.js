// Draws a sheet with pdf-lib, with an empty place for a signature.

import fontkit from '@pdf-lib/fontkit';
import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib';
import { SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import {
  AFRelationship, PDFDocument, appendBezierCurve, beginText, closePath, concatTransformationMatrix, drawObject, endText, fill,
  fillAndStroke, lineTo, moveText, moveTo, popGraphicsState, pushGraphicsState, setFillingRgbColor, setFontAndSize, setLineWidth,
  setStrokingRgbColor, showText, stroke,
} from 'pdf-lib';

const POINTS = 72 / 25.4;
const ROOM = 2 << 10; // bytes kept for the signature

export class Drawing {
  // pdf-lib asks fontkit for the font of every document; it is given the one that
  // was parsed at the start. Each document has its own subset of it.
  constructor(font, stamp) {
    const parsed = fontkit.create(font);
    this.fontkit = { create: () => parsed };
    this.font = font;
    this.stamp = stamp;
  }

  async draw(sheet) {
    const document = await PDFDocument.create({ updateMetadata: false });
    document.registerFontkit(this.fontkit);
    describe(document, sheet);
    const font = await document.embedFont(this.font, { subset: true });
    const page = document.addPage([sheet.width * POINTS, sheet.height * POINTS]);
    const fontName = page.node.newFontDictionary(font.name, font.ref);
    for (const item of sheet.items) {
      if (item.text) page.pushOperators(...text(sheet, item.text, font, fontName));
      else if (item.path) page.pushOperators(...path(sheet, item.path));
      else await picture(document, page, sheet, item.image, item.image.bytes);
    }
    await picture(document, page, sheet, sheet.seal, this.stamp);
    await document.attach(sheet.data, 'certificate.json', {
      mimeType: 'application/json', creationDate: sheet.at, modificationDate: sheet.at, afRelationship: AFRelationship.Data,
    });
    placeholder(document, sheet);
    return document.save();
  }
}

function describe(document, sheet) {
  document.setTitle(sheet.title);
  document.setAuthor(sheet.author);
  document.setSubject(sheet.subject);
  document.setKeywords([sheet.keywords]);
  document.setCreationDate(sheet.at);
  document.setLanguage('zh-CN');
}

// The seal lies on the page: the appearance of signpdf's field is an empty one.
function placeholder(document, sheet) {
  const { x, y, w, h } = sheet.seal;
  const box = [x, sheet.height - y - h, x + w, sheet.height - y].map((v) => v * POINTS);
  pdflibAddPlaceholder({
    pdfDoc: document, reason: 'Certificate', contactInfo: '', name: '', location: '', signingTime: sheet.at,
    signatureLength: 2 * ROOM, subFilter: SUBFILTER_ETSI_CADES_DETACHED, widgetRect: box,
  });
}

const rgb = (color) => color.map((c) => c / 255);

function text(sheet, { x, y, size, color, body }, font, fontName) {
  return [
    beginText(),
    setFillingRgbColor(...rgb(color)),
    setFontAndSize(fontName, size * POINTS),
    moveText(x * POINTS, (sheet.height - y) * POINTS),
    showText(font.encodeText(body)),
    endText(),
  ];
}

function path(sheet, shape) {
  const operators = [];
  if (shape.fill) operators.push(setFillingRgbColor(...rgb(shape.fill)));
  if (shape.stroke) operators.push(setStrokingRgbColor(...rgb(shape.stroke)), setLineWidth(shape.width * POINTS));
  for (const { op, at = [] } of shape.ops) {
    const points = at.map((v, i) => (i % 2 ? sheet.height - v : v) * POINTS);
    if (op === 'M') operators.push(moveTo(...points));
    else if (op === 'L') operators.push(lineTo(...points));
    else if (op === 'B') operators.push(appendBezierCurve(...points));
    else operators.push(closePath());
  }
  if (shape.fill && shape.stroke) operators.push(fillAndStroke());
  else operators.push(shape.fill ? fill() : stroke());
  return operators;
}

async function picture(document, page, sheet, { x, y, w, h }, bytes) {
  const image = bytes[0] === 0xff ? await document.embedJpg(bytes) : await document.embedPng(bytes);
  const name = page.node.newXObject('Image', image.ref);
  page.pushOperators(
    pushGraphicsState(),
    concatTransformationMatrix(w * POINTS, 0, 0, h * POINTS, x * POINTS, (sheet.height - y - h) * POINTS),
    drawObject(name),
    popGraphicsState(),
  );
}
