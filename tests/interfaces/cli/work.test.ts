import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { BesideServer } from './beside-server.js';

/** Flows, actions, events and deliveries at the command line, beside a running server. */
describe('The command line, beside a server', function () {
  this.timeout(120_000);
  let cli: BesideServer;

  beforeEach(async () => {
    cli = await BesideServer.start(() => ({ status: 200 }));
  });
  afterEach(() => cli.stop());

  const run = (args: readonly string[], input = '') => cli.run(args, input);
  const done = (args: readonly string[], input = '') => cli.done(args, input);
  const json = (args: readonly string[], input = '') => cli.json(args, input);

  const order = (unique: string): string[] => [
    ...['event', 'send', '--metric', 'Placed Order', '--email', 'ana@example.com', '--unique-id', unique],
  ];

  /** A webhook, then for some people a day's wait and another webhook. */
  async function flowDocument(url = `${cli.receiver.url}/orders`): Promise<string> {
    const { metricId } = await json([...order('first'), '--backfill']);
    const email = { type: 'string', operator: 'ends-with', value: '@example.com' };
    const conditions = [{ type: 'profile-property', property: 'email', filter: email }];
    const attributes = {
      name: 'Orders',
      definition: {
        triggers: [{ type: 'metric', id: metricId }],
        entry_action_id: 'now',
        actions: [
          {
            temporary_id: 'now',
            type: 'send-webhook',
            links: { next: 'who' },
            data: {
              status: 'live',
              message: {
                name: 'Warehouse',
                url,
                headers: { authorization: 'Bearer topsecret' },
                body: `{"n": {{ event.n|default:0 }}, "note": "{{ event.note }}", "total": {{ event|lookup:'$value'|default:0 }}}`,
              },
            },
          },
          {
            temporary_id: 'who',
            type: 'conditional-split',
            links: { next_if_true: 'wait', next_if_false: null },
            data: { profile_filter: { condition_groups: [{ conditions }] } },
          },
          {
            temporary_id: 'wait',
            type: 'time-delay',
            links: { next: 'later' },
            data: { unit: 'days', value: 1, secondary_value: 2, delay_until_time: '09:00:00' },
          },
          {
            temporary_id: 'later',
            type: 'send-webhook',
            data: { status: 'live', message: { name: 'Review', url: `${cli.receiver.url}/later` } },
          },
        ],
      },
    };
    return JSON.stringify({ data: { type: 'flow', attributes } });
  }

  it('makes a flow from a document, shows it as a chain, sets it live, sends an event, and shows what came of it', async () => {
    const file = join(cli.folder, 'flow.json');
    writeFileSync(file, await flowDocument());
    const created = await run(['flow', 'create', file]);
    expect(created.code).to.equal(0);
    const flowId = created.stdout.trim();
    expect(created.stderr).to.equal(`The flow is a draft; set it live with: hookledger flow set ${flowId} live\n`);

    expect(await done(['flow', 'set', `flow-${flowId}`, 'live'])).to.equal(`The flow ${flowId} is live.\n`);
    const [headings, row] = (await done(['flow', 'list', '--status', 'live'])).split('\n');
    expect(headings).to.match(/^id {36}status {2}trigger {2}created {19}name$/);
    expect(row).to.match(new RegExp(`^${flowId}  live    metric   2\\d{3}-.*Z  Orders$`));

    const shown = await json(['flow', 'show', flowId]);
    const [now, who, wait, later] = shown.actions.map(({ actionId }: { actionId: string }) => actionId);
    const text = await done(['flow', 'show', flowId]);
    expect(text).to.match(/^trigger {2}metric 'Placed Order' \([0-9a-f-]{36}\)$/m);
    expect(text.slice(text.indexOf('\n\n') + 2)).to.equal(
      [
        `webhook 'Warehouse', live: ${cli.receiver.url}/orders`,
        `   ${now}`,
        'split: email ends with "@example.com"?',
        `   ${who}`,
        '├─ yes',
        "│  wait 1 day 2 hours, then until 09:00:00 (the profile's time)",
        `│     ${wait}`,
        `│  webhook 'Review', live: ${cli.receiver.url}/later`,
        `│     ${later}`,
        '└─ no',
        '   ends',
        '',
      ].join('\n'),
    );

    const event = [...order('o-1'), '--property', 'n=5', '--property', 'note=on the way', '--value', '59.9'];
    const sent = await json(event);
    expect(sent).to.deep.include({ repeated: false });
    expect(sent.deliveryIds).to.have.length(1);
    expect(await done(order('o-1'))).to.equal(
      `The event was recorded before, as the trigger ${sent.triggerId}; nothing was added.\n`,
    );
    const [deliveryId] = sent.deliveryIds;
    await eventually('it is sent', async () => (await json(['delivery', 'show', deliveryId])).status === 'succeeded');
    expect(cli.receiver.requests.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { n: 5, note: 'on the way', total: 59.9 },
    ]);
    const delivery = await done(['delivery', 'show', `delivery-${deliveryId}`]);
    expect(delivery).to.match(/^attempts {5}1\nlast answer {2}200\nrecipient {4}ana@example.com$/m);

    const listed = (await done(['delivery', 'list', '--flow', flowId, '--since', '1h', '--json'])).trim().split('\n');
    expect(listed.map((line) => JSON.parse(line).deliveryId)).to.deep.equal([deliveryId]);
    expect(await done(['delivery', 'list', '--status', 'waiting'])).to.equal('');
    expect(await done(['delivery', 'list', '--status', 'succeeded'])).to.match(/^id .*\n.*succeeded {2}1 {9}200 /);
  });

  it('masks header values, sets an action live or not, and says which actions have no status', async () => {
    const { flowId, actionIds } = await json(['flow', 'create', '-'], await flowDocument());
    const [now, who, wait] = actionIds;
    const shown = await done(['action', 'show', now]);
    expect(shown).to.match(/^headers {7}authorization: •••sha256:[0-9a-f]{8}$/m);
    expect(shown).not.to.include('topsecret');
    expect(await done(['action', 'set', `webhook-action-${now}`, 'draft'])).to.equal(`The action ${now} is a draft.\n`);
    await eventually('the read models know', async () => (await json(['action', 'show', now])).status === 'draft');
    expect(await json(['action', 'set', now, 'live'])).to.deep.equal({ actionId: now, status: 'live', checks: [] });
    expect(await done(['action', 'show', wait])).to.match(/^delay {4}wait 1 day 2 hours, then until/m);
    expect(await done(['action', 'show', who])).to.match(/^next if no {3}ends$/m);
    const refused = await run(['action', 'set', wait, 'live']);
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      `hookledger: The action ${wait} sends nothing, so it has no status; its flow has one.\n`,
    ]);

    const unsure = await run(['flow', 'delete', flowId]);
    expect([unsure.code, unsure.stderr]).to.deep.equal([
      2,
      'hookledger: Nobody can be asked whether to delete it; give --yes to say so.\n',
    ]);
    expect(await json(['flow', 'delete', flowId, '--yes'])).to.deep.equal({ flowId, deleted: true });
    await eventually('it is gone', async () => (await done(['flow', 'list'])) === '');
  });

  it('leaves an action in draft whose URL fails the check, and says so with exit code 1 where it should go live', async () => {
    const url = cli.receiver.url;
    const document = await flowDocument();
    await cli.receiver.close();
    const created = await run(['flow', 'create', '-'], document);
    const flowId = created.stdout.trim();
    expect(created.code).to.equal(0);
    expect(created.stderr).to.match(/^The action [0-9a-f-]{36} stays in draft: 127.0.0.1:\d+ refused the connection/);
    const live = await run(['flow', 'set', flowId, 'live']);
    expect(live.code).to.equal(1);
    expect(live.stdout).to.equal(`The flow ${flowId} is live.\n`);
    expect(live.stderr.match(/stays in draft/g)).to.have.length(2);
    const { actions } = await json(['flow', 'show', flowId]);
    const one = await run(['action', 'set', actions[0].actionId, 'live', '--json']);
    expect(one.code).to.equal(1);
    expect(JSON.parse(one.stdout)).to.deep.include({ actionId: actions[0].actionId, status: 'draft' });
    expect(actions[0].url).to.equal(`${url}/orders`);
  });

  it('names the place of what is wrong with a document', async () => {
    const wrong: readonly (readonly [document: string, says: RegExp])[] = [
      ['{"data": }', /^hookledger: Standard input is not valid JSON; it breaks off at line 1, column 10\.\n$/],
      [
        '{"data":{"type":"flow","attributes":{"name":"n"}}}',
        /^hookledger: Standard input, at \/data\/attributes\/definition: 'definition' is missing\.\n$/,
      ],
      [
        await flowDocument('http://example.com'),
        /^hookledger: Standard input, at \/data\/attributes\/definition\/actions\/0\/data\/message\/url: The URL has to/,
      ],
    ];
    for (const [document, says] of wrong) {
      const { code, stdout, stderr } = await run(['flow', 'create', '-'], document);
      expect(stderr).to.match(says);
      expect([code, stdout]).to.deep.equal([1, '']);
    }
  });

  it('says in one sentence that an id is unknown, or that an option is wrong', async () => {
    await done([...order('first'), '--backfill']);
    const mistakes: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [['flow', 'show', 'x'], 1, /no flow with the id 'x'; hookledger flow list shows all/],
      [['flow', 'set', 'x', 'live'], 1, /no flow with the id 'x'; hookledger flow list shows all/],
      [['flow', 'delete', 'x', '--yes'], 1, /no flow with the id 'x'; hookledger flow list shows all/],
      [['action', 'show', 'x'], 1, /no action with the id 'x'/],
      [['action', 'set', 'x', 'live'], 1, /no action with the id 'x'/],
      [['delivery', 'show', 'x'], 1, /no delivery with the id 'x'/],
      [['event', 'send', '--metric', 'M', '--profile', 'x'], 1, /no profile with the id 'x'/],
      [['flow', 'set', 'x', 'on'], 2, /Allowed choices are draft, manual, live/],
      [['delivery', 'list', '--status', 'lost'], 2, /Allowed choices are waiting, succeeded, failed, skipped/],
      [['delivery', 'list', '--limit', '0'], 2, /a number from 1 to 1000000/],
      [['delivery', 'list', '--since', 'soon'], 2, /--since is 'soon'; it takes a time/],
      [['event', 'send', '--metric', 'M'], 2, /Name one profile: by --email/],
      [['event', 'send', '--metric', 'M', '--email', 'x'], 2, /--email: This is not an e-mail address/],
      [[...order('o'), '--time', 'soon'], 2, /--time: This is not a time/],
      [[...order('o'), '--value', 'much'], 2, /--value is 'much'; it takes a number/],
      [[...order('o'), '--property', 'n'], 2, /--property is 'n'; it takes a name and a value/],
      [[...order('o'), '--properties', '[1]'], 2, /--properties takes a JSON object/],
    ];
    const ends = await Promise.all(mistakes.map(([args]) => run(args)));
    for (const [index, [args, code, says]] of mistakes.entries()) {
      const ended = ends[index] as Awaited<ReturnType<typeof run>>;
      expect(ended.stderr, args.join(' ')).to.match(says);
      expect(ended.stderr, args.join(' ')).not.to.match(/^ {4}at /m);
      expect([ended.code, ended.stdout], args.join(' ')).to.deep.equal([code, '']);
    }
  });

  it('lists what can start flows', async () => {
    await done([...order('first'), '--backfill']);
    const [{ id, ...metric }] = [await json(['metric', 'list'])];
    expect(metric).to.deep.include({ kind: 'metric', name: 'Placed Order' });
    expect(await done(['metric', 'list'])).to.match(new RegExp(`^id .*name\n${id}  .*  Placed Order\n$`));
    for (const kind of ['list', 'segment']) {
      const { stdout, stderr } = await run([kind, 'list']);
      expect([stdout, stderr]).to.deep.equal(['', `There is no ${kind}.\n`]);
    }
  });

  it('sends events while no server runs, but not once a flow changed that the read models do not know', async () => {
    const { flowId } = await json(['flow', 'create', '-'], await flowDocument());
    await done(['flow', 'set', flowId, 'live']);
    await eventually('it is live', async () => (await json(['flow', 'show', flowId])).status === 'live');
    await cli.endServer();
    for (const unique of ['o-1', 'o-2']) expect((await json(order(unique))).deliveryIds).to.have.length(1);
    expect(cli.receiver.received).to.equal(0);

    await done(['flow', 'set', flowId, 'draft']);
    const old = await run(['flow', 'list', '--json']);
    expect(JSON.parse(old.stdout).status).to.equal('live');
    expect(old.stderr).to.equal(
      'The read models are behind the event store, so what is shown here may be old; a running server brings them up to date.\n',
    );
    const refused = await run(order('o-3'));
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(
      /^hookledger: The read models don't know the newest flows and segments yet, so the event might/,
    );

    await cli.startServer();
    await eventually(
      'both are sent or skipped',
      async () => (await done(['delivery', 'list', '--status', 'waiting'])) === '',
    );
    expect((await json(order('o-3'))).deliveryIds).to.deep.equal([]);
  });
});
