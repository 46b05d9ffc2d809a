// Where a record is shown, if this app has a page for it.
import type { RouteLocationRaw, Router } from 'vue-router';

export const businessAddress = (router: Router, id: string): RouteLocationRaw | undefined =>
  router.hasRoute('business') ? { name: 'business', params: { id } } : undefined;

export const personAddress = (router: Router, id: string): RouteLocationRaw | undefined =>
  router.hasRoute('person')
    ? { name: 'person', params: { id } }
    : router.hasRoute('people')
      ? { name: 'people', query: { person: id } }
      : undefined;
