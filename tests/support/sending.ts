// A platform that sends through the SES stand-in, and what every test of sending asks in the end.
import assert from 'node:assert/strict';

import { ALWAYS_OPEN, isBalanced, ledger, makePeople, startSequence } from './campaign.ts';
import type { Ledger, Person, StepInput } from './campaign.ts';
import { startPlatform } from './platform.ts';
import type { Platform, PlatformOptions } from './platform.ts';
import { startSesStandIn } from './ses/index.ts';
import type { SesStandIn } from './ses/index.ts';
import { until } from './wait.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Past every lease (the settings' and the tests') and past the time after which a queue message counts as lost. */
export const PAST_EVERY_LEASE = 16 * MINUTE;

export interface Sending {
  platform: Platform;
  ses: SesStandIn;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Retries come at once unless a test says otherwise. */
export async function startSending(options: PlatformOptions): Promise<Sending> {
  const ses = await startSesStandIn();
  try {
    const platform = await startPlatform({ ...options, ses, vars: { RETRY_BASE_SECONDS: '0', ...options.vars } });
    return {
      platform,
      ses,
      async [Symbol.asyncDispose]() {
        ses.faults.close();
        await platform.dispose();
        await ses.close();
      },
    };
  } catch (error) {
    await ses.close();
    throw error;
  }
}

export interface Run {
  sequence: string;
  businessId: string;
  communityId: string;
  people: Person[];
}

/** A running sequence and people of a community of their own, enrolled and due at once. Nothing is planned yet. */
export async function startRun(platform: Platform, people: number, steps: StepInput[] = [{ day_offset: 1 }], options: Record<string, unknown> = {}): Promise<Run> {
  const run = await startRunByItsWindow(platform, people, steps, options);
  await dueNow(platform, run.sequence);
  return run;
}

/** The same, due as the sending window says. */
export async function startRunByItsWindow(platform: Platform, people: number, steps: StepInput[], options: Record<string, unknown> = {}): Promise<Run> {
  const made = await makePeople(platform, people);
  const sequence = await startSequence(platform, steps, { send_window: ALWAYS_OPEN, ...options });
  await enrolCommunity(platform, sequence, made.communityId);
  return { sequence, ...made };
}

/** The sending window spreads people over the day; a test that is not about that has them due at once. */
export async function dueNow(platform: Platform, sequence: string): Promise<void> {
  await platform.sql('UPDATE enrolments SET next_send_at = sequence_started_at WHERE sequence_id = ?1 AND next_send_at IS NOT NULL', sequence);
}

export async function enrolCommunity(platform: Platform, sequence: string, communityId: string): Promise<any> {
  return platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { filter: { community_id: communityId } });
}

/** The ledger once nothing of the sequence is under way any more. */
export async function settledLedger(platform: Platform, sequence: string, timeout?: number): Promise<Ledger> {
  return until(
    async () => {
      const total = await ledger(platform, sequence);
      return total.pending === 0 && total;
    },
    { what: `nothing of ${sequence} is pending`, ...(timeout ? { timeout } : {}) },
  );
}

/**
 * Plans and sends what is due; waits until nothing is pending. It ticks more than once, as a minute does: a lease whose end the
 * clock was moved past while a delivery held it is found by the tick after.
 */
export async function tickAndSettle(platform: Platform, sequence: string): Promise<Ledger> {
  for (let tick = 1; ; tick++) {
    await platform.cron();
    try {
      return await settledLedger(platform, sequence, tick === TICKS ? undefined : 5_000);
    } catch (error) {
      if (tick === TICKS) throw error;
    }
  }
}

/** Ticks after which what is pending still stays so. */
const TICKS = 3;

/** What holds after every fault: the sum, nobody written to twice, and for each `sent` row one message at the provider. */
export async function assertAccounted({ platform, ses }: Sending, sequence: string, expected: Partial<Ledger>): Promise<void> {
  const total = await settledLedger(platform, sequence);
  assert.ok(isBalanced(total), `not balanced: ${JSON.stringify(total)}`);
  assert.deepEqual({ ...total, ...expected }, total);
  assert.deepEqual(ses.mailbox.duplicates('send_id'), []);
  for (const { id } of await platform.sql<{ id: string }>("SELECT id FROM send_log WHERE sequence_id = ?1 AND status = 'sent'", sequence)) {
    assert.equal(ses.mailbox.byTag('send_id', id).length, 1, `send ${id} is sent and the provider has it`);
  }
  assert.deepEqual(await platform.sql('SELECT id, status FROM send_batches WHERE sequence_id = ?1', sequence), [], 'no batch is left over');
}

export async function batchIds(platform: Platform, sequence: string): Promise<string[]> {
  return (await platform.sql<{ id: string }>('SELECT id FROM send_batches WHERE sequence_id = ?1 ORDER BY id', sequence)).map(({ id }) => id);
}

/** The queue message of a batch. */
export function batchMessage(platform: Platform, batchId: string): string {
  return JSON.stringify({ tenant_id: platform.tenantId, batch_id: batchId });
}

export async function sends(platform: Platform, sequence: string): Promise<any[]> {
  return platform.data('GET', `/api/v1/sequences/${sequence}/sends?limit=500`);
}

/**
 * Keeps the queue's consumer busy: the runtime here hands it one delivery at a time, so that what is planned from now on
 * stays on the queue until the stand-in is released.
 */
export async function holdQueue({ platform, ses }: Sending): Promise<Run> {
  ses.faults.set({ hang: { count: 1 } });
  const decoy = await startRun(platform, 1);
  await platform.cron();
  await ses.faults.waitForHanging(1);
  return decoy;
}
