import { Filter, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/segments',
      name: 'segments',
      component: () => import('./SegmentsPage.vue'),
      meta: { title: 'Segments', permission: 'segments:read' },
    },
    {
      path: '/segments/new',
      name: 'new-segment',
      component: () => import('./NewSegmentPage.vue'),
      meta: { title: 'New segment', permission: 'segments:write' },
    },
    {
      path: '/segments/:id',
      name: 'segment',
      component: () => import('./SegmentPage.vue'),
      meta: { title: 'Segment', permission: 'segments:read' },
    },
  ],
  navigation: [{ label: 'Segments', icon: Filter, to: '/segments', group: 'crm', order: 60, permission: 'segments:read', keys: 'g s' }],
  actions: [{ label: 'New segment', icon: Plus, to: '/segments/new', permission: 'segments:write', words: 'audience list filter' }],
});
