// Where things are in this repository.
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A program that an npm package brought. */
export const executable = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** The environment for a program that may start Node itself: it finds ours first. */
export const environment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
  ...extra,
});
