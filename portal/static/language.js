// Chinese, with English as a switch. A page's own words stand in words.js.

import {preferred, remembered, words} from './words.js';

const languages = ['zh-CN', 'en'];
let chosen = kept();

function kept() {
  try {
    const language = remembered && localStorage.getItem('language');
    return languages.includes(language) ? language : preferred;
  } catch { // storage is switched off
    return preferred;
  }
}

// language is the chosen language, as in Accept-Language.
export const language = () => chosen;

export const english = () => chosen === 'en';

// The words of a part that is loaded later.
const added = new Map();

// addWords adds the words of such a part.
export function addWords(more) {
  for (const [key, pair] of Object.entries(more)) added.set(key, pair);
}

// say returns the words for a key in the chosen language, with {names} filled in.
export function say(key, values = {}) {
  const pair = words[key] ?? added.get(key);
  if (!pair) throw new Error(`no words for ${key}`);
  return pair[english() ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

// translate writes the words into every element that names a key.
export function translate() {
  document.documentElement.lang = chosen;
  for (const at of document.querySelectorAll('[data-say]')) at.textContent = say(at.dataset.say);
  for (const at of document.querySelectorAll('[data-say-label]')) at.setAttribute('aria-label', say(at.dataset.sayLabel));
}

// switcher makes the button the language switch; changed is called after a change.
export function switcher(button, changed) {
  const show = () => {
    button.textContent = english() ? '中文' : 'English';
    button.lang = english() ? 'zh-CN' : 'en';
    translate();
  };
  button.addEventListener('click', () => {
    chosen = english() ? 'zh-CN' : 'en';
    try {
      if (remembered) localStorage.setItem('language', chosen);
    } catch { /* then it lasts as long as the page */ }
    show();
    changed();
  });
  show();
}
