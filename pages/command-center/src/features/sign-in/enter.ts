// What follows signing in: back to where one was, to nowhere outside.
import { useRoute, useRouter } from 'vue-router';

import { useSession } from '@/session/session.ts';

/** A path of ours. What somebody else wrote into a link must not lead away. */
export function ownPath(text: unknown): string {
  const isOwn =
    typeof text === 'string' &&
    text.startsWith('/') &&
    !text.startsWith('//') &&
    !text.includes('\\') &&
    !text.startsWith('/sign-in') &&
    !text.startsWith('/auth/');
  return isOwn ? text : '/';
}

export function useEnter(): () => Promise<void> {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  return async () => {
    await session.reload();
    await router.replace(ownPath(route.query['from']));
  };
}
