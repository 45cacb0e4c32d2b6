import { join } from 'node:path';
import { expect } from 'chai';
import type { EventMetadata, NewEvent } from '../../../src/application/ports/event-store.js';
import type { HookledgerEvent } from '../../../src/domain/events.js';
import { SqliteEventStore } from '../../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { newEvent } from '../../contract/new-event.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const STREAM = 'delivery-d1';
const of = { actionId: 'a1', flowId: 'f1' };
const engine = { kind: 'engine', id: 'worker', name: 'delivery worker' } as const;

const recorded = (event: HookledgerEvent, metadata: Pick<EventMetadata, 'actor' | 'time'>): NewEvent => ({
  ...newEvent(event),
  metadata: { correlationId: 'correlation-1', causationId: 'cause-1', schemaVersion: 1, ...metadata },
});

const delivery: readonly NewEvent[] = [
  recorded(
    {
      type: 'DeliveryRequested',
      data: {
        ...of,
        triggerId: 't1',
        profileId: 'p1',
        actionRevision: 2,
        url: 'https://receiver.example/hooks',
        body: '{"é":1}',
        requestedAt: '2026-11-24T09:00:00.000Z',
      },
    },
    { actor: { kind: 'api-key', id: 'k1', name: 'the shop' }, time: '2026-11-24T09:00:00.000Z' },
  ),
  recorded(
    {
      type: 'DeliveryAttempted',
      data: { ...of, attempt: 1, url: 'https://receiver.example/hooks', workerId: 'w1' },
    },
    { actor: engine, time: '2026-11-24T09:00:01.000Z' },
  ),
  recorded(
    {
      type: 'DeliverySucceeded',
      data: { ...of, attempt: 1, statusCode: 204, durationMs: 12 },
    },
    { actor: engine, time: '2026-11-24T09:00:02.000Z' },
  ),
];

describe('hookledger history', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  before(async () => {
    folder = temporaryFolder();
    const store = SqliteEventStore.open(join(folder.path, 'events.db'));
    await store.append(STREAM, 'no-stream', delivery);
    await store.append('webhook-action-a1', 'no-stream', [
      recorded(
        {
          type: 'WebhookActionConfigured',
          data: {
            flowId: 'f1',
            revision: 0,
            name: 'to the shop',
            url: 'https://receiver.example/hooks',
            headers: { authorization: 'Bearer hunter2' },
            body: '{}',
          },
        },
        { actor: { kind: 'cli', id: 'root', name: 'root' }, time: '2026-11-24T08:00:00.000Z' },
      ),
      recorded(
        {
          type: 'WebhookActionSigningSecretRotated',
          data: {
            keyId: 'key-7',
            secret: 'whsec_aHVudGVyMmh1bnRlcjJodW50ZXIy',
            rotatedAt: '2026-11-24T08:00:01.000Z',
            overlapUntil: '2026-11-25T08:00:01.000Z',
          },
        },
        { actor: { kind: 'cli', id: 'root', name: 'root' }, time: '2026-11-24T08:00:01.000Z' },
      ),
    ]);
    await store.close();
  });
  after(() => folder.remove());

  const history = (...args: readonly string[]) => runCommand(['history', ...args, '--data', folder.path]);

  it('tells a stream as sentences, each with its time, actor and cause', async () => {
    const { code, stdout, stderr } = await history(STREAM);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const paragraphs = stdout.trimEnd().split('\n\n');
    expect(paragraphs).to.have.lengthOf(3);
    expect(paragraphs[0]).to.match(/0 {2}2026-11-24T09:00:00\.000Z {2}DeliveryRequested\n/);
    expect(paragraphs[0]).to.match(/A delivery to https:\/\/receiver\.example\/hooks was requested.* 8 bytes\./);
    expect(paragraphs[0]).to.match(/by the API key 'the shop' · caused by cause-1 · correlation correlation-1/);
    expect(paragraphs[1]).to.match(/Attempt 1 was begun.*\n.*by the delivery worker/);
    expect(paragraphs[2]).to.match(/the receiver answered 204 after 12 ms/);
  });

  it('tells it as it was then, the moment itself included', async () => {
    const { code, stdout } = await history(STREAM, '--as-of', '2026-11-24T09:00:01Z');
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/DeliveryAttempted/)
      .and.not.match(/DeliverySucceeded/);
  });

  it('gives one JSON object a line', async () => {
    const { code, stdout } = await history(STREAM, '--json');
    expect(code).to.equal(0);
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ revision, type, eventId }) => ({ revision, type, eventId }))).to.deep.equal(
      delivery.map(({ type, id }, revision) => ({ revision, type, eventId: id })),
    );
    expect(entries[2]).to.deep.include({
      time: '2026-11-24T09:00:02.000Z',
      actor: 'the delivery worker',
      causationId: 'cause-1',
      correlationId: 'correlation-1',
      data: { ...of, attempt: 1, statusCode: 204, durationMs: 12 },
    });
  });

  it('shows header values to nobody', async () => {
    for (const args of [[], ['--json']]) {
      const { code, stdout } = await history('webhook-action-a1', ...args);
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/WebhookActionConfigured/)
        .and.not.match(/hunter2/);
    }
  });

  it('tells of a new signing secret, and shows it to nobody', async () => {
    for (const args of [[], ['--json']]) {
      const { code, stdout } = await history('webhook-action-a1', ...args);
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/rotated; the key is now key-7, and one that was there before signs as well until 2026-11-25T08:00/)
        .and.not.match(/whsec_|aHVudGVy/);
    }
  });

  it('ends with 1 where the stream has no events, or none yet', async () => {
    for (const args of [['delivery-unknown'], [STREAM, '--as-of', '2026-11-24T08:59:59Z']]) {
      const { code, stdout, stderr } = await history(...args);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(/^hookledger: The stream '.*' has no events.*\n$/);
    }
  });

  it('ends with 2 where the time is none', async () => {
    const { code, stdout, stderr } = await history(STREAM, '--as-of', 'yesterday');
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.match(/--as-of is 'yesterday'/);
  });
});
