// `make bench-size`: how large the module is when it is sent to the edge, and how long it takes to start there.
//
// Startup is what the runtime has to do before the first request: compile the module and instantiate it. It is measured
// in V8, which is workerd's engine too, with nothing cached: a new isolate for each of nine runs, and the median of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';

import { ROOT } from '../tests/support/paths.ts';
import { median, report } from './support/report.ts';

const MODULE = join(ROOT, 'build/release/index_bg.wasm');
const RUNS = 9;

/** Compiles the module and instantiates it; nothing of it runs yet, so that its imports need do nothing. */
const START = `
  const { readFileSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const bytes = readFileSync(workerData);
  const before = performance.now();
  const module_ = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module_)) {
    (imports[from] ??= {})[name] = kind === 'tag' ? WebAssembly.JSTag : () => undefined;
  }
  new WebAssembly.Instance(module_, imports);
  parentPort.postMessage(performance.now() - before);
`;

function startOnce(): Promise<number> {
  return new Promise((resolve, reject) => {
    const isolate = new Worker(START, { eval: true, workerData: MODULE });
    isolate.once('message', resolve);
    isolate.once('error', reject);
  });
}

const module_ = readFileSync(MODULE);
const starts: number[] = [];
for (let run = 0; run < RUNS; run++) starts.push(await startOnce());

report(
  {
    wasm_bytes: module_.length,
    wasm_gzip_bytes: gzipSync(module_, { level: 9 }).length,
    startup_ms: median(starts),
  },
  // The edge takes modules of up to 3 MB from every account.
  { wasm_gzip_bytes: { atMost: 3_000_000 } },
);
