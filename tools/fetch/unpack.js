// node - <decoder> <folder>: unpacks each .woff2 of the folder into a .ttf beside it.
const fs = require('node:fs');
const path = require('node:path');

const [decoder, folder] = process.argv.slice(2);
const decompress = require(path.join(decoder, 'decompress.js'));

(async () => {
  for (const name of fs.readdirSync(folder).filter((n) => n.endsWith('.woff2'))) {
    const packed = fs.readFileSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name.replace(/woff2$/, 'ttf')), await decompress(packed));
  }
})().catch((err) => {
  console.error(String(err.message || err));
  process.exit(1);
});
