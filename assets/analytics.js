// The plot of Webhook Analytics, choosing in queues, and going on with what is sent again. Pages are read without it.

/**
 * Draws into an element what its table says. Whatever is drawn is read from the page's own table and colours, so that it follows
 * both: `follow` takes over figures, and `draw` colours as well.
 */
function plotIn(plot) {
  let chart;
  let drawn = '';

  const rows = () => [...document.getElementById(plot.dataset.table).tBodies[0].rows];
  const colourOf = (name) => getComputedStyle(document.querySelector(`.swatch.${name}`)).backgroundColor;

  /** Failed at the bottom, where they are compared best; each series is drawn over the one that holds it. */
  function data() {
    const table = rows();
    const counts = table.map((row) => row.dataset.counts.split(' ').map(Number));
    return [
      table.map((row) => Number(row.dataset.from) / 1000),
      counts.map(([succeeded, failed, skipped]) => succeeded + failed + skipped),
      counts.map(([, failed, skipped]) => failed + skipped),
      counts.map(([, failed]) => failed),
    ];
  }

  const readout = document.createElement('p');
  readout.className = 'plot-readout soft';

  function sayAt(index) {
    const row = index === null || index === undefined ? undefined : rows()[index];
    if (row === undefined) readout.textContent = 'Drag over a part of the plot to look closer.';
    else {
      const [succeeded, failed, skipped] = row.dataset.counts.split(' ').map((count) => Number(count).toLocaleString());
      const at = new Date(Number(row.dataset.from)).toLocaleString(undefined, {
        dateStyle: 'medium',
        timeStyle: 'short',
      });
      readout.textContent = `${at}: ${succeeded} succeeded, ${skipped} skipped, ${failed} failed`;
    }
  }

  const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
  const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

  /** A day is named where it begins, and otherwise the time, in the viewer's zone. */
  const timesOf = (_chart, splits) =>
    splits.map((seconds) => {
      const at = new Date(seconds * 1000);
      return at.getHours() === 0 && at.getMinutes() === 0 ? DAY.format(at) : CLOCK.format(at);
    });

  /** The chosen steps become the page's range. */
  function zoom({ select, posToVal, setSelect }) {
    if (select.width < 4) return;
    const [from, to] = [posToVal(select.left, 'x') * 1000, posToVal(select.left + select.width, 'x') * 1000];
    const chosen = rows().filter(({ dataset }) => Number(dataset.to) > from && Number(dataset.from) < to);
    setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (chosen.length === 0) return;
    const field = (epochMs) => new Date(Number(epochMs)).toISOString().slice(0, 16);
    const address = new URL(window.location.href);
    address.searchParams.set('range', 'custom');
    address.searchParams.set('from', field(chosen[0].dataset.from));
    address.searchParams.set('to', field(chosen.at(-1).dataset.to));
    window.location.assign(address);
  }

  function draw() {
    chart?.destroy();
    const style = getComputedStyle(plot);
    const [text, line] = [style.color, style.borderTopColor];
    const step = rows().length > 0 ? (Number(rows()[0].dataset.to) - Number(rows()[0].dataset.from)) / 1000 : 60;
    const bars = window.uPlot.paths.bars({ size: [0.8, 60], align: 1 });
    const series = (label, name) => ({
      label,
      fill: colourOf(name),
      stroke: colourOf(name),
      width: 0,
      paths: bars,
      points: { show: false },
    });
    const axis = {
      stroke: text,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      font: '12px system-ui, sans-serif',
    };
    chart = new window.uPlot(
      {
        width: plot.clientWidth,
        height: 240,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
        scales: {
          x: { range: (_chart, least, most) => [least, most + step] },
          y: { range: (_chart, _least, most) => [0, Math.max(4, most * 1.05)] },
        },
        axes: [
          { ...axis, space: 70, values: timesOf },
          {
            ...axis,
            size: 56,
            incrs: [1, 2, 5]
              .flatMap((n) => Array.from({ length: 10 }, (_, power) => n * 10 ** power))
              .sort((a, b) => a - b),
          },
        ],
        series: [{}, series('Succeeded', 'succeeded'), series('Skipped', 'skipped'), series('Failed', 'failed')],
        hooks: {
          setCursor: [({ cursor }) => sayAt(cursor.idx)],
          setSelect: [zoom],
        },
      },
      data(),
      plot,
    );
    plot.append(readout);
    drawn = JSON.stringify(data());
  }

  /** Into the same drawing, and only where figures changed, so that nothing flickers. */
  function follow() {
    const now = JSON.stringify(data());
    if (now === drawn) return;
    drawn = now;
    chart.setData(data());
  }

  new ResizeObserver(() => {
    if (chart.width !== plot.clientWidth) chart.setSize({ width: plot.clientWidth, height: 240 });
  }).observe(plot);
  sayAt(null);
  draw();
  return { plot, draw, follow };
}

/** The plot that is there now: none while there is nothing to draw. */
let current;

function followPage() {
  const plot = document.getElementById('plot');
  if (plot === null) current = undefined;
  else if (current?.plot === plot) current.follow();
  else current = plotIn(plot);
}

followPage();
document.addEventListener('htmx:after:swap', followPage);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => current?.draw());

document.addEventListener('change', ({ target }) => {
  // A box that chooses all of the others in its form.
  if (target.matches('[data-chooses]')) {
    for (const box of target.form.querySelectorAll(`[name="${target.dataset.chooses}"]`)) box.checked = target.checked;
  }
  // A range is shown as soon as it is chosen; one of one's own once it is typed.
  if (target.matches('[data-submits-unless]') && target.value !== target.dataset.submitsUnless)
    target.form.requestSubmit();
  if (target.id === 'flow') {
    const action = target.form.elements.action;
    if (action !== undefined) action.value = '';
    target.form.requestSubmit();
  }
});

// Empty fields would only make addresses longer.
document.addEventListener('submit', ({ target }) => {
  if (!target.matches('.filters')) return;
  for (const field of target.elements) if (field.name !== '' && field.value === '') field.disabled = true;
  setTimeout(() => {
    for (const field of target.elements) field.disabled = false;
  });
});

document.querySelector('form[data-goes-on]')?.requestSubmit();
