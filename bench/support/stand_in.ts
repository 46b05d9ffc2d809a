// The SES stand-in as a process of its own, so that answering does not take its time from the measuring.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ROOT } from '../../tests/support/paths.ts';
import { DEFAULT_CREDENTIALS } from '../../tests/support/ses/index.ts';
import type { Credentials } from '../../tests/support/ses/index.ts';

export interface Summary {
  accepted: number;
  requests: number;
  by_status: Record<string, number>;
  /** Send ids that more than one message carries. */
  duplicates: number;
}

export interface StandInProcess extends AsyncDisposable {
  url: string;
  region: string;
  credentials: Credentials;
  /** Milliseconds it takes for each request. */
  setLatency(milliseconds: number): Promise<void>;
  /** Messages accepted so far; cheap to ask. */
  accepted(): Promise<number>;
  summary(): Promise<Summary>;
}

/** It keeps no bodies and checks a sample of the signatures: the platform is measured, not the stand-in. */
export async function startStandInProcess(): Promise<StandInProcess> {
  const main = join(ROOT, 'tests/support/ses/main.ts');
  const options = ['--port', '0', '--sns-port', '0', '--verify', 'sample', '--keep-bodies', 'none'];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (first.done) throw new Error('the SES stand-in did not start');
  const { ses: url, region } = JSON.parse(first.value) as { ses: string; region: string };
  const ask = async (path: string, init: RequestInit = {}): Promise<any> => {
    const response = await fetch(new URL(`/_control/${path}`, url), init);
    if (!response.ok) throw new Error(`the stand-in answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    region,
    credentials: DEFAULT_CREDENTIALS,
    setLatency: (latency_ms) => ask('faults', { method: 'PUT', body: JSON.stringify({ latency_ms }) }),
    accepted: async () => (await ask('messages?limit=1')).count,
    summary: () => ask('summary?tag=send_id'),
    async [Symbol.asyncDispose]() {
      process.off('exit', kill);
      child.kill();
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
