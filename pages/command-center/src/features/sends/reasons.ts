// Why a send was left out or given up, or an enrollment ended, as people say it.
import { capitalized, words } from '@/lib/words.ts';

const PLAIN: Record<string, string> = {
  deleted: 'The person or business was deleted',
  do_not_email: 'Asked for no email',
  enrolment_stopped: 'The enrollment was stopped before',
  no_address: 'No email address',
  step_not_found: 'The step is gone from its version',
  template_not_found: 'The template is gone',
  person_not_found: 'The person is gone',
  sequence_archived: 'The sequence was archived',
  merged: 'Merged with another record',
  replied: 'They answered',
  booked: 'They booked',
  ordered: 'Their business ordered',
  unsubscribed: 'They unsubscribed',
  bounced: 'The address takes no mail',
  complained: 'They reported it as spam',
};
const SUPPRESSED: Record<string, string> = {
  unsubscribed: 'The address is suppressed: it unsubscribed',
  bounced: 'The address is suppressed: it takes no mail',
  complained: 'The address is suppressed: it reported spam',
  manual: 'The address is suppressed: somebody entered it',
};
const step = (name: string) => (name === 'any' ? 'an earlier step' : name);
const WITH: Record<string, (what: string) => string> = {
  suppressed: (what) => SUPPRESSED[what] ?? `The address is suppressed: ${what}`,
  opened: (what) => `Opened ${step(what)}`,
  clicked: (what) => `Clicked in ${step(what)}`,
  replied: (what) => `Answered ${step(what)}`,
  has_tag: (what) => `Tagged ${what}`,
  lacks_tag: (what) => `Not tagged ${what.split(',').join(' or ')}`,
  lead_status: (what) => `Lead status ${words(what).toLowerCase()}`,
  outcome_unknown: (what) => `The provider gave no clear answer: ${what}`,
};

/** A reason that is new is shown as it comes. */
export function reasonWords(reason: string): string {
  const plain = PLAIN[reason];
  if (plain) return plain;
  const [kind = '', ...rest] = reason.split(':');
  const what = rest.join(':').trim();
  const write = WITH[kind.trim()];
  if (write && what !== '') return write(what);
  return /^[a-z0-9_]+$/.test(reason) ? words(reason) : capitalized(reason);
}
