import type { Schema } from '@/api';
import type { Tone } from '@/design';

export type Community = Schema<'CommunityOut'>;
type Status = Community['status'];

export const statuses: { value: Status; label: string; hint: string; tone: Tone }[] = [
  { value: 'pending', label: 'Pending', hint: 'Not begun', tone: 'neutral' },
  { value: 'deploying', label: 'Deploying', hint: 'Being set up', tone: 'info' },
  { value: 'active', label: 'Active', hint: 'Running', tone: 'success' },
  { value: 'paused', label: 'Paused', hint: 'Held', tone: 'warning' },
];

export const toneOf = (status: Status): Tone => statuses.find(({ value }) => value === status)?.tone ?? 'neutral';

/** `Humboldt County, CA`, as much of it as is known. */
export const placeOf = (community: Pick<Community, 'county' | 'state'>) =>
  [community.county ? `${community.county} County` : '', community.state].filter(Boolean).join(', ');

/** ZIP codes as they are typed: between commas, spaces or on lines of their own. */
export function zipCodesOf(text: string): string[] | null {
  const codes = text.split(/[\s,;]+/).filter(Boolean);
  return codes.length > 0 ? [...new Set(codes)] : null;
}
