import { Send } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    { path: '/outbox', name: 'outbox', component: () => import('./OutboxPage.vue'), meta: { title: 'Outbox', permission: 'ledger:read' } },
  ],
  navigation: [{ label: 'Outbox', icon: Send, to: '/outbox', group: 'campaigns', order: 40, permission: 'ledger:read', keys: 'g o' }],
  actions: [
    {
      label: 'Sends of unknown outcome',
      icon: Send,
      to: '/outbox?status=unknown',
      permission: 'ledger:read',
      words: 'outbox settle',
    },
    { label: 'Failed sends', icon: Send, to: '/outbox?status=failed', permission: 'ledger:read', words: 'outbox replay retry' },
  ],
});
