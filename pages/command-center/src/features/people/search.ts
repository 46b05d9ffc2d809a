// Finds people, wherever they work.
import { api } from '@/api';
import type { Search } from '@/design';
import { included } from '@/lookups/included.ts';

import { nameOf } from './person.ts';

export const searchPeople: Search = async (text, signal) => {
  const { data } = await api.get('/api/v1/people', {
    params: { query: { limit: '20', ...included('business'), ...(text ? { 'filter[q]': text } : {}) } },
    signal,
  });
  return data.map((person) => ({
    value: person.id,
    label: nameOf(person),
    hint: [person.email, person.business?.name].filter(Boolean).join(', '),
  }));
};
