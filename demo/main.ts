import { DemoFailure } from './demo-failure.js';
import type { Figures } from './figures.js';
import { LIVE_RETRY_SCALE, runLive } from './live.js';
import { ONCE_RETRY_SCALE, runOnce } from './once.js';
import { type DemoOptions, readOptions, USAGE, UsageError } from './options.js';
import { setStage } from './stage.js';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

/** @returns the exit code */
async function demo(args: readonly string[]): Promise<number> {
  const interrupted = stopSignal();
  try {
    const options = readOptions(args);
    if (options === 'help') process.stdout.write(USAGE);
    else if (!(await run(options, interrupted))) return FAILED;
    return DONE;
  } catch (error) {
    if (interrupted.aborted) return INTERRUPTED;
    if (error instanceof UsageError) return complain(`${error.message}\n\n${USAGE}`, WRONG_USAGE);
    if (error instanceof DemoFailure) return complain(error.message, FAILED);
    throw error;
  }
}

/** @returns whether all that was checked holds */
async function run({ once, json, rate, dataDir }: DemoOptions, interrupted: AbortSignal): Promise<boolean> {
  // The demo talks to this machine alone; the SDK would send that to a proxy where the shell names one.
  process.env.NO_PROXY = '*';
  const say = (line: string): boolean => (once ? process.stderr : process.stdout).write(`${line}\n`);

  await using cleanUp = new AsyncDisposableStack();
  const stop = rejectionOn(interrupted);
  const retryScale = once ? ONCE_RETRY_SCALE : LIVE_RETRY_SCALE;
  const stage = await Promise.race([setStage(dataDir, retryScale, cleanUp, say, { withOwner: !once }), stop]);
  if (!once) {
    await runLive(stage, rate, interrupted);
    say('\nStopping: the server ends what is under way …');
    await stage.server.stop();
    say('Stopped. `npm run demo` starts anew.');
    return true;
  }
  const startedAt = performance.now();
  const { figures, broken } = await Promise.race([runOnce(stage, say), stop]);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const sentence of broken) complain(sentence, FAILED);
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : summary(figures, seconds));
  return broken.length === 0;
}

function summary({ requested, succeeded, failed, skipped, ...rest }: Figures, seconds: number): string {
  const count = new Intl.NumberFormat('en-US').format;
  return `
${count(rest.triggers)} triggers became ${count(requested)} deliveries, which all came to their end in ${seconds.toFixed(0)} seconds:
  ${count(succeeded).padStart(6)} succeeded
  ${count(failed).padStart(6)} failed: all 17 retries used up
  ${count(skipped).padStart(6)} skipped: answered with what no retry mends
They took ${count(rest.attempts)} attempts, ${count(rest.retried)} of them retries; the receivers got ${count(rest.received)} POSTs.
The event store holds ${count(rest.events)} events.
`;
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`demo: ${message}\n`);
  return exitCode;
}

/** Ctrl-C once stops everything cleanly; twice, at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort(new DemoFailure(`Stopped by ${signal}.`));
    });
  }
  return controller.signal;
}

function rejectionOn(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  rejection.catch(() => {});
  return rejection;
}

// What an interrupted start left behind must not keep the process.
process.exit(await demo(process.argv.slice(2)));
