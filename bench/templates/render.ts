import nunjucks from 'nunjucks';
import { DjangoTemplateEngine } from '../../src/infrastructure/templating/django-template-engine.js';
import { type BenchResult, median, rounded } from '../result.js';
import { BODIES, type Body, VARIABLES } from './bodies.js';
import { rivals } from './rivals.js';

const ROUNDS = 15;
const ROUND_MS = 60;

/**
 * Renders a second, in json mode, against nunjucks itself, which escapes nothing, on templates that both can run; and
 * against liquidjs and handlebars, which escape by `JSON.stringify`. Each ratio is the median of rounds taken in turns.
 */
export async function run(): Promise<BenchResult> {
  const engine = new DjangoTemplateEngine({ now: () => Date.now() });
  const detail: Record<string, number | string> = {};
  const ratios: number[] = [];
  for (const body of BODIES) {
    const template = nunjucks.compile(
      body.nunjucks ?? body.django,
      new nunjucks.Environment(null, { autoescape: false }),
    );
    const ours = () => engine.render(body.django, VARIABLES, 'json');
    const theirs = () => template.render(VARIABLES);
    assertSame(body, ours(), theirs());
    const ratio = compare(ours, theirs, detail, `${body.name}, nunjucks`);
    ratios.push(ratio);
  }
  for (const { name, render } of await rivals()) {
    for (const body of BODIES) {
      const theirs = render(body);
      const ours = () => engine.render(body.django, VARIABLES, 'json');
      assertSame(body, ours(), theirs());
      compare(ours, theirs, detail, `${body.name}, ${name}`);
    }
  }
  return { name: 'templates, renders/s against nunjucks', ratio: rounded(Math.min(...ratios)), target: 0.8, detail };
}

function compare(
  ours: () => string,
  theirs: () => string,
  detail: Record<string, number | string>,
  name: string,
): number {
  const rates: [number, number][] = [];
  rate(ours, ROUND_MS * 5);
  rate(theirs, ROUND_MS * 5);
  for (let round = 0; round < ROUNDS; round++) rates.push([rate(ours, ROUND_MS), rate(theirs, ROUND_MS)]);
  const ratio = median(rates.map(([own, other]) => own / other));
  const [own, other] = [median(rates.map(([first]) => first)), median(rates.map(([, second]) => second))];
  detail[name] = `${rounded(ratio)} (${Math.round(own)} to ${Math.round(other)} a second)`;
  return ratio;
}

/** Calls a second. */
function rate(call: () => string, milliseconds: number): number {
  const start = performance.now();
  let calls = 0;
  let written = 0;
  while (performance.now() - start < milliseconds) {
    for (let index = 0; index < 20; index++) written += call().length;
    calls += 20;
  }
  if (written === 0) throw new Error('nothing was rendered');
  return (calls / (performance.now() - start)) * 1000;
}

/** Both have to write the same document, or the comparison means nothing. */
function assertSame(body: Body, ours: string, theirs: string): void {
  const [own, other] = [JSON.stringify(JSON.parse(ours)), JSON.stringify(JSON.parse(theirs))];
  if (own !== other) throw new Error(`${body.name}: ${own} is not ${other}`);
}
