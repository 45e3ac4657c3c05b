// Requests that may be repeated are repeated when the network is lost, and the page says so.

import {element} from './element.js';
import {say} from './language.js';
import {Unreachable} from './request.js';

const pauses = [1000, 2000, 4000, 8000]; // milliseconds before each further try

const line = element('p', {class: 'lost', role: 'status', hidden: true});
let waiting = 0;

function tell(text) {
  if (!line.isConnected) document.body.append(line);
  const dialogs = document.querySelectorAll('dialog[open]');
  (dialogs[dialogs.length - 1] ?? document.body).append(line); // a modal dialog covers the rest of the page
  line.textContent = text;
  line.hidden = !text;
}

// persist repeats attempt, up to a limit, while the network is lost; then it throws the last error.
// Any other error is thrown at once.
export async function persist(attempt) {
  for (let n = 0; ; n++) {
    try {
      return await attempt();
    } catch (trouble) {
      if (!(trouble instanceof Unreachable) || n === pauses.length) throw trouble;
      await pause(pauses[n], n + 1);
    }
  }
}

// pause ends after some time, or as soon as the browser reports that the network is back.
async function pause(milliseconds, n) {
  waiting++;
  tell(say('networkRetry', {n, of: pauses.length}));
  await new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
  });
  if (--waiting === 0) tell('');
}
