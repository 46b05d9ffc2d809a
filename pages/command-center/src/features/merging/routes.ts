import { GitMerge } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/duplicates',
      name: 'duplicates',
      component: () => import('./DuplicatesPage.vue'),
      meta: { title: 'Duplicates', permission: 'businesses:read' },
    },
    {
      path: '/merge/:what(businesses|people)/:id/:other',
      name: 'merge',
      component: () => import('./MergePage.vue'),
      meta: { title: 'Merge', permission: 'records:merge' },
    },
  ],
  navigation: [
    { label: 'Duplicates', icon: GitMerge, to: '/duplicates', group: 'crm', order: 70, permission: 'businesses:read', keys: 'g u' },
  ],
});
