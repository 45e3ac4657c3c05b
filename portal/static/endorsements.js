// 电子证照管理: the notice of the pilot, the history with 按加注时间搜索, 证照加注
// (使用手册 §1.3, §2.3), and 核验记录.

import {bindPhone} from './account.js';
import {copy} from './copy.js';
import {busy, chinese, element, field, fold, fullWidth, pairs, sentence} from './element.js';
import {endorse} from './endorse.js';
import {withFace} from './face.js';
import {identify} from './identify.js';
import {say} from './language.js';
import {latest, ledger} from './ledger.js';
import {isLarge} from './mode.js';
import {paged} from './pages.js';
import {card, mark} from './problem.js';
import {details, label, specialties} from './registration.js';
import {call, certificate, part, Problem} from './service.js';
import {dayInput, isDay} from './time.js';

const pageSize = () => (isLarge() ? 4 : 12);

export async function endorsements(page) {
  const id = page.params.certificate;
  const period = readPeriod(page.query);
  const [detail, preflight, history, verifications] = await Promise.all([
    call('GET', certificate(id)), part(call('GET', certificate(id, '/preflight'))), part(read(id, period)), latest(id)]);

  const blockers = element('div', {class: 'blockers'});
  const list = buildHistory(page, detail, period, history);
  const start = element('button', {type: 'button', class: 'main', id: 'endorse', 'aria-describedby': 'endorse-why', click: () => busy(start, () => attempt(begin))}, say('endorseCertificate'));
  const why = element('p', {class: 'small wrong', id: 'endorse-why', role: 'status'});

  // showBlockers shows all blockers. The button does nothing about them, except for the identification.
  function showBlockers(problems) {
    blockers.replaceChildren(...problems.map(p => card(p, {ways, faq: `${page.base}/questions`})));
    const inTheWay = problems.filter(p => p.code !== 'identity-required');
    start.disabled = inTheWay.length > 0;
    why.textContent = inTheWay.length ? say(inTheWay.length === 1 ? 'blockedBy' : 'blockedByMany', {title: stem(inTheWay[0].title), count: inTheWay.length}) : '';
    if (problems.length) {
      blockers.append(element('p', {class: 'row'}, element('button', {type: 'button', click: event => busy(event.target, () => attempt(check))}, say('checkAgain'))));
    }
  }

  async function check() {
    const now = await withFace(page, () => call('GET', certificate(id, '/preflight')));
    showBlockers(now.blockers);
    return now;
  }

  async function begin() {
    let now = await check();
    if (now.blockers.length === 1 && now.blockers[0].code === 'identity-required' && await identify(page)) now = await check();
    if (!now.ready) return blockers.firstChild.focus();
    const made = await endorse(page, detail, now, problem => {
      showBlockers(problem.blockers);
      blockers.firstChild.focus();
    });
    if (made) await list.refresh(made.endorsement);
  }

  // attempt does some work, and shows a problem in the place of the blockers.
  async function attempt(work) {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      fail(problem, work);
      blockers.firstChild.focus();
    }
  }

  const fail = (problem, work) => blockers.replaceChildren(card(problem, {again: () => attempt(work)}));

  // ways are what can be done about a blocker on this page.
  function ways(problem) {
    const button = (label, work) => element('button', {type: 'button', class: 'main', click: () => attempt(async () => { if (await work()) await check(); })}, label);
    switch (problem.code) {
      // Only the phone bound on the national platform counts.
      case 'phone-unbound': return [page.portal.id === 'gjzwfw' ? button(say('bindPhone'), () => bindPhone(page))
        : element('a', {class: 'button main', href: '/gjzwfw/account'}, say('toPhone'))];
      case 'identity-required': return [button(say('scan'), () => identify(page))];
      case 'not-bound': return [element('a', {class: 'button main', href: `${page.base}/certificates`}, say('bindCertificate'))];
      case 'quota-reached': return [element('a', {class: 'button', href: '#history'}, say('history'))];
      default: return [];
    }
  }

  if (preflight instanceof Problem) fail(preflight, check);
  else showBlockers(preflight.blockers);
  return {
    title: say('manage'), place: '/certificates', crumb: say('manage'),
    body: [
      element('div', {class: 'head'},
        element('div', null, element('h1', {tabindex: '-1'}, chinese(detail.typeName)),
          element('p', {class: 'soft small'}, chinese(`${detail.holder} · ${detail.number}`))),
        element('div', {class: 'begin'}, start, why)),
      element('section', {class: 'card facts', 'aria-label': say('registration')}, pairs([
        [label('specialties', detail.labels), specialties(detail.specialties)],
        [label('employer', detail.labels), detail.employer.name && chinese(detail.employer.name)], ...details(detail), [say('state'), chinese(detail.stateName)],
      ])),
      detail.notice && element('p', {class: 'note', id: 'notice'}, sentence(detail.notice)),
      blockers,
      list.root,
      isLarge() ? fold(say('ledger'), ledger(page, id, verifications)) : ledger(page, id, verifications),
    ],
  };
}

// stem is a title without its last mark, to stand within a sentence.
const stem = title => fullWidth(title).replace(/[！。]$/, '');

// readPeriod returns the days of a search. What is no day is left out: an app may have written it
// (from=singlemessage). "stray" says that one was meant for a day.
function readPeriod(query) {
  const [from, to] = ['from', 'to'].map(name => query.get(name) ?? '');
  return {
    from: isDay(from) ? from : '', to: isDay(to) ? to : '',
    stray: [from, to].some(text => /\d/.test(text) && !isDay(text)),
  };
}

function read(id, {from, to}, cursor) {
  const query = new URLSearchParams(Object.entries({from, to, cursor, limit: String(pageSize())}).filter(([, v]) => v));
  return call('GET', certificate(id, `/endorsements?${query}`));
}

// buildHistory is the history: a search by day, a page of cards, and the buttons for other pages.
function buildHistory(page, detail, period, first) {
  const cards = element('ul', {class: 'cards copies'});
  const count = element('p', {class: 'soft', role: 'status'});
  const heading = element('h2', {tabindex: '-1', id: 'history'}, say('history'));

  function fill(items, fresh) {
    cards.replaceChildren(...items.map(made => {
      const shown = copy(page, detail.typeName, made, after => {
        const other = copy(page, detail.typeName, after, () => {});
        shown.replaceWith(other);
        other.focus();
      });
      if (made.endorsement === fresh) shown.classList.add('new');
      return shown;
    }));
    const searched = period.from || period.to;
    count.textContent = items.length ? '' : say(searched ? 'noneFound' : 'noneYet');
    cards.querySelector('.new')?.focus();
  }
  const day = (name, label) => field(label, dayInput({name, value: period[name]}));
  const search = element('form', {class: 'search', role: 'search', 'aria-label': say('searchByTime'), submit: event => {
    event.preventDefault();
    const query = new URLSearchParams([...new FormData(search)].filter(([, v]) => v));
    page.go(`${page.path}${String(query) && `?${query}`}`);
  }},
  day('from', say('from')), day('to', say('to')),
  element('button', null, say('search')),
  (period.from || period.to) && element('a', {class: 'button', href: page.path}, say('reset')));
  const list = paged(page, heading, {
    first, fill, read: cursor => read(detail.certificate, period, cursor),
    placed: problem => mark(search, problem, {'/from': 'from', '/to': 'to'}),
  });

  return {
    root: element('section', {class: 'card'}, heading,
      isLarge() ? fold(say('searchByTime'), search, Boolean(period.from || period.to)) : [element('p', {class: 'small soft'}, say('searchByTime')), search],
      period.stray && element('p', {class: 'note', role: 'status'}, say('dayLeftOut')), list.trouble, count, cards, list.ways),
    // refresh shows the newest endorsements again and highlights the one just made.
    refresh: list.newest,
  };
}
