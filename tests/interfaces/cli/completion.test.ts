import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROLES } from '../../../src/domain/account/role.js';
import { FEED_EVENT_TYPES } from '../../../src/domain/feed/feed-events.js';
import { FLOW_STATUSES } from '../../../src/domain/flow/flow.js';
import { SHELLS } from '../../../src/interfaces/cli/completion.js';
import { QUEUES } from '../../../src/projections/activity/delivery-filter.js';
import { runCommand } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Asks the function of the script "$0" what comes next after the words "$@". */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that is to read it
const ASK = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hookledger; echo "${COMPREPLY[*]}"';

describe('hookledger completion', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  before(() => {
    folder = temporaryFolder();
  });
  after(() => folder.remove());

  const script = async (shell: string): Promise<string> => (await runCommand(['completion', shell])).stdout;

  /** The commands below one, as its help lists them. */
  const commandsOf = async (path: readonly string[]): Promise<string[][]> => {
    const { stdout } = await runCommand([...path, '--help']);
    const [, listed = ''] = stdout.split('\nCommands:\n');
    const names = Array.from(listed.matchAll(/^ {2}([a-z][a-z-]*)/gm), ([, name]) => name as string);
    return names.filter((name) => name !== 'help').map((name) => [...path, name]);
  };

  it('knows every command of the program, in each shell', async () => {
    const first = await commandsOf([]);
    const all = [...first, ...(await Promise.all(first.map(commandsOf))).flat()];
    expect(all.map((path) => path.join(' '))).to.include.members(['serve', 'flow set', 'delivery list', 'keys rotate']);
    for (const shell of SHELLS) {
      const text = await script(shell);
      for (const path of all) expect(text, shell).to.include(`' ${path.join(' ')}'`);
    }
  });

  it('completes commands, options and values in bash', async function () {
    try {
      execFileSync('bash', ['-c', 'true']);
    } catch {
      this.skip();
    }
    const file = join(folder.path, 'completion.bash');
    writeFileSync(file, await script('bash'));
    const complete = (...words: string[]): string[] =>
      execFileSync('bash', [...['-c', ASK], ...[file, 'hookledger', ...words]], { encoding: 'utf8' })
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '');
    expect(complete('')).to.include.members(['serve', 'flow', 'event', 'delivery', 'completion', '--help']);
    expect(complete('fl')).to.deep.equal(['flow']);
    expect(complete('flow', '')).to.deep.equal(['list', 'show', 'create', 'set', 'delete', '--help']);
    expect(complete('flow', 'list', '--')).to.deep.equal(['--data', '--status', '--json', '--help']);
    expect(complete('flow', 'list', '--status', '')).to.deep.equal([...FLOW_STATUSES]);
    expect(complete('flow', 'list', '--data', 'some', '--st')).to.deep.equal(['--status']);
    expect(complete('flow', 'set', 'an-id', 'l')).to.deep.equal(['live']);
    expect(complete('action', 'set', 'an-id', '').slice(0, 4)).to.deep.equal(['draft', 'manual', 'live', 'disabled']);
    expect(complete('delivery', 'list', '--status', '')).to.have.members([...Object.keys(QUEUES), 'succeeded']);
    expect(complete('user', 'create', '--role', '')).to.have.members([...ROLES]);
    expect(complete('completion', '')).to.deep.equal([...SHELLS, '--help']);
    expect(complete('action', 'update', 'an-id', '--status', 'd')).to.deep.equal(['draft', 'disabled']);
    expect(complete('feed', '')).to.deep.equal(['list', 'create', 'resume', 'delete', '--help']);
    expect(complete('feed', 'create', '--event', '')).to.deep.equal([...FEED_EVENT_TYPES]);
    // bash asks this function when `hookledger` is completed, and offers names of files where it has no answer.
    const registered = ['-c', 'source "$0"; complete -p hookledger', file];
    expect(execFileSync('bash', registered, { encoding: 'utf8' })).to.equal(
      'complete -o default -F _hookledger hookledger\n',
    );
    // Names of files are bash's own to offer.
    expect(complete('serve', '--data', '')).to.deep.equal([]);
  });

  it('offers the values of an option in zsh and fish too', async () => {
    expect(await script('zsh')).to.include("(' flow list --status') compadd -- 'draft' 'manual' 'live'; return ;;");
    expect(await script('fish')).to.match(/__hookledger_at \\' flow list\\'' -l status -x -a 'draft manual live'/);
  });

  it('says which shells there are', async () => {
    const { code, stderr } = await runCommand(['completion', 'tcsh']);
    expect(stderr).to.match(/Allowed choices are bash, zsh, fish/);
    expect(code).to.equal(2);
  });
});
