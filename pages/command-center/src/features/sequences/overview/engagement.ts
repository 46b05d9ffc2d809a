// What became of each step's emails, as it is shown.
import type { Schema } from '@/api';
import { number } from '@/lib/format.ts';

export type Figures = Schema<'EngagementFigures'>;
export type StepEngagement = Schema<'StepEngagement'>;

export const periods = [
  { value: 'ever', label: 'All time' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
] as const;
export type Period = (typeof periods)[number]['value'];
export const periodOf = (text: string): Period => periods.find(({ value }) => value === text)?.value ?? 'ever';

export interface Figure {
  key: string;
  label: string;
  count: number;
  /** Of the emails that went out; undefined for those themselves, null when none did. */
  rate?: number | null;
  /** What programs did, which says nothing about interest. */
  machines?: number;
}

export function figuresOf(found: Figures): Figure[] {
  const { rates } = found;
  const plain = (key: 'delivered' | 'replied' | 'unsubscribed' | 'bounced' | 'complained', label: string): Figure => ({
    key,
    label,
    count: found[key],
    rate: rates?.[key] ?? null,
  });
  const byPeople = (key: 'opened' | 'clicked', label: string): Figure => ({
    key,
    label,
    count: found.human[key],
    rate: rates?.[key] ?? null,
    machines: found.machine[key],
  });
  return [
    { key: 'went_out', label: 'Sent', count: found.went_out },
    plain('delivered', 'Delivered'),
    byPeople('opened', 'Opened'),
    byPeople('clicked', 'Clicked'),
    plain('replied', 'Answered'),
    plain('unsubscribed', 'Unsubscribed'),
    plain('bounced', 'Bounced'),
    plain('complained', 'Spam reports'),
  ];
}

export const percent = (rate: number | null): string =>
  rate === null ? '–' : number(rate, { style: 'percent', maximumFractionDigits: rate > 0 && rate < 0.1 ? 1 : 0 });

export interface Line {
  id: string;
  name: string;
  /** Where the step is now; empty for one that no version has any more. */
  place: string;
  step?: number;
  figures: Figure[];
}

/** A line for each step, and one for all of them where there are several. */
export function linesOf({ steps, total }: Schema<'SequenceEngagement'>): Line[] {
  const lines = steps.map((step): Line => ({
    id: step.step_id,
    name: step.campaign_id ?? 'Removed step',
    place: step.step_number === null || step.day_offset === null ? '' : `Step ${step.step_number}, day ${step.day_offset}`,
    ...(step.step_number === null ? {} : { step: step.step_number }),
    figures: figuresOf(step),
  }));
  return lines.length > 1 ? [...lines, { id: 'all', name: 'All steps', place: '', figures: figuresOf(total) }] : lines;
}

/** A line as a row of a file. */
export const rowOf = ({ name, place, figures }: Line): Record<string, string | number> => ({
  Step: name,
  Place: place,
  ...Object.fromEntries(
    figures.flatMap(({ label, count, machines }) => [
      [label, count],
      ...(machines === undefined ? [] : [[`${label} by machines`, machines] as const]),
    ]),
  ),
});
