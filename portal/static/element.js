// Elements are made from text and other elements only, never from markup.

// element makes one. A function among the attributes listens to the event of that name;
// false, null and undefined are left out, among the children too.
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

// quoted shows words of the holder, or of whoever verified, as theirs: in 「」, whose like inside
// become 『』, and with one blank where there are several.
export function quoted(words = '') {
  const text = words.replace(/\s+/g, ' ').trim();
  return text && `「${text.replace(/[「｢﹁⌈⌜⎡┌┏╔]/g, '『').replace(/[」｣﹂⌋⌟⎦┘┛╝]/g, '』')}」`;
}

// chinese is text that stays Chinese on an English page: the manual's own words, names.
export const chinese = text => element('span', {lang: 'zh-CN'}, text);

// pairs is a list of terms and what they are; a pair without the latter is left out.
export function pairs(list, attributes) {
  return element('dl', {class: 'pairs', ...attributes}, list
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
    .map(([term, value]) => [element('dt', null, term), element('dd', null, value)]));
}

// field is a label with its input, a hint, and room for what is wrong with it.
let fields = 0;
export function field(label, input, hint) {
  const id = `field-${++fields}`;
  input.id = id;
  const wrong = element('p', {class: 'wrong', id: `${id}-wrong`, hidden: true});
  const below = hint && element('p', {class: 'hint', id: `${id}-hint`}, hint);
  input.setAttribute('aria-describedby', `${below ? `${id}-hint ` : ''}${id}-wrong`);
  return element('div', {class: 'field'}, element('label', {for: id}, label), input, below, wrong);
}

// busy runs what a button does, once at a time: a second press meanwhile does nothing.
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
