import { expect, it } from 'vitest';

import { reasonWords } from './reasons.ts';

it.each([
  ['do_not_email', 'Asked for no email'],
  ['suppressed:bounced', 'The address is suppressed: it takes no mail'],
  ['opened:HOOK-001', 'Opened HOOK-001'],
  ['opened:any', 'Opened an earlier step'],
  ['lacks_tag:Gold,Silver', 'Not tagged Gold or Silver'],
  ['lead_status:customer', 'Lead status customer'],
  ['template_not_active', 'Template not active'],
  ['outcome_unknown: timed out', 'The provider gave no clear answer: timed out'],
  ['mailbox full: try later', 'Mailbox full: try later'],
])('says %s as people do', (reason, words) => {
  expect(reasonWords(reason)).toBe(words);
});
