// Finds records for a combobox, as one types.
import { api } from '@/api';
import type { Search } from '@/design';
import { words } from '@/lib/words.ts';

const MOST = '20';
/** The API would look for the empty text. */
const looked = (text: string) => (text ? { 'filter[q]': text } : {});

export const searchBusinesses: Search = async (text, signal) => {
  const { data } = await api.get('/api/v1/businesses', { params: { query: { ...looked(text), sort: 'name', limit: MOST } }, signal });
  return data.map((business) => ({
    value: business.id,
    label: business.name,
    hint: [business.address_city, business.address_state].filter(Boolean).join(', '),
  }));
};

export const searchCommunities: Search = async (text, signal) => {
  const { data } = await api.get('/api/v1/communities', { params: { query: { ...looked(text), sort: 'name', limit: MOST } }, signal });
  return data.map((community) => ({ value: community.id, label: community.name, hint: community.state }));
};

/** The people of one business, by any part of their name or address. */
export function peopleOf(businessId: string): Search {
  return async (text, signal) => {
    const { data } = await api.get('/api/v1/people', {
      params: { query: { ...looked(text), 'filter[business_id]': businessId, limit: MOST } },
      signal,
    });
    return data.map((person) => ({
      value: person.id,
      label: [person.first_name, person.last_name].filter(Boolean).join(' ') || person.email || 'Nameless',
      hint: words(person.role),
    }));
  };
}
