// What every page of the dashboard does in a browser beside showing itself. Each part is an addition: pages are read without it.

/** Times are written in UTC by the server; here in the viewer's own zone, with UTC on hover. */
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function localTimes(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    const text = DATE.format(at);
    if (time.textContent === text) continue;
    time.title = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    time.textContent = text;
  }
}

/** A button with `data-copy` copies that text, or with `data-copy-of` what stands in the element of that id. */
async function copy(button) {
  const text = button.dataset.copy ?? document.getElementById(button.dataset.copyOf)?.textContent ?? '';
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Copying was refused';
  }
  setTimeout(() => {
    button.textContent = label;
  }, 1_500);
}

/**
 * Keeps the figures of the page as they are now. `/live` names the projections that changed; every part with `data-live` that
 * lists one of them (or `*`) is told by the event `live`, at which htmx fetches it anew. EventSource connects again by
 * itself and says what it saw last, so that nothing is missed meanwhile.
 */
const LEAST_BETWEEN_LOADS = 500;

function live(indicator) {
  const dirty = new Set();
  let planned = false;
  let last = 0;
  const plan = (ms) => {
    if (!planned) setTimeout(flush, Math.max(0, ms));
    planned = true;
  };
  const flush = () => {
    planned = false;
    last = Date.now();
    const inUse = document.activeElement;
    for (const part of document.querySelectorAll('[data-live]')) {
      // Who is typing or choosing in it is not disturbed; it is looked at again when they are done.
      if (part.contains(inUse) && inUse.matches('input, select, textarea')) {
        plan(LEAST_BETWEEN_LOADS);
        return;
      }
    }
    for (const part of document.querySelectorAll('[data-live]')) {
      const names = part.dataset.live.split(' ');
      if (names.some((name) => name === '*' || dirty.has(name))) part.dispatchEvent(new Event('live'));
    }
    dirty.clear();
  };
  const say = (state, text) => {
    indicator.dataset.state = state;
    indicator.textContent = text;
  };
  const source = new EventSource('/live');
  source.addEventListener('open', () => say('open', 'Live'));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) say('lost', 'Not live any more: reload the page');
    // The server ends each connection after some minutes, and the next one stands at once.
    else
      setTimeout(
        () => source.readyState !== EventSource.OPEN && say('lost', 'Connection lost; connecting again'),
        2_000,
      );
  });
  source.addEventListener('changed', ({ data }) => {
    for (const name of data.split(' ')) dirty.add(name);
    plan(last + LEAST_BETWEEN_LOADS - Date.now());
  });
  window.addEventListener('pagehide', () => source.close());
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-of]');
  if (button !== null) copy(button);
});

/** A form with `data-confirm` asks first. */
document.addEventListener('submit', (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question !== undefined && !window.confirm(question)) event.preventDefault();
});

/** A field with `data-submits` sends its form as soon as it is changed. */
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submits]')) event.target.form.requestSubmit();
});

document.addEventListener('htmx:after:swap', () => localTimes(document));
localTimes(document);
const indicator = document.getElementById('live-state');
if (indicator !== null && document.querySelector('[data-live]') !== null) {
  indicator.hidden = false;
  live(indicator);
}
