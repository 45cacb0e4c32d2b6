import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ApiClient } from '../../end-to-end/api-client.js';
import { CertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { runCommand, type ServerProcess, startServerProcess } from '../../support/server-process.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('hookledger resend', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof temporaryFolder>;
  let receiver: Receiver;
  let server: ServerProcess;
  let api: ApiClient;
  let healed = false;

  before(async () => {
    const ca = await CertificateAuthority.create();
    folder = temporaryFolder();
    receiver = await startReceiver({
      ca,
      answer: ({ path }) => ({ status: healed || path === '/good' ? 200 : 410 }),
    });
    writeFileSync(join(folder.path, 'ca.pem'), ca.pem);
    const scopes = 'flows:write,flows:read,events:write,metrics:write,audit:read';
    const made = await runCommand(['api-key', 'create', '--name', 'test', '--scopes', scopes, '--data', folder.path]);
    server = await startServerProcess(folder.path, {
      HOOKLEDGER_EXTRA_CA: join(folder.path, 'ca.pem'),
      HOOKLEDGER_ALLOW_NETWORKS: '127.0.0.0/8',
      HOOKLEDGER_ALLOW_PORTS: '*',
    });
    api = new ApiClient(server.url, made.stdout.trim());
  });
  after(async () => {
    server.child.kill('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  const resend = (...args: string[]) => runCommand(['resend', ...args, '--data', folder.path]);

  it('counts those that match, asks for a yes, and sends each of them again', async () => {
    const flow = await api.liveFlow('Placed Order', [`${receiver.url}/good`, `${receiver.url}/bad`]);
    const other = await api.liveFlow('Viewed Product', [`${receiver.url}/bad`]);
    for (let n = 0; n < 3; n++) await api.sendEvent('Placed Order', `order-${n}`, { n });
    await api.sendEvent('Viewed Product', 'view', {});
    await eventually('all came to an end', async () => {
      const { succeeded, skipped } = await api.totals();
      return succeeded === 3 && skipped === 4;
    });

    const unsure = await resend('--status', 'skipped', '--flow', flow);
    expect([unsure.code, unsure.stdout]).to.deep.equal([2, '']);
    expect(unsure.stderr).to.equal(
      '3 skipped deliveries match.\nhookledger: Nobody can be asked whether to send them again; give --yes to say so.\n',
    );
    const none = await resend('--status', 'failed', '--yes');
    expect([none.code, none.stdout, none.stderr]).to.deep.equal([0, '', '0 failed deliveries match.\n']);
    const later = await resend('--status', 'skipped', '--since', '2126-01-01T00:00:00Z', '--yes');
    expect(later.stderr).to.equal('0 skipped deliveries match.\n');

    healed = true;
    const sent = await resend('--status', 'skipped', '--since', '2h', '--flow', `flow-${flow}`, '--yes');
    expect([sent.code, sent.stdout]).to.deep.equal([0, '3 are due again; a running server sends them now.\n']);
    await eventually('they are sent', async () => (await api.totals()).succeeded === 6);
    const [left] = (
      (await api.ask('GET', '/api/hookledger/queues/skipped')) as unknown as {
        data: { attributes: { flow_id: string } }[];
      }
    ).data;
    expect(left?.attributes.flow_id).to.equal(other);
  });

  const MISTAKES: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [[], /Name one delivery, or those that are meant by --status failed or --status skipped/],
    [['d', '--status', 'failed'], /Name one delivery, or those/],
    [['--since', '2h'], /--status is missing; it takes one of failed, skipped/],
    [['--status', 'waiting'], /--status is 'waiting'; it takes one of failed, skipped/],
    [['--status', 'failed', '--since', 'soon'], /--since is 'soon'; it takes a time such as .* or 30m, 2h, 7d/],
  ];
  for (const [args, says] of MISTAKES) {
    it(`says what is wrong with: ${args.join(' ') || 'nothing'}`, async () => {
      const { code, stderr } = await resend(...args);
      expect(stderr).to.match(says);
      expect(code).to.equal(2);
    });
  }
});
