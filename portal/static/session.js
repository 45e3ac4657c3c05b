// The session of this tab on one portal. It goes with the tab, and with 登出.

let place = '';

// use says which portal's session is meant from now on.
export function use(portal) { place = `session.${portal}`; }

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? {};
  } catch {
    return {};
  }
}

export const token = () => kept().token;
export const name = () => kept().name;

// begin keeps what a login answered.
export function begin({token, account}) {
  sessionStorage.setItem(place, JSON.stringify({token, name: account.name}));
}

export function end() { sessionStorage.removeItem(place); }

// device is a secret of this browser's own. An account that was logged in from it knows it
// again, so that others' wrong passwords cannot keep its person out here. It tells nothing
// and opens nothing; where nothing can be kept there is none.
export function device() {
  try {
    const kept = localStorage.getItem('device') ?? fresh();
    localStorage.setItem('device', kept);
    return kept;
  } catch {
    return undefined;
  }
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
}
