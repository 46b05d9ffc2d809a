// How a bench ends: the machine it ran on, its figures as `name=value`, and an exit code that says whether they suffice.
import { cpus, loadavg, totalmem } from 'node:os';

export type Figures = Record<string, number | string>;

/** What a figure has to be. */
export type Threshold = { atLeast: number } | { atMost: number };

/** Prints the machine and the figures; a figure that misses its threshold makes the process end with 1. */
export function report(figures: Figures, thresholds: Record<string, Threshold> = {}): void {
  console.log(machine());
  for (const [name, value] of Object.entries(figures)) console.log(`${name}=${typeof value === 'number' ? rounded(value) : value}`);
  for (const [name, threshold] of Object.entries(thresholds)) {
    const value = Number(figures[name]);
    const holds = 'atLeast' in threshold ? value >= threshold.atLeast : value <= threshold.atMost;
    if (holds) continue;
    const wanted = 'atLeast' in threshold ? `at least ${threshold.atLeast}` : `at most ${threshold.atMost}`;
    console.error(`missed: ${name} is ${rounded(value)}, wanted ${wanted}`);
    process.exitCode = 1;
  }
}

function machine(): string {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(2);
  return `machine: ${all.length} x ${all[0]?.model.trim()}, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, load ${load}`;
}

/** Four digits that count; whole numbers as they are. */
function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function progress(text: string): void {
  console.error(`[${(performance.now() / 1_000).toFixed(1).padStart(6)} s] ${text}`);
}
