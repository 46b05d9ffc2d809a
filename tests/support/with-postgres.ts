// Runs a command beside a Postgres of its own: TEST_POSTGRES_URL names a migrated database there, and
// TEST_POSTGRES_TEMPLATE one from which others can be made.
//
//   node tests/support/with-postgres.ts cargo test
import { spawn } from 'node:child_process';

import { startCluster } from './postgres.ts';

const [command, ...rest] = process.argv.slice(2);
if (!command) throw new Error('usage: node tests/support/with-postgres.ts COMMAND …');

const cluster = await startCluster();
try {
  const url = cluster.url(await cluster.createDatabase());
  const databases = { TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: await cluster.template() };
  const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, ...databases } });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
} finally {
  await cluster.stop();
}
