// 住房和城乡建设部政务服务门户 (使用手册 一): 用户中心 with 账户设置 and 我的证照.

import './older.js';
import {level} from './account.js';
import {chinese, element, initial, pairs} from './element.js';
import {endorsements} from './endorsements.js';
import {say} from './language.js';
import {crumbs, start} from './portal.js';
import {label, specialties} from './registration.js';
import {call} from './service.js';
import * as session from './session.js';

const base = '/mohurd';

async function home() {
  return {
    title: say('home'), wide: true,
    body: [
      element('section', {class: 'card'},
        element('h1', {tabindex: '-1'}, say('mohurdTitle')),
        element('p', {class: 'soft'}, say('mohurdLead')),
        element('div', {class: 'row'},
          element('a', {class: 'button main', href: `${base}/certificates`}, say('myCertificates')),
          element('a', {class: 'button extra', href: `${base}/center`}, say('center')),
          element('a', {class: 'button extra', href: '/v'}, say('verify')))),
      element('h2', null, say('howItGoes')),
      element('ol', {class: 'steps'}, ['login', 'face', 'endorse', 'fetch'].map(step => element('li', null,
        element('h3', null, say(`step-${step}`)), element('p', null, say(`stepMore-${step}`))))),
      element('section', {class: 'card'},
        element('h2', null, say('questions')),
        element('p', null, say('questionsLead')),
        element('div', {class: 'row'}, element('a', {class: 'button', href: `${base}/questions`}, say('questions')),
          element('a', {class: 'button', href: `${base}/manual`}, say('manual')))),
    ],
  };
}
home.open = true;

async function center() {
  const me = await call('GET', '/v1/account');
  return {
    title: say('center'), place: '/center',
    body: [
      element('h1', {tabindex: '-1'}, say('center')),
      !me.phoneBound && element('p', {class: 'note'}, say('phoneNote-mohurd')),
      element('section', {class: 'card'},
        element('div', {class: 'head'}, element('h2', null, say('account')), element('div', {class: 'row'}, level(me),
          element('a', {class: 'button', href: `${base}/account`}, say('details')))),
        pairs([
          [say('type'), chinese(me.idTypeName)],
          [say('level'), chinese(me.realNameLevelName)],
          [say('userType'), say(me.organisation ? 'legalPerson' : 'person')],
          [say('organisation'), me.organisation && chinese(me.organisation.name)],
          [say('agent'), me.organisation && chinese(me.name)],
          [say('idNumber'), me.idNumber],
          [say('phone'), me.phone ?? say('unbound')],
        ])),
      element('section', {class: 'card'},
        element('h2', null, say('myCertificates')),
        element('p', {class: 'soft'}, say('certificatesLead')),
        element('a', {class: 'button main', href: `${base}/certificates`}, say('myCertificates'))),
    ],
  };
}

// certificates goes to the certificate at once if there is only one, as in the manual; several are
// listed.
async function certificates(page) {
  const {items} = await call('GET', '/v1/certificates');
  if (items.length === 1) {
    page.go(`${base}/certificates/${encodeURIComponent(items[0].certificate)}`, {replace: true});
    return null;
  }
  return {
    title: say('myCertificates'), place: '/certificates',
    body: [
      element('h1', {tabindex: '-1'}, say('myCertificates')),
      items.length === 0 && element('section', {class: 'card'}, element('p', null, say('noCertificate')),
        element('a', {class: 'button', href: `${base}/questions`}, say('questions'))),
      element('ul', {class: 'cards'}, items.map(c => element('li', {class: 'card'},
        element('h2', null, chinese(c.typeName)),
        pairs([
          [say('certificateNumber'), c.number], [label('specialties', c.labels), c.specialties && specialties(c.specialties)],
          [label('employer', c.labels), c.employer?.name && chinese(c.employer.name)], [say('state'), chinese(c.stateName)],
          [say('issuer'), chinese(c.issuer)], [say('issuedOn'), c.issuedOn],
        ]),
        element('p', {class: 'push'}, element('a', {class: 'button main', href: `${base}/certificates/${encodeURIComponent(c.certificate)}`}, say('manage')))))),
    ],
  };
}

function side(page, place) {
  const entry = ([path, label]) => element('li', null, element('a', {href: base + path, 'aria-current': path === place ? 'page' : null}, say(label)));
  return element('aside', {class: 'side'},
    element('div', {class: 'me'},
      element('span', {class: 'face', 'aria-hidden': 'true', lang: 'zh-CN'}, initial(session.name())),
      element('p', {lang: 'zh-CN'}, session.name()),
      session.agent() && element('p', {class: 'small'}, say('agent'), '：', chinese(session.agent()))),
    element('nav', {'aria-label': say('center')},
      element('ul', null, [['/center', 'center'], ['/account', 'account'], ['/certificates', 'myCertificates'], ['/questions', 'questions']].map(entry))));
}

function frame(shown, page) {
  if (shown.wide || !session.token()) return shown.body;
  const trail = [[say('home'), base], [say('center'), shown.place === '/center' ? null : `${base}/center`]];
  if (shown.crumb) trail.push([say('myCertificates'), `${base}/certificates`]);
  if (shown.place !== '/center') trail.push([shown.title]);
  return [crumbs(trail), element('div', {class: 'split'}, side(page, shown.place), element('div', null, shown.body))];
}

start({
  id: 'mohurd', name: '住房和城乡建设部政务服务门户', frame,
  identifyTitle: () => say('scanTitle'),
  views: [['', home], ['/center', center], ['/certificates', certificates], ['/certificates/:certificate', endorsements]],
});
