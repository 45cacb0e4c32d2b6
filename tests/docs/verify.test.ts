import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { attemptHeaders } from '../../src/application/delivery/attempt-headers.js';
import { newSigningSecret, standardSignature } from '../../src/application/delivery/signatures.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Language {
  /** What stands behind the fence. */
  fence: string;
  /** The file that the code is put into. */
  file: string;
  /** Runs it. */
  command: (path: string, port: number) => [string, ...string[]];
  /** Ends with 0 where the language is there. */
  probe: [string, ...string[]];
  /** What is taken from outside of the code, by the first group. */
  imports: RegExp;
  /** What of that belongs to the language. */
  standard: RegExp;
}

const LANGUAGES: Record<string, Language> = {
  TypeScript: {
    fence: 'ts',
    file: 'receiver.mts',
    command: (path) => [process.execPath, path],
    probe: [process.execPath, '--version'],
    imports: /from '([^']+)'/g,
    standard: /^node:/,
  },
  Python: {
    fence: 'python',
    file: 'receiver.py',
    command: (path) => ['python3', path],
    probe: ['python3', '--version'],
    imports: /^(?:import|from) (\S+)/gm,
    standard: /^(?:base64|hashlib|hmac|json|os|re|time|http\.server)$/,
  },
  Go: {
    fence: 'go',
    file: 'receiver.go',
    command: (path) => ['go', 'run', path],
    probe: ['go', 'version'],
    imports: /^\t"([^"]+)"$/gm,
    standard: /^[a-z0-9]+(?:\/[a-z0-9]+)*$/,
  },
  PHP: {
    fence: 'php',
    file: 'receiver.php',
    command: (path, port) => ['php', '-S', `127.0.0.1:${port}`, path],
    probe: ['php', '--version'],
    imports: /\b(?:require|include|use)(?:_once)?\b\s*(.*)/g,
    standard: /(?!)/,
  },
};

const SECRET = newSigningSecret(Buffer.alloc(32, 's'));
const OTHER = newSigningSecret(Buffer.alloc(32, 'o'));
const BODY = '{"order":10248,  "name":"Zoë 🛒"}';

interface SentRequest {
  headers: Record<string, string>;
  body: string;
}

function signed(id: string, secrets: readonly string[], epochMs = Date.now()): SentRequest {
  const ids = { deliveryId: id, actionId: 'action', flowId: 'flow' };
  return { headers: attemptHeaders({}, ids, epochMs, BODY, { secrets, klaviyo: true }), body: BODY };
}

const changed = (request: SentRequest, headers: Record<string, string>): SentRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
const without = ({ headers, body }: SentRequest, name: string): SentRequest => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
  body,
});

const MINUTE = 60_000;
const GENUINE: Record<string, () => SentRequest> = {
  'signed by the secret': () => signed('one', [SECRET]),
  'signed by the new secret and the one before': () => signed('two', [SECRET, OTHER]),
  'signed by a secret that is new to it, and by its own': () => signed('three', [OTHER, SECRET]),
  'with a signature of another version beside its own': () => {
    const request = signed('four', [SECRET]);
    return changed(request, { 'webhook-signature': `v1a,AAAA ${request.headers['webhook-signature']}` });
  },
  'four minutes old': () => signed('five', [SECRET], Date.now() - 4 * MINUTE),
  'four minutes ahead': () => signed('six', [SECRET], Date.now() + 4 * MINUTE),
};
const FALSE: Record<string, () => SentRequest> = {
  'with another body': () => ({ ...signed('bad', [SECRET]), body: BODY.replace('10248', '10249') }),
  'with a body that was parsed and written again': () => ({
    ...signed('bad', [SECRET]),
    body: JSON.stringify(JSON.parse(BODY)),
  }),
  'signed by another secret': () => signed('bad', [OTHER]),
  'with another id': () => changed(signed('bad', [SECRET]), { 'webhook-id': 'worse' }),
  'with another time': () =>
    changed(signed('bad', [SECRET]), { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 5) }),
  'six minutes old': () => signed('bad', [SECRET], Date.now() - 6 * MINUTE),
  'six minutes ahead': () => signed('bad', [SECRET], Date.now() + 6 * MINUTE),
  'with a time that is none': () => changed(signed('bad', [SECRET]), { 'webhook-timestamp': 'now' }),
  'without a signature': () => without(signed('bad', [SECRET]), 'webhook-signature'),
  'without an id': () => without(signed('bad', [SECRET]), 'webhook-id'),
  'without a time': () => without(signed('bad', [SECRET]), 'webhook-timestamp'),
  'with an empty signature': () => changed(signed('bad', [SECRET]), { 'webhook-signature': '' }),
  'with a signature that is cut': () => {
    const request = signed('bad', [SECRET]);
    return changed(request, { 'webhook-signature': String(request.headers['webhook-signature']).slice(0, -4) });
  },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

describe('docs/verify.md', () => {
  const page = readFileSync('docs/verify.md', 'utf8');

  it('has an example that is right', () => {
    const rows = page.slice(page.indexOf('| part | value |')).matchAll(/^\| `?([a-z-]+)`? \| `(.*)` \|$/gm);
    const { secret, body, ...headers } = Object.fromEntries(
      [...rows].slice(0, 5).map(([, part, value]) => [part, value]),
    );
    expect(
      standardSignature(String(secret), headers['webhook-id'], Number(headers['webhook-timestamp']), String(body)),
    ).to.equal(headers['webhook-signature']);
  });

  for (const [name, { fence, file, command, probe, imports, standard }] of Object.entries(LANGUAGES)) {
    describe(`in ${name}`, () => {
      const blocks = [...page.matchAll(new RegExp(`^\`\`\`${fence}\n(.*?)^\`\`\`$`, 'gms'))].map(
        ([, code]) => code ?? '',
      );
      const [code = ''] = blocks;

      it('has one whole receiver', () => {
        expect(blocks).to.have.lengthOf(1);
        for (const word of ['webhook-signature', 'webhook-id', 'webhook-timestamp', 'sha256', 'v1,']) {
          expect(code.toLowerCase().replaceAll('http_webhook_', 'webhook-')).to.include(word);
        }
      });

      it('takes nothing but what the language has', () => {
        const taken = [...code.matchAll(imports)].map(([, from]) => from ?? '');
        expect(taken.filter((from) => !standard.test(from))).to.deep.equal([]);
      });

      // Where the language isn't there, its code can't be run; that it stands there is tested above.
      if (spawnSync(probe[0], probe.slice(1)).status !== 0) return;

      describe('a receiver that runs', () => {
        const folder = temporaryFolder();
        let child: ChildProcess;
        let url: string;
        let said = '';

        before(async function () {
          this.timeout(60_000);
          const path = join(folder.path, file);
          writeFileSync(path, code);
          const port = await freePort();
          url = `http://127.0.0.1:${port}/hook`;
          const [program, ...args] = command(path, port);
          const env = { ...process.env, WEBHOOK_SECRET: SECRET, PORT: String(port), TMPDIR: folder.path };
          // A group of its own, since `go run` starts another process.
          child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
          for (const output of [child.stdout, child.stderr]) {
            output?.on('data', (text) => {
              said += text;
            });
          }
          await eventually('the receiver listens', () => listens(port), 50_000);
        });
        after(async () => {
          if (child.exitCode === null && child.signalCode === null) {
            const exited = once(child, 'exit');
            process.kill(-(child.pid as number), 'SIGKILL');
            await exited;
          }
          folder.remove();
        });

        const answerTo = async ({ headers, body }: SentRequest): Promise<number> =>
          (await fetch(url, { method: 'POST', headers, body })).status;

        for (const [what, request] of Object.entries(GENUINE)) {
          it(`takes a request ${what}`, async () => expect(await answerTo(request())).to.equal(204, said));
        }
        for (const [what, request] of Object.entries(FALSE)) {
          it(`refuses a request ${what}`, async () => expect(await answerTo(request())).to.equal(401, said));
        }

        it('takes the same delivery for new once', async () => {
          for (const age of [3, 2, 1]) {
            expect(await answerTo(signed('again', [SECRET], Date.now() - age * MINUTE))).to.equal(204, said);
          }
          await answerTo(signed('last', [SECRET]));
          await eventually('it says so', () => said.includes('new delivery last'));
          expect(said.match(/new delivery again/g)).to.have.lengthOf(1);
          expect(said).not.to.include('new delivery bad');
        });
      });
    });
  }
});
