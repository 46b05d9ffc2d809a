// What most tests of the engine start with: a template, a business with people, and a running sequence.
import type { Platform } from './platform.ts';

export interface Person {
  id: string;
  email: string;
}

export interface StepInput {
  day_offset: number;
  campaign_id?: string;
  conditions?: Record<string, unknown>;
  send_window?: Record<string, unknown>;
  template_id?: string;
}

export const ALWAYS_OPEN = { start: '00:00', end: '24:00' };

/** A marketing template that names its recipient. */
export async function putTemplate(platform: Platform, id = 'hello'): Promise<void> {
  await platform.data('PUT', `/api/v1/templates/${id}`, {
    name: id,
    subject: `${id} for {{ business_name }}`,
    preview_text: 'A word about {{ community }}',
    body_html: '<h1>Hello</h1><p>Hi {{ first_name | default("there", true) }}</p>{{ button("Have a look", landing_page_url) }}<p>{{ sender_name }}</p>',
  });
}

/** People of one business in a community in New York's time zone. */
export async function makePeople(platform: Platform, count: number, timezone = 'America/New_York'): Promise<{ businessId: string; communityId: string; people: Person[] }> {
  const mark = Math.random().toString(36).slice(2, 8);
  const community = await platform.data('POST', '/api/v1/communities', { name: `Clearwater ${mark}`, state: 'FL', county: 'Pinellas', timezone });
  const business = await platform.data('POST', '/api/v1/businesses', { name: `Harbor Bakery ${mark}`, community_id: community.id, timezone });
  const people: Person[] = [];
  for (let index = 0; index < count; index++) {
    const email = `person-${index}-${mark}@bakery.example`;
    const person = await platform.data('POST', '/api/v1/people', { business_id: business.id, first_name: `P${index}`, email });
    people.push({ id: person.id, email });
  }
  return { businessId: business.id, communityId: community.id, people };
}

/** An active sequence of these steps; each is named C-1, C-2, … unless it says otherwise. */
export async function startSequence(platform: Platform, steps: StepInput[], options: Record<string, unknown> = {}): Promise<string> {
  await putTemplate(platform);
  const sequence = await platform.data('POST', '/api/v1/sequences', {
    name: 'Test sequence',
    send_window: ALWAYS_OPEN,
    ...options,
    steps: numbered(steps),
  });
  await platform.data('POST', `/api/v1/sequences/${sequence.id}/activate`);
  return sequence.id;
}

export function numbered(steps: StepInput[]): unknown[] {
  return steps.map((step, index) => ({
    step_number: index + 1,
    campaign_id: `C-${index + 1}`,
    template_id: 'hello',
    landing_page: `page-${index + 1}`,
    ...step,
  }));
}

export interface Ledger {
  planned: number;
  sent: number;
  skipped: number;
  failed: number;
  unknown: number;
  pending: number;
  opened: number;
  clicked: number;
}

export async function ledger(platform: Platform, sequenceId: string): Promise<Ledger> {
  return (await platform.data('GET', `/api/v1/sequences/${sequenceId}/ledger`)).total;
}

/** Nothing vanishes: the sum of all statuses is what was planned. */
export function isBalanced(total: Ledger): boolean {
  return total.planned === total.sent + total.skipped + total.failed + total.unknown + total.pending;
}
