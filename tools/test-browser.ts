// Runs the tests in the browser, and what failed once more, alone: with a runtime and a browser for each file, a busy machine can be
// later than a test waits. What passes only then is named, so that it is looked into.
//
//   node tools/test-browser.ts [jobs] [file ...]
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import { buildWhenOld } from '../tests/support/command-center.ts';
import { ROOT } from '../tests/support/paths.ts';

const [jobs = '2', ...chosen] = process.argv.slice(2);
const files = (chosen.length > 0 ? chosen : globSync('tests/browser/*.test.ts', { cwd: ROOT })).map((file) => join(ROOT, file)).toSorted();
buildWhenOld();
const failed = await failing(files, Number(jobs));
if (failed.length > 0) {
  const again = await failing(failed, 1);
  for (const file of failed) {
    console.log(`${again.includes(file) ? 'failed twice' : 'passed only the second time'}: ${relative(ROOT, file)}`);
  }
  if (again.length > 0) process.exitCode = 1;
}

async function failing(of: string[], concurrency: number): Promise<string[]> {
  const found = new Set<string>();
  const events = run({ files: of, concurrency });
  events.on('test:fail', ({ file }) => {
    // A file that cannot be named is all of them.
    for (const one of file ? [file] : of) found.add(one);
  });
  for await (const line of events.compose(spec)) process.stdout.write(line as string);
  return of.filter((file) => found.has(file));
}
