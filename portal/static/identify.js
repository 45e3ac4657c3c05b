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

// passes returns whether a problem of the service or of the network may be gone at the next look. It says nothing of the
// identification.
const passes = problem => ['network', 'service'].includes(problem.code) || problem.status === 429 || problem.status >= 500;

const patience = 5; // seconds until the next look after a problem that passes and does not say how long it takes

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
  let undecided = false; // whether the service has not said yet how the challenge ended

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

  const left = () => Math.max(0, Math.ceil((Date.parse(challenge.expiresAt) - now()) / 1000));

  function tick() {
    const seconds = left();
    parts.left.textContent = seconds > 0 ? say('secondsLeft', {seconds}) : '';
    if (seconds > 0) return;
    stop();
    look(); // the service decides whether it has expired
  }

  function run() {
    stop();
    beat = setInterval(tick, 500);
    tick();
  }

  async function begin() {
    stop();
    undecided = false;
    put(parts.trouble, null);
    parts.left.textContent = '';
    show('opening');
    const before = kept();
    try {
      challenge = before ?? await call('POST', '/v1/identity/challenges', {body: {}});
    } catch (problem) {
      return fail(problem);
    }
    undecided = true;
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
      if (mine === challenge && dialog.open) goOn(problem);
      return;
    }
    if (mine !== challenge || !dialog.open) return;
    if (answer.state !== parts.root.dataset.state) show(answer.state);
    if (answer.state === 'pending' || answer.state === 'scanned') {
      put(parts.trouble, null);
      if (left() > 0) run(); // also after a clock that was wrong, or a problem, had stopped it
      lookAfter(answer);
      return;
    }
    stop();
    undecided = false;
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

  // goOn looks again after a problem that passes, which it shows where the person has to know of it: without the network,
  // and when the time is over. Any other problem ends the identification.
  function goOn(problem) {
    if (!(problem instanceof Problem) || !passes(problem)) return fail(problem);
    if (parts.root.dataset.state !== 'failed' && (problem.code === 'network' || left() === 0)) showFailure(problem);
    lookAfter({pollAfterMs: 1000 * (problem.retryAfter || patience)});
  }

  function fail(problem) {
    if (!(problem instanceof Problem)) throw problem;
    undecided = false;
    session.keepChallenge();
    showFailure(problem);
  }

  function showFailure(problem) {
    stop();
    parts.left.textContent = '';
    show('failed');
    put(parts.trouble, problem);
  }

  const looking = () => {
    if (document.hidden) clearTimeout(timer);
    else if (undecided) look();
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
