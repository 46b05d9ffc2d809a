import type { Random, Weighted } from './random.ts';
import type { LeadStatus } from './rows.ts';

/** Most of a market has never answered; the further along, the fewer. */
const STATUSES: Weighted<LeadStatus> = [
  ['prospect', 620],
  ['lead', 140],
  ['qualified', 80],
  ['trial', 40],
  ['customer', 80],
  ['churned', 25],
  ['unsubscribed', 15],
];

const SCORES: Readonly<Record<LeadStatus, readonly [low: number, high: number]>> = {
  prospect: [0, 24],
  lead: [18, 52],
  qualified: [45, 80],
  trial: [58, 92],
  customer: [66, 100],
  churned: [8, 38],
  unsubscribed: [0, 10],
};

export interface Lead {
  lead_status: LeadStatus;
  lead_score: number;
  /** Customers only. */
  health_score: number | null;
}

export function lead(random: Random): Lead {
  const lead_status = random.weighted(STATUSES);
  const lead_score = random.int(...SCORES[lead_status]);
  // Most customers do well, a few are on their way out.
  const health_score = lead_status === 'customer' ? (random.percent(85) ? random.int(62, 98) : random.int(24, 58)) : null;
  return { lead_status, lead_score, health_score };
}
