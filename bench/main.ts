import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BenchResult } from './result.js';

/** Every bench by its name; each file is loaded only when it is run. */
const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult> }>>> = {
  append: () => import('./event-store/append.js'),
  replay: () => import('./event-store/replay.js'),
  projections: () => import('./projections/apply.js'),
  deliveries: () => import('./deliveries/end-to-end.js'),
  memory: () => import('./deliveries/memory.js'),
  profiles: () => import('./flows/all-profiles.js'),
  waiting: () => import('./scale-out/waiting.js'),
  fairness: () => import('./scale-out/fairness.js'),
  workers: () => import('./scale-out/workers.js'),
  templates: () => import('./templates/render.js'),
  pages: () => import('./pages/pages.js'),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench '${unknown}'; there are ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

const results: BenchResult[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  process.stderr.write(`${name} …\n`);
  const { run } = await (BENCHES[name] as (typeof BENCHES)[string])();
  const result = await run();
  results.push(result);
  const verdict = result.target === 0 ? '' : result.ratio >= result.target ? '  ok' : '  BELOW TARGET';
  const target = result.target === 0 ? '' : ` (target ${result.target})`;
  process.stdout.write(`${result.name}: ratio ${result.ratio.toFixed(2)}${target}${verdict}\n`);
  for (const [key, value] of Object.entries(result.detail)) process.stdout.write(`    ${key}: ${value}\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
process.exit(0);
