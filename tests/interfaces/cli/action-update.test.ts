import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { BesideServer } from './beside-server.js';

describe('hookledger action update', function () {
  this.timeout(120_000);
  let cli: BesideServer;
  let actionId: string;

  before(async () => {
    cli = await BesideServer.start(() => ({ status: 200 }));
  });
  after(() => cli.stop());
  beforeEach(async () => {
    ({ actionId } = await cli.liveFlow('/orders'));
  });

  const shown = () => cli.json(['action', 'show', actionId]);
  const document = (definition: object, id = actionId): string =>
    JSON.stringify({ data: { type: 'flow-action', id, attributes: { definition } } });

  it('changes what is given, says what the check of the URL came to, and leaves the rest', async () => {
    const before = await shown();
    const url = `${cli.receiver.url}/v2/orders`;
    const changed = await cli.done([
      ...['action', 'update', `webhook-action-${actionId}`, '--url', url, '--name', 'New warehouse'],
      ...['--header', 'x-shop=traders', '--remove-header', 'Authorization', '--header', 'x-more=a=b'],
    ]);
    expect(changed).to.match(
      new RegExp(`^The action ${actionId} is changed\\.\nIts URL passed the set-up check: .+\\.\n$`),
    );
    await eventually('the read models know', async () => (await shown()).url === url);
    const after = await shown();
    expect(after).to.deep.include({ name: 'New warehouse', status: 'live', body: before.body });
    expect(Object.keys(after.headers)).to.have.members(['x-shop', 'x-more']);

    await cli.done(['action', 'update', actionId, '--body', '-'], '{"number": {{ event.n }}}');
    await cli.order(7);
    const sent = await eventually('it is sent', () => cli.receiver.requests.find(({ path }) => path === '/v2/orders'));
    expect(sent.body).to.equal('{"number": 7}');
    expect(sent.headers).to.include({ 'x-shop': 'traders', 'x-more': 'a=b' });
    expect(sent.headers).not.to.have.property('authorization');
  });

  it('sets the status alone without asking the receiver', async () => {
    expect(await cli.json(['action', 'update', actionId, '--status', 'manual'])).to.deep.equal({
      actionId,
      checks: [],
    });
    await eventually('the read models know', async () => (await shown()).status === 'manual');
  });

  it('takes a document, in which a header value as it is shown stands for the one that is kept', async () => {
    const { headers } = await shown();
    expect(headers.authorization).to.match(/^•••/);
    const message = { url: `${cli.receiver.url}/v3`, headers: { authorization: headers.authorization } };
    const file = join(cli.folder, 'action.json');
    writeFileSync(file, document({ type: 'send-webhook', links: { next: null }, data: { message } }));
    const { checks } = await cli.json(['action', 'update', actionId, '--file', file]);
    expect(checks).to.have.lengthOf(1);
    expect(checks[0]).to.include({ actionId, verified: true });
    await eventually('the read models know', async () => (await shown()).url === message.url);
    expect((await shown()).headers).to.deep.equal(message.headers);
  });

  it('ends with 1 where the URL fails the check, so that the action sends nothing', async () => {
    const url = ['--url', 'https://127.0.0.1:1/'];
    const failed = await cli.run(['action', 'update', actionId, ...url]);
    expect(failed.stderr).to.match(
      /^Its URL failed the set-up check, so it sends nothing: 127\.0\.0\.1:1 refused the connection/,
    );
    expect([failed.code, failed.stdout]).to.deep.equal([1, `The action ${actionId} is changed.\n`]);
    await eventually('it is a draft', async () => (await shown()).status === 'draft');
    const live = await cli.run(['action', 'update', actionId, ...url, '--status', 'live', '--json']);
    expect([live.code, live.stderr]).to.deep.equal([1, '']);
    expect(JSON.parse(live.stdout).checks[0]).to.include({ actionId, verified: false });
  });

  it('says what is wrong, where, and with which exit code', async () => {
    const update = ['action', 'update', actionId];
    const wrong: readonly (readonly [args: readonly string[], input: string, code: number, says: RegExp])[] = [
      [update, '', 2, /Say what is to change: --name, --url/],
      [[...update, '--header', 'topsecret'], '', 2, /--header takes a name and a value, such as authorization=TOKEN/],
      [[...update, '--status', 'on'], '', 2, /Allowed choices are draft, manual, live, disabled/],
      [[...update, '--file', '-', '--name', 'x'], '', 2, /--file holds all that is to change/],
      [[...update, '--url', 'http://example.com'], '', 1, /^hookledger: The URL has to/],
      [[...update, '--body', '/nowhere/body'], '', 1, /\/nowhere\/body can't be read/],
      [[...update, '--body', '-'], '{"n": {{ event.n|uper }}}', 1, /template is not valid \(line 1, column \d+\)/],
      [['action', 'update', 'none', '--name', 'x'], '', 1, /no action with the id 'none'/],
      [
        [...update, '--file', '-'],
        document({ type: 'send-webhook', data: { message: { url: 'x' } } }),
        1,
        /^hookledger: Standard input, at \/data\/attributes\/definition\/data\/message\/url: /,
      ],
      [
        [...update, '--file', '-'],
        document({ type: 'send-webhook', data: { message: { url: 'x' } } }, 'other'),
        1,
        /^hookledger: Standard input, at \/data\/id: The id is 'other', and not /,
      ],
      [
        [...update, '--file', '-'],
        document({ type: 'send-webhook', links: { next: 'b' }, data: { message: { url: 'x' } } }),
        1,
        /^hookledger: Standard input, at \/data\/attributes\/definition\/links\/next: The action's 'next' is null/,
      ],
      [
        [...update, '--file', '-'],
        document({ type: 'time-delay', data: { unit: 'days', value: 1 } }),
        1,
        /^hookledger: Standard input, at \/data\/attributes\/definition\/type: This action is a send-webhook/,
      ],
    ];
    for (const [args, input, code, says] of wrong) {
      const refused = await cli.refused(args, input);
      expect(refused.stderr, args.join(' ')).to.match(says).and.not.include('topsecret');
      expect(refused.code, args.join(' ')).to.equal(code);
    }
  });
});
