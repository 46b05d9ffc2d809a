// Whether somebody can be reached over a channel, and why not.
import type { Person } from './person.ts';

export interface Reach {
  channel: 'email' | 'sms' | 'phone';
  label: string;
  isOpen: boolean;
  /** Why it is open or not. */
  reason: string;
  /** When it came to be so, where that is known. */
  since: string | null;
  /** What the person asked for; the others follow from what happened. */
  wish: 'do_not_email' | 'do_not_sms' | 'do_not_call';
  isWished: boolean;
}

export type Reachable = Pick<Person, 'email' | 'phone' | 'do_not_email' | 'do_not_sms' | 'do_not_call' | 'unsubscribed_at' | 'bounced_at'>;

export function reachOf(person: Reachable): Reach[] {
  return [
    { channel: 'email', label: 'Email', wish: 'do_not_email', isWished: person.do_not_email, ...byEmail(person) },
    {
      channel: 'sms',
      label: 'Text messages',
      wish: 'do_not_sms',
      isWished: person.do_not_sms,
      ...byNumber(person, person.do_not_sms, 'Asked for no text messages.'),
    },
    {
      channel: 'phone',
      label: 'Calls',
      wish: 'do_not_call',
      isWished: person.do_not_call,
      ...byNumber(person, person.do_not_call, 'Asked for no calls.'),
    },
  ];
}

type Found = Pick<Reach, 'isOpen' | 'reason' | 'since'>;
const closed = (reason: string, since: string | null = null): Found => ({ isOpen: false, reason, since });

function byEmail(person: Reachable): Found {
  if (!person.email) return closed('There is no address.');
  if (person.do_not_email) return closed('Asked for no email. No campaign writes to them.', person.unsubscribed_at);
  if (person.unsubscribed_at) return closed('Unsubscribed.', person.unsubscribed_at);
  if (person.bounced_at) return closed('The address refused mail for good. Another address clears this.', person.bounced_at);
  return { isOpen: true, reason: 'Campaigns write to this address.', since: null };
}

function byNumber(person: Reachable, isWished: boolean, wish: string): Found {
  if (!person.phone) return closed('There is no number.');
  return isWished ? closed(wish) : { isOpen: true, reason: 'Nothing speaks against it.', since: null };
}
