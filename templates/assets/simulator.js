// The simulator's page: sends what is tapped to the control API, and adds what is new every moment.
const { body } = document;
const at = (id) => document.getElementById(id);
const chat = at('chat');
const frame = at('frame');
let waiting = 0;
let opener = null;

async function call(path, options) {
  const answer = await fetch(`/simulator/${path}`, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function post(act, content) {
  const headers = { 'content-type': 'application/json' };
  return call(`api/${act}`, { method: 'POST', headers, body: JSON.stringify(content) });
}

/** Does one thing, with the phone showing that an answer is on its way. */
async function act(name, content) {
  if (name === 'say' && at('repeat').checked) content.repeat = 2;
  showWaiting(1);
  const answer = post(name, content);
  setTimeout(refresh, 60);
  try {
    const told = await answer;
    at('error').textContent = '';
    if (name === 'follow' && !content.openId) return location.assign(`/simulator?openId=${told.openId}`);
    if (name === 'reset') return location.assign('/simulator');
  } catch {
    at('error').textContent = body.dataset.error;
  } finally {
    showWaiting(-1);
  }
  await refresh();
}

function showWaiting(change) {
  waiting += change;
  at('typing').textContent = waiting > 0 ? body.dataset.typing : '';
}

let refreshing = null;
let again = false;
let lost = false;

/** Asks for what is new; asked again meanwhile, it runs once more. */
function refresh() {
  if (refreshing) {
    again = true;
    return refreshing;
  }
  refreshing = load()
    .catch(() => {
      lost = true;
      at('error').textContent = body.dataset.error;
    })
    .finally(() => {
      refreshing = null;
      if (again) {
        again = false;
        refresh();
      }
    });
  return refreshing;
}

async function load() {
  const { openId, line, exchange } = body.dataset;
  const query = new URLSearchParams({ openId, line, exchange });
  const { shown, added, replaced, mayWrite } = await call(`view?${query}`);
  if (lost) at('error').textContent = '';
  lost = false;
  for (const [id, html] of Object.entries(replaced)) replace(at(id), html);
  add(at('lines'), added.lines, chat);
  add(at('exchanges'), added.exchanges, at('log'));
  Object.assign(body.dataset, shown);
  for (const field of at('composer').querySelectorAll('input, button')) field.disabled = !mayWrite;
  at('cannot-write').hidden = mayWrite;
}

/** Replaces a part that has changed, and keeps the focus on what has the same id. */
function replace(part, html) {
  if (part.before === html) return;
  const first = part.before === undefined;
  part.before = html;
  if (first && part.innerHTML === html) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const open = [...part.querySelectorAll('details')].some((one) => one.open);
  if (open) part.before = undefined;
  else part.innerHTML = html;
  if (focused) at(focused)?.focus();
}

const KEPT = 200;

/** Adds below, and goes on showing the end to who was looking at it. */
function add(list, html, scroller) {
  if (!html) return;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  list.insertAdjacentHTML('beforeend', html);
  while (list.children.length > KEPT) list.firstElementChild.remove();
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}

function openFrame(link) {
  const page = document.createElement('iframe');
  page.title = frame.dataset.title;
  page.src = link.href;
  frame.append(page);
  frame.hidden = false;
  opener = link;
  at('close-frame').focus();
}

function closeFrame() {
  frame.querySelector('iframe')?.remove();
  frame.hidden = true;
  opener?.focus();
  refresh();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-framed="true"]');
  if (link) {
    event.preventDefault();
    openFrame(link);
  }
  const doer = event.target.closest('[data-act]:not(form)');
  if (doer) act(doer.dataset.act, JSON.parse(doer.dataset.body));
  for (const open of document.querySelectorAll('#menu details[open]')) {
    if (doer || !open.contains(event.target)) open.open = false;
  }
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  event.preventDefault();
  const content = { ...JSON.parse(form.dataset.body), ...Object.fromEntries(new FormData(form)) };
  if (form.id === 'composer') form.reset();
  act(form.dataset.act, content);
});

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && !frame.hidden) closeFrame();
});

function showEnds() {
  for (const scroller of [chat, at('log')]) scroller.scrollTop = scroller.scrollHeight;
}

if (chat) {
  at('close-frame').addEventListener('click', closeFrame);
  for (const tab of document.querySelectorAll('[name=tab]')) tab.addEventListener('change', showEnds);
  showEnds();
  setInterval(() => document.hidden || refresh(), 1500);
}
