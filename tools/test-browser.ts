// Runs the tests in the browser. With a runtime and a browser for each file, a busy machine can be later than a test waits: a file in
// which nothing but waits ran out is run once more, alone, and named when it passes only then, so that it is looked into. What is wrong
// at once, as an assertion or an error on the console, is no matter of time and gets no second chance.
//
//   node tools/test-browser.ts [jobs] [file ...]
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import { buildWhenOld } from '../tests/support/command-center.ts';
import { ROOT } from '../tests/support/paths.ts';

/** What Playwright and `until` (tests/support/wait.ts) say when they have waited long enough. */
const LATE = /Timeout \d+ms exceeded|waited \d+ ms in vain/;

type Failure = 'late' | 'wrong';

const [jobs = '2', ...chosen] = process.argv.slice(2);
const files = (chosen.length > 0 ? chosen : globSync('tests/browser/*.test.ts', { cwd: ROOT })).map((file) => join(ROOT, file)).toSorted();
buildWhenOld();
const first = await failures(files, Number(jobs));
const late = files.filter((file) => first.get(file) === 'late');
const second = late.length > 0 ? await failures(late, 1) : new Map<string, Failure>();
for (const [file, failure] of first) {
  const verdict = failure === 'wrong' ? 'failed' : second.has(file) ? 'failed twice' : 'passed only the second time';
  console.log(`${verdict}: ${relative(ROOT, file)}`);
  if (verdict !== 'passed only the second time') process.exitCode = 1;
}

/** The files of which a test failed, and whether it was only late. */
async function failures(of: string[], concurrency: number): Promise<Map<string, Failure>> {
  const found = new Map<string, Failure>();
  const events = run({ files: of, concurrency });
  events.on('test:fail', ({ file, details }) => {
    const error = details.error as Error & { failureType?: string };
    // Whoever holds a test that failed fails with it: that test has been heard already.
    if (error.failureType === 'subtestsFailed') return;
    const failure = LATE.test(String((error.cause as Error | undefined)?.message ?? error.message)) ? 'late' : 'wrong';
    // A file that cannot be named is all of them.
    for (const one of file ? [file] : of) found.set(one, found.get(one) === 'wrong' ? 'wrong' : failure);
  });
  for await (const line of events.compose(spec)) process.stdout.write(line as string);
  return found;
}
