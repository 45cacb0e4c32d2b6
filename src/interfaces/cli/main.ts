import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../../version.js';
import { AS_JSON, collected, command, later, ONE_A_LINE, suggesting } from './define-command.js';
import { addFlowCommands } from './flow-program.js';

const DONE = 0;
const WORK_FAILED = 1;
const WRONG_USAGE = 2;

const port = (text: string): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It takes a number from 0 to 65535.');
  return number;
};

const count = (text: string): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 1_000_000) {
    throw new InvalidArgumentError('It takes a number from 1 to 1000000.');
  }
  return number;
};

// Written here once more, so that help and completion load nothing; the tests hold them against the domain's.
const DELIVERY_STATUSES = ['waiting', 'succeeded', 'failed', 'skipped'];
const MEMBER_ROLES = ['owner', 'admin', 'manager', 'analyst', 'support'];
const AUTOESCAPE_MODES = ['off', 'html', 'json'];
const SHELLS = ['bash', 'zsh', 'fish'] as const;

function program(): Command {
  const root = new Command('hookledger')
    .description('Delivers the webhook actions of marketing flows, with every step in an event store.')
    .version(VERSION)
    .showHelpAfterError('(hookledger --help lists the commands)')
    .exitOverride();
  command(root, 'serve', 'run the engine and its HTTP API until SIGTERM')
    .option('--host <host>', 'the address to listen on (HOOKLEDGER_HOST, 127.0.0.1)')
    .option('--roles <roles>', 'what this process does: api, worker, projector, with commas (HOOKLEDGER_ROLES, all)')
    .option('--port <number>', 'the port to listen on; 0 picks one (HOOKLEDGER_PORT, 8620)', port)
    .action(later(async () => (await import('./serve.js')).serve));

  const apiKey = root.command('api-key').description('keys for the HTTP API');
  command(apiKey, 'create', 'make a key; it is printed once, alone on standard output')
    .requiredOption('--name <name>', 'whose it is, for people')
    .requiredOption('--scopes <scopes>', 'what it may do, with commas: flows:write,events:write,…')
    .option('--user <email>', 'the member in whose name it acts')
    .option('--expires <date>', 'when it stops: a date, or days from now such as 90d')
    .option(...AS_JSON)
    .action(later(async () => (await import('./api-key.js')).createApiKey));
  command(apiKey, 'list', 'list the keys, without their secrets')
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./api-key.js')).listApiKeys));
  command(apiKey, 'revoke <id>', 'make a key work no more')
    .option(...AS_JSON)
    .action(later(async () => (await import('./api-key.js')).revokeApiKey));

  const user = root.command('user').description('who may log in');
  command(user, 'create', 'make a member at once; prints the path where they set a password')
    .requiredOption('--email <email>', 'who it is')
    .addOption(suggesting('--role <role>', 'what they may do', MEMBER_ROLES).makeOptionMandatory())
    .option('--password-stdin', 'take the password from standard input instead')
    .option(...AS_JSON)
    .action(later(async () => (await import('./user.js')).createUser));
  command(user, 'list', 'list members and invitations')
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./user.js')).listUsers));
  command(user, 'two-step', 'switch two-step authentication on; prints the otpauth URL, then the recovery codes')
    .requiredOption('--email <email>', 'whose')
    .option(...AS_JSON)
    .action(later(async () => (await import('./user.js')).switchTwoStepOn));
  command(user, 'reset-password', 'print the path, good once, where they set a new password')
    .requiredOption('--email <email>', 'whose')
    .option(...AS_JSON)
    .action(later(async () => (await import('./user.js')).resetPassword));
  command(user, 'remove', 'remove a member or an invitation, and end their sessions')
    .requiredOption('--email <email>', 'whom')
    .option(...AS_JSON)
    .action(later(async () => (await import('./user.js')).removeUser));

  addFlowCommands(root);

  const event = root.command('event').description('what happened to somebody, and starts flows');
  command(event, 'send', 'record an event, and the deliveries that it starts')
    .requiredOption('--metric <name>', 'what happened, such as Placed Order; a new name makes a new metric')
    .option('--email <email>', 'to whom: the e-mail address')
    .option('--phone-number <number>', 'to whom: the phone number')
    .option('--external-id <id>', 'to whom: the external id')
    .option('--profile <id>', 'to whom: the id of the profile')
    .option('--property <name=value>', 'a property; JSON, or a text as it is; may be given often', collected)
    .option('--properties <json>', 'properties as a JSON object; - reads it from standard input')
    .option('--value <number>', 'what it was worth')
    .option('--currency <code>', 'the currency of the value (ISO 4217)')
    .option('--unique-id <id>', 'the same id for the same profile and metric counts once')
    .option('--time <time>', 'when it happened (ISO 8601); now unless given')
    .option('--backfill', 'record it without starting any flow')
    .option(...AS_JSON)
    .action(later(async () => (await import('./event.js')).sendEvent));

  const delivery = root.command('delivery').description('what is sent, one webhook request each');
  command(delivery, 'list', 'list the deliveries, newest first')
    .addOption(new Option('--status <status>', 'only those; waiting: not at its end').choices(DELIVERY_STATUSES))
    .option('--since <time>', 'only those that changed since then: 30m, 2h, 7d, or a time (ISO 8601)')
    .option('--action <id>', 'only those of this webhook action')
    .option('--flow <id>', 'only those of this flow')
    .option('--limit <number>', 'how many at the most', count, 50)
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./delivery.js')).listDeliveries));
  command(delivery, 'show <id>', 'show a delivery: its status, its attempts and the last answer')
    .option(...AS_JSON)
    .action(later(async () => (await import('./delivery.js')).showDelivery));

  command(root, 'history <stream>', "tell a stream's history as sentences")
    .option('--as-of <time>', 'as it was then (ISO 8601)')
    .option(...ONE_A_LINE)
    .action(later(async () => (await import('./history.js')).history));
  command(root, 'export', 'write every event to standard output, one JSON object a line').action(
    later(async () => (await import('./export.js')).exportEvents),
  );
  command(root, 'import', 'append the events of an export, from standard input')
    .option(...AS_JSON)
    .action(later(async () => (await import('./import.js')).importEventLines));
  command(root, 'verify', 'check the event store and its hash chain, and print a digest of its contents')
    .option('--expect <position:hash>', 'a hash that an earlier verify printed, and that was kept elsewhere')
    .option('--expect-contents <sha256:hex>', 'the contents that a verify of another event store printed')
    .option(...AS_JSON)
    .action(later(async () => (await import('./verify.js')).verify));
  command(root, 'resend [delivery]', 'send a failed or skipped delivery again, or all that match')
    .addOption(suggesting('--status <queue>', 'which of them', ['failed', 'skipped']))
    .option('--since <time>', 'only those that ended since then: 30m, 2h, 7d, or a time (ISO 8601)')
    .option('--action <id>', 'only those of this webhook action')
    .option('--flow <id>', 'only those of this flow')
    .option('--yes', 'send them without being asked; the count is shown first')
    .option(...AS_JSON)
    .action(later(async () => (await import('./resend.js')).resend));

  const profile = root.command('profile').description('the people that events are about');
  command(profile, 'forget [id]', 'destroy what is known of a profile, for ever')
    .option('--email <email>', 'whose e-mail address this is')
    .option('--phone-number <number>', 'whose phone number this is')
    .option('--external-id <id>', 'whose external id this is')
    .option(...AS_JSON)
    .action(later(async () => (await import('./profile.js')).forgetProfile));

  const keys = root.command('keys').description('the keys that secrets and profiles are sealed by');
  command(keys, 'rotate', 'seal by a new key from now on, and wrap every key by the present master key')
    .option(...AS_JSON)
    .action(later(async () => (await import('./keys.js')).rotateKeys));
  command(
    keys,
    'export',
    'write every key to standard output, wrapped by the master key, one JSON object a line',
  ).action(later(async () => (await import('./keys.js')).exportKeys));
  command(keys, 'import', 'take in an export of keys, from standard input')
    .option(...AS_JSON)
    .action(later(async () => (await import('./keys.js')).importKeys));
  command(keys, 'status', 'say by which master keys the keys are wrapped')
    .option(...AS_JSON)
    .action(later(async () => (await import('./keys.js')).showKeys));

  const signingSecret = root.command('signing-secret').description('what deliveries are signed by');
  command(
    signingSecret,
    'rotate <action>',
    'give a webhook action, or a feed subscription, a new signing secret; it is printed once',
  )
    .option('--overlap-hours <hours>', 'how long the former one signs beside it (24)')
    .option(...AS_JSON)
    .action(later(async () => (await import('./signing-secret.js')).rotateSigningSecret));

  command(root, 'migrate', 'bring the read models to this version, before its servers start')
    .option(...AS_JSON)
    .action(later(async () => (await import('./migrate.js')).migrateReadModels));

  const projections = root.command('projections').description('the read models');
  command(projections, 'status', 'say how far each projection is')
    .option(...AS_JSON)
    .action(later(async () => (await import('./projections.js')).showProjections));
  command(projections, 'rebuild', 'build them anew from the event store, and swap them in')
    .option(...AS_JSON)
    .action(later(async () => (await import('./projections.js')).rebuildProjections));

  const template = root.command('template').description('body templates');
  command(template, 'render', 'render cases from standard input')
    .requiredOption('--jsonl', 'one case a line, one result a line')
    .addOption(suggesting('--autoescape <mode>', 'where a case says nothing', AUTOESCAPE_MODES).default('json'))
    .action(later(async () => (await import('./template.js')).renderTemplates));
  template
    .command('check <file>')
    .description('check one body as it is checked when saved; - reads it from standard input')
    .addOption(suggesting('--autoescape <mode>', 'how values are escaped', AUTOESCAPE_MODES).default('json'))
    .option(...AS_JSON)
    .action(later(async () => (await import('./template.js')).checkTemplate));

  root
    .command('completion')
    .description('print the script by which a shell completes this command line')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      process.stdout.write((await import('./completion.js')).completionScript(root, shell));
    });
  return root;
}

/** @returns the exit code */
async function run(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? DONE);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    if (!(error instanceof Error)) throw error;
    if (error.name === 'SettingsError') return complain(error.message, WRONG_USAGE);
    // Errors whose message is meant for people; by name, so that they needn't be loaded. Those of system calls say enough too.
    if (FOR_PEOPLE.has(error.name) || 'syscall' in error) return complain(error.message, WORK_FAILED);
    return complain(error.stack ?? error.message, WORK_FAILED);
  }
}

const FOR_PEOPLE: ReadonlySet<string> = new Set([
  'AlreadyRunning',
  'ConcurrencyConflict',
  'EventStoreUnusable',
  'KeysUnusable',
  'ReadModelsUnusable',
  'RuleViolation',
  'WorkFailed',
]);

function complain(message: string, exitCode: number): number {
  process.stderr.write(`hookledger: ${message}\n`);
  return exitCode;
}

// Whoever reads our output may stop early (`| head`); that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(DONE);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
