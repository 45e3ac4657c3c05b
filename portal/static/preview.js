// The previews of the history: each is fetched once, when its card comes into view.

import {element} from './element.js';
import {call, ended, endorsement, Problem} from './service.js';

const previews = new Map(); // addresses of the pictures, as promises, by endorsement

// obtainPreview returns the address of an endorsement's picture. A failure is not kept.
export function obtainPreview(made) {
  const id = made.endorsement;
  if (!previews.has(id)) {
    const fetched = call('GET', endorsement(made, '/preview'), {picture: true}).then(blob => URL.createObjectURL(blob));
    previews.set(id, fetched);
    fetched.catch(() => previews.delete(id));
  }
  return previews.get(id);
}

// forget drops the pictures: they show a person's data.
export function forget() {
  for (const fetched of previews.values()) fetched.then(address => URL.revokeObjectURL(address), () => {});
  previews.clear();
}

addEventListener(ended, forget);

// thumbnail is the small picture of an endorsement with buttons over it. Without the picture, the buttons
// stand alone: what is wrong is said when one is pressed.
export function thumbnail(made, buttons) {
  const picture = element('img', {alt: '', hidden: true});
  const place = element('div', {class: 'thumbnail'}, picture, buttons);
  if ('IntersectionObserver' in window) {
    const watch = new IntersectionObserver(async seen => {
      if (!seen.some(s => s.isIntersecting)) return;
      watch.disconnect();
      try {
        picture.src = await obtainPreview(made);
        picture.hidden = false;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
      }
    });
    watch.observe(place);
  }
  return place;
}
