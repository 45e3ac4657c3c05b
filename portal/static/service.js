// The service's HTTP API as the pages use it.

import {persist} from './connection.js';
import {language, say} from './language.js';
import {read, send, Unreachable} from './request.js';
import * as session from './session.js';

// Problem is any failure, in the form of the service's problems (RFC 9457), also if there was no
// answer.
export class Problem extends Error {
  constructor(body) {
    super(body.title);
    for (const [name, value] of Object.entries(body)) { // also a member named like a setter becomes a plain member
      Object.defineProperty(this, name, {value, enumerable: true, configurable: true, writable: true});
    }
  }
}

// local is a problem that the page itself found.
export const local = (code, values) => new Problem({
  code, title: say(`${code}Title`), detail: say(`${code}Detail`, values), remedy: say(`${code}Remedy`), owner: '本人', ours: true,
});

// ended is the event on window when the session has ended.
export const ended = 'session-ended';

let ahead = 0; // how far the service's clock is ahead of this one, milliseconds

// now is the service's time, which may differ from this computer's clock.
export const now = () => Date.now() + ahead;

function keepTime(response) {
  const by = Date.parse(response.headers.get('date') ?? '') - Date.now();
  if (Number.isNaN(by)) return;
  ahead = Math.abs(by) > 2000 ? by : 0; // the header has whole seconds; a clock may be set right at any time
}

// call sends a request and returns the answer; a refusal is thrown as a Problem. again
// says that repeating the request does no harm; key is its Idempotency-Key; picture that the answer is
// one, and not JSON.
export async function call(method, path, {body, key, picture, again = method === 'GET'} = {}) {
  const headers = {'accept-language': language()};
  if (session.token()) headers.authorization = `Bearer ${session.token()}`;
  if (body) headers['content-type'] = 'application/json';
  if (key) headers['idempotency-key'] = key;
  const init = {method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit'};
  const attempt = () => send(path, init);
  let response;
  try {
    response = await (again ? persist(attempt) : attempt());
  } catch (cause) {
    throw cause instanceof Unreachable ? local('network') : cause;
  }
  keepTime(response);
  return picture && response.ok ? response.blob() : take(response);
}

// take returns what an answer holds.
async function take(response) {
  if (response.status === 204) return null;
  const answer = await read(response);
  if (response.ok && answer) return answer;
  const problem = answer?.code ? new Problem(answer) : local('service');
  if (['session-required', 'session-expired'].includes(problem.code)) {
    session.end();
    dispatchEvent(new CustomEvent(ended));
  }
  throw problem;
}

// part returns what a part of a view reads, or the problem: the rest of the view is shown without it.
export const part = reading => reading.catch(problem => {
  if (!(problem instanceof Problem)) throw problem;
  return problem;
});

// certificate is the path of a certificate, or of something below it.
export const certificate = (id, below = '') => `/v1/certificates/${encodeURIComponent(id)}${below}`;

// endorsement is the path of one endorsement, or of something below it.
export const endorsement = (made, below = '') =>
  certificate(made.certificate, `/endorsements/${encodeURIComponent(made.endorsement)}${below}`);
