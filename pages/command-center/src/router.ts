import { createRouter, createWebHistory } from 'vue-router';
import type { RouteLocationNormalized } from 'vue-router';

import { featureRoutes } from './layout/features.ts';
import { navigation } from './layout/features.ts';
import { useSession } from './session/session.ts';

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    ...featureRoutes,
    { path: '/', name: 'home', component: () => import('./layout/HomePage.vue'), meta: { title: 'Home' } },
    { path: '/no-access', name: 'no-access', component: () => import('./layout/NoAccessPage.vue'), meta: { title: 'No access' } },
    ...(import.meta.env.DEV
      ? [
          {
            path: '/design',
            name: 'design',
            component: () => import('./design/gallery/GalleryPage.vue'),
            meta: { title: 'Design', isPublic: true },
          },
        ]
      : []),
    { path: '/:path(.*)*', name: 'not-found', component: () => import('./layout/NotFoundPage.vue'), meta: { title: 'Not found' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

/** The router fetches a page when its guards are through; the network has time for it while they ask who is signed in. */
function fetchAhead(to: RouteLocationNormalized): void {
  for (const component of to.matched.flatMap((record) => Object.values(record.components ?? {}))) {
    // What fails here fails again where the router asks, which says so.
    if (typeof component === 'function') (component as () => Promise<unknown>)().catch(() => undefined);
  }
}

router.beforeEach(async (to) => {
  if (to.meta.isPublic) return true;
  if (!useSession().isSignedIn) fetchAhead(to);
  const session = useSession();
  if (!(await session.load())) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { from: to.fullPath } };
  const isClosed = to.meta.permission !== undefined && !session.can(to.meta.permission);
  // Whoever may not see the page at `/` is at home on the first page that they may see.
  if (to.name === 'home' || (to.path === '/' && isClosed)) {
    const first = navigation.find((entry) => entry.to !== '/' && (!entry.permission || session.can(entry.permission)))?.to;
    return first ?? (to.name === 'home' || { name: 'home' });
  }
  if (isClosed) return { name: 'no-access', replace: true, query: { page: to.fullPath } };
  return true;
});
