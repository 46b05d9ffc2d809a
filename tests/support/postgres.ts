// A Postgres of our own: a throw-away cluster on a free port, and in it one database a platform, copied from a migrated template.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { ROOT, executable } from './paths.ts';
import { until } from './wait.ts';

/** Tells the test files of one run which cluster is theirs (`tests/support/run.ts`). */
export const CLUSTER_PORT = 'OPERATIONS_TEST_POSTGRES_PORT';

const MIGRATIONS = join(ROOT, 'migrations');

export interface Cluster {
  readonly port: number;
  /** A connection string as Hyperdrive takes it. */
  url(database: string): string;
  /** A database with every migration applied that nobody connects to, so that others can be copied from it. */
  template(): Promise<string>;
  /** A new database with every migration applied. */
  createDatabase(): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** Stops the cluster and deletes it, if this process started it. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Keep Postgres' own promise that a commit is on disk. Tests do not need it; a measurement does. */
  durable?: boolean;
}

let shared: Promise<Cluster> | undefined;

/** The cluster of this test run; started on first use when no run has one. */
export function sharedCluster(): Promise<Cluster> {
  const port = Number(process.env[CLUSTER_PORT]);
  shared ??= port ? Promise.resolve(new RunningCluster(port)) : startCluster();
  return shared;
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const programs = postgresPrograms();
  const owner = clusterOwner();
  const folder = mkdtempSync(join(tmpdir(), 'operations-postgres-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8', '--locale', 'C.UTF-8'], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: 300,
    shared_buffers: '256MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    log_min_messages: 'fatal',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const server = [join(programs, 'postgres'), '-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // The keeper holds the server and reads its own input, which ends when this process does, however that happens:
  // then the keeper stops the server and deletes the folder.
  const keeper = spawn('sh', ['-c', 'folder=$1; shift; "$@" & cat >/dev/null; kill -QUIT $!; wait $!; rm -rf "$folder"', 'keeper', folder, ...server], {
    ...owner,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', openSync(join(folder, 'log'), 'w')],
  });
  keeper.unref();
  const input = keeper.stdin as Socket;
  input.unref();
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));

  const cluster = new RunningCluster(port, async () => {
    keeper.ref();
    input.end();
    await gone;
  });
  try {
    await until(() => cluster.ask('select 1'), { what: `Postgres answers on port ${port}` });
  } catch (error) {
    const log = readFileSync(join(folder, 'log'), 'utf8');
    await cluster.stop();
    throw new Error(`Postgres did not start:\n${log}`, { cause: error });
  }
  return cluster;
}

class RunningCluster implements Cluster {
  readonly port: number;
  #stop: () => Promise<void>;
  #template: Promise<string> | undefined;

  constructor(port: number, stop: () => Promise<void> = async () => {}) {
    this.port = port;
    this.#stop = stop;
  }

  url(database: string): string {
    return `postgres://postgres:postgres@127.0.0.1:${this.port}/${database}`;
  }

  template(): Promise<string> {
    return (this.#template ??= this.#migratedTemplate());
  }

  async createDatabase(): Promise<string> {
    const template = await this.template();
    const name = `platform_${process.pid}_${++databases}`;
    await this.ask(`create database ${name} template ${template}`);
    return name;
  }

  async dropDatabase(name: string): Promise<void> {
    await this.ask(`drop database if exists ${name} with (force)`);
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  async ask(query: string, database = 'postgres'): Promise<unknown[]> {
    return this.#with(database, async (client) => (await client.query(query)).rows);
  }

  /** Named for what is in it, so that each state of the migrations is migrated once, whoever comes first. */
  async #migratedTemplate(): Promise<string> {
    const files = existsSync(MIGRATIONS) ? readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).sort() : [];
    const digest = createHash('sha256');
    for (const file of files) digest.update(file).update(readFileSync(join(MIGRATIONS, file)));
    const template = `template_${digest.digest('hex').slice(0, 16)}`;
    return this.#with('postgres', async (client) => {
      await client.query('select pg_advisory_lock(1)');
      const found = await client.query('select 1 from pg_database where datname = $1', [template]);
      if (found.rowCount) return template;
      await client.query(`drop database if exists ${template}_unfinished`);
      await client.query(`create database ${template}_unfinished`);
      migrate(`${this.url(`${template}_unfinished`)}?sslmode=disable`);
      await client.query(`alter database ${template}_unfinished rename to ${template}`);
      return template;
    });
  }

  async #with<T>(database: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }
}

let databases = 0;

/** Brings a database up to the newest migration, as a deployment does. */
export function migrate(url: string): void {
  execFileSync(executable('dbmate'), ['--url', url, '--migrations-dir', MIGRATIONS, '--no-dump-schema', 'migrate'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Postgres refuses to run as root: root runs it as `postgres`, the user its package made. */
function clusterOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function postgresPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('Postgres is missing: run tools/setup.sh test');
  return found;
}
