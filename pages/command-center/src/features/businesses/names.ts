// Who did something, as the API names them: `user:<id>`, `api_key:<id>`, an id alone, or an AI's name.
import { useTeam } from '@/lookups/team.ts';

export function useMemberNames() {
  const team = useTeam();

  function nameOf(given: string | null | undefined): string | undefined {
    if (!given) return undefined;
    if (given.startsWith('api_key:') || given === 'setup_key') return 'an API key';
    const id = given.startsWith('user:') ? given.slice('user:'.length) : given;
    return team.nameOf(id) ?? (isId(id) ? 'a member of the team' : id);
  }

  return { nameOf };
}

const isId = (text: string) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);
