import { Plus, SquareKanban } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

const permission = 'deals:read';

export default defineFeature({
  routes: [
    { path: '/pipelines', name: 'pipelines', component: () => import('./PipelinesPage.vue'), meta: { title: 'Pipelines', permission } },
    { path: '/pipelines/:id', name: 'pipeline', component: () => import('./BoardPage.vue'), meta: { title: 'Pipeline', permission } },
    {
      path: '/pipelines/:id/conversion',
      name: 'pipeline-conversion',
      component: () => import('./ConversionPage.vue'),
      meta: { title: 'Conversion', permission },
    },
    {
      path: '/pipelines/:id/stages',
      name: 'pipeline-stages',
      component: () => import('./StagesPage.vue'),
      meta: { title: 'Stages', permission: 'pipelines:read' },
    },
  ],
  navigation: [{ label: 'Pipelines', icon: SquareKanban, to: '/pipelines', group: 'crm', order: 30, permission, keys: 'g d' }],
  actions: [{ label: 'Add a deal', icon: Plus, to: '/pipelines?add=deal', permission: 'deals:write', words: 'pipeline opportunity' }],
});
