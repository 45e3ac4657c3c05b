// 适老版: larger type and fewer choices on a page. The choice is remembered in this browser, for every
// page of the service.

import {say} from './language.js';

let large = kept();

function kept() {
  try {
    return localStorage.getItem('mode') === 'large';
  } catch { // storage is switched off
    return false;
  }
}

// isLarge says whether 适老版 is chosen.
export const isLarge = () => large;

// modeSwitch makes the button the switch between 适老版 and 标准版; changed is called after a change.
export function modeSwitch(button, changed = () => {}) {
  const show = () => {
    document.documentElement.classList.toggle('large', large);
    button.dataset.say = large ? 'ordinaryType' : 'largeType'; // so that it follows the language
    button.textContent = say(button.dataset.say);
  };
  button.addEventListener('click', () => {
    large = !large;
    try {
      localStorage.setItem('mode', large ? 'large' : 'ordinary');
    } catch { /* then it lasts as long as the page */ }
    show();
    changed();
  });
  show();
}
