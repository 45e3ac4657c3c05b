// A button that copies a text and shows whether that worked.

import {element} from './element.js';
import {say} from './language.js';

export async function copyText(button, text) {
  button.textContent = say(await write(button, text) ? 'copied' : 'notCopied');
}

async function write(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return select(button, text);
  }
}

// select copies as browsers without a clipboard do: from a field, which stands beside the button
// meanwhile.
function select(button, text) {
  const place = element('textarea', {readonly: true, 'aria-hidden': 'true'}, text);
  button.after(place);
  place.select();
  place.setSelectionRange(0, text.length);
  const done = document.execCommand('copy');
  place.remove();
  button.focus();
  return done;
}
