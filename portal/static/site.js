// What only the deployment knows: /site.json. The pages work without it.

import {element} from './element.js';
import {english} from './language.js';

let asked;

function site() {
  asked = asked ?? fetch('/site.json', {credentials: 'omit'}).then(r => (r.ok ? r.json() : {})).catch(() => ({}));
  return asked;
}

const inLanguage = pair => pair?.[english() ? 'en' : 'zh'] ?? '';

// footer fills in the foot of the page: the site's notice and links.
export async function footer() {
  const place = document.getElementById('site');
  const {notice, links = []} = await site();
  const show = () => place.replaceChildren(
    ...(notice ? [element('p', null, inLanguage(notice))] : []),
    ...(links.length ? [element('ul', null, links.map(l => element('li', null, element('a', {href: l.href}, inLanguage(l)))))] : []));
  show();
  document.getElementById('language').addEventListener('click', show);
}

// appLink is the address that opens the identity app with a code: the site's, with the code in the place
// of {code}, or the code's own.
export async function appLink(code) {
  const {app = ''} = await site();
  return app ? app.replace('{code}', encodeURIComponent(code)) : code;
}

// hints is the site's text beside the login, if any.
export function hints() {
  const place = element('div', {class: 'soft small'});
  site().then(({login}) => { if (login) place.append(element('p', {class: 'note calm'}, inLanguage(login))); });
  return place;
}
