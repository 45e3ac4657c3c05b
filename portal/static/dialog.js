// Dialogs are the browser's own, where it has them: it keeps the focus inside, closes on Escape and
// gives the focus back.

import {element} from './element.js';
import {say} from './language.js';
import {showModal} from './modal.js';

let dialogs = 0;

// open shows a dialog, with the focus on its title, and returns it. Its promise `closed` resolves when
// the dialog is closed. If the focus cannot return to where it was, the page's heading gets it.
export function open(title, content, attributes) {
  const id = `dialog-${++dialogs}`;
  const inside = element('div', {class: 'inside'}, content);
  const dialog = element('dialog', {'aria-labelledby': id, ...attributes},
    element('header', {role: 'presentation'}, // the page's head is another
      element('h2', {id, tabindex: '-1'}, title),
      element('button', {type: 'button', class: 'plain', 'aria-label': say('close'), click: () => dialog.close()}, '✕')),
    inside);
  dialog.inside = inside;
  dialog.closed = new Promise(resolve => dialog.addEventListener('close', () => {
    dialog.remove();
    if (document.activeElement === document.body) document.querySelector('main h1')?.focus();
    resolve();
  }));
  document.body.append(dialog);
  if (dialog.showModal) dialog.showModal();
  else showModal(dialog);
  dialog.querySelector('h2').focus();
  return dialog;
}

// closeAll closes every dialog.
export function closeAll() {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
}
