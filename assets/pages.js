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
