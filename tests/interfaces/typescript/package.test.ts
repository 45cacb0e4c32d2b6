import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { ReceiverProcess } from '../../support/receiver-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

interface Package {
  dependencies: Record<string, string>;
}

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Package;

/**
 * An empty project with the package in it, as `npm install` would leave it, but without the network: the tarball of `npm pack` is
 * unpacked into node_modules, and what its package.json depends on is linked from this project's, that alone. So an import of
 * something that is only among the devDependencies fails here as it would at a user's. A link is followed to its real place, so
 * that what the dependencies depend on is found beside them. TypeScript and Node's types are what any TypeScript project has.
 */
function installedPackage(folder: string): void {
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  expect(packed.status, packed.stderr).to.equal(0);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const place = join(folder, 'node_modules', 'hookledger');
  mkdirSync(place, { recursive: true });
  const unpacked = run('tar', ['-xzf', join(folder, String(tarball)), '--strip-components', '1', '-C', place]);
  expect(unpacked.status, unpacked.stderr).to.equal(0);
  for (const name of [...Object.keys(dependencies), '@types/node']) link(folder, name);
  writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }\n');
}

function link(folder: string, name: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(resolve('node_modules', name), place, 'dir');
}

function run(
  program: string,
  args: readonly string[],
  cwd = process.cwd(),
  env: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  return spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000, env: { ...process.env, ...env } });
}

const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync('docs/embedding.md', 'utf8')) ?? [];

describe('The package, in an empty project', () => {
  const folder = temporaryFolder();

  before(function () {
    this.timeout(120_000);
    installedPackage(folder.path);
  });
  after(() => folder.remove());

  it('holds the program and what it is built of, and no tests', () => {
    const files = readdirSync(join(folder.path, 'node_modules', 'hookledger'), { recursive: true }).map(String);
    expect(files).to.include.members(['bin/hookledger.js', 'dist/src/index.js', 'dist/src/index.d.ts', 'LICENSE']);
    expect(files.filter((file) => /(?:^|\/)(?:tests|bench|demo|tools)(?:\/|$)/.test(file))).to.deep.equal([]);
  });

  it("has types by which docs/embedding.md's example compiles, strictly and to the last declaration", function () {
    this.timeout(120_000);
    writeFileSync(join(folder.path, 'example.ts'), example);
    const options = {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        module: 'nodenext',
        target: 'es2024',
        // For `await using`.
        lib: ['es2024', 'esnext.disposable'],
        types: ['node'],
        skipLibCheck: false,
      },
      files: ['example.ts'],
    };
    writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify(options));
    const compiled = run(process.execPath, [resolve('node_modules/typescript/bin/tsc')], folder.path);
    expect(compiled.stdout).to.equal('');
    expect(compiled.status, compiled.stderr).to.equal(0);
  });

  it('has types that tell a mistake', function () {
    this.timeout(120_000);
    const wrong = `import { createHookledger } from 'hookledger';
const hookledger = await createHookledger({ data: 'ledger' });
// @ts-expect-error -- there is no such option
await createHookledger({ dataDir: 'ledger' });
// @ts-expect-error -- an event needs a profile
await hookledger.events.receive({ metricName: 'a', properties: {} });
// @ts-expect-error -- there is no such event
hookledger.subscribe({ types: ['DeliveryLost'] });
for await (const event of hookledger.subscribe({ types: ['DeliverySucceeded'] })) {
  const code: number = event.data.statusCode;
  // @ts-expect-error -- that is of another event
  console.log(code, event.data.reason);
}
for await (const event of hookledger.subscribe()) {
  // @ts-expect-error -- nobody is shown that
  if (event.type === 'ApiKeyIssued') console.log(event.data.secretSha256);
}
`;
    writeFileSync(join(folder.path, 'wrong.ts'), wrong);
    const options = {
      extends: './tsconfig.json',
      compilerOptions: { noEmit: true, skipLibCheck: true },
      files: ['wrong.ts'],
    };
    writeFileSync(join(folder.path, 'tsconfig.wrong.json'), JSON.stringify(options));
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const compiled = run(process.execPath, [tsc, '-p', 'tsconfig.wrong.json'], folder.path);
    expect(compiled.stdout).to.equal('');
    expect(compiled.status).to.equal(0);
  });

  it("runs docs/embedding.md's example against a receiver, and ends by itself", async function () {
    this.timeout(120_000);
    const receiver = await ReceiverProcess.start();
    try {
      const ca = join(folder.path, 'ca.pem');
      writeFileSync(ca, receiver.caPem);
      const { stdout, stderr, status } = run(process.execPath, ['example.js'], folder.path, {
        RECEIVER_URL: `${receiver.url}/hook`,
        HOOKLEDGER_EXTRA_CA: ca,
        HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
        HOOKLEDGER_ALLOW_PORTS: '*',
      });
      expect(stderr).to.equal('');
      expect(status).to.equal(0);
      const [checked, delivered, ...rest] = stdout.trimEnd().split('\n');
      expect(checked).to.match(/^the URL is good: ./);
      expect(delivered).to.equal('delivered: the receiver answered 200');
      expect(rest).to.deep.equal([]);
      expect(await receiver.counts()).to.deep.equal({ received: 1, webhookIds: 1 });
    } finally {
      await receiver.stop();
    }
  });

  it('brings the program along', () => {
    const { stdout, status } = run(
      process.execPath,
      ['node_modules/hookledger/bin/hookledger.js', '--help'],
      folder.path,
    );
    expect(status).to.equal(0);
    expect(stdout).to.include('serve');
  });
});
