import type { Item } from '@/api';

type Invitation = Pick<Item<'/api/v1/invitations'>, 'accepted_at' | 'revoked_at' | 'expires_at'>;

/** Where an invitation is. The API gives the times only. */
export function stateOf(invitation: Invitation, now: number): 'accepted' | 'revoked' | 'expired' | 'pending' {
  if (invitation.accepted_at) return 'accepted';
  if (invitation.revoked_at) return 'revoked';
  return new Date(invitation.expires_at).getTime() <= now ? 'expired' : 'pending';
}
