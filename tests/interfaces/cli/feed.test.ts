import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../../support/eventually.js';
import { BesideServer } from './beside-server.js';

describe('hookledger feed', function () {
  this.timeout(120_000);
  let cli: BesideServer;

  beforeEach(async () => {
    cli = await BesideServer.start(({ path }) => ({ status: path === '/gone' ? 410 : 200 }));
  });
  afterEach(() => cli.stop());

  const create = (...more: readonly string[]): readonly string[] => [
    ...['feed', 'create', '--name', 'On-call', '--url', `${cli.receiver.url}/feed`],
    ...['--event', 'delivery.skipped', '--header', 'x-token=ours', ...more],
  ];

  it('subscribes to what becomes of a flow, and prints the secret that its requests are signed with', async () => {
    const { flowId, actionId } = await cli.liveFlow('/gone');
    const made = await cli.run(create('--event', 'action.alert', '--flow', `flow-${flowId}`));
    expect(made.code, made.stderr).to.equal(0);
    const [, id] =
      /^The subscription ([0-9a-f-]{36}) is live; its requests are signed with:\n$/.exec(made.stderr) ?? [];
    expect(made.stdout).to.match(/^whsec_\S+\n$/);
    await eventually('it is listed', async () => (await cli.done(['feed', 'list'])).includes(` flow-${flowId} `));
    const listed = await cli.json(['feed', 'list']);
    expect(listed).to.deep.include({ subscriptionId: id, status: 'live', flowIds: [flowId], actionIds: null });
    expect(listed.events).to.deep.equal(['delivery.skipped', 'action.alert']);
    expect(listed.headers['x-token']).to.match(/^•••/);

    await cli.order(1);
    const told = await eventually('it is told', () => cli.receiver.requests.find(({ path }) => path === '/feed'));
    expect(told.headers).to.include({ 'x-token': 'ours' });
    const message = new Webhook(made.stdout.trim()).verify(told.body, told.headers as Record<string, string>);
    expect((message as { data: object }).data).to.include({ flow_id: flowId, action_id: actionId, code: '410' });
  });

  it('gives a subscription a new secret, and ends it', async () => {
    const { subscriptionId, secret } = await cli.json(create());
    const rotated = await cli.json(['signing-secret', 'rotate', subscriptionId]);
    expect(rotated.secret)
      .to.match(/^whsec_/)
      .and.not.equal(secret);

    const unsure = await cli.refused(['feed', 'delete', subscriptionId]);
    expect([unsure.code, unsure.stderr]).to.deep.equal([
      2,
      'hookledger: Nobody can be asked whether to end it; give --yes to say so.\n',
    ]);
    const ended = await cli.json(['feed', 'delete', `webhook-action-${subscriptionId}`, '--yes']);
    expect(ended).to.deep.equal({ subscriptionId, deleted: true });
    await eventually('it is gone', async () => (await cli.done(['feed', 'list'])) === '');
    const again = await cli.refused(['feed', 'delete', subscriptionId, '--yes']);
    expect(again).to.deep.equal({
      code: 1,
      stderr: `hookledger: There is no feed subscription with the id '${subscriptionId}'.\n`,
    });
  });

  it('says what is wrong, and with which exit code', async () => {
    const { subscriptionId } = await cli.json(create());
    const [command, ...url] = [['feed', 'create', '--name', 'n', '--event', 'action.alert'], '--url'] as const;
    const wrong: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [['feed', 'create', '--name', 'n', '--url', 'https://example.com'], 2, /--event <type>' not specified/],
      [
        create('--event', 'delivery.lost'),
        2,
        /--event: Entry 1 of events has to be delivery.failed|--event: .*'delivery.lost'/,
      ],
      [create('--flow', 'none'), 1, /no flow with the id 'none'/],
      [create('--action', subscriptionId), 1, /no webhook action with the id/],
      [[...command, ...url, 'http://example.com'], 1, /The URL has to/],
      [[...command, ...url, 'https://127.0.0.1:1/'], 1, /refused the connection/],
      [
        ['feed', 'resume', subscriptionId],
        1,
        /Only a subscription that was suspended can be resumed; this one is live/,
      ],
      [['feed', 'resume', 'none'], 1, /no feed subscription with the id 'none'/],
    ];
    for (const [args, code, says] of wrong) {
      const refused = await cli.refused(args);
      expect(refused.stderr, args.join(' ')).to.match(says);
      expect(refused.code, args.join(' ')).to.equal(code);
    }
  });
});
