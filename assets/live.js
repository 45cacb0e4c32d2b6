// Keeps the figures of a page as they are now. /live names the projections that changed; every part with `data-live` that lists
// one of them (or `*`) is told by the event `live`, at which htmx fetches it anew. Whoever comes back says what was seen last,
// so that nothing is missed meanwhile. A lost connection is said so, and made again for as long as the page is there.

/** The server sends a beat each 15 s; what is silent for longer than two of them is dead, whatever the browser believes. */
const LONGEST_SILENCE = 40_000;
const LEAST_BETWEEN_LOADS = 500;
/** After what the browser gives up at: an answer that is no stream, such as a proxy's while the server starts anew. */
const TRY_AGAIN = 3_000;
/** The server ends each connection after some minutes, and the next one stands at once: that is no loss. */
const NO_LOSS = 2_000;

const indicator = document.getElementById('live-state');
const parts = () => [...document.querySelectorAll('[data-live]')];

let since = indicator?.dataset.since;
let source;
let silence;
let lost;
let again;

function say(state, text) {
  if (indicator.dataset.state === state && indicator.textContent === text) return;
  indicator.dataset.state = state;
  indicator.textContent = text;
}

const sayLost = () => say('lost', 'Connection lost; connecting again');

function losing() {
  lost ??= setTimeout(sayLost, NO_LOSS);
}

function heard() {
  clearTimeout(lost);
  lost = undefined;
  clearTimeout(silence);
  silence = setTimeout(connect, LONGEST_SILENCE);
  say('open', 'Live');
}

function leave() {
  clearTimeout(silence);
  clearTimeout(again);
  source?.close();
}

function connect() {
  leave();
  losing();
  source = new EventSource(`/live?since=${encodeURIComponent(since)}`);
  source.addEventListener('open', heard);
  source.addEventListener('beat', heard);
  source.addEventListener('changed', ({ data, lastEventId }) => {
    since = lastEventId;
    heard();
    for (const name of data.split(' ')) dirty.add(name);
    plan(last + LEAST_BETWEEN_LOADS - Date.now());
  });
  source.addEventListener('error', ({ target }) => {
    losing();
    if (target.readyState === EventSource.CLOSED) tryAgain();
  });
}

/** A part is asked for too, since its answer tells a session that is over from a server that is away. */
function tryAgain() {
  dirty.add('*');
  clearTimeout(again);
  again = setTimeout(() => {
    if (source.readyState === EventSource.CLOSED) connect();
    flush();
  }, TRY_AGAIN);
}

/** The projections that changed since the parts were told; `*`: any of them may have. */
const dirty = new Set();
let planned;
let last = 0;

function plan(ms) {
  if (planned === undefined) planned = setTimeout(flush, Math.max(0, ms));
}

function flush() {
  planned = undefined;
  // Nobody looks: what changed is fetched once they do.
  if (document.hidden || dirty.size === 0) return;
  last = Date.now();
  const inUse = document.activeElement;
  // Who is typing or choosing in a part is not disturbed; it is looked at again when they are done.
  if (inUse?.matches('input, select, textarea') && inUse.closest('[data-live]') !== null) {
    plan(LEAST_BETWEEN_LOADS);
    return;
  }
  for (const part of parts()) {
    const names = part.dataset.live.split(' ');
    if (dirty.has('*') || names.some((name) => name === '*' || dirty.has(name))) part.dispatchEvent(new Event('live'));
  }
  dirty.clear();
}

/** What is no page with the part in it leaves the figures as they are: a failure, or the log-in where the session is over. */
document.addEventListener('htmx:before:response', (event) => {
  if (event.target.dataset?.live === undefined) return;
  const { response } = event.detail.ctx;
  if (response.status === 200 && !response.raw.redirected) {
    if (source.readyState === EventSource.OPEN) heard();
    return;
  }
  event.preventDefault();
  if (response.raw.redirected) {
    leave();
    clearTimeout(lost);
    say('lost', 'Your session is over; reload the page');
    return;
  }
  losing();
  tryAgain();
});

document.addEventListener('htmx:error', ({ target }) => {
  if (target.dataset?.live !== undefined) tryAgain();
});

if (indicator !== null && parts().length > 0) {
  indicator.hidden = false;
  document.addEventListener('visibilitychange', flush);
  window.addEventListener('offline', sayLost);
  window.addEventListener('online', connect);
  window.addEventListener('pagehide', leave);
  // From the browser's memory of former pages.
  window.addEventListener('pageshow', ({ persisted }) => persisted && connect());
  connect();
}
