import { count, drawn, room } from './room.js';
import { getDocument, GlobalWorkerOptions } from '/pdf.mjs';

GlobalWorkerOptions.workerSrc = '/pdf.worker.mjs';

async function draw(number) {
  const file = await getDocument({ url: `/files/${number}` }).promise;
  const page = await file.getPage(1);
  const viewport = page.getViewport({ scale: 96 / 72 });
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  room(canvas, number);
  await page.render({ canvasContext: canvas.getContext('2d'), viewport }).promise;
  return canvas;
}

const pages = [];
for (let number = 0; number < count; number++) pages.push(await draw(number).catch(() => null));
drawn(pages);
