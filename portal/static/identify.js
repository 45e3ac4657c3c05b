// 实名身份认证: the QR code, the number to enter on the phone, and the state
// (使用手册 §1.2, §2.2). On a phone the link to the app comes first.

import {copyText} from './clipboard.js';
import {open} from './dialog.js';
import {busy, chinese, element, fullWidth} from './element.js';
import {say} from './language.js';
import {put} from './problem.js';
import {call, now, Problem} from './service.js';
import * as session from './session.js';
import {appLink} from './site.js';

let running = null; // at most one dialog is open

// byTouch returns whether the page is on a phone or a tablet, where the app can be too.
const byTouch = () => matchMedia('(pointer: coarse)').matches;

// identify shows the dialog and returns whether the session is identified when it closes.
export function identify(page) {
  running = running ?? ask(page).finally(() => { running = null; });
  return running;
}

async function ask(page) {
  const parts = byTouch() ? buildForTouch() : build();
  const dialog = open(page.portal.identifyTitle(), parts.root, {class: 'identify'});
  let verified = false;
  let timer = 0;
  let beat = 0;
  let challenge = null;

  const stop = () => { clearTimeout(timer); clearInterval(beat); };

  function show(state) {
    parts.root.dataset.state = state;
    parts.status.textContent = say(`qr-${state}`);
    parts.over.textContent = ['pending', 'opening'].includes(state) ? '' : say(`qrOver-${state}`);
    parts.digits.hidden = !['pending', 'scanned'].includes(state);
    parts.here.hidden = parts.copy.hidden = state !== 'pending';
    if (parts.code) parts.code.hidden = state === 'scanned' || state === 'verified';
    parts.refresh.hidden = !['rejected', 'expired', 'failed'].includes(state);
    parts.refresh.classList.toggle('main', !parts.refresh.hidden);
  }

  function tick() {
    const left = Math.max(0, Math.ceil((Date.parse(challenge.expiresAt) - now()) / 1000));
    parts.left.textContent = say('secondsLeft', {seconds: left});
    if (left === 0) {
      stop();
      parts.left.textContent = '';
      look(); // the service decides whether it has expired
    }
  }

  function run() {
    put(parts.trouble, null);
    stop();
    beat = setInterval(tick, 500);
    tick();
  }

  async function begin() {
    stop();
    put(parts.trouble, null);
    parts.left.textContent = '';
    show('opening');
    const before = kept();
    try {
      challenge = before ?? await call('POST', '/v1/identity/challenges', {body: {}});
    } catch (problem) {
      return fail(problem);
    }
    session.keepChallenge(challenge);
    parts.prompt.textContent = fullWidth(challenge.prompt);
    parts.image.src = `data:image/svg+xml,${encodeURIComponent(challenge.qr.svg)}`;
    parts.number.textContent = challenge.number;
    parts.here.href = challenge.qr.text;
    appLink(challenge.qr.text).then(address => { parts.here.href = address; });
    show('pending');
    run();
    if (before) look();
    else lookAfter(challenge);
  }

  // lookAfter waits as long as an answer says. A page that nobody sees waits until it is shown again.
  function lookAfter(answer) {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, answer.pollAfterMs);
  }

  async function look() {
    clearTimeout(timer);
    const mine = challenge;
    if (!dialog.open) return;
    let answer;
    try {
      answer = await call('GET', `/v1/identity/challenges/${encodeURIComponent(mine.challenge)}`);
    } catch (problem) {
      return fail(problem);
    }
    if (mine !== challenge || !dialog.open) return;
    if (parts.root.dataset.state === 'failed') run(); // the network is back
    if (answer.state !== parts.root.dataset.state) show(answer.state);
    if (answer.state === 'pending' || answer.state === 'scanned') {
      lookAfter(answer);
      return;
    }
    stop();
    session.keepChallenge();
    parts.left.textContent = '';
    if (answer.problem) put(parts.trouble, answer.problem);
    if (answer.state === 'verified') {
      verified = true;
      setTimeout(() => dialog.close(), 900);
    } else {
      parts.refresh.focus();
    }
  }

  function fail(problem) {
    if (!(problem instanceof Problem)) throw problem;
    stop();
    if (problem.code !== 'network') session.keepChallenge(); // without the network it goes on
    parts.left.textContent = '';
    show('failed');
    put(parts.trouble, problem);
  }

  const looking = () => {
    if (document.hidden) clearTimeout(timer);
    else if (kept() && ['pending', 'scanned', 'failed'].includes(parts.root.dataset.state)) look();
  };
  document.addEventListener('visibilitychange', looking);
  addEventListener('pageshow', looking);
  parts.refresh.addEventListener('click', () => busy(parts.refresh, begin));
  parts.copy.addEventListener('click', () => copyText(parts.copy, challenge.qr.text));
  begin();
  await dialog.closed;
  stop();
  document.removeEventListener('visibilitychange', looking);
  removeEventListener('pageshow', looking);
  return verified;
}

// kept returns the identification that was begun before the page was loaded again, while it lasts.
function kept() {
  const challenge = session.challenge();
  return challenge && Date.parse(challenge.expiresAt) > now() ? challenge : null;
}

function makeParts() {
  const p = {
    prompt: chinese(''),
    image: element('img', {alt: say('qr')}),
    over: element('p', {class: 'over', 'aria-hidden': 'true'}),
    number: element('strong', {class: 'number'}),
    left: element('p', {class: 'soft', role: 'timer'}),
    status: element('p', {role: 'status', class: 'state'}),
    refresh: element('button', {type: 'button'}, say('refreshCode')),
    here: element('a', {target: '_blank', rel: 'noopener', hidden: true}, say('samePhone')),
    copy: element('button', {type: 'button', class: 'plain small', hidden: true}, say('copyCode')),
    trouble: element('div'),
  };
  p.digits = element('p', {class: 'enter', hidden: true}, say('number'), element('br'), p.number);
  return p;
}

const frame = (...parts) => element('div', {class: 'qr', 'data-state': 'opening'}, ...parts);

function build() {
  const p = makeParts();
  p.root = frame(element('p', {class: 'prompt'}, p.prompt), element('figure', null, p.image, p.over),
    p.digits, p.status, p.left, p.refresh, p.trouble, element('p', {class: 'row centre small'}, p.here, p.copy));
  return p;
}

// buildForTouch puts the app of this phone first, then the code for the app of another, or for a
// picture of it.
function buildForTouch() {
  const p = makeParts();
  p.here.className = 'button main';
  p.code = element('div', {class: 'code fields'},
    element('p', {class: 'small soft'}, say('codeToo')),
    element('figure', null, p.image, p.over),
    element('p', {class: 'row centre'}, p.copy));
  p.root = frame(element('p', {class: 'prompt'}, p.prompt), p.digits, element('p', {class: 'row centre'}, p.here),
    p.status, p.left, p.refresh, p.trouble, p.code);
  return p;
}
