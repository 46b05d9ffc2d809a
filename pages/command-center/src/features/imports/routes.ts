import { FileUp } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    {
      path: '/imports',
      name: 'imports',
      component: () => import('./ImportsPage.vue'),
      meta: { title: 'Imports', permission: 'imports:read' },
    },
    {
      path: '/imports/new',
      name: 'new-import',
      component: () => import('./NewImportPage.vue'),
      meta: { title: 'Import a file', permission: 'imports:write' },
    },
    {
      path: '/imports/:id',
      name: 'import',
      component: () => import('./ImportPage.vue'),
      meta: { title: 'Import', permission: 'imports:read' },
    },
  ],
  navigation: [{ label: 'Imports', icon: FileUp, to: '/imports', group: 'crm', order: 90, permission: 'imports:read', keys: 'g i' }],
  actions: [
    { label: 'Import a file', icon: FileUp, to: '/imports/new', permission: 'imports:write', words: 'csv xlsx upload spreadsheet' },
  ],
});
