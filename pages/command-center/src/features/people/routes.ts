import { Users } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    { path: '/people', name: 'people', component: () => import('./PeoplePage.vue'), meta: { title: 'People', permission: 'people:read' } },
    {
      path: '/people/:id',
      name: 'person',
      component: () => import('./PersonPage.vue'),
      meta: { title: 'Person', permission: 'people:read' },
    },
  ],
  navigation: [{ label: 'People', icon: Users, to: '/people', group: 'crm', order: 20, permission: 'people:read', keys: 'g p' }],
  actions: [{ label: 'Add a person', icon: Users, to: '/people?add=person', permission: 'people:write', words: 'new create contact' }],
});
