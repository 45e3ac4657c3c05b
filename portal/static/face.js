// Work that needs the holder to be identified asks for it and continues.

import {identify} from './identify.js';

// withFace does the work. If the service asks for identification first, it shows the QR code and then
// does the work again.
export async function withFace(page, work) {
  try {
    return await work();
  } catch (problem) {
    if (problem.code !== 'identity-required' || !await identify(page)) throw problem;
    return work();
  }
}
