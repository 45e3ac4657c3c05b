// Files of an endorsement. A link to one works for a minute.

import {call, endorsement} from './service.js';

// link returns a link to the file "pdf" or "ofd": {url, fileName, …}.
export const link = (made, file) => call('POST', endorsement(made, '/links'), {body: {file}, again: true});
