// Whom an enrollment means: as the API takes it, and as a rule whose members can be shown before.
import type { Schema } from '@/api';

export type AudienceKind = 'people' | 'segment' | 'filter';
export interface Audience {
  kind: AudienceKind;
  people: string[];
  segment: string | null;
  community: string | null;
  industry: string | null;
  leadStatuses: string[];
  tag: string | null;
  primaryOnly: boolean;
}
type AdHoc = Schema<'AdHoc'>;
type Rule = Schema<'Rule'>;

export const nobody = (): Audience => ({
  kind: 'people',
  people: [],
  segment: null,
  community: null,
  industry: null,
  leadStatuses: [],
  tag: null,
  primaryOnly: false,
});

/** The filter as a segment that nobody keeps. What is previewed and what is enrolled are the same rule. */
export function ruleOf(audience: Audience): AdHoc {
  const rules: (Rule | false)[] = [
    audience.community !== null && { field: { name: 'business.community_id', operator: 'is', value: audience.community } },
    audience.industry !== null && { field: { name: 'business.industry_id', operator: 'is', value: audience.industry } },
    audience.leadStatuses.length > 0 && { field: { name: 'business.lead_status', operator: 'in', value: audience.leadStatuses } },
    audience.tag !== null && { tag: { tag: audience.tag } },
    audience.primaryOnly && { field: { name: 'is_primary_contact', operator: 'is', value: true } },
  ];
  return { what: 'people', rule: { all: rules.filter((rule) => rule !== false) } };
}

export function filterOf(audience: Audience): Schema<'PeopleFilter'> {
  return audience.kind === 'segment' ? { segment_id: audience.segment } : { segment: ruleOf(audience) };
}
