import { RefreshCw } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/content-sync',
      name: 'content-sync',
      component: () => import('./SyncPage.vue'),
      meta: { title: 'Content sync', permission: 'sync:read' },
    },
  ],
  navigation: [{ label: 'Content sync', icon: RefreshCw, to: '/content-sync', group: 'settings', order: 10, permission: 'sync:read' }],
});
