// node unpack.js NODE_MODULES: unpacks each slice of Hanazono Mincho B, a .woff2, into a .ttf beside it.
const fs = require('node:fs');
const path = require('node:path');

const modules = process.argv[2];
const decompress = require(path.join(modules, 'wawoff2', 'decompress.js'));
const directory = path.join(modules, 'hanamin');
const slice = /^HanaMinB\.CJK-Unified-Ideographs-Extension-.*\.woff2$/;

(async () => {
  for (const name of fs.readdirSync(directory).filter((n) => slice.test(n))) {
    const packed = fs.readFileSync(path.join(directory, name));
    fs.writeFileSync(path.join(directory, name.replace(/woff2$/, 'ttf')), await decompress(packed));
  }
})().catch((err) => {
  console.error(String(err.message || err));
  process.exit(1);
});
