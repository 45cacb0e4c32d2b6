import { expect } from 'chai';
import { feed } from '../../demo/feed.js';

describe("the demo's feed", () => {
  const items = Array.from({ length: 100 }, (_, index) => index);

  it('gives every item once, in order', async () => {
    const sent: number[] = [];
    await feed(items, async (item) => {
      sent.push(item);
    });
    expect(sent).to.deep.equal(items);
  });

  it('begins nothing more after a failure, which it reports', async () => {
    const sent: number[] = [];
    const failure = await feed(items, async (item) => {
      sent.push(item);
      await Promise.resolve();
      if (item === 20) throw new Error('refused');
    }).catch((error: Error) => error.message);
    expect(failure).to.equal('refused');
    expect(sent.length).to.be.lessThan(items.length);
  });

  it('ends quietly when it is called off, though it waits for the next item', async () => {
    const stop = new AbortController();
    const sent: number[] = [];
    await feed(
      items,
      async (item) => {
        sent.push(item);
        stop.abort();
      },
      { perSecond: 0.001, signal: stop.signal },
    );
    expect(sent).to.deep.equal([0]);
  });
});
