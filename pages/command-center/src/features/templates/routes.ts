import { Mail, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/templates',
      name: 'templates',
      component: () => import('./TemplatesPage.vue'),
      meta: { title: 'Templates', permission: 'templates:read' },
    },
    {
      path: '/templates/new',
      name: 'new-template',
      component: () => import('./TemplatePage.vue'),
      meta: { title: 'New template', permission: 'templates:write' },
    },
    {
      path: '/templates/:id',
      name: 'template',
      component: () => import('./TemplatePage.vue'),
      meta: { title: 'Template', permission: 'templates:read' },
    },
  ],
  navigation: [
    { label: 'Templates', icon: Mail, to: '/templates', group: 'campaigns', order: 20, permission: 'templates:read', keys: 'g e' },
  ],
  actions: [{ label: 'New template', icon: Plus, to: '/templates/new', permission: 'templates:write', words: 'email' }],
});
