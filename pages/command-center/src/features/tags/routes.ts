import { Plus, Tags } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [{ path: '/tags', name: 'tags', component: () => import('./TagsPage.vue'), meta: { title: 'Tags', permission: 'tags:read' } }],
  navigation: [{ label: 'Tags', icon: Tags, to: '/tags', group: 'settings', order: 60, permission: 'tags:read' }],
  actions: [{ label: 'Add a tag', icon: Plus, to: '/tags?tag=new', permission: 'tags:write', words: 'label' }],
});
