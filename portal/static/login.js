// 登录 (使用手册 §1.1, §2.1).

import {busy, element, field} from './element.js';
import {say} from './language.js';
import {put} from './problem.js';
import {call, Problem} from './service.js';
import * as session from './session.js';
import {hints} from './site.js';
import {bare} from './typed.js';

// backTo is where to go after logging in: always a page of this portal.
function backTo({base, query}) {
  const center = `${base}/center`;
  let path;
  try {
    path = new URL(query.get('return') || center, location.origin);
  } catch { // it is no address
    return center;
  }
  const ours = path.origin === location.origin && (path.pathname === base || path.pathname.startsWith(`${base}/`));
  return ours && path.pathname !== `${base}/login` ? path.pathname + path.search : center;
}

export async function login(page) {
  if (session.token()) {
    page.go(backTo(page), {replace: true});
    return null;
  }
  const trouble = element('div');
  const button = element('button', {class: 'main'}, say('login'));
  const form = element('form', {class: 'fields', submit: event => {
    event.preventDefault();
    busy(button, enter);
  }},
  field(say('username'), element('input', {name: 'username', required: true, maxlength: 64, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false'})),
  field(say('password'), element('input', {name: 'password', type: 'password', required: true, maxlength: 256, autocomplete: 'current-password'})),
  button);

  async function enter() {
    put(trouble, null);
    try {
      session.begin(await call('POST', '/v1/login', {body: {
        portal: page.portal.id, username: bare(form.elements.username.value), password: form.elements.password.value,
        device: session.device(),
      }}));
      page.go(backTo(page), {replace: true});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      put(trouble, problem);
    }
  }

  return {
    title: say('login'),
    body: element('div', {class: 'narrow fields'},
      page.query.has('ended') && element('p', {class: 'note', role: 'status'}, say('ended')),
      element('section', {class: 'card'},
        element('h1', {tabindex: '-1'}, say('login')),
        element('p', {class: 'soft small'}, say('loginHint')),
        trouble, form),
      hints()),
  };
}
login.open = true;
