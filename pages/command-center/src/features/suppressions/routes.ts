import { MailX } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/suppressions',
      name: 'suppressions',
      component: () => import('./SuppressionsPage.vue'),
      meta: { title: 'Suppressions', permission: 'suppressions:read' },
    },
  ],
  navigation: [
    {
      label: 'Suppressions',
      icon: MailX,
      to: '/suppressions',
      group: 'campaigns',
      order: 60,
      permission: 'suppressions:read',
      keys: 'g n',
    },
  ],
  actions: [
    {
      label: 'Stop writing to an address',
      icon: MailX,
      to: '/suppressions?add=address',
      permission: 'suppressions:write',
      words: 'suppress unsubscribe block',
    },
  ],
});
