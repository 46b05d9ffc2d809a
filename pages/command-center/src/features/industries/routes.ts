import { Factory, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/industries',
      name: 'industries',
      component: () => import('./IndustriesPage.vue'),
      meta: { title: 'Industries', permission: 'industries:read' },
    },
  ],
  navigation: [{ label: 'Industries', icon: Factory, to: '/industries', group: 'settings', order: 70, permission: 'industries:read' }],
  actions: [{ label: 'Add an industry', icon: Plus, to: '/industries?industry=new', permission: 'industries:write' }],
});
