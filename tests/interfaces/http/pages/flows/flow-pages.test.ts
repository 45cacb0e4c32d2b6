import { expect } from 'chai';
import { AggregateStore } from '../../../../../src/application/aggregate-store.js';
import type { Role } from '../../../../../src/domain/account/role.js';
import { webhookAction, webhookActionStream } from '../../../../../src/domain/webhook-action/webhook-action.js';
import { Person } from '../../person.js';
import { type Document, OPERATOR, type RunningServer, startServer } from '../../running-server.js';

type Fields = readonly (readonly [name: string, value: string])[];

/** What the forms do without a script. Every URL is good here. */
describe('The pages of flows', () => {
  let server: RunningServer;
  let owner: Person;
  let flowId: string;
  let actionId: string;
  before(async () => {
    server = await startServer();
    owner = await member('owner');
    await owner.switchTwoStepOn();
    await owner.logIn();
    const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
    const made = await document(await server.fetch('POST', '/api/hookledger/metrics', { body: metric }));
    const message = { name: 'Warehouse', url: 'https://example.com/a', headers: { 'x-key': 'secret' }, body: BODY };
    const actions = [{ temporary_id: 'a', type: 'send-webhook', data: { message, status: 'live' } }];
    const definition = { triggers: [{ type: 'metric', id: made.data.id }], actions, entry_action_id: 'a' };
    const flow = { data: { type: 'flow', attributes: { name: 'Orders', definition } } };
    flowId = (await document(await server.fetch('POST', '/api/flows', { body: flow }))).data.id;
    actionId = (await server.get(`/api/flows/${flowId}/flow-actions`)).data[0]?.id as string;
  });
  after(() => server.stop());

  const BODY = '{\n  "order": {{ event.order }}\n}';
  const document = async (response: Response) => (await response.json()) as Document;

  async function member(role: Role): Promise<Person> {
    const person = await Person.join(server, { email: `${role}@example.com`, role });
    await person.logIn();
    return person;
  }

  async function send(by: Person, path: string, fields: Fields = [], headers: Record<string, string> = {}) {
    const response = await fetch(server.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: server.url,
        cookie: by.cookie ?? '',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
    });
    return { status: response.status, location: response.headers.get('location'), html: await response.text() };
  }
  async function look(by: Person, path: string) {
    const response = await fetch(server.url + path, { redirect: 'manual', headers: { cookie: by.cookie ?? '' } });
    return { status: response.status, location: response.headers.get('location'), html: await response.text() };
  }

  const editor = () => `/flows/${flowId}/actions/${actionId}`;
  const valuesOf = (html: string, name: string): string[] =>
    [...html.matchAll(new RegExp(`<input name="${name}" value="([^"]*)"`, 'g'))].map(([, value]) => value as string);
  const shownValue = async (): Promise<string> =>
    valuesOf((await look(owner, editor())).html, 'header-value')[0] as string;
  const typed = (changes: Readonly<Record<string, string>> = {}): Fields =>
    Object.entries({ name: 'Warehouse', url: 'https://example.com/a', body: BODY, ...changes });
  const revision = async (): Promise<unknown> => /Revisions \((\d+)\)/.exec((await look(owner, editor())).html)?.[1];

  it('lead whoever is not logged in to the log-in, and back', async () => {
    const { status, location } = await look(owner.browser(), `/flows/${flowId}`);
    expect([status, location]).to.deep.equal([303, `/log-in?continue=${encodeURIComponent(`/flows/${flowId}`)}`]);
  });

  it('are none where there is no such flow or webhook', async () => {
    for (const path of [
      '/flows/x',
      '/flows/x/actions/new',
      `/flows/x/actions/${actionId}`,
      `/flows/${flowId}/actions/x`,
    ]) {
      expect((await look(owner, path)).status, path).to.equal(404);
      if (!path.endsWith('flows/x')) expect((await look(owner, `${path}/revisions`)).status, path).to.equal(404);
    }
    for (const path of [`/flows/x/actions/${actionId}/remove`, `/flows/${flowId}/actions/x/status`]) {
      expect((await send(owner, path, [['status', 'live']])).status, path).to.equal(404);
    }
  });

  it('show the first page of flows for a cursor that no page gave', async () => {
    const { status, html } = await look(owner, '/flows?cursor=x');
    expect(status).to.equal(200);
    expect(html).to.include('this is the first one').and.include('Orders');
  });

  it('add and remove rows for headers, and keep all else that was typed', async () => {
    const rows = [
      ['header-name', 'x-a'],
      ['header-value', '1'],
      ['header-name', 'x-b'],
      ['header-value', '2'],
    ] as const;
    const more = await send(owner, editor(), [...typed({ body: '{"a"' }), ...rows, ['do', 'add-header']]);
    expect(more.status).to.equal(200);
    expect(valuesOf(more.html, 'header-name')).to.deep.equal(['x-a', 'x-b', '']);
    expect(more.html).to.include('{&quot;a&quot;</textarea>');
    const fewer = await send(owner, editor(), [...typed(), ...rows, ['do', 'remove-header-0']]);
    expect(valuesOf(fewer.html, 'header-name')).to.deep.equal(['x-b']);
    expect(valuesOf(fewer.html, 'header-value')).to.deep.equal(['2']);
    expect(await revision()).to.equal('1');
  });

  it('show what a body becomes, or where it breaks off, without a script', async () => {
    const good = await send(owner, editor(), [...typed({ body: '{"e": {{ person.email }}}' }), ['do', 'preview']]);
    expect(good.html).to.include('{&quot;e&quot;: &quot;ana@example.com&quot;}').and.include('A made-up example');
    const bad = await send(owner, editor(), [...typed({ body: '{\n "a": {{ a|uper }}}' }), ['do', 'preview']]);
    expect(bad.html).to.match(/data-line="2" data-column="12"/);
  });

  it('keep header values that are given as they were shown, and no revision is made of what is the same', async () => {
    const shown = await shownValue();
    expect(shown).to.match(/^•••sha256:/);
    const body = BODY.replaceAll('\n', '\r\n');
    const same = await send(owner, editor(), [
      ...typed({ body }),
      ['header-name', 'x-key'],
      ['header-value', shown],
      ['do', 'save'],
    ]);
    expect([same.status, same.location]).to.deep.equal([303, `${editor()}?saved=yes`]);
    expect(await revision()).to.equal('1');
  });

  const REFUSED: readonly (readonly [why: string, fields: Fields, message: RegExp])[] = [
    [
      'a shown value under another name',
      [
        ['header-name', 'x-other'],
        ['header-value', 'SHOWN'],
      ],
      /is one that is only shown/,
    ],
    [
      'a header without a name',
      [
        ['header-name', ''],
        ['header-value', 'a'],
      ],
      /has a value and no name/,
    ],
    [
      'a header twice',
      [
        ['header-name', 'x-a'],
        ['header-value', '1'],
        ['header-name', 'x-a'],
        ['header-value', '2'],
      ],
      /x-a is given twice/,
    ],
    ['a name that is too long', [['name', 'a'.repeat(256)]], /at most 255 characters/],
    ['a body that is not JSON', [['body', '{"a" 1}']], /The body&#39;s template is not valid \(line 1, column 6\)/],
  ];
  for (const [why, fields, message] of REFUSED) {
    it(`refuse ${why} and record nothing`, async () => {
      const shown = await shownValue();
      const given = fields.map(([name, value]) => [name, value === 'SHOWN' ? shown : value] as const);
      const others = typed().filter(([name]) => !given.some((field) => field[0] === name));
      const { status, html } = await send(owner, editor(), [...others, ...given, ['do', 'save']]);
      expect(status).to.equal(400);
      expect(html).to.match(message);
      expect(await revision()).to.equal('1');
    });
  }

  it('take a body as large as the API does, and no other form of that size', async () => {
    const body = `{"a": "${'é'.repeat(400_000)}"}`;
    const fields: Fields = [...typed({ body }), ['place', `${actionId}:next`], ['do', 'save']];
    const { status, location } = await send(owner, `/flows/${flowId}/actions/new`, fields);
    expect(status).to.equal(303);
    expect(location).to.match(/\?saved=yes$/);
    await send(owner, `${location?.replace('?saved=yes', '')}/remove`);
    const tooLarge = await send(owner, `/flows/${flowId}/name`, [['name', 'a'.repeat(17_000)]]);
    expect(tooLarge.status).to.equal(413);
    expect(tooLarge.html).to.include('larger than 16 KB');
  });

  it('say which place is none of the flow, and add nothing', async () => {
    const add = (place: string) => send(owner, `/flows/${flowId}/actions/new`, [...typed(), ['place', place]]);
    expect((await add('nowhere')).html).to.include('Choose where in the flow it stands.');
    expect((await add('x:next')).html).to.include('choose another place');
    expect((await server.get(`/api/flows/${flowId}/flow-actions`)).data).to.have.lengthOf(1);
  });

  it('set a suspended webhook live again', async () => {
    const stream = webhookActionStream(actionId);
    const aggregates = server.container.get(AggregateStore);
    const { term } = await aggregates.load(webhookAction, stream);
    const at = new Date(server.clock.now()).toISOString();
    const suspend = { type: 'SuspendWebhookAction', term, failingSince: at, failures: 9, code: '500' } as const;
    await aggregates.execute(webhookAction, stream, suspend, OPERATOR);
    expect((await send(owner, `${editor()}/status`, [['status', 'resume']])).status).to.equal(303);
    expect((await aggregates.load(webhookAction, stream)).status).to.equal('live');
    const again = await send(owner, `${editor()}/status`, [['status', 'resume']]);
    expect(again.status).to.equal(400);
    expect(again.html).to.include('Only an action that was suspended can be resumed');
  });

  it('do nothing for who may only read, or has two-step authentication off', async () => {
    const [analyst, manager] = [await member('analyst'), await member('manager')];
    for (const path of [
      editor(),
      `${editor()}/remove`,
      `/flows/${flowId}/preview`,
      '/flows/new',
      `/flows/${flowId}/test`,
    ]) {
      expect((await send(analyst, path, typed())).status, path).to.equal(403);
    }
    const { status, location } = await send(manager, editor(), [...typed(), ['do', 'save']]);
    expect([status, location]).to.deep.equal([303, `/two-step?continue=${encodeURIComponent(editor())}`]);
    expect((await look(manager, editor())).html)
      .to.include('Set up two-step authentication')
      .and.not.include('id="editor"');
    expect(await revision()).to.equal('1');
  });

  it('take no form of another site', async () => {
    const elsewhere = { origin: 'https://elsewhere.example' };
    for (const path of [editor(), `/flows/${flowId}/preview`, `/flows/${flowId}/status`, '/flows/new']) {
      expect((await send(owner, path, typed(), elsewhere)).status, path).to.equal(403);
    }
  });

  it('refuse what is wrong with a trigger at its field, and make no flow', async () => {
    const fields = {
      name: 'Drops',
      price_drop_amount_value: '-1',
      price_drop_amount_unit: 'percent',
      timeframe_days: '30',
    };
    const make = (changes: Readonly<Record<string, string>>, more: Fields = []) =>
      send(owner, '/flows/new?trigger=price-drop', [
        ...Object.entries({ ...fields, trigger: 'price-drop', ...changes }),
        ...more,
      ]);
    expect((await make({}, [['audience', 'viewed']])).html).to.include('Give the amount as a number above 0.');
    expect((await make({ price_drop_amount_value: '5' })).html).to.include('Choose at least one of them.');
    expect((await make({ name: ' ' })).html).to.include('The flow needs a name.');
    expect((await server.get('/api/flows')).data).to.have.lengthOf(1);
    const made = await make({ price_drop_amount_value: '5' }, [['audience', 'viewed']]);
    expect(made.status).to.equal(303);
    expect((await look(owner, made.location as string)).html).to.include('Price drop by 5 % or more');
  });
});
