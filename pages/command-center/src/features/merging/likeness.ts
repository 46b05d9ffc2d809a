import type { Schema } from '@/api/client.ts';
import type { Tone } from '@/design';

export type What = Schema<'DuplicateKind'>;
export type Duplicate = Schema<'DuplicateOut'>;
export type Likeness = Schema<'Likeness'>;
export type MatchedRecord = Schema<'DuplicateRecord'>;

const AGREEMENTS: Record<Schema<'Agreement'>, string> = {
  email: 'Same email',
  phone: 'Same phone',
  website: 'Same website',
  name_and_address: 'Same name and address',
  name_and_place: 'Same name and place',
  name: 'Same name',
};
export const agreement = (why: Schema<'Agreement'>): string => AGREEMENTS[why] ?? why;

/** From 1 to 99, in words. */
export function certainty(confidence: number): { words: string; tone: Tone } {
  if (confidence >= 90) return { words: 'Almost certain', tone: 'success' };
  if (confidence >= 70) return { words: 'Likely', tone: 'info' };
  return { words: 'Possible', tone: 'neutral' };
}

export const whatOf = (text: unknown): What => (text === 'people' ? 'people' : 'businesses');
export const addressOfRecord = (what: What, id: string) => ({ name: what === 'people' ? 'person' : 'business', params: { id } });
export const addressOfMerge = (what: What, id: string, other: string) => ({ name: 'merge', params: { what, id, other } });
