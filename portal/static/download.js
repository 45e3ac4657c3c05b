// Files of an endorsement. A link to one works for a minute.

import {persist} from './connection.js';
import {send, Unreachable} from './request.js';
import {call, endorsement, local} from './service.js';

const patience = 120_000; // milliseconds for a whole file

const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');

// link returns a link to the file "pdf", "ofd" or "preview": {url, fileName, sha256, …}.
export const link = (made, file) => call('POST', endorsement(made, '/links'), {body: {file}, again: true});

// obtain fetches a file and returns it if its checksum is right. It throws a Problem: the service's own,
// or that the network was lost or the file is damaged.
export async function obtain(made, file) {
  let at;
  let answer;
  try {
    answer = await persist(async () => {
      at = await link(made, file);
      return send(at.url, {credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer'}, patience);
    });
  } catch (cause) {
    throw cause instanceof Unreachable ? local('network') : cause;
  }
  if (!answer.ok) throw local('link');
  const bytes = await answer.arrayBuffer();
  if (hex(await crypto.subtle.digest('SHA-256', bytes)) !== at.sha256) throw local('damaged');
  return new Blob([bytes], {type: at.mime});
}
