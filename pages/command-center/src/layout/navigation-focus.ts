// After navigation the page says its name: in the title, and by focusing its heading for who listens.
import { nextTick } from 'vue';
import { useRouter } from 'vue-router';

import { setTitle } from './title.ts';

export function useNavigationFocus(): void {
  const router = useRouter();
  let isFirst = true;
  router.afterEach(async (to, from, failure) => {
    if (failure || to.path === from.path) {
      if (isFirst && to.meta.title) setTitle(to.meta.title);
      isFirst = false;
      return;
    }
    if (to.meta.title) setTitle(to.meta.title);
    if (isFirst) {
      isFirst = false;
      return;
    }
    await nextTick();
    // Lazily loaded pages show their heading a moment later.
    requestAnimationFrame(() => {
      if (document.activeElement?.closest('[role=dialog], [data-keeps-focus]')) return;
      document.querySelector<HTMLElement>('#main h1[tabindex="-1"]')?.focus({ preventScroll: true });
    });
  });
}
