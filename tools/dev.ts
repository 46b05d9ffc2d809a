// `make dev`: the platform on this machine with D1, demo data and a ticking cron. What is done is not done again.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { caller, loadCampaign } from '../seed/campaign.ts';
import { demoRows } from '../seed/demo.ts';
import { toSql } from '../seed/sql.ts';
import { TENANT_ID } from '../seed/tenant.ts';
import { OneOrigin } from '../tests/support/one-origin.ts';
import { ROOT, environment, executable } from '../tests/support/paths.ts';
import { until } from '../tests/support/wait.ts';

/** The page's, with the Command Center; and the Worker's own, behind it. */
const [PORT, WORKER_PORT] = [8787, 8788];
const URL = `http://localhost:${PORT}`;
const VARS = join(ROOT, '.dev.vars');
const STATE = join(ROOT, '.wrangler/state');
const SEEDED = join(STATE, 'seeded');
const SEED = join(STATE, 'seed.sql');

const wranglerEnvironment = environment({
  WORKER_PROFILE: 'dev',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CI: 'true',
});

const apiKey = settings();
applyMigrations();
seed();
const server = serve();
const origin = await OneOrigin.start(join(ROOT, 'pages/command-center/dist'), { host: 'localhost', port: PORT });
origin.platformPort = WORKER_PORT;
await ready(server);
const campaign = await loadCampaign(caller(URL, apiKey));
tick();
tell();

/** Fresh secrets, once; what a newer version asks for is added. Gives the API key. */
function settings(): string {
  const known = existsSync(VARS) ? readFileSync(VARS, 'utf8') : '';
  const missing = Object.entries(freshSettings()).filter(([name]) => parseEnv(known)[name] === undefined);
  if (missing.length > 0) {
    writeFileSync(VARS, known + missing.map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
    console.log(known ? `dev: added ${missing.map(([name]) => name).join(', ')} to .dev.vars` : 'dev: made .dev.vars with fresh secrets');
  }
  const key = parseEnv(readFileSync(VARS, 'utf8'))['API_KEY'];
  if (!key) throw new Error('.dev.vars has no API_KEY: delete the file and it is made anew');
  return key;
}

function freshSettings(): Record<string, string> {
  return {
    ENVIRONMENT: 'development',
    DATABASE: 'd1',
    PUBLIC_URL: URL,
    EMAIL_PROVIDER: 'outbox',
    API_KEY: `dev_${randomBytes(24).toString('base64url')}`,
    API_KEY_TENANT_ID: TENANT_ID,
    TRACKING_KEYS: `1:${randomBytes(32).toString('hex')}`,
    AUDIT_KEY: randomBytes(32).toString('hex'),
    SESSION_KEY: randomBytes(32).toString('hex'),
  };
}

function applyMigrations(): void {
  wrangler('d1', 'migrations', 'apply', 'DB', '--local');
}

function seed(): void {
  if (existsSync(SEEDED)) return;
  console.log('dev: loading the demo data');
  mkdirSync(STATE, { recursive: true });
  writeFileSync(SEED, [...toSql(demoRows(), 'd1')].join('\n'));
  wrangler('d1', 'execute', 'DB', '--local', '--yes', '--file', SEED);
  writeFileSync(SEEDED, new Date().toISOString());
}

function wrangler(...args: string[]): void {
  try {
    execFileSync(executable('wrangler'), args, { cwd: ROOT, env: wranglerEnvironment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`wrangler ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

function serve(): ChildProcess {
  const dev = ['dev', 'build/dev/index.js', '--port', String(WORKER_PORT), '--ip', '127.0.0.1', '--test-scheduled', '--log-level', 'log'];
  const child = spawn(executable('wrangler'), dev, { cwd: ROOT, env: wranglerEnvironment, stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('exit', (code) => process.exit(code ?? 0));
  // Ctrl-C reaches the child as well; this process goes when the child has gone.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return child;
}

async function ready(child: ChildProcess): Promise<void> {
  const answers = async () => child.exitCode === null && (await fetch(`${URL}/health`)).status === 200;
  await until(answers, { what: `the platform answers at ${URL}`, timeout: 600_000 });
}

/** The cron of a deployment: at the start of every minute. */
function tick(): void {
  setTimeout(async () => {
    tick();
    try {
      const response = await fetch(`${URL}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`);
      if (!response.ok) console.error(`dev: the tick failed with ${response.status}`);
    } catch (error) {
      console.error(`dev: the tick failed: ${String(error)}`);
    }
  }, 60_000 - (Date.now() % 60_000));
}

function tell(): void {
  console.log(`
The platform runs at ${URL}

  the API          curl -H 'Authorization: Bearer ${apiKey}' ${URL}/api/v1/sequences
  Command Center   ${URL}/dev/sign-in    signs you in as Dana Demo, an owner
  email sent       ${URL}/dev/outbox
  the clock        curl ${URL}/dev/clock    and    curl -X POST -d '{"advance_ms": 86400000}' ${URL}/dev/clock
  the campaign     ${URL}/api/v1/sequences/${campaign.sequenceId}

The clock ticks every minute. Data and secrets stay in .wrangler/ and .dev.vars; delete both to start anew. Ctrl-C stops.
`);
}
