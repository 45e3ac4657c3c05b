// The page that a one-time link opens. The link's secret is in the fragment, and is only sent with the
// new password.

import './older.js';
import {passwords} from './account.js';
import {element} from './element.js';
import {say, switcher} from './language.js';
import {modeSwitch} from './mode.js';
import {card} from './problem.js';
import {call, local} from './service.js';
import * as session from './session.js';
import {footer} from './site.js';

const main = document.getElementById('main');

function show() {
  const link = location.hash.slice(1);
  document.title = say('setPassword');
  const heading = element('h1', {tabindex: '-1'}, say('setPassword'));
  if (!link) {
    main.replaceChildren(element('div', {class: 'narrow fields'}, heading, card(local('noLink'))));
    return;
  }
  main.replaceChildren(element('section', {class: 'card narrow'}, heading,
    element('p', {class: 'soft'}, say('setPasswordHint')),
    passwords({save: async ({next}) => {
      await call('PUT', '/v1/account/password', {body: {link, new: next, device: session.device()}});
      history.replaceState(null, '', location.pathname); // the link works once
      const done = element('section', {class: 'card narrow'},
        element('h1', {tabindex: '-1'}, say('passwordSet')),
        element('p', {role: 'status'}, say('passwordSetHint')),
        element('div', {class: 'row'},
          element('a', {class: 'button main', lang: 'zh-CN', href: '/mohurd/login'}, '住房和城乡建设部政务服务门户'),
          element('a', {class: 'button main', lang: 'zh-CN', href: '/gjzwfw/login'}, '国家政务服务平台')));
      main.replaceChildren(done);
      done.firstChild.focus();
    }})));
}

addEventListener('hashchange', show);
switcher(document.getElementById('language'), show);
modeSwitch(document.getElementById('mode'));
footer();
show();
