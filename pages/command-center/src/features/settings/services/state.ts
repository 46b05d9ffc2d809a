import type { Schema } from '@/api';
import type { Tone } from '@/design';

const STATES: Record<Schema<'ServiceState'>, { label: string; tone: Tone }> = {
  ready: { label: 'Ready', tone: 'success' },
  test: { label: 'Pretends', tone: 'info' },
  off: { label: 'Off', tone: 'neutral' },
  incomplete: { label: 'Incomplete', tone: 'danger' },
  held: { label: 'Held', tone: 'warning' },
  used_up: { label: 'Limit reached', tone: 'warning' },
  troubled: { label: 'In trouble', tone: 'danger' },
};

export const stateOf = (state: Schema<'ServiceState'>) => STATES[state];
