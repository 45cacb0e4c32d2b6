import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import Fastify from 'fastify';
import type { HttpServer } from '../../../../src/interfaces/http/http-server.js';
import { liveUpdates } from '../../../../src/interfaces/http/pages/live-updates.js';
import { type CommitListener, ProjectionProgress } from '../../../../src/projections/projection-progress.js';
import { eventually } from '../../../support/eventually.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { Person } from '../person.js';
import { OPERATOR, type RunningServer, startServer } from '../running-server.js';

const TOGETHER_MS = 100;
const HEARTBEAT_MS = 15_000;
const LONGEST_MS = 5 * 60_000;

interface LiveEvent {
  id?: string;
  event?: string;
  data?: string;
  retry?: string;
}

/** A connection to /live, as a browser holds it. */
class Live {
  #text = '';
  ended = false;

  private constructor(
    private readonly request: ClientRequest,
    readonly answer: IncomingMessage,
  ) {
    answer.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
    answer.on('close', () => {
      this.ended = true;
    });
    answer.on('error', () => {});
  }

  static open(url: string, headers: Record<string, string>): Promise<Live> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (answer) => resolve(new Live(request, answer)));
      request.on('error', reject);
    });
  }

  /** What was told so far; the beats are left out. */
  get events(): LiveEvent[] {
    const blocks = this.#text.split('\n\n').slice(0, -1);
    return blocks.map(fieldsOf).filter(({ event, retry }) => event !== 'beat' && retry === undefined);
  }

  get beats(): number {
    return this.#text.split('event: beat\n').length - 1;
  }

  get text(): string {
    return this.#text;
  }

  stopReading(): void {
    this.answer.pause();
  }

  close(): void {
    this.request.destroy();
  }
}

const fieldsOf = (block: string): LiveEvent =>
  Object.fromEntries(block.split('\n').map((line) => line.split(': ', 2) as [string, string]));

describe('/live', () => {
  let server: RunningServer;
  let clock: ManualClock;
  let person: Person;
  let open: Live[];
  beforeEach(async () => {
    clock = new ManualClock('2026-03-01T09:00:00Z');
    server = await startServer(undefined, { clock });
    person = await Person.join(server, { email: 'olga@example.com', role: 'owner' });
    await person.logIn();
    open = [];
  });
  afterEach(async () => {
    for (const live of open) live.close();
    await server.stop();
  });

  const progress = (): ProjectionProgress => server.container.get(ProjectionProgress);

  async function listen(headers: Record<string, string> = {}, query = '', url = server.url): Promise<Live> {
    const cookie = person.cookie as string;
    const live = await Live.open(`${url}/live${query}`, { cookie, ...headers });
    open.push(live);
    await eventually('the stream begins', () => live.ended || live.beats > 0 || live.answer.statusCode !== 200);
    return live;
  }

  /** Makes something that the projection `access` takes in, and lets the time pass that changes are told together in. */
  async function changeSomething(): Promise<void> {
    const { position } = await server.apiKeys.issue({ name: 'another', scopes: ['events:write'] }, OPERATOR);
    // Projections pause between batches.
    await eventually('the projections take it in', () => {
      clock.advance(TOGETHER_MS);
      return progress().position >= position;
    });
    clock.advance(TOGETHER_MS);
  }

  it('is a stream of events that says what changed, and how far the read models are by then', async () => {
    const live = await listen();
    expect(live.answer.statusCode).to.equal(200);
    expect(live.answer.headers['content-type']).to.equal('text/event-stream; charset=utf-8');
    expect(live.answer.headers).to.include({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    expect(live.answer.headers['content-security-policy']).to.include("default-src 'none'");
    expect(live.text).to.match(/^retry: 1000\n\n/);
    const before = progress().mark;
    await changeSomething();
    const [event] = await eventually('it is told', () => (live.events.length > 0 ? live.events : undefined));
    expect(event).to.include({ event: 'changed', data: 'access' });
    expect(Number(event?.id)).to.be.greaterThan(before).and.at.most(progress().mark);
  });

  it('tells together what changes within a tenth of a second', async () => {
    const live = await listen();
    for (const name of ['access', 'analytics', 'access']) {
      await progress().committed({ names: [], position: 0, changed: [name] });
    }
    clock.advance(TOGETHER_MS - 1);
    await progress().committed({ names: [], position: 0, changed: ['flows'] });
    clock.advance(1);
    await eventually('it is told', () => live.events.length > 0);
    expect(live.events.map(({ data }) => data)).to.deep.equal(['access analytics flows']);
  });

  describe('to whoever comes back', () => {
    it('says that anything may have changed where something was missed', async () => {
      const seen = String(progress().mark);
      await changeSomething();
      const missed = { id: String(progress().mark), event: 'changed', data: '*' };
      expect((await listen({ 'last-event-id': seen })).events).to.deep.equal([missed]);
      // A page that was made before, and connects for the first time.
      expect((await listen({}, `?since=${seen}`)).events).to.deep.equal([missed]);
      // What the browser saw last counts more than what the page was made of.
      const now = String(progress().mark);
      expect((await listen({ 'last-event-id': now }, `?since=${seen}`)).events).to.deep.equal([]);
    });

    it('says nothing where nothing was missed', async () => {
      await changeSomething();
      const seen = String(progress().mark);
      expect((await listen({ 'last-event-id': seen })).events).to.deep.equal([]);
      expect((await listen({}, `?since=${seen}`)).events).to.deep.equal([]);
      expect((await listen()).events).to.deep.equal([]);
    });

    it('by a page: it holds the mark that the read models had reached before it was made', async () => {
      const mark = String(progress().mark);
      const html = await (await person.fetch('GET', '/account')).text();
      expect(html).to.include(`data-since="${mark}"`);
    });
  });

  it('is for members alone', async () => {
    const stranger = await fetch(`${server.url}/live`);
    expect([stranger.status, await stranger.text()]).to.deep.equal([401, '']);
    const forged = await fetch(`${server.url}/live`, { headers: { cookie: `${person.cookie}x` } });
    expect(forged.status).to.equal(401);
  });

  it('brings the new token of a session that is exchanged by it', async () => {
    const former = person.cookie;
    clock.advance(16 * 60_000);
    const live = await listen();
    const [cookie = ''] = live.answer.headers['set-cookie'] ?? [];
    expect(cookie).to.match(/^hookledger_session=/);
    person.cookie = cookie.split(';', 1)[0] as string;
    expect(person.cookie).not.to.equal(former);
    // The former one is let through for a minute only.
    clock.advance(2 * 60_000);
    expect((await person.fetch('GET', '/api/hookledger/session')).status).to.equal(200);
  });

  it('beats while there is nothing to tell, and ends after a while, so that the session is looked at again', async () => {
    const live = await listen();
    for (let beat = 2; beat <= 4; beat++) {
      clock.advance(HEARTBEAT_MS - 1);
      expect(live.beats).to.equal(beat - 1);
      clock.advance(1);
      await eventually(`beat ${beat}`, () => live.beats === beat);
    }
    for (let passed = 3 * HEARTBEAT_MS; passed < LONGEST_MS; passed += HEARTBEAT_MS) clock.advance(HEARTBEAT_MS);
    await eventually('the end', () => live.ended);
    expect(live.answer.complete).to.equal(true);
    // Nothing is written to it any more, and nothing fails by it.
    await changeSomething();
    expect(live.events).to.deep.equal([]);
  });

  it('ends when the server stops', async () => {
    const live = await listen();
    await server.app.close();
    await eventually('the end', () => live.ended);
    expect(live.answer.complete).to.equal(true);
  });

  describe('to who reads nothing', () => {
    /** Long names, since the kernel takes some megabytes before the server notices that nobody reads. */
    const NAMES = new Set(['x'.repeat(40_000)]);
    let app: HttpServer;
    let change: () => void;
    let slow: Socket;
    let reading: Live;
    beforeEach(async () => {
      app = Fastify();
      const commits = { mark: 1, onCommit: (listener: CommitListener) => (change = () => void listener(NAMES)) };
      liveUpdates(app, { logIn: server.logIn, commits, clock });
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      reading = await listen({}, '', url);
      const connected = once(app.server, 'connection') as Promise<[Socket]>;
      (await listen({}, '', url)).stopReading();
      [slow] = await connected;
    });
    afterEach(() => app.close());

    const tellUntil = (what: string, enough: () => boolean): Promise<boolean> =>
      eventually(what, () => {
        change();
        clock.advance(TOGETHER_MS);
        return enough();
      });

    it('is cut off, and goes on for the others', async () => {
      await tellUntil('it is cut off', () => slow.destroyed);
      const before = reading.events.length;
      change();
      clock.advance(TOGETHER_MS);
      await eventually('the other one is told', () => reading.events.length > before);
    });

    it('does not hold up the stop of the server', async () => {
      await tellUntil('something is left unread', () => slow.writableLength > 0);
      await app.close();
      expect(slow.destroyed).to.equal(true);
    });
  });

  it('has an end: a thousand listen, and no more', async () => {
    await Promise.all(Array.from({ length: 1_000 }, () => listen()));
    const refused = await fetch(`${server.url}/live`, { headers: { cookie: person.cookie as string } });
    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '30']);
    open[0]?.close();
    await eventually('one place is free', async () => (await listen()).answer.statusCode === 200);
  });

  it('answers no HEAD, which would wait for the end', async () => {
    const head = await fetch(`${server.url}/live`, { method: 'HEAD', headers: { cookie: person.cookie as string } });
    expect(head.status).to.equal(404);
  });
});
