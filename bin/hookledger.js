#!/usr/bin/env node
// The program's door. hookledger runs on the Node that its own dependencies bring (node:sqlite is built in there), so
// that it behaves the same wherever an older Node started it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'dist', 'src', 'interfaces', 'cli', 'main.js');

if (!existsSync(main)) {
  process.stderr.write('hookledger is not built yet: run `npm run build` in its folder first.\n');
  process.exit(2);
}

if (Number(process.versions.node.split('.')[0]) >= 26) {
  await import(main);
} else {
  const node = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(node)) {
    process.stderr.write(
      `hookledger needs Node 26 or later; this is ${process.version}. Run \`npm ci\` in its folder.\n`,
    );
    process.exit(2);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
}
