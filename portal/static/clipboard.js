// Copying by a button that says how it went.

import {say} from './language.js';

export async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say('copied');
  } catch {
    button.textContent = say('notCopied');
  }
}
