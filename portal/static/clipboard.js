// A button that copies a text and shows whether that worked.

import {say} from './language.js';

export async function copyText(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say('copied');
  } catch {
    button.textContent = say('notCopied');
  }
}
