import type { Schema } from '@/api/client.ts';
import type { Tone } from '@/design';
import { words } from '@/lib/words.ts';

export type Business = Schema<'BusinessOut'>;
export type LeadStatus = Schema<'LeadStatus'>;
/** A business as far as it is named elsewhere, as on a page that was read without the rest. */
export type BusinessId = Business['id'];

const HINTS: Record<LeadStatus, string> = {
  prospect: 'Known, not in touch',
  lead: 'In touch',
  qualified: 'Worth an offer',
  trial: 'Trying',
  customer: 'Paying',
  churned: 'Paid once',
  unsubscribed: 'Wants nothing from us',
};

export const leadStatuses = (Object.keys(HINTS) as LeadStatus[]).map((value) => ({ value, label: words(value), hint: HINTS[value] }));

const TONES: Record<LeadStatus, Tone> = {
  prospect: 'neutral',
  lead: 'info',
  qualified: 'accent',
  trial: 'warning',
  customer: 'success',
  churned: 'neutral',
  unsubscribed: 'danger',
};
export const toneOf = (status: LeadStatus): Tone => TONES[status];

export function placeOf(business: Pick<Business, 'address_city' | 'address_state'>): string {
  return [business.address_city, business.address_state].filter(Boolean).join(', ');
}

export function sourceOf(business: Pick<Business, 'source' | 'source_detail'>): string {
  const source = business.source ? words(business.source).replace(/^(Csv|Api)\b/, (short) => short.toUpperCase()) : null;
  return [source, business.source_detail].filter(Boolean).join(', ');
}

/** As many tags as a cell has room for. */
export function tagsShown(tags: Business['tags']): number {
  return tags.length > 1 && tags[0]!.name.length + tags[1]!.name.length <= 16 ? 2 : 1;
}

/** Above 80 somebody should call; see docs/scoring.md. */
export const HOT = 80;
export const toneOfScore = (value: number): Tone => (value > HOT ? 'accent' : value >= 40 ? 'success' : 'neutral');
