// What the pages in the screenshots show: the demo's records, a written campaign that went out for a week, and what a team does meanwhile.
import { caller, loadCampaign } from '../../seed/campaign.ts';
import { DAY, DEMO_NOW, HOUR } from '../../seed/clock.ts';
import type { CommandCenter } from '../../tests/support/command-center.ts';
import { as, joined } from '../../tests/support/team.ts';
import { until } from '../../tests/support/wait.ts';
import { days } from '../demo/calendar.ts';

/** The moment at which everything is seen: a Tuesday morning, a week after the campaign began. */
export const NOW = DEMO_NOW + 8 * DAY + HOUR;
const CAMPAIGN_DAYS = 6;
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

export interface Records {
  email: string;
  business: string;
  person: string;
  community: string;
  pipeline: string;
  segment: string;
  sequence: string;
  template: string;
  /** A send that was skipped. */
  skipped: string;
  import: string;
  role: string;
  /** Two that are one. */
  duplicates: [string, string];
}

export async function makeRecords(center: CommandCenter): Promise<Records> {
  const { platform } = center;
  const post = (path: string, body: unknown): Promise<any> => platform.data('POST', `/api/v1/${path}`, body);
  await platform.clock.set(DEMO_NOW);
  const email = 'dana@riverside.example';
  const { userId, access } = await joined(platform, 'owner', email);
  await platform.sql("UPDATE users SET name = 'Dana Whitfield' WHERE id = ?1", userId);
  await colleagues(center);

  const businesses: any[] = await platform.data('GET', '/api/v1/businesses?limit=40');
  const people: any[] = await platform.data('GET', '/api/v1/people?limit=20');
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1&sort=name');
  const business = businesses[0];
  const sequence = await campaign(center);
  await platform.clock.set(NOW);

  const [pipeline] = await platform.data('GET', '/api/v1/pipelines');
  const deals = ['Website and listing', 'Spring campaign', 'Yearly plan', 'Reviews and photos', 'Booking page', 'Newsletter', 'Menu and prices', 'Second location'];
  for (const [index, name] of deals.entries()) {
    const stage = pipeline.stages[index % Math.min(4, pipeline.stages.length)];
    const day = new Date(NOW + (index - 2) * 5 * DAY).toISOString().slice(0, 10);
    await post('deals', {
      pipeline_id: pipeline.id,
      stage_id: stage.id,
      business_id: businesses[index].id,
      name,
      amount: 60_000 + index * 45_000,
      currency: 'USD',
      owner_id: userId,
      expected_close_on: day,
    });
  }
  const tasks: [title: string, type: string, priority: string, hours: number][] = [
    ['Call back about the listing', 'follow_up', 'urgent', 2],
    ['Send the price list', 'content', 'high', 5],
    ['Ask for photos of the shop', 'onboarding', 'medium', 30],
    ['Check the opening hours', 'review', 'low', 54],
    ['Prepare the yearly plan', 'other', 'medium', 100],
  ];
  for (const [index, [title, type, priority, hours]] of tasks.entries()) {
    const due_at = new Date(NOW + hours * HOUR).toISOString();
    await post('tasks', { business_id: businesses[index].id, title, priority, due_at, assigned_type: 'human', assigned_to: userId, type });
  }
  await platform.sql('UPDATE tasks SET due_at = ?1 WHERE title = ?2', NOW - 20 * HOUR, tasks[0]![0]);
  await as(platform, access, 'POST', '/api/v1/notes', { business_id: business.id, content: 'Met the owner at the market. She wants more people to find the shop on weekdays, and asked what a yearly plan costs.' });

  for (const address of ['no-more@bakery.example', 'closed@plumbing.example']) await post('suppressions', { address, note: 'Asked on the phone.' });
  const segment = await post('segments', {
    name: 'Owners worth a call',
    description: 'Whom to call first on a Monday.',
    what: 'people',
    rule: { all: [{ field: { name: 'role', operator: 'is', value: 'owner' } }, { field: { name: 'business.lead_score', operator: 'at_least', value: 20 } }] },
  });
  const duplicates = await twins(center, community.id);
  await post('locations', { name: 'Clearwater office', timezone: 'America/New_York', address_street: '200 Harbor Street', address_city: 'Clearwater', address_state: 'FL', address_zip: '33755' });
  await post('api-keys', { name: 'Website forms', scopes: ['people:read', 'people:write'] });
  const role = await post('roles', { name: 'Clerk', permissions: ['people:read', 'businesses:read', 'tasks:read', 'tasks:write'] });
  await post('exports', { what: 'businesses', name: 'Businesses in Florida' });
  await deadLetter(center);
  return {
    email,
    business: business.id,
    person: people.find((person) => person.email)?.id ?? people[0].id,
    community: community.id,
    pipeline: pipeline.id,
    segment: segment.id,
    sequence,
    template: (await platform.data('GET', '/api/v1/templates?limit=1'))[0].id,
    skipped: (await platform.data('GET', '/api/v1/sends?filter[status]=skipped&limit=1'))[0].id,
    import: await file(center, community.slug),
    role: role.id,
    duplicates,
  };
}

async function colleagues({ platform }: CommandCenter): Promise<void> {
  for (const [name, role] of [['Robin Reed', 'admin'], ['Sam Okafor', 'viewer']] as const) {
    const { userId } = await joined(platform, role, `${name.split(' ')[0]!.toLowerCase()}@riverside.example`);
    await platform.sql('UPDATE users SET name = ?1 WHERE id = ?2', name, userId);
  }
  await platform.data('POST', '/api/v1/invitations', { email: 'lee@riverside.example', role: 'viewer' });
}

/** The written campaign, hour by hour; of those who got something some open it, and some of them follow a link. */
async function campaign({ platform }: CommandCenter): Promise<string> {
  const { sequenceId } = await loadCampaign(caller(platform.url, platform.apiKey));
  await platform.data('POST', `/api/v1/sequences/${sequenceId}/activate`);
  let job = await platform.data('POST', `/api/v1/sequences/${sequenceId}/enrolments`, { filter: {} });
  while (job.status === 'running') {
    await platform.cron();
    job = await platform.data('GET', `/api/v1/enrolment-jobs/${job.id}`);
  }
  const count = async (what: string): Promise<number> => Number((await platform.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM ${what}`))[0]!.n);
  const seen = new Set<string>();
  for (const { number, stops } of days(DEMO_NOW)) {
    if (number > CAMPAIGN_DAYS) break;
    // Every third hour is enough for everybody's window.
    for (const stop of stops.filter((_, index) => index % 3 === 2)) {
      const now = await platform.clock.set(stop);
      await platform.cron();
      await until(async () => (await count(`send_batches WHERE not_before <= ${now + 1_000}`)) === 0, { what: 'all that is due is sent' });
      // Nobody reads a letter in the moment it comes; a machine does.
      await platform.clock.set(now + HOUR);
      const { data } = (await (await platform.fetch('/dev/outbox.json')).json()) as { data: { id: string; links: string[] }[] };
      for (const { id, links } of data) {
        if (seen.has(id) || !links.some((link) => link.includes('/t/'))) continue;
        const nth = seen.add(id).size;
        const html = await (await platform.fetch(`/dev/outbox/${id}/html`)).text();
        const pixel = /src="([^"]*\/t\/o\/[^"]*)"/.exec(html)?.[1];
        const click = links.find((link) => link.includes('/t/c/'));
        if (pixel && nth % 5 < 2) await follow(pixel);
        if (click && nth % 11 === 0) await follow(click);
      }
    }
  }
  return sequenceId;

  async function follow(link: string): Promise<void> {
    const { pathname } = new URL(link);
    const response = await platform.fetch(pathname, { headers: { 'user-agent': BROWSER } });
    await response.arrayBuffer();
  }
}

async function twins({ platform }: CommandCenter, community_id: string): Promise<[string, string]> {
  const make = (name: string, more: object) => platform.data('POST', '/api/v1/businesses', { name, community_id, phone: '+1 312 555 0150', ...more });
  const one = await make('Corner Bakery', { website: 'https://corner.example' });
  const other = await make('Corner Bakery Inc', { description: 'Bread and cakes since 1950.' });
  await until(
    async () => {
      await platform.cron();
      return (await platform.data('GET', '/api/v1/duplicates?what=businesses')).length > 0;
    },
    { what: 'the pair is found' },
  );
  return [one.id, other.id];
}

/** Nobody can apply it: no such send is known. */
async function deadLetter({ platform }: CommandCenter): Promise<void> {
  const message = JSON.stringify({ type: 'event', tenant_id: platform.tenantId, event: { tenant_id: platform.tenantId, name: 'open' } });
  await platform.sql(
    `INSERT INTO dead_letters (tenant_id, id, queue, status, fingerprint, what, message, reason, attempts, first_seen_at, last_seen_at)
     VALUES (?1, '0199aaaa-0000-7000-8000-000000000001', 'tracking', 'open', 'open', 'An open of a send that is not known', ?2, 'There is no such send.', 5, ?3, ?3)`,
    platform.tenantId,
    message,
    NOW - HOUR,
  );
}

/** A file of businesses that was taken in, except for one line. */
async function file({ platform }: CommandCenter, community: string): Promise<string> {
  const lines = Array.from({ length: 40 }, (_, index) => `Fair shop ${index},shop${index}@fair.example,${index === 7 ? 'nonsense' : 'lead'}`);
  const { id } = await platform.upload('/api/v1/imports?name=Fair', ['Name,Email,Lead status', ...lines].join('\n'));
  const { mapping } = await platform.data('GET', `/api/v1/imports/${id}`);
  await platform.data('PUT', `/api/v1/imports/${id}/mapping`, { ...mapping, defaults: { community_id: community } });
  await platform.data('POST', `/api/v1/imports/${id}/start`);
  await until(async () => (await platform.data('GET', `/api/v1/imports/${id}`)).status === 'done', { what: 'the file is taken in' });
  return id;
}
