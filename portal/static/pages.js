// A list that the service returns page by page, newest first, with buttons for other pages.

import {busy, element} from './element.js';
import {withFace} from './face.js';
import {say} from './language.js';
import {card} from './problem.js';
import {Problem} from './service.js';

// paged shows the pages of a list below its heading. read(cursor) requests a page; fill(items,
// ...more) shows it. first is the first page, or a problem. placed(problem) returns whether it has
// shown the problem elsewhere.
export function paged(page, heading, {read, fill, first, placed = () => false}) {
  const trail = ['']; // the cursors of the pages up to this one
  const back = element('button', {type: 'button', click: () => turn(back, -1)}, say('previousPage'));
  const on = element('button', {type: 'button', click: () => turn(on, 1)}, say('nextPage'));
  const where = element('span', null, '');
  const ways = element('nav', {class: 'row', hidden: true, 'aria-label': `${heading.textContent} · ${say('pages')}`}, back, where, on);
  const trouble = element('div');
  let next = null;

  function show(found, ...more) {
    next = found.next;
    where.textContent = say('pageNumber', {n: trail.length});
    back.disabled = trail.length === 1;
    on.disabled = !next;
    ways.hidden = trail.length === 1 && !next;
    fill(found.items, ...more);
  }

  function fail(problem, ...more) {
    if (!placed(problem)) trouble.replaceChildren(card(problem, {level: 'h3', again: () => load(...more)}));
  }

  async function load(...more) {
    trouble.replaceChildren();
    try {
      show(await withFace(page, () => read(trail[trail.length - 1])), ...more);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      fail(problem, ...more);
    }
  }

  const turn = (button, step) => busy(button, async () => {
    if (step > 0) trail.push(next);
    else trail.pop();
    await load();
    heading.focus();
  });

  if (first instanceof Problem) fail(first);
  else show(first);
  return {
    ways, trouble,
    // newest shows the first page again.
    newest(...more) {
      trail.length = 1;
      return load(...more);
    },
  };
}
