// Entries of the audit log as the platform itself puts them on the queue, and an intruder who owns the database.
import { randomBytes } from 'node:crypto';

import type { Platform } from './platform.ts';
import { until } from './wait.ts';

export interface Problem {
  sequence: number;
  kind: 'altered' | 'missing' | 'reordered' | 'head';
  entry_id: string | null;
  count: number;
}

export interface Report {
  from_sequence: number;
  checked: number;
  problems: Problem[];
  complete: boolean;
  next_sequence: number;
  head: { sequence: number; hash: string } | null;
}

/** Who the test's own requests come from: reading the log is on record, too. */
export const OWN = 'setup key';

export type Entry = Record<string, string | number | null>;

/** An entry as `queues/audit.md` has it. */
export function entry(tenantId: string, occurredAt: number, fields: Entry = {}): Entry {
  return {
    id: idAt(occurredAt),
    tenant_id: tenantId,
    occurred_at: occurredAt,
    actor_kind: 'api_key',
    actor_id: null,
    actor_label: 'fib_test_3kq8',
    action: 'createTag',
    method: 'POST',
    path_template: '/api/v1/tags',
    record_type: 'tag',
    record_id: idAt(occurredAt),
    address: '203.0.113.7',
    user_agent: 'a test',
    request_id: idAt(occurredAt),
    status: 201,
    outcome: 'success',
    request_hash: randomBytes(32).toString('hex'),
    ...fields,
  };
}

/** A UUIDv7 of a moment. */
function idAt(moment: number): string {
  const hex = moment.toString(16).padStart(12, '0') + '7' + randomBytes(10).toString('hex').slice(0, 3) + '8' + randomBytes(10).toString('hex').slice(0, 15);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Puts entries on the queue, a few to a message. */
export async function send(platform: Platform, entries: readonly Entry[]): Promise<void> {
  const messages: string[] = [];
  for (const of of Map.groupBy(entries, ({ tenant_id }) => tenant_id).values()) {
    for (let at = 0; at < of.length; at += 10) messages.push(JSON.stringify(of.slice(at, at + 10)));
  }
  for (let at = 0; at < messages.length; at += 20) await platform.enqueue('AUDIT', ...messages.slice(at, at + 20));
}

/** Waits until a tenant's log holds so many entries. */
export async function chained(platform: Platform, count: number, tenantId: string = platform.tenantId, timeout?: number): Promise<void> {
  await until(async () => (await size(platform, tenantId)) === count, { what: `${count} entries are chained`, ...(timeout ? { timeout } : {}) });
}

/** How many entries a tenant's log holds, besides those about the test's own requests. */
export async function size(platform: Platform, tenantId: string = platform.tenantId): Promise<number> {
  const [row] = await platform.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM audit_log WHERE tenant_id = ?1 AND (actor_label IS NULL OR actor_label <> '${OWN}')`, tenantId);
  return row!.n;
}

/** The whole log verified, call by call. */
export async function verify(ask: (from: number) => Promise<Report>): Promise<{ checked: number; problems: Problem[] }> {
  const problems: Problem[] = [];
  let checked = 0;
  for (let from = 1; ; ) {
    const report = await ask(from);
    problems.push(...report.problems);
    checked += report.checked;
    if (report.complete) return { checked, problems };
    if (report.next_sequence <= from) throw new Error(`verification stands still at ${from}`);
    from = report.next_sequence;
  }
}

/** An intruder who can do anything with the database gets rid of the triggers first. */
export async function dropTriggers(platform: Platform): Promise<void> {
  if (platform.engine === 'postgres') {
    await platform.sql('ALTER TABLE audit_log DISABLE TRIGGER USER');
    return;
  }
  for (const name of ['never_updated', 'never_replaced', 'kept_six_years']) await platform.sql(`DROP TRIGGER audit_log_${name}`);
}

export async function alter(platform: Platform, sequence: number): Promise<void> {
  await platform.sql("UPDATE audit_log SET actor_label = 'somebody else' WHERE tenant_id = ?1 AND sequence = ?2", platform.tenantId, sequence);
}

export async function remove(platform: Platform, sequence: number): Promise<void> {
  await platform.sql('DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = ?2', platform.tenantId, sequence);
}

export async function swap(platform: Platform, one: number, other: number): Promise<void> {
  const move = (from: number, to: number) =>
    platform.sql('UPDATE audit_log SET sequence = ?3 WHERE tenant_id = ?1 AND sequence = ?2', platform.tenantId, from, to);
  await move(one, -1);
  await move(other, one);
  await move(-1, other);
}
