// What needs the face does not fail for want of it: it asks, and goes on.

import {identify} from './identify.js';

// withFace does the work; where the service wants the holder identified first, it shows
// the QR code and does the work again.
export async function withFace(page, work) {
  try {
    return await work();
  } catch (problem) {
    if (problem.code !== 'identity-required' || !await identify(page)) throw problem;
    return work();
  }
}
