// The editor of a webhook's body: line numbers, colours and the place of a fault, around a plain textarea, which stays what
// is typed into. Only the lines in sight are drawn, so that a large body is as quick as a small one.

/** What a line is made of. Templates come first, since they stand inside of strings as well. */
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>\{#.*?#\})`,
    String.raw`(?<variable>\{\{.*?(?:\}\}|$))`,
    String.raw`(?<tag>\{%.*?(?:%\}|$))`,
    '(?<quote>")',
    String.raw`(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`,
    String.raw`(?<keyword>\b(?:true|false|null)\b)`,
  ].join('|'),
  'g',
);

/** Inside of a string: its end, or a template in it. */
const IN_STRING = /(?<comment>\{#.*?#\})|(?<variable>\{\{.*?(?:\}\}|$))|(?<tag>\{%.*?(?:%\}|$))|(?<end>")|\\./g;

/** The pieces of a line, each with its kind; empty for what stands between. A string ends with its line at the latest. */
function piecesOf(line) {
  const pieces = [];
  let at = 0;
  const push = (kind, end) => {
    if (end > at) pieces.push([kind, line.slice(at, end)]);
    at = Math.max(at, end);
  };
  TOKENS.lastIndex = 0;
  for (let match = TOKENS.exec(line); match !== null; match = TOKENS.exec(line)) {
    push('', match.index);
    if (match.groups.quote === undefined) {
      push(kindOf(match), TOKENS.lastIndex);
      continue;
    }
    TOKENS.lastIndex = stringFrom(line, match.index, push);
  }
  push('', line.length);
  return pieces;
}

/** @returns where the string that begins at `start` ends */
function stringFrom(line, start, push) {
  IN_STRING.lastIndex = start + 1;
  for (let match = IN_STRING.exec(line); match !== null; match = IN_STRING.exec(line)) {
    if (match.groups.end !== undefined) {
      push('string', IN_STRING.lastIndex);
      return IN_STRING.lastIndex;
    }
    if (kindOf(match) === undefined) continue;
    push('string', match.index);
    push(kindOf(match), IN_STRING.lastIndex);
  }
  push('string', line.length);
  return line.length;
}

const kindOf = ({ groups }) => Object.keys(groups).find((name) => groups[name] !== undefined);

/** Whether what follows a text is inside of `{% comment %}`, which goes over lines, where `before` says so of its beginning. */
function isInComment(text, before) {
  const [opened, closed] = [text.lastIndexOf('{% comment'), text.lastIndexOf('{% endcomment')];
  return opened === closed ? before : opened > closed;
}

/** How many lines are drawn beyond those in sight: some may come into sight before the next frame. */
const MARGIN = 10;

class CodeEditor {
  /** Undefined until they are needed: many changes may come before the next frame. */
  #lines;
  #fault;
  #planned = false;

  constructor(frame) {
    this.area = frame.querySelector('textarea');
    this.numbers = layer('numbers');
    this.colours = layer('colours');
    frame.prepend(this.numbers, this.colours);
    frame.dataset.editor = 'on';
    this.area.addEventListener('input', () => this.#read());
    this.area.addEventListener('scroll', () => this.#plan());
    new ResizeObserver(() => this.#plan()).observe(this.area);
    this.#read();
  }

  /** Marks a place of the text; undefined for none. Both count from 1. */
  mark(fault) {
    this.#fault = fault;
    this.#plan();
  }

  #read() {
    this.#lines = undefined;
    // What was typed since may be what mends it.
    this.#fault = undefined;
    this.#plan();
  }

  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      this.#draw();
    });
  }

  #draw() {
    this.#lines ??= this.area.value.split('\n');
    const { scrollTop, scrollLeft, clientHeight } = this.area;
    const style = getComputedStyle(this.area);
    const height = Number.parseFloat(style.lineHeight);
    const first = Math.max(0, Math.floor(scrollTop / height) - MARGIN);
    const end = Math.min(this.#lines.length, Math.ceil((scrollTop + clientHeight) / height) + MARGIN);
    const top = first * height - scrollTop;
    this.colours.style.transform = `translate(${-scrollLeft}px, ${top}px)`;
    this.numbers.style.transform = `translateY(${top}px)`;
    const numbers = [];
    const colours = [];
    let inComment = isInComment(this.#lines.slice(0, first).join('\n'), false);
    for (let index = first; index < end; index++) {
      const line = this.#lines[index];
      const isWrong = this.#fault?.line === index + 1;
      numbers.push(element('span', isWrong ? 'wrong' : '', `${index + 1}\n`));
      const pieces = inComment ? [['comment', line]] : piecesOf(line);
      inComment = isInComment(line, inComment);
      colours.push(...(isWrong ? marked(pieces, this.#fault.column) : pieces.map(coloured)), '\n');
    }
    this.numbers.replaceChildren(...numbers);
    this.colours.replaceChildren(...colours);
  }
}

function layer(name) {
  const pre = element('pre', name, '');
  pre.setAttribute('aria-hidden', 'true');
  return pre;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

const coloured = ([kind, text]) => (kind === '' ? text : element('span', kind, text));

/** The pieces of a line, of which the character in that column is marked; the line's end where it is behind it. */
function marked(pieces, column) {
  const parts = [];
  let at = 1;
  let isMarked = false;
  for (const [kind, text] of pieces) {
    const inside = column - at;
    at += text.length;
    if (isMarked || inside >= text.length) {
      parts.push(coloured([kind, text]));
      continue;
    }
    isMarked = true;
    if (inside > 0) parts.push(coloured([kind, text.slice(0, inside)]));
    parts.push(element('mark', kind, text.slice(inside, inside + 1)));
    if (inside + 1 < text.length) parts.push(coloured([kind, text.slice(inside + 1)]));
  }
  if (!isMarked) parts.push(element('mark', '', ' '));
  return parts;
}

const frame = document.querySelector('[data-editor]');
const editor = new CodeEditor(frame);

/** What the preview says of the body is shown at the body too. */
function showFault() {
  const error = document.getElementById('body-error');
  const problem = document.getElementById('body-problem');
  const text = error?.textContent.trim() ?? '';
  problem.hidden = error === null;
  if (problem.textContent !== text) problem.textContent = text;
  editor.area.toggleAttribute('aria-invalid', false);
  if (error !== null) editor.area.setAttribute('aria-invalid', 'true');
  const [line, column] = [Number(error?.dataset.line), Number(error?.dataset.column)];
  editor.mark(line > 0 ? { line, column } : undefined);
}

/** Lists only the variables that have what is searched for in their names. */
function filterVariables() {
  const wanted = document.getElementById('search').value.toLowerCase();
  for (const item of document.querySelectorAll('.variables li[data-name]')) {
    item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
  }
}

/** Who was logged out meanwhile is led to the log-in, which is not to come in place of a part; what was typed stays. */
document.addEventListener('htmx:before:response', (event) => {
  if (!event.detail.ctx.response.raw.redirected) return;
  event.preventDefault();
  const link = element('a', '', 'Log in in another window');
  link.href = '/log-in';
  link.target = '_blank';
  const ended = element('p', 'problem', 'Your session has ended. ');
  ended.append(link, ', then go on here; what you typed is still there.');
  document.getElementById('preview').replaceChildren(ended);
});

for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true;
document.getElementById('search').addEventListener('input', filterVariables);
document.querySelector('[data-filters]').addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('htmx:after:swap', () => {
  showFault();
  filterVariables();
  document.querySelector('#headers [autofocus]')?.focus();
});
if (document.getElementById('body-problem').hidden) showFault();
