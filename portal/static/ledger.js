// 核验记录: who verified the certificate or a copy of it, as far as it is known.

import {nameFields} from './consents.js';
import {chinese, element, quoted} from './element.js';
import {say} from './language.js';
import {paged} from './pages.js';
import {call, certificate, part, Problem} from './service.js';
import {minute} from './time.js';

const pageSize = 10;
const looks = {valid: 'good', invalid: 'bad', unknown: 'warn', receipt: ''};
const columns = ['verifiedAt', 'channel', 'verifier', 'verdict'];

const read = (id, cursor) =>
  call('GET', certificate(id, `/verifications?${new URLSearchParams({limit: pageSize, ...(cursor && {cursor})})}`));

// latest is the first page of a certificate's ledger, or the problem: the rest of the page is shown
// without it.
export const latest = id => part(read(id));

// ledger is the card of 核验记录.
export function ledger(page, id, first) {
  const heading = element('h2', {tabindex: '-1', id: 'verifications'}, say('ledger'));
  const rows = element('tbody');
  const table = element('table', {class: 'stack', 'aria-label': say('ledger')},
    element('thead', null, element('tr', null, columns.map(c => element('th', {scope: 'col'}, say(c))))), rows);
  const none = element('p', {class: 'soft', role: 'status'});
  const list = paged(page, heading, {
    first, read: cursor => read(id, cursor),
    fill(items) {
      rows.replaceChildren(...items.map(row));
      table.hidden = items.length === 0;
      none.textContent = items.length ? '' : say('nobodyYet');
    },
  });
  if (first instanceof Problem) table.hidden = true;
  return element('section', {class: 'card ledger'}, heading,
    element('p', {class: 'small soft'}, say('ledgerNote')), list.trouble, none, table, list.ways);
}

function row(seen) {
  const cells = [
    element('time', {datetime: seen.at}, minute(seen.at)),
    say(`channel-${seen.channel}`),
    element('div', null, verifier(seen)),
    element('span', {class: `chip ${looks[seen.verdict]}`}, say(`verdict-${seen.verdict}`)),
  ];
  return element('tr', {'data-verification': seen.id}, cells.map((cell, n) => element('td', {'data-label': say(columns[n])}, cell)));
}

// verifier is who asked: an authenticated organisation, an unchecked name, or nobody; and the further
// fields they were shown.
function verifier({organisation, asker, purpose, shown = []}) {
  const name = organisation ? [chinese(organisation), say('proved')] : asker ? [say('selfNamed'), element('bdi', null, quoted(asker))] : [say('unnamed')];
  return [
    element('p', {class: name.length > 1 ? null : 'soft'}, name),
    purpose && element('p', {class: 'small soft'}, say('askedFor', {purpose: quoted(purpose)})),
    shown.length > 0 && element('p', {class: 'small'}, say('wasShown', {fields: nameFields(shown)})),
  ];
}
