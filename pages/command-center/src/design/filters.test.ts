import { flushPromises, mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';

import { useFilters } from './filters.ts';
import type { Filters } from './filters.ts';

async function at(path: string) {
  let filters!: Filters;
  const List = defineComponent({
    setup() {
      filters = useFilters([
        { name: 'role', label: 'Role', kind: 'choice', choices: [{ value: 'owner', label: 'Owner' }] },
        { name: 'min_lead_score', label: 'Score', kind: 'number' },
        { name: 'status', label: 'Status', kind: 'text', parameter: 'status' },
      ]);
      return () => h('i');
    },
  });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: List }] });
  await router.push(path);
  mount(List, { global: { plugins: [router] } });
  return { filters, router };
}

describe('filters in the URL', () => {
  it('become what the API is asked', async () => {
    const { filters } = await at('/?role=owner&min_lead_score=40&status=done&tab=x');
    expect(filters.query.value).toEqual({ 'filter[role]': 'owner', 'filter[min_lead_score]': '40', status: 'done' });
  });

  it('are left out when they cannot be', async () => {
    const { filters } = await at('/?role=emperor&min_lead_score=many');
    expect(filters.query.value).toEqual({});
    expect(filters.isFiltered.value).toBe(false);
  });

  it('are written there, several at once, and leave the rest', async () => {
    const { filters, router } = await at('/?tab=x');
    filters.set('role', 'owner');
    filters.set('min_lead_score', '10');
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ tab: 'x', role: 'owner', min_lead_score: '10' });
    filters.clear();
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ tab: 'x' });
  });
});
