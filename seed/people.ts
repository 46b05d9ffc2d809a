import { FREE_MAIL } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import type { MadeBusiness } from './businesses.ts';
import { DAY, HOUR, between } from './clock.ts';
import { personName, relativeOf } from './names.ts';
import type { PersonName } from './names.ts';
import { phone } from './phone.ts';
import type { Random, Weighted } from './random.ts';
import type { BusinessRow, Flag, PersonRow } from './rows.ts';
import { compact } from './slug.ts';
import { TENANT_ID } from './tenant.ts';
import type { Post } from './trades.ts';
import { uuid7 } from './uuid7.ts';

/** Whom one meets there besides the owner. */
const COLLEAGUES: Weighted<Post> = [['manager', 46], ['operations', 18], ['marketing', 12], ['staff', 24]];

/** One to three people of a business. The first is the primary contact; the owner nearly always is, and is always among them. */
export function peopleOf(made: MadeBusiness, state: string, addresses: Addresses, now: number, random: Random): PersonRow[] {
  const small = made.row.employee_count_range === '1-4';
  const count = random.weighted<number>(small ? [[1, 68], [2, 32]] : [[1, 30], [2, 45], [3, 25]]);
  const posts: Post[] = ['owner'];
  while (posts.length < count) {
    const post = random.weighted(COLLEAGUES);
    if (!posts.includes(post)) posts.push(post);
  }
  // Where there is a manager, the manager sometimes is the one to talk to.
  const primary = posts.includes('manager') && random.percent(25) ? 'manager' : 'owner';
  posts.sort((a, b) => Number(b === primary) - Number(a === primary));
  return posts.map((post) => {
    const name = post === 'owner' ? made.owner : random.percent(22) ? relativeOf(made.owner, random) : personName(state, random);
    return person({ made, post, name, primary: post === primary, addresses, now }, random);
  });
}

interface Position {
  made: MadeBusiness;
  post: Post;
  name: PersonName;
  primary: boolean;
  addresses: Addresses;
  now: number;
}

function person(position: Position, random: Random): PersonRow {
  const { made, post, primary, now } = position;
  const created_at = Math.min(made.row.created_at + random.int(0, 40) * HOUR, now);
  const id = uuid7(created_at, random);
  const nameless = random.percent(4);
  const name = nameless ? null : position.name;
  const gone = made.row.lead_status === 'unsubscribed';
  return {
    tenant_id: TENANT_ID,
    id,
    business_id: made.row.id,
    first_name: name?.first ?? null,
    // Of those without a first name, some at least signed with the last.
    last_name: nameless && random.percent(50) ? null : position.name.last,
    email: random.percent(primary ? 2 : 8) ? null : email(name, made, position.addresses, random),
    phone: random.percent(62) ? phone(made.areaCode, random) : null,
    title: random.percent(93) ? random.pick(made.trade.titles[post]) : null,
    role: post,
    is_primary_contact: flag(primary),
    is_decision_maker: flag(post === 'owner' || (post === 'manager' && random.percent(30))),
    preferred_channel: random.weighted([['email', 72], ['phone', 18], ['sms', 10]]),
    best_time_to_contact: random.percent(40) ? random.pick(BEST_TIMES) : null,
    do_not_email: flag(gone || random.percent(1.5)),
    do_not_sms: flag(gone || random.percent(4)),
    do_not_call: flag(random.percent(3)),
    // Nothing has been sent yet: these count what is in the ledger, and the seed writes no ledger.
    total_emails_sent: 0,
    total_emails_opened: 0,
    total_clicks: 0,
    ...history(made.row, primary, gone, now, random),
    created_at,
    updated_at: created_at,
    deleted_at: null,
  };
}

const BEST_TIMES = ['Weekday mornings', 'Before 8 am', 'Between 2 and 4 pm', 'After 5 pm', 'Tuesday or Thursday', 'Mondays, when we are closed', 'Lunchtime', 'Any time by text'];

/** What must have happened before, for the business to stand where it stands. */
function history({ lead_status, created_at }: BusinessRow, primary: boolean, gone: boolean, now: number, random: Random) {
  const since = (): number => between(created_at + DAY, now - DAY, random);
  const sold = primary && (lead_status === 'customer' || lead_status === 'churned');
  const talking = primary && (sold || lead_status === 'lead' || lead_status === 'qualified' || lead_status === 'trial');
  return {
    last_engaged_at: talking ? since() : null,
    replied_at: talking && random.percent(35) ? since() : null,
    booked_at: talking && lead_status !== 'lead' && random.percent(45) ? since() : null,
    ordered_at: sold ? since() : null,
    unsubscribed_at: gone ? since() : null,
    bounced_at: !talking && random.percent(1.2) ? since() : null,
  };
}

/** At the business's own domain if it has one, else a mailbox of the person's own. */
function email(name: PersonName | null, { mailDomain, row }: MadeBusiness, addresses: Addresses, random: Random): string {
  const first = compact(name?.first ?? '');
  const last = compact(name?.last ?? '');
  if (mailDomain === null) {
    const domain = random.pick(FREE_MAIL);
    return name ? addresses.claim(domain, `${first}.${last}`, `${first}${last}${random.int(10, 99)}`) : addresses.claim(domain, compact(row.slug));
  }
  if (name === null) return addresses.claim(mailDomain, 'team');
  const initial = `${first.slice(0, 1)}${last}`;
  return addresses.claim(mailDomain, random.percent(35) ? initial : first, `${first}.${last}`);
}

function flag(set: boolean): Flag {
  return set ? 1 : 0;
}
