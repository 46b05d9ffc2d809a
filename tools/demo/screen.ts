// What `make demo` shows: a line of progress while it runs, a table at the end.
import type { Ledger } from '../../tests/support/campaign.ts';

export interface Progress {
  day: number;
  date: string;
  sent: number;
  opens: number;
  clicks: number;
  unsubscribes: number;
  bounces: number;
  complaints: number;
}

/** On a terminal one line that is written over; else a line every ten days. */
export class Screen {
  readonly #terminal = process.stdout.isTTY === true;
  #nextDay = 1;

  say(text: string): void {
    this.end();
    console.log(text);
  }

  progress(progress: Progress): void {
    const { day, date, ...counts } = progress;
    const numbers = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
    const line = `day ${String(day).padStart(2)}  ${date}  ${numbers.join('  ')}`;
    if (this.#terminal) {
      process.stdout.write(`\r${line}\u001b[K`);
    } else if (day >= this.#nextDay) {
      this.#nextDay = day + 10;
      console.log(line);
    }
  }

  /** Leaves the progress line. */
  end(): void {
    if (this.#terminal) process.stdout.write('\r\u001b[K');
  }
}

const COLUMNS = ['planned', 'sent', 'skipped', 'failed', 'unknown', 'pending', 'opened', 'clicked'] as const;

export interface StepLine extends Ledger {
  step: number;
  campaign_id: string;
  day: number;
}

export function table(lines: readonly StepLine[]): string {
  const head = ['step', 'campaign_id', 'day', ...COLUMNS];
  const rows = lines.map((line) => [line.step, line.campaign_id, line.day, ...COLUMNS.map((column) => line[column])].map(String));
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const text = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [head, ...rows].map(text).join('\n');
}
