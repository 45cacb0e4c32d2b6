import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { temporaryFolder } from './temporary-folder.js';
import { tracesIn, tracesOf } from './traces.js';

describe('The search for traces', () => {
  it('finds a word in each of its spellings, and nothing where it is not', () => {
    const word = 'Planted Word-77';
    const texts = [
      `before ${word} after`,
      word.toUpperCase(),
      Buffer.from(`a ${word} b`).toString('base64'),
      Buffer.from(`ab ${word} b`).toString('base64'),
      Buffer.from(`abc ${word} b`).toString('base64'),
      Buffer.from(word).toString('hex'),
      encodeURIComponent(`x=${word}`),
    ];
    for (const text of texts) expect(tracesOf(text, [word, 'absent-word']), text).to.deep.equal([word]);
    expect(tracesOf('Planted Wor d-77', [word])).to.deep.equal([]);
  });

  it('looks into every file of a folder', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, 'one.db-wal'), Buffer.from([0, 1, ...Buffer.from('planted-word'), 255]));
    writeFileSync(join(folder.path, 'two'), 'nothing');
    expect(tracesIn(folder.path, ['planted-word'])).to.deep.equal(['one.db-wal: planted-word']);
    folder.remove();
  });
});
