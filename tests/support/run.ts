// Around a whole test run (`node --test --test-global-setup`): one Postgres for all its files.
import { engines } from './engine.ts';
import { CLUSTER_PORT, startCluster } from './postgres.ts';
import type { Cluster } from './postgres.ts';

let cluster: Cluster | undefined;

export async function globalSetup(): Promise<void> {
  if (!engines.includes('postgres')) return;
  cluster = await startCluster();
  process.env[CLUSTER_PORT] = String(cluster.port);
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
