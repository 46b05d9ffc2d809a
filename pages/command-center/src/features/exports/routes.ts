import { FileDown } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/exports',
      name: 'exports',
      component: () => import('./ExportsPage.vue'),
      meta: { title: 'Exports', permission: 'exports:read' },
    },
  ],
  navigation: [{ label: 'Exports', icon: FileDown, to: '/exports', group: 'crm', order: 91, permission: 'exports:read', keys: 'g x' }],
  actions: [{ label: 'Export a list', icon: FileDown, to: '/exports?new=list', permission: 'exports:write', words: 'csv download' }],
});
