// One endorsement (加注件): what it is, and 预览, pdf下载, OFD下载, 授权查看, 撤回.

import {copyText} from './clipboard.js';
import {consents} from './consents.js';
import {open} from './dialog.js';
import {link} from './download.js';
import {busy, chinese, element, field, fold, pairs, quoted} from './element.js';
import {withFace} from './face.js';
import {inApp} from './inapp.js';
import {english, say} from './language.js';
import {isLarge} from './mode.js';
import {put} from './problem.js';
import {obtainPreview, thumbnail} from './preview.js';
import {download} from './save.js';
import {call, endorsement, now, Problem} from './service.js';
import {day, dayInText, minute, period} from './time.js';
import {bare} from './typed.js';

const looks = {ready: 'good', 'not-yet': 'warn', expired: '', withdrawn: 'bad', superseded: '', revoked: 'bad', 'void-holder': 'bad'};

const kilobytes = bytes => `${Math.max(1, Math.round(bytes / 1024))} kB`;

// copy is the card of an endorsement. changed is called after the copy was withdrawn.
export function copy(page, typeName, made, changed) {
  const alive = made.state === 'ready' || made.state === 'not-yet';
  const kept = alive || (made.state === 'expired' && made.filesUntil >= day(now()));
  const offered = kept && offer(page, made);
  const time = `made-${made.endorsement}`;
  const card = element('li', {class: 'card copy', 'data-endorsement': made.endorsement, tabindex: '-1'},
    element('h3', null, chinese(typeName), element('span', {class: `chip ${looks[made.state]}`}, say(`state-${made.state}`))),
    element('div', {class: 'sheet'},
      alive ? thumbnail(made, offered.buttons) : element('p', {class: 'thumbnail gone', 'aria-hidden': 'true'}, say(`state-${made.state}`)),
      pairs([
        [say('madeAt'), element('time', {id: time, datetime: made.madeAt}, minute(made.madeAt))],
        [say('endsOn'), element('strong', null, dayInText(made.useUntil))],
        [say('useWindow'), period(made.useFrom, made.useUntil)],
        [say('filesUntil'), kept && dayInText(made.filesUntil)],
        [say('purpose'), made.purpose && [chinese(made.purpose.kind), [made.purpose.text, made.purpose.projectCode].filter(Boolean).map(t => ` ${quoted(t)}`)]],
        [say('recipient'), made.recipient && [made.recipient.name, made.recipient.uscc].filter(Boolean).map(quoted).join(' ')],
        [say('withdrawnAt'), made.withdrawnAt && minute(made.withdrawnAt)],
        [say('reason'), quoted(made.withdrawnWhy)],
        [say('agent'), made.agent && chinese(made.agent)],
        [say('vouchedBy'), made.vouchedBy?.replace('https://', '')],
      ])),
    element('div', {class: 'push fields'},
      kept && element('div', {class: 'files'}, alive ? null : offered.buttons, offered.status, offered.trouble),
      element('div', {class: 'row between small'},
        element('a', {href: made.verifyUrl, target: '_blank', rel: 'noopener'}, say('verifyThis')),
        alive && element('div', {class: 'row'},
          element('button', {type: 'button', class: 'plain extra', click: () => consents(page, made)}, say('consent')),
          element('button', {type: 'button', class: 'plain danger', click: () => withdraw(page, made, changed)}, say('withdraw'))))));
  for (const control of card.querySelectorAll('a, button')) control.setAttribute('aria-describedby', time); // which copy's it is
  return card;
}

// files is the row of 预览, pdf下载 and OFD下载, with what became of it below.
export function files(page, made) {
  const {buttons, status, trouble} = offer(page, made);
  return element('div', {class: 'files'}, buttons, status, trouble);
}

// offer makes the row of buttons, and the places for what became of it and for what went wrong.
function offer(page, made) {
  const status = element('div', {role: 'status', class: 'small fields'});
  const trouble = element('div');
  const button = (file, label, take) => {
    const pressed = element('button', {type: 'button', 'data-file': file, click: () => busy(pressed, () => get(file, label, take))}, label);
    return pressed;
  };

  async function get(file, label, take) {
    put(trouble, null);
    const stored = file !== 'preview' && made.files[file];
    status.replaceChildren(element('p', null, stored ? say('fetching', {file: label, size: kilobytes(stored.bytes)}) : say('drawing')));
    try {
      const got = await withFace(page, () => take(made, file));
      status.replaceChildren(...got);
    } catch (problem) {
      status.replaceChildren();
      if (!(problem instanceof Problem)) throw problem;
      put(trouble, problem, {again: () => get(file, label, take), faq: `${page.base}/questions`});
    }
  }

  const buttons = element('div', {class: 'row'},
    button('preview', say('preview'), show), button('pdf', say('pdf'), hand), button('ofd', say('ofd'), hand));
  return {buttons, status, trouble};
}

// hand hands a file over to the browser's downloads and returns what to say about it. The browsers of
// apps save nothing: there the link itself is offered.
async function hand(made, file) {
  const {url, fileName, bytes, expiresAt} = await link(made, file);
  const inside = inApp();
  if (!inside) download(url);
  const address = element('input', {readonly: true, value: url, 'aria-label': say('fileLink'), focus: () => address.select()});
  const take = element('button', {type: 'button', click: () => copyText(take, url)}, say('copyLink'));
  const direct = element('p', null, inside ? `${say('fileLink')} ` : `${say('notStarted')} `, element('a', {href: url, lang: 'zh-CN'}, fileName));
  const ways = inside ? [element('div', {class: 'row'}, address, take), direct] : [direct];
  setTimeout(() => ways.forEach(e => e.remove()), Date.parse(expiresAt) - now());
  return [element('p', {class: 'saved'}, say(inside ? 'openOutside' : 'handed', {name: fileName, size: kilobytes(bytes)})), ...ways];
}

// show opens the preview.
async function show(made) {
  const address = await obtainPreview(made);
  open(say('preview'), [
    element('p', {class: 'small soft'}, say('previewNote')),
    element('img', {class: 'preview', src: address, alt: say('previewAlt')}),
  ], {class: 'big'});
  return [];
}

function withdraw(page, made, changed) {
  const trouble = element('div');
  const sure = element('button', {class: 'main danger'}, say('withdraw'));
  const reason = element('input', {name: 'reason', maxlength: 200, autocomplete: 'off', lang: english() ? 'en' : 'zh-CN'});
  const form = element('form', {submit: event => {
    event.preventDefault();
    busy(sure, send);
  }},
  element('p', null, say('withdrawSure')),
  pairs([[say('madeAt'), minute(made.madeAt)], [say('useWindow'), period(made.useFrom, made.useUntil)]]),
  field(say('withdrawReason'), reason, say('withdrawHint')),
  trouble,
  element('div', {class: 'row end'}, element('button', {type: 'button', click: () => dialog.close()}, say('cancel')), sure));
  const dialog = open(say('withdrawTitle'), form);

  async function send() {
    put(trouble, null);
    try {
      const why = bare(reason.value);
      const after = await withFace(page, () => call('DELETE', endorsement(made), {body: why ? {reason: why} : {}, again: true}));
      dialog.close();
      changed(after);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      put(trouble, problem);
    }
  }
}
