import { MapPinned, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/communities',
      name: 'communities',
      component: () => import('./CommunitiesPage.vue'),
      meta: { title: 'Communities', permission: 'communities:read' },
    },
    {
      path: '/communities/:id',
      name: 'community',
      component: () => import('./CommunityPage.vue'),
      meta: { title: 'Community', permission: 'communities:read' },
    },
  ],
  navigation: [
    { label: 'Communities', icon: MapPinned, to: '/communities', group: 'crm', order: 50, permission: 'communities:read', keys: 'g c' },
  ],
  actions: [{ label: 'Add a community', icon: Plus, to: '/communities?edit=new', permission: 'communities:write', words: 'town place' }],
});
