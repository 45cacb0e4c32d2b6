import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DemoFailure, within } from './demo-failure.js';

const HOOKLEDGER = fileURLToPath(new URL('../src/interfaces/cli/main.js', import.meta.url));
const READY_SECONDS = 30;
const DRAIN_SECONDS = 30;
const LAST_LINES = 8;

/** The demo says itself what the server is to do: settings from the shell would make it another one. */
function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKLEDGER_'));
  return { ...Object.fromEntries(inherited), ...settings };
}

/** `hookledger api-key create`: prints the key alone. */
export const createApiKey = (dataDir: string, scopes: readonly string[]): Promise<string> =>
  runToEnd('an API key', ['api-key', 'create', '--name', 'demo', '--scopes', scopes.join(','), '--data', dataDir]);

/** `hookledger user create`: whoever looks at the dashboard. */
export async function createOwner(dataDir: string, email: string, password: string): Promise<void> {
  const args = ['user', 'create', '--email', email, '--role', 'owner', '--password-stdin', '--data', dataDir];
  await runToEnd("the dashboard's owner", args, `${password}\n`);
}

/** @returns what the command prints */
async function runToEnd(made: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [HOOKLEDGER, ...args], { env: environment({}), stdio: 'pipe' });
  child.stdin.end(input);
  const work = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const otherwise = `The command that makes ${made} did not end within ${READY_SECONDS} seconds.`;
  try {
    const [output, complaint, [code]] = await within(READY_SECONDS, work, otherwise);
    if (code !== 0) throw new DemoFailure(`The command that makes ${made} failed:\n${complaint.trimEnd()}`);
    return output.trim();
  } finally {
    child.kill('SIGKILL');
  }
}

/** `hookledger serve` as a child process. */
export class HookledgerServer {
  /** Rejects with a DemoFailure as soon as the server ends without being asked; never resolves. */
  readonly died: Promise<never>;
  readonly logPath: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #lastLines: string[] = [];
  #asked = false;
  url = '';
  /** Where the first member is set up; resolves once the server printed it. */
  readonly setUpUrl: Promise<string>;

  private constructor(dataDir: string, settings: Readonly<Record<string, string>>) {
    this.logPath = join(dataDir, 'server.log');
    const args = [HOOKLEDGER, 'serve', '--host', '127.0.0.1', '--port', '0', '--data', dataDir];
    // In a process group of its own: Ctrl-C is for the demo, which then asks the server to drain.
    const child = spawn(process.execPath, args, {
      env: environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child.stderr.pipe(createWriteStream(this.logPath));
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#lastLines.push(line);
      if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    });
    // However the demo ends, its server ends with it.
    process.once('exit', () => child.kill('SIGKILL'));
    this.#child = child;
    this.setUpUrl = this.#printed(/^no members yet: set up the owner at (http:\S+)/);
    this.#closed = once(child, 'close');
    this.died = this.#closed.then(
      () =>
        new Promise((_, reject) => {
          if (!this.#asked) reject(this.#failure(`The server ended by itself (${howItEnded(child)}).`));
        }),
      (error: Error) => Promise.reject(new DemoFailure(`The server could not be started: ${error.message}`)),
    );
    // Whoever waits for something else hears of it by racing; without this an early death would end the process.
    this.died.catch(() => {});
  }

  /** Resolves once the server says that it listens. */
  static async start(dataDir: string, settings: Readonly<Record<string, string>>): Promise<HookledgerServer> {
    const server = new HookledgerServer(dataDir, settings);
    try {
      server.url = await within(
        READY_SECONDS,
        Promise.race([server.#printed(/^listening on (http:\S+)/), server.died]),
        `The server was not ready within ${READY_SECONDS} seconds.`,
      );
      return server;
    } catch (error) {
      server.kill();
      throw error;
    }
  }

  /** What a line of its output says that is like `form`. */
  #printed(form: RegExp): Promise<string> {
    return new Promise((resolve) => {
      createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
        const said = form.exec(line)?.[1];
        if (said !== undefined) resolve(said);
      });
    });
  }

  /** SIGTERM, and waits until the server has drained. Once is enough. */
  async stop(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    try {
      await within(DRAIN_SECONDS, this.#closed, `The server did not drain within ${DRAIN_SECONDS} seconds of SIGTERM.`);
    } catch (error) {
      this.kill();
      throw error;
    }
    if (this.#child.exitCode !== 0) {
      throw this.#failure(`The server did not end cleanly on SIGTERM (${howItEnded(this.#child)}).`);
    }
  }

  /** At once; what is under way is left to the next server. */
  kill(): void {
    this.#asked = true;
    this.#child.kill('SIGKILL');
  }

  #failure(sentence: string): DemoFailure {
    const lines = this.#lastLines.map((line) => `  ${line}`);
    return new DemoFailure(lines.length === 0 ? sentence : `${sentence} It said last:\n${lines.join('\n')}`);
  }
}

const howItEnded = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode === null ? `exit code ${exitCode}` : signalCode;
