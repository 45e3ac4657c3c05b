// Files of an endorsement. A file is fetched in pieces and its checksum verified before it is saved.

import {persist} from './connection.js';
import {call, endorsement, local, Problem} from './service.js';

const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');

// obtain fetches the file "pdf", "ofd" or "preview" and returns {name, blob}. progress is
// called with the bytes received and the total. It throws a Problem: the service's own, or that the
// network was lost or the file is damaged.
export async function obtain(made, file, progress) {
  let link;
  let blob;
  try {
    blob = await persist(async () => {
      link = await call('POST', endorsement(made, '/links'), {body: {file}, again: true});
      return fetchBlob(link, progress);
    });
  } catch (trouble) {
    throw trouble instanceof Problem ? trouble : local('network');
  }
  const sum = hex(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  if (sum !== link.sha256) throw local('damaged');
  return {name: link.fileName, blob};
}

// fetchBlob throws TypeError if the network is lost meanwhile.
async function fetchBlob(link, progress) {
  const response = await fetch(link.url, {credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer'});
  if (!response.ok) throw local('link');
  const pieces = [];
  let got = 0;
  progress(0, link.bytes);
  for (const reader = response.body.getReader(); ;) {
    const {done, value} = await reader.read();
    if (done) break;
    pieces.push(value);
    got += value.length;
    progress(got, link.bytes);
  }
  return new Blob(pieces, {type: link.mime});
}
