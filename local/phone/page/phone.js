// The app's screen: scan, compare the number, look into the camera.

const $ = id => document.getElementById(id);
let scanned = '';
let clock = 0;

// post sends JSON and returns the answer; a refusal is thrown as what it says.
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'accept-language': 'zh-CN'},
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer;
}

function show(id) {
  for (const other of ['scan', 'face', 'result']) $(other).hidden = other !== id;
}

function tell(good, title, text) {
  clearInterval(clock);
  const box = $('result');
  box.className = good ? 'good' : 'bad';
  box.querySelector('h2').textContent = title;
  box.querySelector('p').textContent = text;
  show('result');
  $('again').focus();
}

// refused shows a problem of the service, or whatever else went wrong.
function refused(problem) {
  const said = [problem.detail, problem.remedy].filter(Boolean).join('');
  tell(false, problem.title ?? '出错了', said || String(problem.message ?? ''));
}

function countDown(until) {
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    $('left').textContent = left;
    if (left === 0) clearInterval(clock);
  };
  clearInterval(clock);
  clock = setInterval(tick, 500);
  tick();
}

// offer lists the faces, beginning with the one the masked name fits.
async function offer(masked) {
  const people = await (await fetch('/phone/persons')).json();
  const own = people.find(p => p.masked === masked);
  $('person').replaceChildren(...people.map(p => new Option(`${p.name} ${p.idNumber}`, p.person, false, p === own)));
  return {people, own};
}

$('scan').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.target.querySelector('button');
  button.disabled = true;
  try {
    const qr = $('qr').value;
    const answer = await post('/phone/scan', {qr});
    scanned = qr;
    $('portal').textContent = answer.portalName;
    $('name').textContent = answer.name;
    const faces = await offer(answer.name);
    $('face').onchange = event => {
      if (event.target.name !== 'seen' || !faces.own) return;
      const stranger = faces.people.find(p => p !== faces.own);
      const who = event.target.value === 'other' && stranger ? stranger : faces.own;
      $('person').value = who.person;
    };
    $('number').value = '';
    countDown(Date.parse(answer.expiresAt));
    show('face');
    $('number').focus();
  } catch (problem) {
    refused(problem);
  } finally {
    button.disabled = false;
  }
});

$('face').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.target.querySelector('button');
  button.disabled = true;
  const seen = new FormData(event.target).get('seen');
  try {
    await post('/phone/assertion', {
      qr: scanned,
      number: $('number').value,
      result: seen === 'fail' ? 'fail' : 'pass',
      person: Number($('person').value),
    });
    tell(true, '认证通过', '请回到办理页面继续。');
  } catch (problem) {
    refused(problem);
  } finally {
    button.disabled = false;
  }
});

$('again').addEventListener('click', () => {
  $('qr').value = '';
  $('face').reset();
  history.replaceState(null, '', '/phone');
  show('scan');
  $('qr').focus();
});

// The camera, or a picture, can be read where the browser knows how.
if ('BarcodeDetector' in window) {
  const reader = new BarcodeDetector({formats: ['qr_code']});
  $('camera').hidden = false;
  $('file').addEventListener('change', async event => {
    const [file] = event.target.files;
    if (!file) return;
    const [found] = await reader.detect(await createImageBitmap(file));
    $('qr').value = found?.rawValue ?? '';
  });
  $('look').addEventListener('click', () => watch(reader));
}

// watch looks through the camera until it sees a code, or is told to stop.
async function watch(reader) {
  const view = $('view');
  const stop = () => {
    for (const track of view.srcObject?.getTracks() ?? []) track.stop();
    view.srcObject = null;
    view.hidden = true;
    $('look').setAttribute('aria-pressed', 'false');
  };
  if (view.srcObject) return stop();
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
  } catch (refusal) {
    return refused({title: '无法使用摄像头', message: refusal.message});
  }
  $('look').setAttribute('aria-pressed', 'true');
  view.hidden = false;
  await view.play();
  while (view.srcObject) {
    const [found] = await reader.detect(view).catch(() => []);
    if (found) {
      stop();
      $('qr').value = found.rawValue;
      $('scan').requestSubmit();
      return;
    }
    await new Promise(requestAnimationFrame);
  }
}

// A QR code opened as a link brings its own text.
if (location.pathname === '/i' && location.hash) {
  $('qr').value = location.href;
  $('scan').requestSubmit();
}
