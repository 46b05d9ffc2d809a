// What may happen with a business or a person, in words. The type says that none is left out.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type ActivityType = Schema<'ActivityType'>;

/** Those whose words are not their name's. */
const WORDS: Partial<Record<ActivityType, string>> = {
  email_replied: 'Replied by email',
  email_complained: 'Reported as spam',
  email_unsubscribed: 'Unsubscribed',
  sms_sent: 'Text message sent',
  sms_delivered: 'Text message delivered',
  sms_replied: 'Replied by text message',
  sms_failed: 'Text message failed',
  call_outbound: 'Called',
  call_inbound: 'Call from them',
  call_answered: 'Call answered',
  assignment_changed: 'Owner or location changed',
};

export const wordsOf = (type: ActivityType): string => WORDS[type] ?? words(type);

const ALL: Record<ActivityType, true> = {
  email_sent: true,
  email_opened: true,
  email_clicked: true,
  email_replied: true,
  email_bounced: true,
  email_complained: true,
  email_unsubscribed: true,
  sms_sent: true,
  sms_delivered: true,
  sms_replied: true,
  sms_failed: true,
  call_outbound: true,
  call_inbound: true,
  voicemail_left: true,
  call_answered: true,
  page_visited: true,
  presentation_watched: true,
  presentation_completed: true,
  form_submitted: true,
  document_downloaded: true,
  chat_started: true,
  chat_message: true,
  chat_ended: true,
  appointment_booked: true,
  order_created: true,
  order_paid: true,
  subscription_started: true,
  subscription_cancelled: true,
  subscription_renewed: true,
  support_ticket_created: true,
  support_ticket_resolved: true,
  note_added: true,
  task_created: true,
  task_completed: true,
  status_changed: true,
  task_reopened: true,
  tag_added: true,
  tag_removed: true,
  assignment_changed: true,
  business_deleted: true,
  business_restored: true,
  interest_shown: true,
  pain_point_noted: true,
  objection_raised: true,
  objection_resolved: true,
  merged: true,
};
const activityTypes = Object.keys(ALL) as ActivityType[];

/** All but some, in the order of the API. */
export const activityTypesBut = (...left: ActivityType[]): ActivityType[] => activityTypes.filter((type) => !left.includes(type));
