// Chinese, with English as a switch that is remembered.

import {element} from './element.js';
import {words} from './words.js';

const languages = ['zh-CN', 'en'];

export function language() {
  try {
    return languages.includes(localStorage.getItem('language')) ? localStorage.getItem('language') : 'zh-CN';
  } catch { // storage is switched off
    return document.documentElement.lang;
  }
}

export const english = () => language() === 'en';

// say returns the words for a key in the language of now, with {names} filled in.
export function say(key, values = {}) {
  const pair = words[key];
  if (!pair) throw new Error(`no words for ${key}`);
  return pair[english() ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

// period is the days from one to another, neither of them broken across lines.
export function period(from, to) {
  return [from, to].flatMap((day, i) => [i ? ` ${say('until')} ` : '', element('span', {class: 'day'}, day)]);
}

// translate writes the words into everything below root that names its key.
export function translate(root = document) {
  document.documentElement.lang = language();
  for (const at of root.querySelectorAll('[data-say]')) at.textContent = say(at.dataset.say);
  for (const at of root.querySelectorAll('[data-say-label]')) at.setAttribute('aria-label', say(at.dataset.sayLabel));
}

// switcher makes the button the language switch; changed is called after a change.
export function switcher(button, changed) {
  const show = () => {
    button.textContent = english() ? '中文' : 'English';
    button.lang = english() ? 'zh-CN' : 'en';
  };
  button.addEventListener('click', () => {
    try {
      localStorage.setItem('language', english() ? 'zh-CN' : 'en');
    } catch { /* then it lasts as long as the page */
      document.documentElement.lang = english() ? 'zh-CN' : 'en';
    }
    translate();
    show();
    changed();
  });
  show();
  translate();
}
