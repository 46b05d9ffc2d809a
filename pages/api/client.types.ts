// Compiled, never run: what the client's types must let pass and what they must stop. Each `@ts-expect-error` fails the
// compilation when the line below it compiles.
import { ApiError, createApi } from './client.ts';

const api = createApi({ key: 'fib_live_example' });

export async function passes(): Promise<void> {
  const { data: tag, response } = await api.post('/api/v1/tags', { body: { name: 'Family owned' } });
  const name: string = tag.name;
  const version: string | null = response.headers.get('etag');
  await api.patch('/api/v1/tags/{id}', { params: { path: { id: tag.id } }, body: { color: '#2563EB' } });
  await api.delete('/api/v1/tags/{id}', { params: { path: { id: tag.id } }, signal: AbortSignal.timeout(1_000) });
  await api.post('/api/v1/sequences/{id}/pause', { params: { path: { id: tag.id }, header: { 'Idempotency-Key': name + version } } });
  for await (const business of api.each('/api/v1/businesses', { params: { query: { 'filter[q]': 'bakery' } } })) {
    const id: string = business.id;
    void id;
  }
  const { meta } = await api.get('/api/v1/tags');
  const cursor: string | null = meta.pagination.next_cursor;
  void cursor;
}

export async function isStopped(): Promise<void> {
  // @ts-expect-error: no such field
  await api.post('/api/v1/tags', { body: { name: 'Family owned', colour: '#2563EB' } });
  // @ts-expect-error: a required field is missing
  await api.post('/api/v1/tags', { body: { color: '#2563EB' } });
  // @ts-expect-error: a name is a text
  await api.post('/api/v1/tags', { body: { name: 5 } });
  // @ts-expect-error: a body is needed
  await api.post('/api/v1/tags');
  // @ts-expect-error: no such path
  await api.get('/api/v1/tag');
  // @ts-expect-error: that path has no such method
  await api.put('/api/v1/tags', {});
  // @ts-expect-error: the id is missing
  await api.get('/api/v1/tags/{id}', { params: {} });
  // @ts-expect-error: no such filter
  await api.get('/api/v1/businesses', { params: { query: { 'filter[colour]': 'red' } } });
  // @ts-expect-error: that is one thing, not a list
  api.each('/api/v1/tags/{id}', { params: { path: { id: 'x' } } });
  const { data: tag } = await api.get('/api/v1/tags/{id}', { params: { path: { id: 'x' } } });
  // @ts-expect-error: an answer has no such field
  void tag.colour;
}

export function tells(error: unknown): boolean {
  // @ts-expect-error: no operation answers with this code
  if (error instanceof ApiError && error.code === 'not_fuond') return true;
  return error instanceof ApiError && (error.code === 'not_found' || error.code === 'sequence_status');
}
