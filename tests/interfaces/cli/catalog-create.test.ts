import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { BesideServer } from './beside-server.js';

describe('hookledger metric, list and segment create', function () {
  this.timeout(120_000);
  let cli: BesideServer;

  before(async () => {
    cli = await BesideServer.start(() => ({ status: 200 }));
  });
  after(() => cli.stop());

  for (const kind of ['metric', 'list', 'segment'] as const) {
    it(`makes a ${kind}, prints its id alone, and lists it`, async () => {
      const made = await cli.run([kind, 'create', '--name', 'Wholesale']);
      expect(made.stderr).to.equal('');
      expect(made.stdout).to.match(/^[0-9a-f-]{36}\n$/);
      const id = made.stdout.trim();
      const listed = await eventually('it is listed', async () => {
        const text = await cli.done([kind, 'list', '--json']);
        return text === '' ? undefined : JSON.parse(text);
      });
      expect(listed).to.deep.include({ kind, id, name: 'Wholesale' });
    });
  }

  it('says that a metric was there already', async () => {
    const first = await cli.json(['metric', 'create', '--name', 'Viewed Product']);
    expect(first).to.deep.include({ kind: 'metric', name: 'Viewed Product', created: true });
    const again = await cli.run(['metric', 'create', '--name', 'Viewed Product']);
    expect(again).to.deep.equal({
      code: 0,
      stdout: `${first.id}\n`,
      stderr: "The metric 'Viewed Product' was there already.\n",
    });
  });

  it('makes a segment of those who meet conditions', async () => {
    const filter = { type: 'string', operator: 'ends-with', value: '@example.com' };
    const conditions = [{ type: 'profile-property', property: 'email', filter }];
    const definition = JSON.stringify({ condition_groups: [{ conditions }] });
    const { id } = await cli.json(['segment', 'create', '--name', 'Ours', '--definition', '-'], definition);
    const sent = await cli.json(['event', 'send', '--metric', 'Placed Order', '--email', 'ana@example.com']);
    expect(sent.repeated).to.equal(false);
    const joined = await eventually('somebody is in it', async () => {
      const lines = (await cli.done(['export'])).trim().split('\n');
      return lines.map((line) => JSON.parse(line)).find(({ type }) => type === 'ProfileJoinedSegment');
    });
    expect(joined.data).to.include({ audienceId: id });
  });

  it('says what is wrong, where, and with which exit code', async () => {
    const segment = ['segment', 'create', '--name', 'n', '--definition', '-'];
    const member = { type: 'profile-group-membership', is_member: true, group_ids: ['none'] };
    const wrong: readonly (readonly [args: readonly string[], input: string, code: number, says: RegExp])[] = [
      [['list', 'create'], '', 2, /required option '--name <name>' not specified/],
      [['list', 'create', '--name', ' '], '', 2, /^hookledger: --name: The name is empty; give one\.\n$/],
      [['metric', 'create', '--name', 'n'.repeat(129)], '', 2, /--name: 'name' may hold at most 128 characters/],
      [['list', 'create', '--name', 'n', '--definition', '-'], '', 2, /unknown option '--definition'/],
      [segment, '{', 1, /Standard input is not valid JSON/],
      [segment, '{}', 1, /^hookledger: Standard input, at \/condition_groups: /],
      [
        segment,
        JSON.stringify({ condition_groups: [{ conditions: [member] }] }),
        1,
        /^hookledger: Standard input, at \/condition_groups\/0\/\S+: There is no list or segment with the id 'none'/,
      ],
    ];
    for (const [args, input, code, says] of wrong) {
      const refused = await cli.refused(args, input);
      expect(refused.stderr, args.join(' ')).to.match(says);
      expect(refused.code, args.join(' ')).to.equal(code);
    }
  });
});
