import 'reflect-metadata';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConcurrencyConflict, EventStoreUnusable } from '../../application/ports/event-store.js';
import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import { AlreadyRunning } from '../../infrastructure/system/process-lock.js';
import { SettingsError } from '../../settings.js';
import { createApiKey } from './api-key.js';
import { exportEvents } from './export.js';
import { history } from './history.js';
import { rebuildProjections, showProjections } from './projections.js';
import { resend } from './resend.js';
import { serve } from './serve.js';
import { renderTemplates } from './template.js';
import { verify } from './verify.js';
import { WorkFailed } from './work-failed.js';

const DONE = 0;
const WORK_FAILED = 1;
const WRONG_USAGE = 2;

const port = (text: string): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It takes a number from 0 to 65535.');
  return number;
};

function program(): Command {
  const root = new Command('hookledger')
    .description('Delivers the webhook actions of marketing flows, with every step in an event store.')
    .version('0.1.0')
    .showHelpAfterError('(hookledger --help lists the commands)')
    .exitOverride();
  const command = (parent: Command, usage: string, description: string): Command =>
    parent
      .command(usage)
      .description(description)
      .option('--data <dir>', 'the folder of the data; a new one is set up by itself (HOOKLEDGER_DATA, .hookledger)');

  command(root, 'serve', 'run the engine and its HTTP API until SIGTERM')
    .option('--host <host>', 'the address to listen on (HOOKLEDGER_HOST, 127.0.0.1)')
    .option('--port <number>', 'the port to listen on; 0 picks one (HOOKLEDGER_PORT, 8620)', port)
    .action(serve);

  const apiKey = root.command('api-key').description('keys for the HTTP API');
  command(apiKey, 'create', 'make a key; it is printed once, alone on standard output')
    .requiredOption('--name <name>', 'whose it is, for people')
    .requiredOption('--scopes <scopes>', 'what it may do, with commas: flows:write,events:write,…')
    .action(createApiKey);

  command(root, 'history <stream>', "tell a stream's history as sentences")
    .option('--as-of <time>', 'as it was then (ISO 8601)')
    .option('--json', 'one JSON object a line')
    .action(history);
  command(root, 'export', 'write every event to standard output, one JSON object a line').action(exportEvents);
  command(root, 'verify', 'check the hash chain and the streams of the event store').action(verify);
  command(root, 'resend <delivery>', 'send a failed or skipped delivery again').action(resend);

  const projections = root.command('projections').description('the read models');
  command(projections, 'status', 'say how far each projection is').option('--json', 'as JSON').action(showProjections);
  command(projections, 'rebuild', 'build them anew from the event store, and swap them in').action(rebuildProjections);

  const template = root.command('template').description('body templates');
  command(template, 'render', 'render cases from standard input')
    .requiredOption('--jsonl', 'one case a line, one result a line')
    .option('--autoescape <mode>', 'off, html or json, where a case says nothing', 'json')
    .action(renderTemplates);
  return root;
}

/** @returns the exit code */
async function run(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(argv, { from: 'user' });
    return DONE;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    if (error instanceof SettingsError) return complain(error.message, WRONG_USAGE);
    if (isExpected(error)) return complain(error.message, WORK_FAILED);
    process.stderr.write(`hookledger: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return WORK_FAILED;
  }
}

const isExpected = (error: unknown): error is Error =>
  error instanceof WorkFailed ||
  error instanceof RuleViolation ||
  error instanceof EventStoreUnusable ||
  error instanceof ConcurrencyConflict ||
  error instanceof AlreadyRunning ||
  (error instanceof Error && 'syscall' in error);

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
