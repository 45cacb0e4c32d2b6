import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/settings.js';
import { CertificateAuthority } from './certificate-authority.js';
import { postgres, type TestPostgres } from './postgres.js';
import { runCommand, type ServerProcess, startServerProcess } from './server-process.js';
import { standingOf } from './standing.js';
import { temporaryFolder } from './temporary-folder.js';

/** An installation of many processes: a PostgreSQL schema, an event store that they share, and the processes. */
export class Installation {
  readonly #processes = new Set<ServerProcess>();
  readonly folder = temporaryFolder();

  private constructor(
    readonly ca: CertificateAuthority,
    /** Settings of processes that are started from now on. */
    readonly env: NodeJS.ProcessEnv,
    private readonly removeSchema: () => Promise<void>,
  ) {
    writeFileSync(this.caPath, ca.pem);
  }

  /**
   * @param env more settings; an event store in a file of the installation's folder unless they name one
   * @param server the tests' common one unless given
   */
  static async make(env: NodeJS.ProcessEnv = {}, server?: TestPostgres): Promise<Installation> {
    const { url, remove } = await (server ?? (await postgres())).newSchema();
    const ca = await CertificateAuthority.create();
    return new Installation(ca, { HOOKLEDGER_READ_MODELS: url, ...env }, remove);
  }

  private get caPath(): string {
    return join(this.folder.path, 'ca.pem');
  }

  async start(roles: readonly Role[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const started = await startServerProcess(this.folder.path, {
      ...this.settings,
      HOOKLEDGER_ROLES: roles.join(','),
      ...env,
    });
    this.#processes.add(started);
    return started;
  }

  run(args: readonly string[], input = ''): ReturnType<typeof runCommand> {
    return runCommand([...args, '--data', this.folder.path], input, this.settings);
  }

  async apiKey(scopes = 'flows:write,flows:read,events:write,metrics:write,audit:read'): Promise<string> {
    const { stdout, stderr } = await this.run(['api-key', 'create', '--name', 'test', '--scopes', scopes]);
    if (stdout === '') throw new Error(stderr);
    return stdout.trim();
  }

  /** What keeps deliveries from their ends, for the message of a test that waited in vain; with what the processes logged. */
  async standing(): Promise<string> {
    const { HOOKLEDGER_READ_MODELS: readModels = '', HOOKLEDGER_EVENT_STORE: eventStore } = this.settings;
    const processes = [...this.#processes].map(
      ({ child, log }) => `process ${child.pid} ${child.exitCode ?? child.signalCode ?? 'runs'}\n${log()}`,
    );
    return [await standingOf(readModels, eventStore), ...processes].join('\n');
  }

  /** Kills what still runs. */
  async remove(): Promise<void> {
    await Promise.all(
      [...this.#processes].map(async ({ child, end }) => {
        if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
      }),
    );
    await this.removeSchema().catch(() => {});
    this.folder.remove();
  }

  private get settings(): NodeJS.ProcessEnv {
    return {
      HOOKLEDGER_EXTRA_CA: this.caPath,
      HOOKLEDGER_RETRY_SCALE: '0.01',
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
      ...this.env,
    };
  }
}
