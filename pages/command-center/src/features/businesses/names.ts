// What members of the team are called, where the API names them by id.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';

import { useSession } from '@/session';

import { allMembers } from './choices.ts';

export function useMemberNames() {
  const session = useSession();
  const members = useQuery({ queryKey: ['member-names'], queryFn: allMembers, staleTime: 60_000, enabled: session.can('members:read') });
  const byId = computed(() => new Map((members.data.value ?? []).map((member) => [member.user_id, member.name || member.email])));

  /** `user:<id>` and `api_key:<id>` are how the API names who did something. */
  function nameOf(given: string | null | undefined): string | undefined {
    if (!given) return undefined;
    const [kind, rest] = given.includes(':') ? [given.slice(0, given.indexOf(':')), given.slice(given.indexOf(':') + 1)] : ['user', given];
    if (kind === 'api_key' || given === 'setup_key') return 'an API key';
    if (session.me?.user.id === rest) return session.me.user.name || session.me.user.email;
    return byId.value.get(rest) ?? (isId(rest) ? 'a member of the team' : rest);
  }

  return { nameOf };
}

const isId = (text: string) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);
