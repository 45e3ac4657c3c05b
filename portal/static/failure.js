// Says that the page itself failed: an error that nothing caught, or a script that did not load or
// does not run in this browser. It is no module and in the oldest syntax, so that it can say so.

(function () {
  'use strict';

  var texts = {
    old: [
      ['本浏览器版本过旧，不能打开本页。', '请升级系统或浏览器（iOS 13.4、Chrome 80 及以上），或换用其他浏览器；在 APP 中请点右上角，在浏览器中打开。'],
      ['This browser is too old for this page.', 'Update it (iOS 13.4, Chrome 80 or later), or use another browser; in an app, open the page in the browser from the menu at the top right.']],
    load: [
      ['本页没有完整载入。', '请检查网络后刷新页面。'],
      ['The page did not load completely.', 'Check the network, and reload the page.']],
    fault: [
      ['本页出错。', '请刷新页面重试；仍然出错时，请升级浏览器，或换用其他浏览器。'],
      ['This page failed.', 'Reload the page. If it fails again, update the browser or use another one.']],
    reload: ['刷新页面', 'Reload'],
    close: ['关闭', 'Close']
  };
  var place;

  function text(key) { return texts[key][document.documentElement.lang === 'en' ? 1 : 0]; }

  function make(tag, text, click) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (click) { made.type = 'button'; made.onclick = click; }
    return made;
  }

  function show(key, cause) {
    if (!document.body) { // not read yet
      addEventListener('DOMContentLoaded', function () { show(key, cause); });
      return;
    }
    var dialogs = document.querySelectorAll('dialog[open]');
    var row = make('div', '');
    if (place) place.parentNode.removeChild(place);
    place = make('div', '');
    place.className = 'failure';
    place.setAttribute('role', 'alert');
    row.className = 'row';
    row.appendChild(make('button', text('reload'), function () { location.reload(); }));
    row.appendChild(make('button', text('close'), function () { place.parentNode.removeChild(place); place = null; }));
    place.appendChild(make('strong', text(key)[0]));
    if (cause) place.appendChild(make('p', cause));
    place.appendChild(make('p', text(key)[1]));
    place.appendChild(row);
    (dialogs[dialogs.length - 1] || document.body).appendChild(place); // a modal dialog covers the rest
  }

  // ours tells the page's own scripts from those that an app puts into every page.
  function ours(address) { return String(address).indexOf(location.origin) >= 0; }

  // forget ends what keeps pages in this browser: it may have kept one whose files are gone.
  function forget() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.getRegistrations().then(function (all) {
      all.forEach(function (one) { one.unregister(); });
    });
  }

  // renew loads a page again, a few times, whose script the service has no more: it has another version by now.
  function renew(address) {
    var asked = new XMLHttpRequest();
    asked.onload = function () {
      var times;
      if (asked.status !== 404 && asked.status !== 403) return; // as a bucket says it
      try {
        times = Number(sessionStorage.getItem('renewed')) + 1;
        sessionStorage.setItem('renewed', times);
        if (times > 1) forget();
        if (times <= 5) setTimeout(function () { location.reload(); }, times > 1 ? 500 : 0);
      } catch (cause) { /* where nothing can be stored, it would not end */ }
    };
    asked.open('HEAD', address);
    asked.send();
  }

  addEventListener('error', function (event) {
    if (event.target && event.target.tagName === 'SCRIPT') {
      if (!ours(event.target.src)) return;
      show('load');
      renew(event.target.src);
    } else if (document.readyState !== 'complete' && event.error instanceof SyntaxError && ours(event.filename)) show('old'); // a script was read
    else if (event.message && ours(event.filename)) show('fault', event.message);
  }, true);

  addEventListener('unhandledrejection', function (event) {
    var cause = event.reason || {};
    if (cause.stack && !ours(cause.stack)) return;
    show('fault', [String(cause.message || event.reason), cause.detail, cause.remedy].filter(Boolean).join(' '));
  });

  if (!('noModule' in document.createElement('script'))) show('old');
})();
