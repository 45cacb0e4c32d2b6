import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** Runs a module's text in a process of its own, and gives what it prints as JSON. */
function printed(code: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, HOOKLEDGER_CONCURRENCY: 'nonsense' },
  });
  expect(stderr).to.equal('');
  expect(status).to.equal(0);
  return JSON.parse(stdout);
}

const index = JSON.stringify(new URL('../../../src/index.js', import.meta.url).href);

describe('Importing hookledger', () => {
  it('does nothing: no global, no handle, no listener, no file', () => {
    const { before, after } = printed(`
      import { readdirSync } from 'node:fs';
      const look = () => ({
        globals: Reflect.ownKeys(globalThis).map(String).sort(),
        reflect: Reflect.ownKeys(Reflect).map(String).sort(),
        symbols: Reflect.ownKeys(Symbol).map(String).sort(),
        prototypes: [Object, Array, Promise, Function].map((one) => Reflect.ownKeys(one.prototype).map(String)),
        handles: process.getActiveResourcesInfo(),
        listeners: process.eventNames().map(String),
        env: Object.keys(process.env),
        files: readdirSync('.'),
      });
      const before = look();
      await import(${index});
      const after = look();
      console.log(JSON.stringify({ before, after }));
    `) as { before: object; after: object };
    expect(after).to.deep.equal(before);
  });

  it('loads neither the engine nor any package', () => {
    const loaded = printed(`
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import(${index});
      console.log(JSON.stringify(loaded));
    `) as string[];
    expect(loaded).to.include(new URL('../../../src/index.js', import.meta.url).href);
    expect(
      loaded.filter((url) => url.includes('node_modules') || /container|engine|node:sqlite/.test(url)),
    ).to.deep.equal([]);
  });
});
