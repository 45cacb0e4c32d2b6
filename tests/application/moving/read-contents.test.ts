import { expect } from 'chai';
import { readContents } from '../../../src/application/moving/read-contents.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { newEvent } from '../../contract/new-event.js';

describe('Reading the contents of a store', () => {
  const at = (position: number, stream: string, revision: number): RecordedEvent => ({
    ...newEvent(),
    position,
    stream,
    revision,
  });
  const read = (...events: RecordedEvent[]) =>
    readContents({
      async *readAll() {
        for (const event of events) yield [event];
      },
    });

  it('counts what follows, with gaps between positions', async () => {
    const report = await read(at(7, 'a', 0), at(90, 'b', 0), at(91, 'a', 1));
    expect(report).to.include({ events: 3, streams: 2, position: 91 }).and.not.have.property('broken');
  });

  for (const [what, events, broken] of [
    [
      'a gap',
      [at(7, 'a', 0), at(9, 'a', 2)],
      { position: 9, problem: `revision 2 of the stream 'a' comes after revision 0` },
    ],
    [
      'a repeat',
      [at(7, 'a', 0), at(9, 'a', 0)],
      { position: 9, problem: `revision 0 of the stream 'a' comes after revision 0` },
    ],
    [
      'a lost beginning',
      [at(7, 'a', 0), at(9, 'b', 1)],
      { position: 9, problem: `the stream 'b' begins with revision 1, not with 0` },
    ],
    [
      'a position that does not rise',
      [at(7, 'a', 0), at(7, 'a', 1)],
      { position: 7, problem: 'it comes after position 7' },
    ],
  ] as const) {
    it(`names ${what}, and counts what stands before it`, async () => {
      expect(await read(...events)).to.deep.include({ events: 1, streams: 1, position: 7, broken });
    });
  }
});
