// What Miniflare is told about the Worker, taken from wrangler.toml: bindings and queues have one truth.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { SharedOptions, WorkerOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';
import type { Unstable_Config } from 'wrangler';

import { ROOT } from './paths.ts';

/** A build of the Worker, or the path of a JavaScript module that stands in for it. */
export type WorkerSource = 'dev' | 'release' | { script: string };

export interface WorkerSetup {
  source: WorkerSource;
  /** Over the variables of wrangler.toml. */
  vars: Record<string, string>;
  /** The connection string behind the binding HYPERDRIVE; without one there is no such binding. */
  hyperdrive?: string | undefined;
  /** Seconds a consumer waits for a batch to fill; wrangler.toml's own when left out. */
  queueTimeout?: number | undefined;
  /** Requests a minute that each limit of wrangler.toml lets through. Default: as many as come. */
  limits?: Record<string, number> | undefined;
}

const CONFIG = join(ROOT, 'wrangler.toml');

export function workerOptions({ source, vars, hyperdrive, queueTimeout, limits }: WorkerSetup): WorkerOptions {
  const { workerOptions: options } = unstable_getMiniflareWorkerOptions(CONFIG);
  // Read apart, because the options above have a developer's own .dev.vars in them.
  const config: Unstable_Config = unstable_readConfig({ config: CONFIG });
  const { modulesRules: _, ...bindings } = options;
  return {
    ...bindings,
    ...modules(source),
    name: config.name,
    bindings: { ...config.vars, ...vars },
    hyperdrives: hyperdrive ? { HYPERDRIVE: hyperdrive } : {},
    ratelimits: Object.fromEntries(
      config.ratelimits.map(({ name, namespace_id, simple }) => [name, { namespace_id, simple: { limit: limits?.[name] ?? 1_000_000_000, period: simple.period as 10 | 60 } }]),
    ),
    queueConsumers: Object.fromEntries(
      (config.queues.consumers ?? []).map((consumer) => [
        consumer.queue,
        {
          maxBatchSize: consumer.max_batch_size,
          maxBatchTimeout: queueTimeout ?? consumer.max_batch_timeout,
          maxRetries: consumer.max_retries,
          deadLetterQueue: consumer.dead_letter_queue,
        },
      ]),
    ),
  } as WorkerOptions;
}

function modules(source: WorkerSource): Pick<WorkerOptions & { modulesRoot: string }, 'modules' | 'modulesRoot'> {
  if (typeof source === 'object') {
    const script = resolve(source.script);
    return { modulesRoot: join(script, '..'), modules: [{ type: 'ESModule', path: script }] };
  }
  const build = join(ROOT, 'build', source);
  if (!existsSync(join(build, 'index.js'))) throw new Error(`The Worker is not built: run tools/build-worker.sh ${source}`);
  return {
    modulesRoot: build,
    modules: [
      { type: 'ESModule', path: join(build, 'index.js') },
      { type: 'CompiledWasm', path: join(build, 'index_bg.wasm') },
    ],
  };
}

export type RuntimeOptions = SharedOptions & WorkerOptions;
