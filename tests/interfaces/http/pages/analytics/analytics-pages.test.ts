import { expect } from 'chai';
import { TOKENS } from '../../../../../src/container.js';
import type { Role } from '../../../../../src/domain/account/role.js';
import { FILLED, fillReadModels } from '../../../../projections/million-deliveries.js';
import { ManualClock } from '../../../../support/manual-clock.js';
import { Person } from '../../person.js';
import { type RunningServer, startServer } from '../../running-server.js';

const DELIVERIES = 40_000;
const FAILED = (DELIVERIES / 100) * 3;

/** On rows alone, without their histories: sending again is refused for each, and that is what is counted. */
describe('The pages of analytics over many deliveries', () => {
  let server: RunningServer;
  let owner: Person;

  before(async () => {
    const clock = new ManualClock(new Date(FILLED.now).toISOString());
    server = await startServer(undefined, { clock });
    await fillReadModels(server.container.get(TOKENS.ReadModelDatabase).writer, DELIVERIES);
    owner = await member('owner');
  });
  after(() => server.stop());

  async function member(role: Role): Promise<Person> {
    const person = await Person.join(server, { email: `${role}@example.com`, role });
    await person.logIn();
    return person;
  }

  const get = async (path: string): Promise<string> => {
    const response = await owner.fetch('GET', path);
    expect(response.status, path).to.equal(200);
    return response.text();
  };

  const send = (person: Person, path: string, fields: URLSearchParams) =>
    fetch(server.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: person.cookie ?? '',
        origin: server.url,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: fields.toString(),
    });

  /** The hidden fields of the form that sends again, or goes on. */
  const fieldsIn = (html: string): URLSearchParams =>
    new URLSearchParams(
      [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [
        name as string,
        value as string,
      ]),
    );

  it('lead whoever is not logged in to the log-in, and back', async () => {
    for (const path of ['/analytics?range=week', '/analytics/failed', '/analytics/deliveries.csv', '/deliveries/x']) {
      const response = await fetch(server.url + path, { redirect: 'manual' });
      expect(response.status).to.equal(303);
      expect(response.headers.get('location')).to.equal(`/log-in?continue=${encodeURIComponent(path)}`);
    }
  });

  it('page through a queue, each delivery once', async () => {
    const ids: string[] = [];
    for (let path: string | undefined = '/analytics/failed?code=timeout'; path !== undefined; ) {
      const html = await get(path);
      ids.push(...[...html.matchAll(/id="row-([^"]+)"/g)].map(([, id]) => id as string));
      path = /href="([^"]+)">Older</.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(ids).to.have.lengthOf(DELIVERIES / 1_000);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('send a queue again portion by portion, each delivery once, and say what could not be', async () => {
    const confirm = await get('/analytics/failed/resend');
    expect(confirm).to.include(`<strong>1,200 deliveries</strong> will be sent again`);
    let fields = fieldsIn(confirm);
    const first = await (await send(owner, '/analytics/failed/resend', fields)).text();
    expect(first)
      .to.include('1,000 of 1,200 done')
      .and.include('1,000 are not known any more')
      .and.include('data-goes-on');
    fields = fieldsIn(first);
    const last = await (await send(owner, '/analytics/failed/resend', fields)).text();
    expect(last).to.include('1,200 of 1,200 done').and.include(`1,200 are not known any more`);
    expect(last).not.to.include('data-goes-on');
    expect(FAILED).to.equal(1_200);
  });

  it('send again what was meant when it was confirmed alone', async () => {
    const action = FILLED.actionOf(2);
    const confirm = await get(`/analytics/failed/resend?action=${action}&range=week`);
    const fields = fieldsIn(confirm);
    expect(fields.get('action')).to.equal(action);
    expect(fields.get('since')).to.equal('2026-03-24T00:00:00.000Z');
    expect(fields.get('until')).to.equal('2026-03-31T00:00:00.000Z');
    fields.delete('until');
    const nothing = await (await send(owner, '/analytics/failed/resend', fields)).text();
    expect(nothing).to.include('<strong>0 sent again</strong>, none refused');
  });

  it('refuse to send again for who may only look, or comes from another site', async () => {
    const analyst = await member('analyst');
    const html = await (await analyst.fetch('GET', '/analytics/failed/resend')).text();
    expect(html).to.include('takes the role manager, admin or owner').and.not.include('<button>Send');
    expect((await send(analyst, '/analytics/failed/resend', fieldsIn(html))).status).to.equal(403);
    const foreign = await fetch(`${server.url}/analytics/failed/resend`, {
      method: 'POST',
      headers: {
        cookie: owner.cookie ?? '',
        origin: 'https://elsewhere.example.com',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(foreign.status).to.equal(403);
  });

  it('give a whole list as CSV, in portions', async () => {
    const response = await owner.fetch('GET', '/analytics/deliveries.csv?queue=failed');
    expect(response.headers.get('content-type')).to.match(/^text\/csv/);
    expect(response.headers.get('content-disposition')).to.equal(
      'attachment; filename="deliveries-failed-2026-03-31.csv"',
    );
    const lines = (await response.text()).trimEnd().split('\r\n');
    const ids = lines.slice(1).map((line) => line.split(',', 1)[0]);
    expect(ids).to.have.lengthOf(FAILED);
    expect(new Set(ids).size).to.equal(FAILED);
    expect(lines.every((line) => line.split(',').length === 14)).to.equal(true);
  });

  it('give the figures of the plot as CSV', async () => {
    const lines = (await get('/analytics/summary.csv?range=week')).trimEnd().split('\r\n');
    expect(lines).to.have.lengthOf(1 + 7 * 24);
    expect(lines[1]).to.match(/^2026-03-24T00:00:00.000Z,2026-03-24T01:00:00.000Z,\d+,/);
  });

  it('understand whatever an address has', async () => {
    const odd = [
      '%00',
      '%F0%9F%98%80',
      "'; drop table deliveries; --",
      '"><script>',
      '%',
      '2026-01-01',
      '9'.repeat(500),
    ];
    for (const page of ['/analytics', '/analytics/failed', '/analytics/skipped/resend']) {
      for (const value of odd) {
        for (const name of ['range', 'flow', 'action', 'code', 'profile', 'cursor', 'id']) {
          const response = await owner.fetch('GET', `${page}?${name}=${value.replaceAll(' ', '+')}`);
          const html = await response.text();
          expect(response.status, `${page}?${name}=${value}`).to.be.oneOf([200, 400]);
          expect(html).not.to.include('"><script>');
        }
      }
    }
    const twice = await owner.fetch('GET', '/analytics?range=week&range=day&flow=a&flow=b');
    expect(twice.status).to.equal(200);
  });

  it('show no page over 300 KB', async () => {
    for (const path of ['/analytics?range=week', '/analytics/failed', '/analytics/all', '/analytics?range=month']) {
      expect(Buffer.byteLength(await get(path)), path).to.be.below(300 * 1024);
    }
  });
});
