import type { Router } from 'vue-router';

import type { MenuEntry } from './menu.ts';

/** Does what an entry of a menu says. */
export function follow(entry: MenuEntry, router: Router): void {
  if (entry.to) void router.push(entry.to);
  else if (entry.href) window.open(entry.href, '_blank', 'noopener');
  entry.run?.();
}
