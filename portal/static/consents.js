// 授权查看: the holder lets one reader of a copy see further fields for some days, and can end that.

import {copyText} from './clipboard.js';
import {open} from './dialog.js';
import {busy, element, field, pairs} from './element.js';
import {withFace} from './face.js';
import {say} from './language.js';
import {mark, put} from './problem.js';
import {call, endorsement, now, Problem} from './service.js';
import {day, dayInput} from './time.js';
import {bare} from './typed.js';

const shownFields = ['name', 'birth', 'photo', 'idNumber'];
const names = {'/fields': 'fields', '/until': 'until', '/to': 'to'};
const week = 6; // days after today that a consent can last

// daysFromNow is the day a number of days from today.
const daysFromNow = days => day(now() + days * 24 * 3_600_000);

// nameFields returns the names of fields, always in the same order.
export const nameFields = fields => shownFields.filter(f => fields.includes(f)).map(f => say(`field-${f}`)).join(say('and'));

// consents opens the dialog for one endorsement.
export function consents(page, made) {
  const given = element('div');
  const live = element('ul', {class: 'fields'});
  const none = element('p', {class: 'soft', role: 'status'});
  const heading = element('h3', {tabindex: '-1'}, say('consentsNow'));
  const trouble = element('div');
  const {form, refused} = consentForm(give);
  open(say('consent'), [element('p', null, say('consentLead')), given, form, heading, trouble, none, live], {class: 'consent'});
  load();

  // attempt does some work, and passes a refusal to refuse.
  async function attempt(work, refuse) {
    try {
      return await withFace(page, work);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refuse(problem);
      return null;
    }
  }

  async function load() {
    put(trouble, null);
    const found = await attempt(() => call('GET', endorsement(made, '/consents')),
      problem => put(trouble, problem, {again: load}));
    if (!found) return;
    live.replaceChildren(...found.items.map(entry));
    count();
  }

  const count = () => { none.textContent = live.children.length ? '' : say('noConsent'); };

  function entry(consent) {
    const end = element('button', {type: 'button', class: 'danger', click: () => busy(end, revoke)}, say('revoke'));
    const item = element('li', {class: 'card', 'data-consent': consent.consent},
      pairs([
        [say('consentTo'), element('bdi', null, consent.to)],
        [say('consentFields'), nameFields(consent.fields)],
        [say('consentUntil'), element('time', {datetime: consent.until}, lastDay(consent.until))],
      ]),
      element('div', {class: 'row end'}, end));

    async function revoke() {
      put(trouble, null);
      const done = await attempt(async () => {
        await call('DELETE', endorsement(made, `/consents/${encodeURIComponent(consent.consent)}`), {again: true});
        return true;
      }, problem => put(trouble, problem));
      if (!done) return;
      if (given.firstChild?.dataset.consent === consent.consent) given.replaceChildren(); // its link no longer works
      item.remove();
      count();
      heading.focus();
    }
    return item;
  }

  async function give(body) {
    const consent = await attempt(() => call('POST', endorsement(made, '/consents'), {body}), problem => {
      refused(problem);
      if (problem.ours) load(); // no answer came, so the consent may exist
    });
    if (!consent) return;
    given.replaceChildren(link(consent));
    given.firstChild.focus();
    form.reset();
    live.prepend(entry(consent));
    count();
  }
}

// lastDay is the last day of a consent.
const lastDay = until => day(Date.parse(until) - 1);

// link shows the link for the reader. The service returns it only once.
function link(consent) {
  const address = element('input', {readonly: true, value: consent.link, focus: () => address.select()});
  const take = element('button', {type: 'button', click: () => copyText(take, consent.link)}, say('copyLink'));
  return element('section', {class: 'note good fields', tabindex: '-1', 'data-consent': consent.consent},
    element('p', {role: 'status'}, say('consentGiven', {to: consent.to})),
    field(say('consentLink'), address, say('consentOnce')),
    element('div', {class: 'row end'}, take));
}

// consentForm is the form. give(body) sends it; refused(problem) shows what was wrong.
function consentForm(give) {
  const button = element('button', {class: 'main'}, say('giveConsent'));
  const trouble = element('div');
  const form = element('form', {novalidate: true, submit: event => {
    event.preventDefault();
    mark(form, null, names);
    put(trouble, null);
    const said = new FormData(form);
    busy(button, () => give({fields: said.getAll('show'), until: said.get('until'), to: bare(said.get('to'))}));
  }},
  choices(),
  element('div', {class: 'fields two'},
    field(say('consentTo'), element('input', {name: 'to', maxlength: 100, required: true, autocomplete: 'off'}), say('consentToHint')),
    field(say('consentUntil'), dayInput({name: 'until', min: daysFromNow(0), max: daysFromNow(week), value: daysFromNow(week), required: true}), say('consentUntilHint'))),
  trouble, element('div', {class: 'row end'}, button));
  return {form, refused: problem => put(trouble, mark(form, problem, names) ? null : problem)};
}

// choices are the fields that can be shown to a reader; none is selected at first.
function choices() {
  const id = 'consent-fields';
  return element('fieldset', {name: 'fields', id, tabindex: '-1', 'aria-describedby': `${id}-wrong`},
    element('legend', null, say('consentFields')),
    element('div', {class: 'row checks'}, shownFields.map(f => element('div', {class: 'check'},
      element('input', {type: 'checkbox', name: 'show', value: f, id: `${id}-${f}`}),
      element('label', {for: `${id}-${f}`}, say(`field-${f}`))))),
    element('p', {class: 'wrong', id: `${id}-wrong`, hidden: true}));
}
