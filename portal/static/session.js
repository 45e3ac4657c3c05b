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
