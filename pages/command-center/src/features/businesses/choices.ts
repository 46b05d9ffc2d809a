// What can be chosen for a business, found by typing.
import { api } from '@/api';
import type { Schema } from '@/api';
import { queryClient } from '@/api/query-client.ts';
import type { Choice, Search } from '@/design';

/** Lists without a search of their own are read whole, once; so many pages at most. */
const PAGES = 4;

type Page<Row> = { data: Row[]; meta: { pagination: { next_cursor: string | null } } };

export function wholeList<Row>(name: string, ask: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  return queryClient.fetchQuery({
    queryKey: ['whole', name],
    staleTime: 60_000,
    queryFn: async () => {
      const rows: Row[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES; page++) {
        const found = await ask(cursor);
        rows.push(...found.data);
        if (!found.meta.pagination.next_cursor) break;
        cursor = found.meta.pagination.next_cursor;
      }
      return rows;
    },
  });
}

const matching = (choices: readonly Choice[], text: string) =>
  choices.filter((choice) => `${choice.label} ${choice.hint ?? ''}`.toLowerCase().includes(text.toLowerCase()));
const after = (cursor: string | undefined) => (cursor ? { cursor } : {});

export const allMembers = (): Promise<Schema<'MembershipOut'>[]> =>
  wholeList('members', (cursor) => api.get('/api/v1/members', { params: { query: { limit: '500', ...after(cursor) } } }));
const allTags = () =>
  wholeList('tags', (cursor) => api.get('/api/v1/tags', { params: { query: { limit: '500', sort: 'name', ...after(cursor) } } }));
const allIndustries = () =>
  wholeList('industries', (cursor) =>
    api.get('/api/v1/industries', { params: { query: { limit: '500', sort: 'name', ...after(cursor) } } }),
  );
const allLocations = () =>
  wholeList('locations', (cursor) => api.get('/api/v1/locations', { params: { query: { limit: '500', ...after(cursor) } } }));

export const searchMembers: Search = async (text) =>
  matching(
    (await allMembers())
      .filter((member) => member.status === 'active')
      .map(({ user_id: value, name, email }) => ({ value, label: name || email, hint: email })),
    text,
  );
export const searchTags: Search = async (text) =>
  matching(
    (await allTags()).map(({ id: value, name: label }) => ({ value, label })),
    text,
  );
/** The list's filter takes a tag by its name, which a link then shows. */
export const searchTagNames: Search = async (text) =>
  matching(
    (await allTags()).map(({ name }) => ({ value: name, label: name })),
    text,
  );
export const searchIndustries: Search = async (text) =>
  matching(
    (await allIndustries()).map(({ id: value, name: label }) => ({ value, label })),
    text,
  );
export const searchLocations: Search = async (text) =>
  matching(
    (await allLocations()).map(({ id: value, name: label }) => ({ value, label })),
    text,
  );
