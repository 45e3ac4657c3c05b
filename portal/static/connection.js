// A network that comes and goes: what may be repeated is repeated, and the page says so.

import {element} from './element.js';
import {say} from './language.js';

const pauses = [1000, 2000, 4000, 8000]; // milliseconds before each further try

const line = element('p', {class: 'lost', role: 'status', hidden: true});
let waiting = 0;

function tell(text) {
  if (!line.isConnected) document.body.append(line);
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  (dialog ?? document.body).append(line); // what is outside a dialog cannot be seen
  line.textContent = text;
  line.hidden = !text;
}

// persist repeats attempt as long as no answer comes, up to a limit; then it throws what
// the last try threw. Whatever is not a lost network is thrown at once.
export async function persist(attempt) {
  for (let n = 0; ; n++) {
    try {
      return await attempt();
    } catch (trouble) {
      if (!(trouble instanceof TypeError) || n === pauses.length) throw trouble;
      await pause(pauses[n], n + 1);
    }
  }
}

// pause ends after so long, or as soon as the network is said to be back.
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
