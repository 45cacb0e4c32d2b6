import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Commands given beside a running server, which may send to a receiver on this machine. */
export class BesideServer {
  private constructor(
    readonly folder: string,
    readonly receiver: Receiver,
    private readonly env: NodeJS.ProcessEnv,
    private readonly removeFolder: () => void,
  ) {}

  private server: ServerProcess | undefined;

  static async start(answer: Parameters<typeof startReceiver>[0]['answer']): Promise<BesideServer> {
    const ca = await CertificateAuthority.create();
    const { path, remove } = temporaryFolder();
    const receiver = await startReceiver({ ca, answer, keepRequests: 100 });
    writeFileSync(join(path, 'ca.pem'), ca.pem);
    const env = {
      HOOKLEDGER_EXTRA_CA: join(path, 'ca.pem'),
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
    };
    const cli = new BesideServer(path, receiver, env, remove);
    await cli.startServer();
    return cli;
  }

  async startServer(): Promise<void> {
    this.server = await startServerProcess(this.folder, this.env);
  }

  async endServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.server?.end(signal);
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.endServer('SIGKILL');
    await this.receiver.close();
    this.removeFolder();
  }

  run(args: readonly string[], input = '') {
    return runCommand([...args, '--data', this.folder], input, this.env);
  }

  /** What the command prints; it has to be done. */
  async done(args: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    expect([args.join(' '), code, code === 0 ? '' : stderr]).to.deep.equal([args.join(' '), 0, '']);
    return stdout;
  }

  async json(args: readonly string[], input = '') {
    return JSON.parse(await this.done([...args, '--json'], input));
  }

  /** What the command says that could not be done. */
  async refused(args: readonly string[], input = ''): Promise<{ code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await this.run(args, input);
    expect([args.join(' '), stdout]).to.deep.equal([args.join(' '), '']);
    return { code, stderr };
  }

  /** A live flow with one webhook action, that orders start. */
  async liveFlow(path: string): Promise<{ flowId: string; actionId: string }> {
    const { id } = await this.json(['metric', 'create', '--name', 'Placed Order']);
    const headers = { authorization: 'Bearer topsecret', 'X-Shop': 'northwind' };
    const message = { name: 'Warehouse', url: `${this.receiver.url}${path}`, headers, body: '{"n": {{ event.n }}}' };
    const definition = {
      triggers: [{ type: 'metric', id }],
      entry_action_id: 'only',
      actions: [{ temporary_id: 'only', type: 'send-webhook', data: { status: 'live', message } }],
    };
    const document = { data: { type: 'flow', attributes: { name: 'Orders', definition } } };
    const { flowId, actionIds } = await this.json(['flow', 'create', '-'], JSON.stringify(document));
    await this.done(['flow', 'set', flowId, 'live']);
    return { flowId, actionId: actionIds[0] };
  }

  order(n: number): Promise<string> {
    const event = ['event', 'send', '--metric', 'Placed Order', '--email', 'ana@example.com'];
    return this.done([...event, '--unique-id', `o-${n}`, '--property', `n=${n}`]);
  }
}
