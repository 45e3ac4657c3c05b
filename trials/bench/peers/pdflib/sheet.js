// The laid-out certificates, as the runner wrote them: lengths in millimetres from
// the top left corner, y downwards, colours in sRGB.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function sheet(folder) {
  const page = JSON.parse(readFileSync(join(folder, 'page.json'), 'utf8'));
  page.data = readFileSync(join(folder, 'certificate.json'));
  page.at = new Date(page.at);
  for (const { image } of page.items) {
    if (image) image.bytes = readFileSync(join(folder, image.file));
  }
  return page;
}

export function allSheets(inputs) {
  const names = readdirSync(inputs).filter((name) => name.startsWith('case-'));
  return names.sort().map((name) => sheet(join(inputs, name)));
}
