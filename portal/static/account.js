// 账户设置: the data of the account, the phone, the password and the identity level
// (使用手册 §1.2, §3.2).

import {open} from './dialog.js';
import {busy, chinese, element, field, pairs} from './element.js';
import {withFace} from './face.js';
import {say} from './language.js';
import {mark, put} from './problem.js';
import {call, now, Problem} from './service.js';
import * as session from './session.js';
import {bare} from './typed.js';

// highest is the highest 实名等级.
const highest = 4;

// level is the button for 实名等级提升, which explains how the level is raised.
export function level(me) {
  return element('button', {type: 'button', click: () => open(say('raiseLevel'), [
    pairs([[say('level'), chinese(me.realNameLevelName)]]),
    element('p', null, me.realNameLevel >= highest ? say('levelHighest') : say('levelHow')),
    me.realNameLevel < highest && element('a', {class: 'button', href: 'https://www.gjzwfw.gov.cn/', target: '_blank', rel: 'noopener noreferrer'}, say('toNational')),
  ])}, say('raiseLevel'));
}

export async function account(page) {
  const me = await call('GET', '/v1/account');
  const name = say(me.phoneBound ? 'changePhone' : 'bindPhone');
  const bind = element('button', {type: 'button', id: 'phone', click: async () => {
    if (await bindPhone(page, name)) page.again();
  }}, name);
  const change = element('button', {type: 'button', id: 'password', click: changePassword}, say('changePassword'));
  return {
    title: say('account'), place: '/account',
    body: [
      element('h1', {tabindex: '-1'}, say('account')),
      !me.phoneBound && element('p', {class: 'note'}, say(`phoneNote-${page.portal.id}`)),
      element('section', {class: 'card'},
        element('h2', null, say('accountInfo')),
        pairs([
          [say('organisation'), me.organisation && [chinese(me.organisation.name), ' ', me.organisation.uscc]],
          [say(me.organisation ? 'agent' : 'holderName'), chinese(me.name)],
          [say('username'), me.username],
          [say('phone'), [element('span', null, me.phone ?? say('unbound')), bind]],
          [say('idType'), chinese(me.idTypeName)],
          [say('idNumber'), me.idNumber],
          [say('idFrom'), me.idValidFrom],
          [say('idUntil'), me.idValidUntil || say('longTerm')],
          [say('level'), [chinese(me.realNameLevelName), level(me)]],
          [say('password'), [element('span', null, '••••••••'), change]],
        ], {class: 'pairs lined'})),
    ],
  };
}

// bindPhone asks in a dialog for a phone number and the code sent to it, and returns whether a phone was
// bound. If the account has never been identified, the QR code is shown first.
export async function bindPhone(page, title = say('bindPhone')) {
  let bound = false;
  const trouble = element('div');
  const status = element('p', {class: 'small', role: 'status'});
  const send = element('button', {type: 'button', click: () => busy(send, sendCode)}, say('sendCode'));
  const done = element('button', {class: 'main'}, say('bind'));
  const form = element('form', {novalidate: true, submit: event => {
    event.preventDefault();
    busy(done, bind);
  }},
  field(say('phone'), element('input', {name: 'phone', type: 'tel', inputmode: 'numeric', maxlength: 11, required: true, autocomplete: 'tel-national'})),
  element('div', {class: 'row'}, send, status),
  field(say('code'), element('input', {name: 'code', inputmode: 'numeric', maxlength: 6, required: true, autocomplete: 'one-time-code'}), say('codeHint')),
  trouble, element('div', {class: 'row end'}, done));
  const dialog = open(title, form);
  const names = {'/phone': 'phone', '/code': 'code'};

  function refused(problem) {
    if (!(problem instanceof Problem)) throw problem;
    put(trouble, mark(form, problem, names) ? null : problem);
  }

  async function sendCode() {
    mark(form, null, names);
    put(trouble, null);
    try {
      const sent = await withFace(page, () => call('POST', '/v1/account/phone/codes', {body: {phone: bare(form.elements.phone.value)}}));
      status.textContent = say('codeSent', {to: sent.sentTo});
      form.elements.code.focus();
      hold(send, sent.retryAfter);
    } catch (problem) {
      if (problem.code === 'rate-limited' && problem.retryAfter) hold(send, problem.retryAfter);
      refused(problem);
    }
  }

  async function bind() {
    mark(form, null, names);
    put(trouble, null);
    try {
      await withFace(page, () => call('PUT', '/v1/account/phone', {body: {phone: bare(form.elements.phone.value), code: bare(form.elements.code.value)}}));
      bound = true;
      dialog.close();
    } catch (problem) {
      refused(problem);
    }
  }

  await dialog.closed;
  return bound;
}

// hold disables a button for a number of seconds and counts them down.
function hold(button, seconds) {
  const until = now() + seconds * 1000;
  const show = () => {
    const left = Math.ceil((until - now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? say('sendAgainIn', {seconds: left}) : say('sendCode');
    if (left > 0 && button.isConnected) setTimeout(show, 500);
  };
  show();
}

// passwords is the form for a new password, which is entered twice. save(values) sends it.
export function passwords({current, save}) {
  const trouble = element('div');
  const button = element('button', {class: 'main'}, say('savePassword'));
  const input = (name, how) => element('input', {name, type: 'password', required: true, maxlength: 128, autocomplete: how});
  const form = element('form', {novalidate: true, submit: event => {
    event.preventDefault();
    busy(button, send);
  }},
  current && field(say('currentPassword'), input('current', 'current-password')),
  field(say('newPassword'), input('next', 'new-password'), say('passwordHint')),
  field(say('repeatPassword'), input('repeat', 'new-password')),
  trouble, element('div', {class: 'row end'}, button));

  async function send() {
    const {current, next, repeat} = form.elements;
    const names = {'/current': 'current', '/new': 'next', '/repeat': 'repeat'};
    mark(form, null, names);
    put(trouble, null);
    const wrong = [
      current && !current.value && {pointer: '/current', detail: say('fillIn')},
      next.value.length < 10 && {pointer: '/new', detail: say('passwordHint')},
      next.value !== repeat.value && {pointer: '/repeat', detail: say('notTheSame')},
    ].filter(Boolean);
    if (wrong.length) return mark(form, {fields: wrong}, names);
    try {
      await save({current: current?.value, next: next.value});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      put(trouble, mark(form, problem, names) ? null : problem);
    }
  }
  return form;
}

function changePassword() {
  const form = passwords({current: true, save: async ({current, next}) => {
    await call('PUT', '/v1/account/password', {body: {current, new: next, device: session.device()}});
    dialog.inside.replaceChildren(
      element('p', {class: 'note good', role: 'status', tabindex: '-1'}, say('passwordChanged')),
      element('div', {class: 'row end'}, element('button', {type: 'button', class: 'main', click: () => dialog.close()}, say('close'))));
    dialog.inside.firstChild.focus();
  }});
  const dialog = open(say('changePassword'), form);
}
