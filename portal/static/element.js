// Elements are made from text and other elements only, never from markup.

// element makes an element. An attribute that is a function listens to the event of that name;
// attributes and children that are false, null or undefined are left out.
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter(c => c !== false && c !== null && c !== undefined));
  return made;
}

// quoted puts words of the holder or of a verifier into 「」. Similar brackets inside become 『』, and
// several blanks become one.
export function quoted(words = '') {
  const text = words.replace(/\s+/g, ' ').trim();
  return text && `「${text.replace(/[「｢﹁⌈⌜⎡┌┏╔]/g, '『').replace(/[」｣﹂⌋⌟⎦┘┛╝]/g, '』')}」`;
}

// chinese is a text that is Chinese on an English page too: the manual's words, names.
export const chinese = text => element('span', {lang: 'zh-CN'}, text);

// fullWidth returns a Chinese sentence with its punctuation as it is printed (GB/T 15834): the manual's
// sentences have half-width marks. A mark that touches no Chinese character stays.
export function fullWidth(text = '') {
  const wide = {',': '，', '!': '！', ':': '：', ';': '；', '?': '？'};
  return text
    .replace(/"([^"]*[\u3400-\u9fff][^"]*)"/g, '“$1”')
    .replace(/([\u3400-\u9fff”）》」])([,!:;?])/g, (_, before, mark) => before + wide[mark])
    .replace(/([,!:;?])(?=[\u3400-\u9fff“（《「])/g, mark => wide[mark]);
}

// sentence is a sentence of the manual or of the service, as it is printed.
export const sentence = text => chinese(fullWidth(text));

// initial is the first character of a name with the marks that belong to it.
export const initial = (name = '') => name.trim().match(/^\P{M}\p{M}*/u)?.[0] ?? '';

// fold is a part of a page that is opened by its title.
export function fold(title, content, open = false) {
  return element('details', {class: 'fold', open}, element('summary', null, title), content);
}

// pairs is a list of terms and values; a pair without a value is left out.
export function pairs(list, attributes) {
  return element('dl', {class: 'pairs', ...attributes}, list
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
    .map(([term, value]) => [element('dt', null, term), element('dd', null, value)]));
}

// field is a label with its input, a hint, and a place for an error.
let fields = 0;
export function field(label, input, hint) {
  const id = `field-${++fields}`;
  input.id = id;
  const wrong = element('p', {class: 'wrong', id: `${id}-wrong`, hidden: true});
  const below = hint && element('p', {class: 'hint', id: `${id}-hint`}, hint);
  input.setAttribute('aria-describedby', `${below ? `${id}-hint ` : ''}${id}-wrong`);
  return element('div', {class: 'field'}, element('label', {for: id}, label), input, below, wrong);
}

// busy runs the work of a button; pressing the button again meanwhile does nothing.
export async function busy(button, work) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  button.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    button.removeAttribute('aria-busy');
    button.removeAttribute('aria-disabled');
  }
}
