// Who is signed in, where, and what they may do.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';

import { ApiError, api } from '@/api/client.ts';
import type { Schema } from '@/api/client.ts';
import { queryClient } from '@/api/query-client.ts';

export type Permission = Schema<'Permission'>;

export const useSession = defineStore('session', () => {
  const me = shallowRef<Schema<'MeOut'>>();
  const tenant = computed(() => me.value?.tenant);
  const isSignedIn = computed(() => me.value !== undefined);
  const permissions = computed(() => new Set<string>(me.value?.permissions));
  /** The tenant's own zone; the browser's until it is known. */
  const timeZone = computed(() => tenant.value?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);

  let loading: Promise<boolean> | undefined;

  /** Asks once who is signed in. False when nobody is. */
  function load(): Promise<boolean> {
    if (me.value) return Promise.resolve(true);
    loading ??= ask().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function ask(): Promise<boolean> {
    try {
      const { data } = await api.get('/api/v1/me');
      me.value = data;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.code === 'no_membership')) return false;
      throw error;
    }
    return true;
  }

  function can(permission: Permission): boolean {
    return permissions.value.has(permission);
  }

  /** Forgets everything that belongs to whoever was signed in. */
  function forget(): void {
    me.value = undefined;
    queryClient.clear();
  }

  async function reload(): Promise<boolean> {
    forget();
    return load();
  }

  async function signOut(): Promise<void> {
    await api.post('/api/v1/auth/sign-out', { body: {} });
    forget();
  }

  async function switchTenant(tenantId: string): Promise<void> {
    await api.post('/api/v1/auth/switch-tenant', { body: { tenant_id: tenantId } });
    await reload();
  }

  return { me, tenant, isSignedIn, timeZone, can, load, reload, forget, signOut, switchTenant };
});
