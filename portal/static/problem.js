// How a problem is shown: what happened, why, who has to act, how, where and when, and what can be
// done at once.

import {element, fullWidth, pairs, sentence} from './element.js';
import {english, say} from './language.js';

const owners = {本人: 'ownerHolder', 企业: 'ownerEmployer', 省厅: 'ownerProvince', 住建部: 'ownerMinistry', 平台: 'ownerPlatform'};

// questions are the manual's questions by the code of the problem (使用手册 §3.1–3.5).
const questions = {
  'certificate-expired': '3.1', 'phone-unbound': '3.2', 'not-reported': '3.3',
  'photo-missing': '3.4', 'signature-missing': '3.4', 'not-bound': '3.5',
};

// printed is a text of the service, which comes in the page's language.
const printed = text => (text && !english() ? fullWidth(text) : text);

function outside(address) {
  return element('a', {href: address, target: '_blank', rel: 'noopener noreferrer'}, address);
}

function fields(problem) {
  return problem.fields?.map(f => element('p', {class: 'small'}, printed(f.detail), f.suggestion && ` → ${f.suggestion}`));
}

// card shows a problem, and each of its blockers in the same form. ways(problem) returns buttons and
// links for what can be done here; faq is the page of the manual's questions.
export function card(problem, {ways = () => [], faq, level = 'h2', again} = {}) {
  const inner = {ways, faq, level: 'h3'};
  const out = [
    ...ways(problem),
    faq && questions[problem.code] && element('a', {class: 'button', href: `${faq}#q${questions[problem.code]}`}, say('question', {number: questions[problem.code]})),
    again && retry(again, problem.retryAfter),
  ].filter(Boolean);
  return element('section', {class: 'problem', tabindex: '-1', 'data-code': problem.code},
    element(level, null, problem.ours ? problem.title : sentence(problem.title)),
    pairs([
      [say('cause'), printed(problem.detail)],
      [say('owner'), problem.owner && say(owners[problem.owner])],
      [say('remedy'), printed(problem.remedy)],
      [say('link'), problem.link && outside(problem.link)],
      [say('eta'), printed(problem.eta)],
      [say('requestId'), !problem.blockers?.length && problem.status >= 500 && problem.requestId],
    ]),
    fields(problem),
    problem.blockers?.length > 0 && element('ol', null, problem.blockers.map(b => element('li', null, card(b, inner)))),
    out.length > 0 && element('div', {class: 'row'}, out));
}

// retry is the button that tries again, enabled after a number of seconds.
function retry(again, seconds = 0) {
  const button = element('button', {type: 'button', class: 'main', click: again});
  const show = left => {
    button.textContent = left > 0 ? say('retryIn', {seconds: left}) : say('retry');
    button.disabled = left > 0;
    if (left > 0) setTimeout(show, 1000, left - 1);
  };
  show(seconds);
  return button;
}

// put shows a problem in its place and moves the focus there; without a problem it empties the place.
export function put(place, problem, options) {
  place.replaceChildren(...(problem ? [card(problem, {level: 'h3', ...options})] : []));
  place.firstChild?.focus();
}

// mark shows rejected values at the inputs of a form; names maps the JSON pointers to the inputs'
// names. It returns whether every rejected value has an input.
export function mark(form, problem, names) {
  const place = input => form.querySelector(`#${input.id}-wrong`);
  for (const input of form.elements) {
    if (!input.name) continue;
    input.removeAttribute('aria-invalid');
    const wrong = place(input);
    if (wrong) wrong.hidden = true;
  }
  const faults = (problem?.fields ?? []).map(f => [form.elements[names[f.pointer]], f]);
  for (const [input, fault] of faults) {
    if (!input) continue;
    const wrong = place(input);
    const text = printed(fault.detail) + (fault.suggestion ? ` → ${fault.suggestion}` : '');
    wrong.textContent = wrong.hidden ? text : `${wrong.textContent} ${text}`;
    wrong.hidden = false;
    input.setAttribute('aria-invalid', 'true');
    const folded = input.closest('details');
    if (folded) folded.open = true;
  }
  const first = faults.find(([input]) => input);
  first?.[0].focus();
  return faults.length > 0 && faults.every(([input]) => input);
}
