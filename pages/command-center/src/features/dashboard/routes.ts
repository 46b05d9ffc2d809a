import { LayoutDashboard } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/',
      name: 'dashboard',
      component: () => import('./DashboardPage.vue'),
      meta: { title: 'Dashboard', permission: 'sequences:read' },
    },
  ],
  navigation: [{ label: 'Dashboard', icon: LayoutDashboard, to: '/', group: 'main', order: 10, permission: 'sequences:read', keys: 'g h' }],
});
