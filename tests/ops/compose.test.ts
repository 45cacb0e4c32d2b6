import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readSettings, SETTING_NAMES } from '../../src/settings.js';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  restart?: string;
  stop_grace_period?: string;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

interface Prometheus {
  rule_files: string[];
  scrape_configs: { metrics_path: string; dns_sd_configs: { names: string[]; type: string; port: number }[] }[];
}

interface Package {
  version: string;
  dependencies: Record<string, string>;
}

const HOOKLEDGER_PORT = '8620';
/** What the others listen on. */
const PORTS: Readonly<Record<string, string>> = { eventstore: '2113', postgres: '5432', prometheus: '9090' };

/** Such as 18.6-bookworm, v3.13.3 or 26.0.3: an image of a minor version alone changes under its name. */
const FULL_VERSION = /^v?\d+\.\d+\.\d+(-[a-z][a-z0-9.-]*)?$/;
/** PostgreSQL counts in two numbers since version 10. */
const POSTGRES_VERSION = /^18\.\d+(-[a-z][a-z0-9.-]*)?$/;

const read = (path: string): string => readFileSync(path, 'utf8');

/** An image's name and tag; a registry's port is part of the name. */
function nameAndTag(image: string): [name: string, tag: string] {
  const [, name, tag] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  return [name ?? '', tag ?? ''];
}

function unpinned(image: string): boolean {
  const [name, tag] = nameAndTag(image);
  return !(name === 'postgres' ? POSTGRES_VERSION : FULL_VERSION).test(tag);
}

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
  const packageJson = JSON.parse(read('package.json')) as Package;
  const services = Object.entries(compose.services);
  const ours = services.filter(([, { build }]) => build !== undefined);
  const servers = ours.filter(([, { command }]) => command?.[0] === 'serve');
  const variables = ({ environment = {} }: Service): Record<string, string> =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('HOOKLEDGER_')));

  it('runs the store, the database, a migration, an API, a projector, two workers and Prometheus', () => {
    expect(services.map(([name]) => name)).to.deep.equal([
      'eventstore',
      'postgres',
      'migrate',
      'api',
      'projector',
      'worker-1',
      'worker-2',
      'prometheus',
    ]);
    expect(servers.map(([name, { environment }]) => [name, environment?.HOOKLEDGER_ROLES])).to.deep.equal([
      ['api', 'api'],
      ['projector', 'projector'],
      ['worker-1', 'worker'],
      ['worker-2', 'worker'],
    ]);
  });

  it('pins every image by a full version', () => {
    const images = services.map(([, { image = '' }]) => image);
    expect(images.filter(unpinned)).to.deep.equal([]);
    expect(
      ['postgres', 'postgres:18', 'prom/prometheus:latest', 'localhost:5000/x', 'x:26.0'].every(unpinned),
    ).to.equal(true);
  });

  it("names the image of hookledger by the package's version", () => {
    expect(new Set(ours.map(([, { image }]) => image))).to.deep.equal(new Set([`hookledger:${packageJson.version}`]));
  });

  it('waits for what can be waited for', () => {
    const waits = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([on, { condition }]) => ({ name, on, condition })),
    );
    expect(waits.length).to.be.greaterThan(0);
    for (const { name, on, condition } of waits) {
      const service = compose.services[on];
      const text = `${name} waits for ${on}`;
      expect(service, text).to.not.equal(undefined);
      if (service?.command?.[0] === 'migrate') {
        expect(condition, text).to.equal('service_completed_successfully');
        // A service that is started again never ends.
        expect(service.restart, text).to.equal('no');
      } else {
        expect(condition, text).to.equal('service_healthy');
        expect(service?.healthcheck?.test, text).to.be.an('array').that.is.not.empty;
      }
    }
    for (const [name, { depends_on }] of servers) {
      expect(Object.keys(depends_on ?? {}), name).to.include.members(['eventstore', 'postgres', 'migrate']);
    }
  });

  it('sets only variables that the program reads', () => {
    for (const [name, service] of ours) {
      expect(Object.keys(variables(service)), name).to.not.be.empty;
      expect(SETTING_NAMES, name).to.include.members(Object.keys(variables(service)));
      // Nothing of ours by a name that has a slip in its prefix.
      expect(service.environment, name).to.deep.equal(variables(service));
    }
  });

  it('sets them to what the program takes, and to the services that are there', () => {
    for (const [name, service] of ours) {
      const { eventStore, readModels, roles } = readSettings({}, variables(service));
      expect(eventStore, name).to.deep.equal({ kind: 'eventstoredb', url: 'esdb://eventstore:2113?tls=false' });
      if (readModels.kind !== 'postgres') throw new Error(`${name} has its read models in a file`);
      const { hostname, port, username, password, pathname } = new URL(readModels.url);
      const database = compose.services[hostname]?.environment;
      expect(port, name).to.equal(PORTS[hostname]);
      expect([username, password, pathname.slice(1)], name).to.deep.equal([
        database?.POSTGRES_USER,
        database?.POSTGRES_PASSWORD,
        database?.POSTGRES_DB,
      ]);
      expect(service.environment?.HOOKLEDGER_HOST, name).to.equal('0.0.0.0');
      if (name !== 'migrate') expect(roles.size, name).to.equal(1);
    }
  });

  it('gives commands that the program has', () => {
    for (const [name, { command = [] }] of ours) expect(commands(), name).to.include(command[0]);
  });

  it('asks /readyz whether a server is well, by Node alone', async () => {
    const checks = servers.map(([, { healthcheck }]) => healthcheck?.test ?? []);
    expect(new Set(checks.map(String)).size).to.equal(1);
    const [how, program, flag, code] = checks[0] ?? [];
    expect([how, program, flag]).to.deep.equal(['CMD', 'node', '--eval']);
    // Compose would put a variable there.
    expect(code).to.be.a('string').that.does.not.include('$');
    expect(code).to.include(`'http://127.0.0.1:${HOOKLEDGER_PORT}/readyz'`);
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? status : 404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const exitCode = async (): Promise<unknown> => {
      const child = spawn(process.execPath, ['--eval', String(code).replace(`:${HOOKLEDGER_PORT}/`, `:${port}/`)]);
      return (await once(child, 'exit'))[0];
    };
    try {
      expect(await exitCode()).to.equal(0);
      status = 503;
      expect(await exitCode()).to.equal(1);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    await once(server, 'close');
    expect(await exitCode(), 'with nothing that listens').to.equal(1);
  });

  it('lets a server end the attempts under way', () => {
    for (const [name, { stop_grace_period }] of servers) {
      expect(Number(/^(\d+)s$/.exec(stop_grace_period ?? '')?.[1]), name).to.be.greaterThan(60);
    }
  });

  it('declares the volumes it uses, and mounts files that are there', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const named = sources.filter((source) => !source.startsWith('.'));
    expect(new Set(named)).to.deep.equal(new Set(Object.keys(compose.volumes)));
    const files = sources.filter((source) => source.startsWith('.'));
    expect(files.filter((path) => !existsSync(path))).to.deep.equal([]);
  });

  it('publishes ports that services listen on, to this machine alone', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));
    for (const { name, port } of published) {
      const listens = PORTS[name] ?? HOOKLEDGER_PORT;
      expect(port, name).to.equal(`127.0.0.1:${listens}:${listens}`);
    }
    expect(published.map(({ name }) => name)).to.include('api');
  });

  describe('ops/prometheus.yml', () => {
    const { scrape_configs: jobs, rule_files: rules } = parse(read('ops/prometheus.yml')) as Prometheus;

    it('asks every server for /metrics, and each container of it', () => {
      const found = jobs.flatMap((job) => job.dns_sd_configs.map((names) => ({ path: job.metrics_path, ...names })));
      for (const { path, type, port } of found) {
        expect([path, type, String(port)]).to.deep.equal(['/metrics', 'A', HOOKLEDGER_PORT]);
      }
      expect(found.flatMap(({ names }) => names)).to.have.members(servers.map(([name]) => name));
    });

    it('is where Prometheus reads it', () => {
      const { command = [], volumes = [] } = compose.services.prometheus ?? {};
      const inside = command.find((flag) => flag.startsWith('--config.file='))?.split('=')[1];
      expect(volumes).to.include(`./ops/prometheus.yml:${inside}:ro`);
      expect(rules.map((file) => `./ops/prometheus/${file}:/etc/prometheus/${file}:ro`)).to.satisfy((all: string[]) =>
        all.every((volume) => volumes.includes(volume)),
      );
    });
  });

  describe('Dockerfile', () => {
    const lines = read('Dockerfile').split('\n');
    const arguments_ = (word: string): string[][] =>
      lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(/\s+/).slice(1));
    const bases = arguments_('FROM').map(([image = '']) => image);
    const [node] = /\d+\.\d+\.\d+/.exec(packageJson.dependencies.node ?? '') ?? [];

    it("builds on one pinned image of package.json's Node", () => {
      expect(bases).to.have.length(2);
      expect(new Set(bases).size).to.equal(1);
      const [name, tag] = nameAndTag(bases[0] ?? '');
      expect(name).to.equal('node');
      expect(unpinned(bases[0] ?? '')).to.equal(false);
      expect(tag.split('.')[0]).to.equal(node?.split('.')[0]);
    });

    /** Copies from the context, not from another stage. */
    const copied = arguments_('COPY')
      .filter(([first]) => !first?.startsWith('--from='))
      .flatMap((paths) => paths.slice(0, -1));

    it('copies files that exist, and that .dockerignore leaves in', () => {
      expect(copied).to.include.members(['package.json', 'package-lock.json', 'tsconfig.json', 'src', 'bin']);
      expect(copied.filter((path) => !existsSync(path))).to.deep.equal([]);
      const [everything, ...kept] = read('.dockerignore')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      expect(everything).to.equal('*');
      expect(kept).to.have.members([...new Set(copied)].map((path) => `!${path}`));
    });

    it('runs the program as a user without rights, with its data on a volume', () => {
      expect(arguments_('USER')).to.deep.equal([['node']]);
      const [entry = ''] = lines.filter((line) => line.startsWith('ENTRYPOINT '));
      const program = JSON.parse(entry.slice('ENTRYPOINT '.length)) as string[];
      expect(program).to.deep.equal(['node', 'bin/hookledger.js']);
      expect(lines).to.include('CMD ["serve"]');
      expect(arguments_('EXPOSE')).to.deep.equal([[HOOKLEDGER_PORT]]);
      const set = Object.fromEntries(arguments_('ENV').flatMap((pairs) => pairs.map((pair) => pair.split('='))));
      const { NODE_ENV, ...own } = set as Record<string, string>;
      expect(NODE_ENV).to.equal('production');
      expect(SETTING_NAMES).to.include.members(Object.keys(own));
      expect(readSettings({}, own).dataDir).to.equal(own.HOOKLEDGER_DATA);
      expect(arguments_('VOLUME')).to.deep.equal([[own.HOOKLEDGER_DATA]]);
    });
  });

  describe('docs/operating/README.md, "Trying it with Docker"', () => {
    const [, section = ''] =
      /\n## Trying it with Docker\n(.*?)(?=\n## |$)/s.exec(read('docs/operating/README.md')) ?? [];
    const shell = [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'));

    it('names services and commands that there are', () => {
      expect(shell.length).to.be.greaterThan(4);
      const names = services.map(([name]) => name);
      for (const line of shell) {
        const [, scaled] = / --scale (\S+)=\d+/.exec(line) ?? [];
        if (scaled !== undefined) expect(names, line).to.include(scaled);
        const [, ran] = / (?:run --rm|logs(?: --\S+)*) ([a-z0-9-]+)/.exec(line) ?? [];
        if (ran !== undefined) expect(names, line).to.include(ran);
        const [, executed, command] = / exec (\S+) node bin\/hookledger\.js (\S+)/.exec(line) ?? [];
        if (executed === undefined) continue;
        expect(names, line).to.include(executed);
        expect(commands(), line).to.include(command);
      }
    });
  });
});

let found: string[] | undefined;

/** The first words that the program knows, by its own help. */
function commands(): string[] {
  if (found !== undefined) return found;
  const run = spawnSync(process.execPath, ['dist/src/interfaces/cli/main.js', '--help'], { encoding: 'utf8' });
  expect(run.status).to.equal(0);
  const [, list = ''] = run.stdout.split('\nCommands:\n');
  found = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
  expect(found).to.include.members(['serve', 'migrate', 'api-key']);
  return found;
}
