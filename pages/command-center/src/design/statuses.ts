// The words and tones of the states that records of the API have. A word that is new is shown as it comes.
import type { Tone } from './tone.ts';
import { words } from '../lib/words.ts';

const TONES: Record<Tone, string[]> = {
  success: ['active', 'done', 'sent', 'won', 'completed', 'customer', 'verified', 'delivered', 'accepted', 'live', 'engaged', 'closed_won'],
  info: [
    'running',
    'pending',
    'planned',
    'in_progress',
    'queued',
    'uploaded',
    'checking',
    'contacted',
    'interested',
    'checked',
    'writing',
    'lead',
  ],
  warning: ['paused', 'snoozed', 'unknown', 'suspended', 'overdue', 'skipped', 'waiting', 'draining', 'trial'],
  danger: ['failed', 'bounced', 'refused', 'lost', 'revoked', 'unsubscribed', 'complained', 'denied', 'closed_lost', 'not_interested'],
  accent: ['open', 'hot', 'replied', 'booked', 'opportunity', 'qualified'],
  neutral: [],
};

export function statusOf(status: string): { label: string; tone: Tone } {
  const tone = (Object.keys(TONES) as Tone[]).find((candidate) => TONES[candidate].includes(status)) ?? 'neutral';
  return { label: words(status), tone };
}
