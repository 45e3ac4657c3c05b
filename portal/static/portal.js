// What the portals share: the frame around a view, the session, and what happens when a
// view cannot be shown.

import {account} from './account.js';
import {closeAll} from './dialog.js';
import {busy, element} from './element.js';
import {identify} from './identify.js';
import {language, say, switcher} from './language.js';
import {modeSwitch} from './mode.js';
import {manual} from './manual.js';
import {login} from './login.js';
import {questions} from './questions.js';
import {forget} from './preview.js';
import {card} from './problem.js';
import {router} from './router.js';
import {call, ended, local, Problem} from './service.js';
import * as session from './session.js';
import {footer} from './site.js';

// start runs a portal. It has an id, its name, its prompt's title, and its own views:
// `views` is a table of [pattern, view] and `frame` puts what a view shows into the page.
//
// A view is a function of the address. It returns {title, body}, and may name the portal's place to
// which it belongs. `open` marks a view that needs no session.
export function start(portal) {
  session.use(portal.id);
  const base = `/${portal.id}`;
  const main = document.getElementById('main');
  let turn = 0; // so that a slow view never replaces a later one

  const views = [
    ...portal.views,
    ['/login', login], ['/account', account], ['/questions', questions], ['/manual', manual],
  ];
  const pages = router(base, views, draw);
  const here = {
    portal, base, go: pages.go,
    // again shows the same view anew.
    again: () => pages.show(false),
    login: () => pages.go(`${base}/login?${new URLSearchParams({return: location.pathname + location.search})}`, {replace: true}),
  };

  async function draw(view, where) {
    const mine = ++turn;
    const page = {...here, ...where};
    if (view && !view.open && !session.token()) return here.login();
    main.setAttribute('aria-busy', 'true');
    who();
    const shown = await prepare(view, page);
    if (mine !== turn || !shown) return;
    main.removeAttribute('aria-busy');
    document.title = `${shown.title} · ${portal.name}`;
    main.replaceChildren(...[portal.frame(shown, page)].flat(Infinity).filter(Boolean));
    who();
    mark(where.path);
    settle(where);
  }

  // prepare returns what to show, or null if the page goes elsewhere.
  async function prepare(view, page) {
    try {
      if (!view) throw local('page');
      return await view(page);
    } catch (problem) {
      if (!(problem instanceof Problem)) { // an error in the page itself
        console.error(problem.stack ?? problem);
        return failed(local('fault', {cause: String(problem)}), page);
      }
      if (['session-required', 'session-expired'].includes(problem.code)) return null;
      if (problem.code === 'identity-required' && await identify(page)) return prepare(view, page);
      return failed(problem, page);
    }
  }

  function failed(problem, page) {
    const ways = p => {
      if (p.code === 'identity-required') return [element('button', {type: 'button', class: 'main', click: page.again}, say('scan'))];
      return isLasting(p) ? elsewhere() : [];
    };
    const again = !ways(problem).length && page.again;
    return {
      title: say('cannotShow'), place: page.path,
      body: [element('h1', {tabindex: '-1'}, say('cannotShow')),
        card(problem, {ways, faq: `${base}/questions`, again})],
    };
  }

  // elsewhere are the ways on from an address that cannot be shown: back, and home.
  function elsewhere() {
    return [
      history.length > 1 && element('button', {type: 'button', class: 'main', click: () => history.back()}, say('goBack')),
      element('a', {class: 'button', href: base}, say('home')),
    ].filter(Boolean);
  }

  // settle moves the focus to the top of the view, or scrolls to the part that the address names.
  function settle({first, hash}) {
    const part = hash && document.getElementById(hash);
    if (part) return part.scrollIntoView();
    if (first) return;
    scrollTo(0, 0);
    main.querySelector('h1')?.focus({preventScroll: true});
  }

  function mark(path) {
    for (const link of document.querySelectorAll('.menu a')) {
      const at = link.pathname;
      const on = at === path || (at !== base && path.startsWith(at)) || (link.dataset.also ?? '').split(' ').some(p => p && path.startsWith(p));
      if (on) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  function who() {
    const place = document.getElementById('who');
    if (!session.token()) {
      const back = new URLSearchParams({return: location.pathname + location.search});
      place.replaceChildren(...(location.pathname === `${base}/login` ? []
        : [element('a', {class: 'button', href: `${base}/login?${back}`}, say('login'))]));
      return;
    }
    const out = element('button', {type: 'button', id: 'logout', click: () => busy(out, leave)}, say('logout'));
    place.replaceChildren(element('a', {href: `${base}/center`}, element('bdi', {lang: 'zh-CN'}, session.name())), out);
  }

  async function leave() {
    try {
      await call('POST', '/v1/logout', {again: true});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
    }
    session.end();
    forget();
    pages.go(base);
  }

  addEventListener(ended, () => {
    closeAll();
    pages.go(`${base}/login?${new URLSearchParams({ended: '1', return: location.pathname + location.search})}`, {replace: true});
  });
  switcher(document.getElementById('language'), here.again);
  modeSwitch(document.getElementById('mode'), here.again);
  footer();
  document.documentElement.lang = language();
  pages.show(true);
}

// isLasting says whether showing the same address again would show the same problem.
const isLasting = p => p.code === 'page' || (p.status >= 400 && p.status < 500 && ![401, 403, 408, 409, 429].includes(p.status));

// crumbs says where the page is: 当前位置.
export function crumbs(trail) {
  return element('nav', {class: 'crumbs', 'aria-label': say('crumbs')},
    element('ol', null, trail.map(([label, href]) => element('li', null, href ? element('a', {href}, label) : element('span', {'aria-current': 'page'}, label)))));
}
