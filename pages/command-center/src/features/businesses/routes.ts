import { Building2, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/businesses',
      name: 'businesses',
      component: () => import('./BusinessesPage.vue'),
      meta: { title: 'Businesses', permission: 'businesses:read' },
    },
    {
      path: '/businesses/:id',
      name: 'business',
      component: () => import('./BusinessPage.vue'),
      meta: { title: 'Business', permission: 'businesses:read' },
    },
  ],
  navigation: [
    { label: 'Businesses', icon: Building2, to: '/businesses', group: 'crm', order: 10, permission: 'businesses:read', keys: 'g b' },
  ],
  actions: [
    { label: 'Add a business', icon: Plus, to: '/businesses?add=business', permission: 'businesses:write', words: 'new create company' },
  ],
});
