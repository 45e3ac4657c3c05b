// The session of this tab on one portal. It ends with the tab, and with 登出; where a browser stores
// nothing, with the page.

let place = '';
let held = {}; // what would be stored

// use selects the portal whose session is meant.
export function use(portal) { place = `session.${portal}`; }

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? {};
  } catch {
    return held;
  }
}

function keep(session) {
  held = session;
  try {
    sessionStorage.setItem(place, JSON.stringify(session));
  } catch { /* then it is only held */ }
}

export const token = () => kept().token;
export const name = () => kept().name;
export const agent = () => kept().agent;

// begin stores the answer to a login: whose account it is, and who acts for an organisation.
export function begin({token, account}) {
  keep(account.organisation ? {token, name: account.organisation.name, agent: account.name} : {token, name: account.name});
}

// keepChallenge keeps an identification that was begun: the page may be loaded again before it is done,
// while the app is in front. Without one it forgets.
export function keepChallenge(challenge) {
  if (token()) keep({...kept(), challenge});
}

export const challenge = () => kept().challenge;

export function end() {
  held = {};
  try {
    sessionStorage.removeItem(place);
  } catch { /* then nothing was stored */ }
}

// device is a secret of this browser. An account that has logged in from it recognises it, so that
// wrong passwords of others cannot lock the person out here. It gives no access. Without storage
// there is none.
export function device() {
  try {
    const kept = localStorage.getItem('device') ?? fresh();
    localStorage.setItem('device', kept);
    return kept;
  } catch {
    return undefined;
  }
}

// fresh is a new random text of 24 characters.
export function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_');
}
