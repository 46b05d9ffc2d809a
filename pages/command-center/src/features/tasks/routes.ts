import { ListChecks, Plus } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

export default defineFeature({
  routes: [
    { path: '/tasks', name: 'tasks', component: () => import('./TasksPage.vue'), meta: { title: 'Tasks', permission: 'tasks:read' } },
  ],
  navigation: [{ label: 'Tasks', icon: ListChecks, to: '/tasks', group: 'crm', order: 40, permission: 'tasks:read', keys: 'g t' }],
  actions: [
    { label: 'Add a task', icon: Plus, to: '/tasks?add=task', permission: 'tasks:write', words: 'todo reminder' },
    { label: 'Overdue tasks', icon: ListChecks, to: '/tasks?state=overdue', permission: 'tasks:read', words: 'late' },
  ],
});
