// 国家政务服务平台 (使用手册 二): 用户中心 with the module 我的证照, 绑定证照, 证照详情 and
// 证照加注服务.

import './older.js';
import {open} from './dialog.js';
import {busy, chinese, element, field, pairs, sentence} from './element.js';
import {endorsements} from './endorsements.js';
import {withFace} from './face.js';
import {say} from './language.js';
import {crumbs, start} from './portal.js';
import {card, put} from './problem.js';
import {areas} from './areas.js';
import {details, label, specialties} from './registration.js';
import {call, certificate, part, Problem} from './service.js';
import * as session from './session.js';

const base = '/gjzwfw';

// others are the certificates of the manual's module that other services keep.
const others = ['社会保障卡', '居民身份证', '出生证明', '机动车驾驶证'];

const detailOf = id => `${base}/certificates/${encodeURIComponent(id)}`;

async function home() {
  return {
    title: say('home'), top: true,
    body: [
      element('section', {class: 'card greet'},
        element('h1', {tabindex: '-1'}, say('gjzwfwTitle')),
        element('p', null, say('gjzwfwLead'))),
      element('ul', {class: 'cards'}, [['center', '/gjzwfw/center'], ['myCertificates', '/gjzwfw/certificates'], ['account', '/gjzwfw/account'], ['manual', '/gjzwfw/manual'], ['questions', '/gjzwfw/questions'], ['verify', '/v']]
        .map(([what, href]) => element('li', {class: ['account', 'verify'].includes(what) ? 'card extra' : 'card'},
          element('h2', null, element('a', {href}, say(what))), element('p', {class: 'soft'}, say(`about-${what}`))))),
    ],
  };
}
home.open = true;

// readCertificates is the list, or null if the account has never been identified: 用户中心 opens without
// it, and 查看更多 asks for it.
async function readCertificates() {
  try {
    return await call('GET', '/v1/certificates');
  } catch (problem) {
    if (problem.code !== 'identity-required') throw problem;
    return null;
  }
}

async function center(page) {
  const [me, listed] = await Promise.all([call('GET', '/v1/account'), part(readCertificates())]);
  const {items = [], bindable = []} = listed ?? {};
  return {
    title: say('center'), top: true,
    body: [
      element('section', {class: 'card greet'},
        element('h1', {tabindex: '-1'}, chinese(me.organisation?.name ?? me.name), say('welcome')),
        me.organisation && element('p', null, say('agent'), '：', chinese(me.name)),
        element('p', {class: 'row'}, say('level'), '：', chinese(me.realNameLevelName), element('a', {href: `${base}/account`}, say('account')))),
      !me.phoneBound && element('p', {class: 'note'}, say('phoneNote-gjzwfw'), ' ', element('a', {href: `${base}/account`}, say('bindPhone'))),
      element('section', {class: 'card'},
        element('div', {class: 'head'}, element('h2', null, say('myCertificates')),
          element('a', {class: 'button', href: `${base}/certificates`}, say('more'))),
        !listed && element('p', {class: 'note'}, say('faceOnce')),
        listed instanceof Problem && card(listed, {level: 'h3', again: page.again}),
        element('ul', {class: 'cards'},
          items.map(c => element('li', {class: 'card'}, element('h3', null, chinese(c.typeName)), element('p', {class: 'soft small'}, c.number),
            element('p', {class: 'push'}, element('a', {class: 'button main', href: detailOf(c.certificate)}, say('viewDetail'))))),
          bindable.map(c => element('li', {class: 'card'}, element('h3', null, chinese(c.typeName)), element('p', {class: 'soft small'}, c.number),
            element('p', {class: 'push'}, element('a', {class: 'button', href: `${base}/certificates`}, say('bindNow'))))),
          others.map(name => element('li', {class: 'card off extra'}, element('h3', null, chinese(name)), element('p', {class: 'small push'}, say('notServed')))))),
    ],
  };
}

async function certificates(page) {
  const {items, bindable} = await call('GET', '/v1/certificates');
  const add = element('button', {type: 'button', class: 'main', id: 'bind', click: () => bind(page, bindable)}, say('bindCertificate'));
  const columns = ['order', 'issuer', 'typeName', 'issuedOn', 'operation'];
  const row = (c, i) => {
    const off = element('button', {type: 'button', click: () => unbind(page, c)}, say('unbind'));
    const cells = [String(i + 1), chinese(c.issuer), element('div', null, chinese(c.typeName), element('p', {class: 'small soft'}, c.number), c.specialties && element('div', {class: 'small'}, specialties(c.specialties))), c.issuedOn,
      element('div', {class: 'row'}, element('a', {class: 'button', href: detailOf(c.certificate)}, say('viewDetail')), off)];
    return element('tr', null, cells.map((cell, n) => element('td', {'data-label': say(columns[n])}, cell)));
  };
  return {
    title: say('myCertificates'),
    body: [
      element('div', {class: 'head'}, element('h1', {tabindex: '-1'}, say('myCertificates')), add),
      items.length > 0 && element('table', {class: 'stack', 'aria-label': say('myCertificates')},
        element('thead', null, element('tr', null, columns.map(c => element('th', {scope: 'col'}, say(c))))),
        element('tbody', null, items.map(row))),
      items.length === 0 && empty(bindable),
    ],
  };
}

// empty is §3.5 of the manual, with what to do.
function empty(bindable) {
  return element('section', {class: 'card', id: 'empty'},
    element('h2', null, sentence('"国家政务服务平台"用户中心中无电子证照。')),
    element('p', null, sentence('请前往"住房和城乡建设部政务服务门户"查看或下载电子证照。')),
    bindable.length > 0 && element('p', null, say('canBind', {count: bindable.length})),
    element('div', {class: 'row'},
      element('a', {class: 'button', href: '/mohurd/certificates'}, say('toMinistry')),
      element('a', {class: 'button', href: `${base}/questions#q3.5`}, say('question', {number: '3.5'}))));
}

function bind(page, bindable) {
  const trouble = element('div');
  const button = c => {
    const made = element('button', {type: 'button', class: 'main', click: () => busy(made, () => changeBinding(page, 'PUT', c, dialog, trouble))}, say('bind'));
    return made;
  };
  const dialog = open(say('bindCertificate'), [
    trouble,
    bindable.length === 0 && element('p', null, say('nothingToBind')),
    element('ul', {class: 'fields'}, bindable.map(c => element('li', {class: 'card'},
      element('h3', null, chinese(c.typeName)),
      pairs([[say('certificateNumber'), c.number], [say('issuer'), chinese(c.issuer)], [say('issuedOn'), c.issuedOn]]),
      element('div', {class: 'row end'}, button(c))))),
  ]);
}

function unbind(page, c) {
  const trouble = element('div');
  const sure = element('button', {type: 'button', class: 'main danger', click: () => busy(sure, () => changeBinding(page, 'DELETE', c, dialog, trouble))}, say('unbind'));
  const dialog = open(say('unbind'), [
    element('p', null, say('unbindSure')), pairs([[say('typeName'), chinese(c.typeName)], [say('certificateNumber'), c.number]]), trouble,
    element('div', {class: 'row end'}, element('button', {type: 'button', click: () => dialog.close()}, say('cancel')), sure),
  ]);
}

// changeBinding binds a certificate or ends its binding, and shows in a dialog what went wrong.
async function changeBinding(page, method, {certificate: id}, dialog, trouble) {
  try {
    await withFace(page, () => call(method, certificate(id, '/binding'), {again: true}));
    dialog.close();
    await page.again();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    put(trouble, problem);
  }
}

// detail is 证照详情: the certificate, and the services of the selected region.
async function detail(page) {
  const d = await call('GET', certificate(page.params.certificate));
  const services = element('div', {class: 'fields', role: 'status'});
  const chosen = element('select', {name: 'area', change: () => offer()},
    [d.area.name, ...areas.filter(name => name !== d.area.name)].map(name => element('option', {value: name, lang: 'zh-CN'}, name)));

  function offer() {
    if (chosen.value !== d.area.name) {
      services.replaceChildren(element('p', null, say('otherArea', {area: chosen.value, own: d.area.name})),
        element('div', {class: 'row'}, element('button', {type: 'button', click: () => { chosen.value = d.area.name; offer(); chosen.focus(); }}, say('ownArea', {own: d.area.name}))));
      return;
    }
    services.replaceChildren(element('ul', {class: 'cards'}, d.services.map(({name}) => service(name))));
  }

  const ways = {
    证照加注服务: [`${detailOf(d.certificate)}/endorsements`, 'about-endorse'],
    证照加注操作手册: [`${base}/manual`, 'about-manual'],
  };
  function service(name) {
    const [href, about] = ways[name] ?? [];
    return element('li', {class: href ? 'card' : 'card off'},
      element('h3', null, href ? element('a', {href, lang: 'zh-CN'}, name) : chinese(name)),
      element('p', {class: 'soft small'}, about ? say(about) : d.notice ? sentence(d.notice) : say('notServed')));
  }

  offer();
  return {
    title: say('detailTitle'), crumb: true,
    body: [
      element('h1', {tabindex: '-1'}, say('detailTitle')),
      element('section', {class: 'card'},
        element('h2', null, chinese(d.title)),
        pairs([
          [say('issuer'), chinese(d.issuer)], [say('typeName'), chinese(d.typeName)], [say('subject'), chinese(d.holder)],
          [say('certificateNumber'), d.number], [say('identifier'), d.identifier], [say('issuedOn'), d.issuedOn],
          [label('employer', d.labels), d.employer.name && chinese(d.employer.name)], ...details(d), [say('state'), chinese(d.stateName)],
          [label('specialties', d.labels), specialties(d.specialties)],
        ])),
      element('section', {class: 'card'},
        element('div', {class: 'head'}, element('h2', null, say('services')), field(say('region'), chosen)),
        services),
    ],
  };
}

function frame(shown, page) {
  if (shown.top || !session.token()) return shown.body;
  const trail = [[say('home'), base], [say('center'), `${base}/center`]];
  if (shown.crumb) trail.push([say('myCertificates'), `${base}/certificates`]);
  if (page.path.endsWith('/endorsements')) trail.push([say('detailTitle'), page.path.replace(/\/endorsements$/, '')]);
  trail.push([shown.title]);
  return [crumbs(trail), shown.body];
}

start({
  id: 'gjzwfw', name: '国家政务服务平台', frame,
  identifyTitle: () => say('nationalTells'),
  views: [
    ['', home], ['/center', center], ['/certificates', certificates], ['/certificates/:certificate', detail],
    ['/certificates/:certificate/endorsements', endorsements],
  ],
});
