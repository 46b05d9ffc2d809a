// The pages of the settings, as their own navigation and the routes have them.
import {
  Building2,
  ClipboardList,
  Flag,
  Gauge,
  KeyRound,
  MapPin,
  Plug,
  ShieldCheck,
  UserRound,
  UserRoundCog,
  UsersRound,
} from '@lucide/vue';
import type { Component } from 'vue';

import type { Permission } from '@/session/session.ts';

export interface SettingsPage {
  path: string;
  label: string;
  icon: Component;
  group: 'You' | 'Organization' | 'Access' | 'Platform';
  permission?: Permission;
  component: () => Promise<Component>;
  /** Other words that find it. */
  words: string;
}

export const settingsPages: readonly SettingsPage[] = [
  {
    path: 'account',
    label: 'My account',
    icon: UserRound,
    group: 'You',
    component: () => import('./account/AccountPage.vue'),
    words: 'name password sessions profile',
  },
  {
    path: 'organization',
    label: 'Organization',
    icon: Building2,
    group: 'Organization',
    permission: 'tenant:read',
    component: () => import('./organization/OrganizationPage.vue'),
    words: 'tenant sender postal address time zone limit',
  },
  {
    path: 'locations',
    label: 'Locations',
    icon: MapPin,
    group: 'Organization',
    permission: 'locations:read',
    component: () => import('./locations/LocationsPage.vue'),
    words: 'branches offices',
  },
  {
    path: 'team',
    label: 'Team',
    icon: UsersRound,
    group: 'Organization',
    permission: 'members:read',
    component: () => import('./team/TeamPage.vue'),
    words: 'members invite invitations users',
  },
  {
    path: 'roles',
    label: 'Roles',
    icon: UserRoundCog,
    group: 'Access',
    permission: 'roles:read',
    component: () => import('./roles/RolesPage.vue'),
    words: 'permissions matrix',
  },
  {
    path: 'api-keys',
    label: 'API keys',
    icon: KeyRound,
    group: 'Access',
    permission: 'api_keys:read',
    component: () => import('./api-keys/ApiKeysPage.vue'),
    words: 'tokens integrations',
  },
  {
    path: 'ip-allow-list',
    label: 'IP allow list',
    icon: ShieldCheck,
    group: 'Access',
    permission: 'ip_allow_list:read',
    component: () => import('./ip-allow-list/AllowListPage.vue'),
    words: 'network addresses security',
  },
  {
    path: 'audit-log',
    label: 'Audit log',
    icon: ClipboardList,
    group: 'Access',
    permission: 'audit_log:read',
    component: () => import('./audit-log/AuditLogPage.vue'),
    words: 'history who did what verify',
  },
  {
    path: 'services',
    label: 'Services',
    icon: Plug,
    group: 'Platform',
    permission: 'tenant:read',
    component: () => import('./services/ServicesPage.vue'),
    words: 'providers email quota storage openid content',
  },
  {
    path: 'scoring',
    label: 'Scoring rules',
    icon: Gauge,
    group: 'Platform',
    permission: 'scoring:read',
    component: () => import('./scoring/ScoringPage.vue'),
    words: 'lead health warmness points weights',
  },
  {
    path: 'feature-flags',
    label: 'Feature flags',
    icon: Flag,
    group: 'Platform',
    permission: 'feature_flags:read',
    component: () => import('./feature-flags/FlagsPage.vue'),
    words: 'switches sending rollout',
  },
];
