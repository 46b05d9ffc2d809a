import {
  Ban,
  CalendarClock,
  CircleHelp,
  CircleX,
  CornerUpLeft,
  Eye,
  Flag,
  Hourglass,
  MailCheck,
  MailMinus,
  MailX,
  MousePointerClick,
  Send,
} from '@lucide/vue';
import type { Component } from 'vue';

import { absoluteTime } from '@/lib/format.ts';

import type { SendEvent } from './send.ts';

const ICONS: Record<string, Component> = {
  planned: CalendarClock,
  waiting: Hourglass,
  under_way: Hourglass,
  handed_over: Send,
  sent: Send,
  delivered: MailCheck,
  opened: Eye,
  clicked: MousePointerClick,
  replied: CornerUpLeft,
  unsubscribed: MailMinus,
  bounced: MailX,
  complained: Flag,
  skipped: Ban,
  failed: CircleX,
};
export const iconOf = (kind: string): Component => ICONS[kind] ?? CircleHelp;

const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
/** The API writes moments into its sentences in UTC. */
export const inZone = (text: string, timeZone: string) => text.replaceAll(MOMENT, (moment) => absoluteTime(moment, timeZone));

/** The newest first, each with a name of its own: what happened has none. */
export const named = (events: readonly SendEvent[]): (SendEvent & { id: string })[] =>
  events.map((event, index) => ({ ...event, id: `${index} ${event.kind}` })).reverse();
