// Addresses and their views. Every address can be opened and reloaded, and is in the history. What
// apps add to an address is nobody's and is left alone.

// router shows, for each path below base, what its view returns. The table holds
// [pattern, view], where ":name" in a pattern is one part of the path; draw gets the view
// and the address, and shows the view.
export function router(base, table, draw) {
  const routes = table.map(([pattern, view]) => ({
    view, test: new RegExp(`^${base}${pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
  }));

  function show(first) {
    for (const {view, test} of routes) {
      const found = test.exec(location.pathname);
      const params = found && decode(found.groups);
      if (!params) continue;
      return draw(view, {path: location.pathname, params, query: new URLSearchParams(location.search), hash: location.hash.slice(1), first});
    }
    return draw(null, {path: location.pathname, params: {}, query: new URLSearchParams(), hash: '', first});
  }

  // decode returns the parts of a path that have names, or null if one is no text.
  function decode(groups = {}) {
    try {
      return Object.fromEntries(Object.entries(groups).map(([name, part]) => [name, decodeURIComponent(part)]));
    } catch (cause) {
      if (!(cause instanceof URIError)) throw cause;
      return null;
    }
  }

  function go(address, {replace = false} = {}) {
    history[replace ? 'replaceState' : 'pushState'](null, '', address);
    return show(false);
  }

  const within = path => path === base || path.startsWith(`${base}/`);
  addEventListener('click', event => {
    const link = event.target.closest?.('a[href]');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !within(link.pathname)) return;
    if (link.getAttribute('href').startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
  addEventListener('popstate', () => show(false));
  return {show, go};
}
