import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { takeDataFolder } from '../../demo/data-folder.js';
import { DemoFailure } from '../../demo/demo-failure.js';
import { lockForThisProcess } from '../../src/infrastructure/system/process-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe("the demo's data folder", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is emptied where a former demo made it', () => {
    const path = join(folder.path, 'new', 'data');
    takeDataFolder(path)();
    mkdirSync(join(path, 'old'));
    writeFileSync(join(path, 'old', 'events.db'), 'old');
    takeDataFolder(path)();
    expect(existsSync(join(path, 'old'))).to.equal(false);
  });

  it('is refused and left alone where it holds what no demo made', () => {
    writeFileSync(join(folder.path, 'thesis.txt'), 'years of work');
    expect(() => takeDataFolder(folder.path)).to.throw(DemoFailure, 'holds something that no demo made');
    expect(readdirSync(folder.path)).to.deep.equal(['thesis.txt']);
  });

  it('is refused while another demo runs in it, and while the server of a killed one does', () => {
    const release = takeDataFolder(folder.path);
    writeFileSync(join(folder.path, 'events.db'), 'new');
    expect(() => takeDataFolder(folder.path)).to.throw(DemoFailure, 'A demo is running already');
    release();

    const unlock = lockForThisProcess(join(folder.path, 'server.lock'), 'A server');
    expect(() => takeDataFolder(folder.path)).to.throw(DemoFailure, 'A hookledger server is running already');
    expect(existsSync(join(folder.path, 'events.db'))).to.equal(true);
    unlock();
    takeDataFolder(folder.path)();
    expect(existsSync(join(folder.path, 'events.db'))).to.equal(false);
  });
});
