// Modal dialogs for browsers that have none: docs/browsers.md.

const shown = []; // the last one is in front

// showModal does what the browser does elsewhere: the rest of the page cannot be reached, Escape closes
// the dialog, and the focus goes back to where it was.
export function showModal(dialog) {
  const before = document.activeElement;
  const behind = [...document.body.children].filter(e => e !== dialog && !e.classList.contains('behind'));
  const front = () => shown[shown.length - 1] === dialog;
  const first = () => dialog.querySelector('h2').focus();
  const focused = event => { if (front() && !dialog.contains(event.target)) first(); };
  const pressed = event => { if (event.key === 'Escape' && front()) dialog.close(); };

  function place(yes) {
    for (const e of behind) {
      e.classList.toggle('behind', yes);
      if (yes) e.setAttribute('aria-hidden', 'true');
      else e.removeAttribute('aria-hidden');
    }
    const change = yes ? 'addEventListener' : 'removeEventListener';
    document[change]('focusin', focused);
    document[change]('keydown', pressed);
    dialog.open = yes;
    if (yes) dialog.setAttribute('open', '');
    else dialog.removeAttribute('open');
  }

  dialog.classList.add('emulated');
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('aria-modal', 'true');
  dialog.close = () => {
    shown.splice(shown.indexOf(dialog), 1);
    place(false);
    if (before.isConnected) before.focus();
    dialog.dispatchEvent(new Event('close'));
  };
  shown.push(dialog);
  place(true);
}
