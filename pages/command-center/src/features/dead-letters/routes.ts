import { Inbox } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/dead-letters',
      name: 'dead-letters',
      component: () => import('./DeadLettersPage.vue'),
      meta: { title: 'Dead letters', permission: 'dead_letters:read' },
    },
  ],
  navigation: [
    { label: 'Dead letters', icon: Inbox, to: '/dead-letters', group: 'settings', order: 80, permission: 'dead_letters:read', keys: 'g l' },
  ],
});
