import { count, drawn, room } from './room.js';

// The width for which ofd.js draws a page at 3.8 pixels a millimetre: it draws pictures at 96 dpi at any width.
const WIDTH = 808;

const parse = (file) => new Promise((success, fail) => ofd.parseOfdDocument({ ofd: file, success, fail }));

async function draw(number) {
  const file = new File([await (await fetch(`/files/${number}`)).blob()], 'certificate.ofd');
  const [page] = ofd.renderOfd(WIDTH, (await parse(file))[0]);
  page.style.position = 'absolute';
  page.style.margin = '0';
  room(page, number);
  await Promise.all([...page.querySelectorAll('image')].map((image) => image.decode()));
  return page;
}

await document.fonts.load('16px SimSun', '证');
const pages = [];
for (let number = 0; number < count; number++) pages.push(await draw(number).catch(() => null));
await document.fonts.ready;
drawn(pages);
