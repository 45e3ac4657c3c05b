// The messages that have arrived, newest first; looks for new ones every two seconds.

const list = document.getElementById('list');
const to = document.getElementById('to');
let drawn = '';

function line(name, text) {
  const p = document.createElement('p');
  p.className = name;
  p.textContent = text;
  return p;
}

function item(message) {
  const li = document.createElement('li');
  const at = new Date(message.receivedAt).toLocaleString('zh-CN');
  li.append(line('head', `${message.to} · ${at}`), line('text', message.text));
  if (message.code) li.append(line('code', message.code));
  if (message.url) {
    const link = document.createElement('a');
    link.href = message.url;
    link.textContent = '打开链接';
    li.append(link);
  }
  return li;
}

async function look() {
  const answer = await fetch('/messages.json?' + new URLSearchParams({to: to.value.trim()}));
  const text = await answer.text();
  if (text === drawn) return;
  drawn = text;
  const messages = JSON.parse(text);
  list.replaceChildren(...messages.map(item));
  document.getElementById('none').hidden = messages.length > 0;
}

document.getElementById('filter').addEventListener('submit', event => event.preventDefault());
to.addEventListener('input', look);
setInterval(() => { if (!document.hidden) look().catch(() => {}); }, 2000);
look();
