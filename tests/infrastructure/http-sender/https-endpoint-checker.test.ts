import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import type { EndpointCheck } from '../../../src/application/ports/endpoint-checker.js';
import { AddressPolicy } from '../../../src/infrastructure/http-sender/address-policy.js';
import type { Resolve } from '../../../src/infrastructure/http-sender/checked-lookup.js';
import { HttpsEndpointChecker } from '../../../src/infrastructure/http-sender/https-endpoint-checker.js';
import { CertificateAuthority, type CertificateKind } from '../../support/certificate-authority.js';
import { type Answer, type Receiver, refusingPort, startReceiver } from '../../support/receiver.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { THIS_MACHINE } from '../../support/this-machine.js';

describe('The set-up check of a URL', () => {
  const folder = temporaryFolder();
  const caPath = join(folder.path, 'ca.pem');
  let ca: CertificateAuthority;
  let receiver: Receiver | undefined;
  let raw: Server | undefined;
  const sockets = new Set<Socket>();
  let checker: HttpsEndpointChecker;

  before(async () => {
    ca = await CertificateAuthority.create();
    writeFileSync(caPath, ca.pem);
    checker = new HttpsEndpointChecker(THIS_MACHINE, caPath);
  });
  afterEach(async () => {
    await receiver?.close();
    for (const socket of sockets) socket.destroy();
    raw?.close();
    receiver = undefined;
    raw = undefined;
  });
  after(() => folder.remove());

  const listen = async (head: Answer, certificate: CertificateKind = 'trusted'): Promise<Receiver> => {
    receiver = await startReceiver({ ca, answer: () => ({ status: 500 }), head, certificate });
    return receiver;
  };
  /** A server that speaks for itself; @returns its port. */
  const listenRaw = (server: Server): Promise<number> => {
    raw = server;
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  };
  const hostOf = (url: string): string => new URL(url).host;
  const to = (...addresses: string[]): Resolve => {
    return (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
  };
  const expectProblem = (check: EndpointCheck, problem: string, detail: string | RegExp): void => {
    expect({ verified: check.verified, problem: check.problem }).to.deep.equal({ verified: false, problem });
    if (typeof detail === 'string') expect(check.detail).to.equal(detail);
    else expect(check.detail).to.match(detail);
  };

  for (const status of [200, 202, 401, 403, 404, 405, 410, 429, 500, 503]) {
    it(`succeeds where HTTPS works, though the answer is ${status}`, async () => {
      const { url } = await listen({ status });
      const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
      expect(await checker.check(`${url}/hook?key=secret`)).to.deep.equal({
        verified: true,
        detail: `${hostOf(url)} answered HEAD with ${status} over TLSv1.3; its certificate, issued by hookledger test authority, is valid until ${until}.`,
      });
      expect(receiver?.received).to.equal(0);
    });
  }

  it('takes the host’s name, and an address that it leads to', async () => {
    const { port } = await listen({ status: 200 });
    const named = new HttpsEndpointChecker(THIS_MACHINE, caPath, to('127.0.0.1'));
    expect(await named.check(`https://localhost:${port}/`)).to.have.property('verified', true);
    expectProblem(await named.check(`https://other.example:${port}/`), 'wrong_name', /names other\.example:\d+\.$/);
  });

  for (const status of [300, 301, 302, 303, 307, 308]) {
    it(`fails by a redirect (${status}), and says where to, without what may be secret`, async () => {
      const location = 'https://www.example.com/hook?key=secret';
      const { url } = await listen({ status, headers: { location } });
      expectProblem(
        await checker.check(`${url}/hook?key=secret`),
        'redirect',
        `The URL redirects (${status}) to https://www.example.com/hook?…; enter that address itself.`,
      );
    });
  }

  it('says where a relative redirect leads', async () => {
    const { url } = await listen({ status: 301, headers: { location: '/hook/' } });
    const says = `The URL redirects (301) to ${url}/hook/; enter that address itself.`;
    expectProblem(await checker.check(`${url}/hook`), 'redirect', says);
  });

  for (const [name, headers] of [
    ['without a location', {}],
    ['to what is no URL', { location: 'https://' }],
    ['to another scheme', { location: 'javascript:alert(1)' }],
  ] as const) {
    it(`fails by a redirect ${name}`, async () => {
      const { url } = await listen({ status: 302, headers });
      expectProblem(await checker.check(url), 'redirect', /^The URL answers with a redirect \(302\), and /);
    });
  }

  it('fails by 304, which answers no question that was asked', async () => {
    const { url } = await listen({ status: 304 });
    expectProblem(await checker.check(url), 'redirect', /\(304\)/);
  });

  const CERTIFICATES: [CertificateKind, string, (host: string) => string][] = [
    [
      'self-signed',
      'self_signed',
      (host) => `The certificate of ${host} is self-signed; use one from a recognised authority.`,
    ],
    ['expired', 'expired', (host) => `The certificate of ${host} has expired; renew it.`],
    [
      'not-yet-valid',
      'not_yet_valid',
      (host) => `The certificate of ${host} is not valid yet; use one that is, and look whether the clocks are right.`,
    ],
    [
      'wrong-name',
      'wrong_name',
      (host) => `The certificate of ${host} is for another name; use one that names ${host}.`,
    ],
  ];
  for (const [kind, problem, says] of CERTIFICATES) {
    it(`fails by a certificate that is ${kind}`, async () => {
      const { url } = await listen({ status: 200 }, kind);
      expectProblem(await checker.check(url), problem, says(hostOf(url)));
    });
  }

  it('fails by an authority that nobody knows', async () => {
    const { url } = await listen({ status: 200 });
    const strict = new HttpsEndpointChecker(THIS_MACHINE);
    expectProblem(await strict.check(url), 'untrusted', /was not issued by an authority that is trusted here/);
  });

  it('fails by an address that nothing may go to', async () => {
    const { url, port } = await listen({ status: 200 });
    const strict = new AddressPolicy([], [{ from: 1, to: 65_535 }]);
    expectProblem(
      await new HttpsEndpointChecker(strict, caPath).check(url),
      'refused_address',
      'Nothing was sent: 127.0.0.1 is a loopback address; if deliveries may go there, name it in HOOKLEDGER_ALLOW_NETWORKS.',
    );
    for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1']]) {
      const named = new HttpsEndpointChecker(strict, caPath, to(...addresses));
      const says = /^Nothing was sent: localhost leads to 127\.0\.0\.1, which is a loopback address; /;
      expectProblem(await named.check(`https://localhost:${port}/`), 'refused_address', says);
    }
  });

  it('fails by a port that nothing may go to', async () => {
    const { url, port } = await listen({ status: 200 });
    const strict = new AddressPolicy(['127.0.0.0/8'], []);
    expectProblem(
      await new HttpsEndpointChecker(strict, caPath).check(url),
      'refused_port',
      `Nothing was sent: the port ${port} is not 443; if deliveries may go there, name it in HOOKLEDGER_ALLOW_PORTS.`,
    );
  });

  it('fails by a name that does not exist', async () => {
    expectProblem(
      await checker.check('https://no-such-host.invalid/a?key=secret'),
      'dns',
      'The name no-such-host.invalid could not be found; look whether it is spelled right and has an address in the DNS.',
    );
  });

  it('fails by a refused connection', async () => {
    const port = await refusingPort(ca);
    const says = `127.0.0.1:${port} refused the connection; look whether a server listens there.`;
    expectProblem(await checker.check(`https://127.0.0.1:${port}/`), 'connection_refused', says);
  });

  it('fails by a cut connection', async () => {
    const { url } = await listen('reset');
    expectProblem(await checker.check(url), 'connection', /cut the connection before it answered/);
  });

  it('fails by a server that speaks no TLS', async () => {
    const port = await listenRaw(createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')));
    expectProblem(await checker.check(`https://127.0.0.1:${port}/`), 'protocol', /does not speak HTTPS/);
  });

  it('fails by an old version of TLS', async () => {
    const options = { ...(await ca.certificate()), minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } as const;
    const port = await listenRaw(createTlsServer({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }));
    expectProblem(await checker.check(`https://127.0.0.1:${port}/`), 'protocol', /does not speak HTTPS/);
  });

  it('fails by headers without end', async () => {
    const server = createTlsServer(await ca.certificate(), (socket) => {
      socket.on('error', () => {});
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1_000_000)}`);
    });
    const port = await listenRaw(server);
    expectProblem(await checker.check(`https://127.0.0.1:${port}/`), 'protocol', /does not speak HTTPS/);
  });

  describe('within its time', () => {
    const hasty = () => new HttpsEndpointChecker(THIS_MACHINE, caPath, undefined, 150);

    it('gives up on a server that takes a connection and says nothing', async () => {
      const port = await listenRaw(createServer(() => {}));
      const says = `127.0.0.1:${port} did not answer in time; look whether a firewall stands in between.`;
      expectProblem(await hasty().check(`https://127.0.0.1:${port}/`), 'timeout', says);
    });

    it('gives up on one that never answers the request', async () => {
      const { url } = await listen('hang');
      expectProblem(await hasty().check(url), 'timeout', /did not answer in time/);
    });

    it('gives up on one whose headers drip', async () => {
      const server = createTlsServer(await ca.certificate(), (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x: y\r\n'), 20);
        socket.on('error', () => {});
        socket.on('close', () => clearInterval(drip));
      });
      const port = await listenRaw(server);
      expectProblem(await hasty().check(`https://127.0.0.1:${port}/`), 'timeout', /did not answer in time/);
    });

    it('gives up on a name whose look-up never ends', async () => {
      const stuck = new HttpsEndpointChecker(THIS_MACHINE, caPath, () => {}, 150);
      expectProblem(await stuck.check('https://a.example/'), 'timeout', /^a\.example did not answer in time/);
    });
  });
});
