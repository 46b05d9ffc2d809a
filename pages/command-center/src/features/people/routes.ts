import { Users } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    { path: '/people', name: 'people', component: () => import('./PeoplePage.vue'), meta: { title: 'People', permission: 'people:read' } },
  ],
  navigation: [{ label: 'People', icon: Users, to: '/people', group: 'crm', order: 20, permission: 'people:read', keys: 'g p' }],
});
