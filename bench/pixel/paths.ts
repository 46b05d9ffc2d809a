import { fileURLToPath } from 'node:url';

/** Files beside this one that are handed to the runtime. */
export const paths = { plainWorker: fileURLToPath(new URL('plain-worker.mjs', import.meta.url)) };
