import {
  Ban,
  CalendarClock,
  CircleHelp,
  CircleX,
  CornerUpLeft,
  Eye,
  Flag,
  MailCheck,
  MailX,
  MousePointerClick,
  Send as Sent,
} from '@lucide/vue';
import type { Component } from 'vue';

import { reasonWords } from './reasons.ts';
import type { Send, SendEvent } from './send.ts';

/** Newest first. */
export function eventsOf(send: Send): SendEvent[] {
  const reason = send.failure_reason ? reasonWords(send.failure_reason) : undefined;
  const found: [string, string | null, string, string?][] = [
    ['planned', send.planned_at, 'Planned'],
    ['sent', send.sent_at, 'Taken by the provider'],
    ['delivered', send.delivered_at, 'Delivered to the mailbox'],
    ['machine_opened', send.machine_opened_at, 'Opened by a privacy proxy', 'A machine, not a person.'],
    ['opened', send.opened_at, 'Opened by a person'],
    ['clicked', send.clicked_at, 'Clicked by a person'],
    ['replied', send.replied_at, 'Answered'],
    ['bounced', send.bounced_at, 'Refused for good by the mailbox', send.status === 'sent' ? reason : undefined],
    ['complained', send.complained_at, 'Reported as spam'],
    ...(send.status === 'skipped' ? ([['skipped', send.planned_at, 'Skipped', reason]] as [string, string, string, string?][]) : []),
  ];
  return found
    .filter((event): event is [string, string, string, string?] => event[1] !== null)
    .map(([id, at, title, detail]) => ({ id, at, title, ...(detail ? { detail } : {}) }))
    .sort((one, other) => other.at.localeCompare(one.at));
}

const ICONS: Record<string, Component> = {
  planned: CalendarClock,
  sent: Sent,
  delivered: MailCheck,
  machine_opened: Eye,
  opened: Eye,
  clicked: MousePointerClick,
  replied: CornerUpLeft,
  bounced: MailX,
  complained: Flag,
  skipped: Ban,
  failed: CircleX,
};
export const iconOf = (kind: string): Component => ICONS[kind] ?? CircleHelp;
