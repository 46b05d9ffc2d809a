/** Prints the demo as SQL: `node seed/main.ts --engine d1 --people 1200 --communities 40 > out.sql` */
import { parseArgs } from 'node:util';
import { demoRows } from './demo.ts';
import type { DemoOptions } from './demo.ts';
import { toSql } from './sql.ts';
import type { Engine } from './sql.ts';

const USAGE = 'node seed/main.ts [--engine d1|postgres] [--people 1200] [--communities 40] [--seed 1] [--now 2026-11-02T14:00:00Z]';

function main(): void {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'd1' },
      people: { type: 'string' },
      communities: { type: 'string' },
      seed: { type: 'string' },
      now: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void console.log(USAGE);
  const options: DemoOptions = {};
  if (values.people !== undefined) options.people = wholeNumber('people', values.people);
  if (values.communities !== undefined) options.communities = wholeNumber('communities', values.communities);
  if (values.seed !== undefined) options.seed = wholeNumber('seed', values.seed);
  if (values.now !== undefined) options.now = moment(values.now);
  for (const statement of toSql(demoRows(options), engine(values.engine))) process.stdout.write(`${statement}\n`);
}

function engine(name: string): Engine {
  if (name === 'd1' || name === 'postgres') return name;
  throw new Error(`--engine is d1 or postgres, not ${name}`);
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} is a whole number, not ${text}`);
  return Number(text);
}

function moment(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`--now is a date and time, not ${text}`);
  return time;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
}
