import type { Schema } from '@/api';
import type { Tone } from '@/design';
import { words } from '@/lib/words.ts';

/** An address is on the list once for a channel: that is what names it. */
export type Suppression = Schema<'Suppression'> & { id: string };

type Reason = Suppression['reason'];

export const named = (row: Schema<'Suppression'>): Suppression => ({ ...row, id: `${row.channel} ${row.address}` });

/** What a recipient decided stays; only what somebody of the team entered can be taken back. */
export const canBeRemoved = (row: Suppression): boolean => row.reason === 'manual' && row.channel === 'email';

export const toneOf: Record<Reason, Tone> = { unsubscribed: 'neutral', bounced: 'warning', complained: 'danger', manual: 'info' };

export const labelOf = (reason: Reason): string => (reason === 'manual' ? 'Added by hand' : words(reason));

export const meaningOf: Record<Reason, string> = {
  unsubscribed: 'The recipient unsubscribed. That stays, whoever asks.',
  bounced: 'The mailbox refused mail for good, so nothing more is sent to it.',
  complained: 'The recipient reported a message as spam. That stays, whoever asks.',
  manual: 'Somebody of the team added it. It can be taken off again.',
};
