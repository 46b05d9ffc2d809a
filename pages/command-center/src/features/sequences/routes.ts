import { Plus, Workflow } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/sequences',
      name: 'sequences',
      component: () => import('./SequencesPage.vue'),
      meta: { title: 'Sequences', permission: 'sequences:read' },
    },
    {
      path: '/sequences/:id',
      name: 'sequence',
      component: () => import('./SequencePage.vue'),
      meta: { title: 'Sequence', permission: 'sequences:read' },
    },
  ],
  navigation: [
    { label: 'Sequences', icon: Workflow, to: '/sequences', group: 'campaigns', order: 10, permission: 'sequences:read', keys: 'g s' },
  ],
  actions: [{ label: 'New sequence', icon: Plus, to: '/sequences?new=sequence', permission: 'sequences:write', words: 'drip campaign' }],
});
