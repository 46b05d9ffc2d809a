import { Settings } from '@lucide/vue';

import { defineFeature } from '@/layout/feature.ts';

import { settingsPages } from './pages.ts';

export default defineFeature({
  routes: [
    {
      path: '/settings',
      component: () => import('./SettingsLayout.vue'),
      redirect: '/settings/account',
      children: [
        ...settingsPages.map(({ path, label, permission, component }) => ({
          path,
          name: `settings-${path}`,
          component,
          meta: { title: label, ...(permission ? { permission } : {}) },
        })),
        {
          path: 'roles/:id',
          name: 'settings-role',
          component: () => import('./roles/RolePage.vue'),
          meta: { title: 'Role', permission: 'roles:read' },
        },
      ],
    },
  ],
  navigation: [{ label: 'Settings', icon: Settings, to: '/settings', group: 'settings', order: 90, keys: 'g ,' }],
  actions: settingsPages.map(({ path, label, icon, permission, words }) => ({
    label: `Settings: ${label}`,
    icon,
    to: `/settings/${path}`,
    words,
    ...(permission ? { permission } : {}),
  })),
});
