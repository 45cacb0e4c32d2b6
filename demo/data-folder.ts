import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AlreadyRunning, lockForThisProcess } from '../src/infrastructure/system/process-lock.js';
import { DemoFailure } from './demo-failure.js';

/** What says that a folder is a demo's, and may be emptied by the next one. Held locked while a demo runs. */
const MARKER = 'hookledger-demo.lock';

/**
 * Makes the demo's data folder, or empties it where a former demo made it; any other folder is left alone.
 *
 * @returns the function that gives the folder free
 * @throws DemoFailure
 */
export function takeDataFolder(dataDir: string): () => void {
  const path = resolve(dataDir);
  const marker = join(path, MARKER);
  if (!existsSync(marker) && existsSync(path) && readdirSync(path).length > 0) {
    throw new DemoFailure(`${path} holds something that no demo made; give another folder by --data, or empty it.`);
  }
  mkdirSync(path, { recursive: true });
  const release = lock(marker, 'A demo');
  try {
    // A demo that was killed may have left its server running.
    lock(join(path, 'server.lock'), 'A hookledger server')();
    for (const name of readdirSync(path)) {
      if (!name.startsWith(MARKER)) rmSync(join(path, name), { recursive: true, force: true });
    }
    // Without a .gitignore of its own a folder elsewhere could be committed by mistake, keys and all.
    writeFileSync(join(path, '.gitignore'), '*\n');
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function lock(path: string, whose: string): () => void {
  try {
    return lockForThisProcess(path, whose);
  } catch (error) {
    throw error instanceof AlreadyRunning ? new DemoFailure(error.message) : error;
  }
}
