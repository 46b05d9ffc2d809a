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

/** The newest first, each with a name of its own: what happened has none. */
export const named = (events: readonly SendEvent[]): (SendEvent & { id: string })[] =>
  events.map((event, index) => ({ ...event, id: `${index} ${event.kind}` })).reverse();
