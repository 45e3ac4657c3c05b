// 证照加注: the dialog, and 加注成功! (使用手册 §1.3, §2.3).

import {files} from './copy.js';
import {open} from './dialog.js';
import {busy, chinese, element, field, fold, fullWidth, pairs, quoted, sentence} from './element.js';
import {withFace} from './face.js';
import {say} from './language.js';
import {mark, put} from './problem.js';
import {call, certificate, Problem} from './service.js';
import * as session from './session.js';
import {dayInput, dayInText, minute} from './time.js';
import {bare} from './typed.js';

// names are the inputs' names by the JSON pointers of the service.
const names = {
  '/useUntil': 'until', '/useFrom': 'from', '/purpose': 'kind', '/purpose/kind': 'kind', '/purpose/text': 'text',
  '/purpose/projectCode': 'project', '/recipient': 'recipient', '/recipient/name': 'recipient', '/recipient/uscc': 'uscc',
};

// endorse opens the dialog for a certificate whose preflight found no blocker. It returns the
// endorsement made, or null; refused(problem) is called if there are blockers meanwhile.
export async function endorse(page, detail, preflight, refused) {
  const {window} = preflight;
  let made = null;
  let sent = {}; // the last request: a body and its idempotency key, which every retry repeats
  const trouble = element('div');
  const button = element('button', {class: 'main'}, detail.dialog.button ? chinese(detail.dialog.button) : say('endorseNow'));
  const form = element('form', {novalidate: true, submit: event => {
    event.preventDefault();
    busy(button, send);
  }},
  days(window),
  preflight.warnings.map(text => element('p', {class: 'note'}, sentence(text))),
  element('div', {class: 'note calm', lang: 'zh-CN'}, element('p', null, fullWidth(detail.dialog.attention ?? '注意：')), detail.notes.map(text => element('p', null, fullWidth(text)))),
  purposes(detail.purposes), trouble,
  element('div', {class: 'row end'}, element('button', {type: 'button', click: () => dialog.close()}, say('cancel')), button));
  const dialog = open(chinese(detail.title), form, {class: 'endorse'});

  async function send() {
    mark(form, null, names);
    put(trouble, null);
    const empty = ['/useFrom', '/useUntil'].filter(day => form.elements[names[day]]?.value === '');
    if (empty.length) return mark(form, {fields: empty.map(pointer => ({pointer, detail: say('fillIn')}))}, names);
    const body = requestBody(form, window);
    const text = JSON.stringify(body);
    if (sent.text !== text) sent = {text, key: session.fresh()};
    try {
      made = await withFace(page, () => call('POST', certificate(detail.certificate, '/endorsements'), {body, key: sent.key, again: true}));
      succeed();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.blockers?.length) {
        dialog.close();
        refused(problem);
      } else {
        put(trouble, mark(form, problem, names) ? null : problem, {again: problem.retryAfter || problem.ours ? () => busy(button, send) : null});
      }
    }
  }

  function succeed() {
    const done = element('p', {class: 'done', role: 'status', tabindex: '-1', lang: 'zh-CN'}, made.message ? fullWidth(made.message) : say(`state-${made.state}`));
    dialog.inside.replaceChildren(done,
      pairs([
        [say('madeAt'), minute(made.madeAt)],
        [say('useFrom'), window.picks === 'both' && dayInText(made.useFrom)],
        [say('useUntil'), say('because', {day: dayInText(made.useUntil), why: made.limitText})],
        [say('purpose'), made.purpose && chinese([made.purpose.kind, quoted(made.purpose.text)].filter(Boolean).join(' '))],
        [say('recipient'), quoted(made.recipient?.name)],
      ]),
      ...made.warnings.slice(0, 1).map(text => element('p', {class: 'note'}, sentence(text))),
      files(page, made),
      element('div', {class: 'row end'}, element('button', {type: 'button', class: 'main', click: () => dialog.close()}, say('finish'))));
    done.focus();
  }

  await dialog.closed;
  return made;
}

// days are the inputs for the days of use; the first day only if the holder may choose it.
function days({useFrom, useUntil, latest, limitText, picks}) {
  const input = (name, value) => dayInput({name, min: useFrom, max: latest, value, required: true, readonly: picks === 'none'});
  const until = field(say('useUntil'), input('until', useUntil), say('latest', {day: dayInText(latest), why: limitText}));
  if (picks !== 'both') return until;
  return element('div', {class: 'fields two'}, field(say('useFrom'), input('from', useFrom), say('useFromHint')), until);
}

function purposes(kinds) {
  const text = (name, max, more) => element('input', {name, maxlength: max, autocomplete: 'off', ...more});
  return fold(say('purposeTitle'), element('div', {class: 'fields'},
    element('p', {class: 'small soft'}, say('purposeHint')),
    element('div', {class: 'fields two'},
      field(say('purposeKind'), element('select', {name: 'kind'},
        element('option', {value: ''}, say('notSaid')), kinds.map(kind => element('option', {value: kind, lang: 'zh-CN'}, kind)))),
      field(say('project'), text('project', 64))),
    field(say('purposeText'), text('text', 200)),
    element('div', {class: 'fields two'},
      field(say('recipient'), text('recipient', 100)),
      field(say('uscc'), text('uscc', 18, {autocapitalize: 'characters', spellcheck: 'false'})))));
}

// requestBody is the request's body, with only what the holder has entered.
function requestBody(form, window) {
  const value = name => bare(form.elements[name].value);
  const filled = parts => Object.fromEntries(Object.entries(parts).filter(([, v]) => v));
  const body = {};
  if (window.picks === 'both' && value('from') !== window.useFrom) body.useFrom = value('from');
  if (value('until') !== window.useUntil || body.useFrom) body.useUntil = value('until');
  const purpose = filled({kind: value('kind'), text: value('text'), projectCode: value('project')});
  if (Object.keys(purpose).length) body.purpose = {kind: '其他', ...purpose};
  const recipient = filled({name: value('recipient'), uscc: value('uscc')});
  if (Object.keys(recipient).length) body.recipient = {name: '', ...recipient};
  return body;
}
