// What the entries of a timeline are about: words, and a sign for each kind.
import {
  ArrowRightLeft,
  CalendarCheck,
  CircleAlert,
  CircleCheck,
  Download,
  FileText,
  GitMerge,
  Globe,
  Heart,
  LifeBuoy,
  Mail,
  MailOpen,
  MailX,
  MessageCircle,
  MessageSquare,
  MousePointerClick,
  Phone,
  PhoneIncoming,
  PhoneOutgoing,
  Reply,
  ShoppingBag,
  SquareCheck,
  SquarePen,
  StickyNote,
  Tag,
  Trash2,
  UserRound,
  Video,
  Voicemail,
} from '@lucide/vue';
import type { Component } from 'vue';

import type { Schema } from '@/api/client.ts';
import { words } from '@/lib/words.ts';
import { activityTypesBut, wordsOf } from '@/lookups/activity-types.ts';
import type { ActivityType } from '@/lookups/activity-types.ts';

const ICONS: Record<ActivityType, Component> = {
  email_sent: Mail,
  email_opened: MailOpen,
  email_clicked: MousePointerClick,
  email_replied: Reply,
  email_bounced: MailX,
  email_complained: MailX,
  email_unsubscribed: MailX,
  sms_sent: MessageSquare,
  sms_delivered: MessageSquare,
  sms_replied: Reply,
  sms_failed: CircleAlert,
  call_outbound: PhoneOutgoing,
  call_inbound: PhoneIncoming,
  voicemail_left: Voicemail,
  call_answered: Phone,
  page_visited: Globe,
  presentation_watched: Video,
  presentation_completed: Video,
  form_submitted: FileText,
  document_downloaded: Download,
  chat_started: MessageCircle,
  chat_message: MessageCircle,
  chat_ended: MessageCircle,
  appointment_booked: CalendarCheck,
  order_created: ShoppingBag,
  order_paid: ShoppingBag,
  subscription_started: ShoppingBag,
  subscription_cancelled: ShoppingBag,
  subscription_renewed: ShoppingBag,
  support_ticket_created: LifeBuoy,
  support_ticket_resolved: LifeBuoy,
  note_added: StickyNote,
  task_created: SquarePen,
  task_completed: SquareCheck,
  status_changed: ArrowRightLeft,
  task_reopened: SquarePen,
  tag_added: Tag,
  tag_removed: Tag,
  assignment_changed: UserRound,
  business_deleted: Trash2,
  business_restored: CircleCheck,
  interest_shown: Heart,
  pain_point_noted: CircleAlert,
  objection_raised: CircleAlert,
  objection_resolved: CircleCheck,
  merged: GitMerge,
};

export const iconOf = (type: ActivityType): Component => ICONS[type] ?? FileText;

export const activityTypes = activityTypesBut()
  .map((value) => ({ value, label: wordsOf(value) }))
  .sort((one, other) => one.label.localeCompare(other.label));

/** What somebody may write down that happened elsewhere. */
export const recordable = (
  [
    'call_outbound',
    'call_inbound',
    'call_answered',
    'voicemail_left',
    'email_replied',
    'sms_replied',
    'appointment_booked',
    'presentation_watched',
    'form_submitted',
    'support_ticket_created',
    'support_ticket_resolved',
    'order_created',
    'order_paid',
  ] as const satisfies readonly ActivityType[]
).map((value) => ({ value, label: wordsOf(value) }));
/** A reply needs somebody who replied. */
export const needsPerson = (type: ActivityType): boolean => type === 'email_replied' || type === 'sms_replied';

/** Codes that the API has for kinds of pain points and objections, and for products, are written as words. */
const CODED: readonly ActivityType[] = ['interest_shown', 'pain_point_noted', 'objection_raised', 'objection_resolved'];

export function entryOf(entry: Pick<Schema<'Activity'>, 'type' | 'subject' | 'source'>): { title: string; subject: string | null } {
  const title = entry.type === 'status_changed' && entry.source === 'pipelines' ? 'Deal moved' : wordsOf(entry.type);
  return { title, subject: entry.subject && CODED.includes(entry.type) ? words(entry.subject) : entry.subject };
}
