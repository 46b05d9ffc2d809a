// An active sequence with the written campaign's own first emails, and what became of its sends.
import { readTemplates } from '../../seed/campaign.ts';
import { ALWAYS_OPEN } from '../../tests/support/campaign.ts';
import type { Platform } from '../../tests/support/platform.ts';
import { until } from '../../tests/support/wait.ts';

/** A step on each of these days. Only what comes after a step makes the planner work out when an enrolment goes on. */
export async function startSequence(platform: Platform, days: readonly number[]): Promise<string> {
  const templates = readTemplates().filter(({ category }) => category === 'HOOK').slice(0, days.length);
  for (const { id, ...template } of templates) await platform.data('PUT', `/api/v1/templates/${id}`, template);
  const steps = days.map((day_offset, index) => ({
    step_number: index + 1,
    day_offset,
    campaign_id: `HOOK-${index + 1}`,
    template_id: templates[index]?.id,
    landing_page: 'claim-your-listing',
    conditions: { stop_if: ['unsubscribed', 'bounced'] },
  }));
  const sequence = await platform.data('POST', '/api/v1/sequences', { name: 'Bench', send_window: ALWAYS_OPEN, steps });
  await platform.data('POST', `/api/v1/sequences/${sequence.id}/activate`);
  return sequence.id;
}

/** Enrols everybody through the API; the job goes on tick by tick. */
export async function enrolAll(platform: Platform, sequence: string): Promise<void> {
  let job = await platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { filter: {} });
  while (job.status === 'running') {
    await platform.cron();
    job = await platform.data('GET', `/api/v1/enrolment-jobs/${job.id}`);
  }
  if (job.status !== 'done') throw new Error(`the enrolment job ended as ${job.status}: ${job.failure_reason}`);
}

/** A batch's row goes in the transaction that saves its outcomes, so that without rows everything is saved. A look that costs next to nothing. */
export async function untilSaved(platform: Platform): Promise<void> {
  const rows = async () => Number((await platform.sql('SELECT COUNT(*) AS n FROM send_batches'))[0]?.['n']);
  await until(async () => (await rows()) === 0, { what: 'all outcomes are saved', timeout: 60_000 });
}
