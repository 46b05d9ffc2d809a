// The API, typed by its contract: a wrong path, parameter or field does not compile.
//
//   const api = createApi({ baseUrl: 'https://platform.example.com', key: 'fib_live_…' });
//   const { data: tag } = await api.post('/api/v1/tags', { body: { name: 'Family owned' } });
//   for await (const business of api.each('/api/v1/businesses', { params: { query: { 'filter[q]': 'bakery' } } })) { … }
//
// Without a key the browser's session is used. What fails throws an `ApiError`.
import createClient from 'openapi-fetch';
import type { FetchOptions, Middleware } from 'openapi-fetch';
import type { HttpMethod, PathsWithMethod, RequiredKeysOf, ResponseObjectMap, SuccessResponse } from 'openapi-typescript-helpers';

import { ApiError } from './error.ts';
import type { paths } from './schema.d.ts';

export { ApiError } from './error.ts';
export type { ApiErrorCode, ErrorCode, FieldError } from './error.ts';
export type * from './schema.d.ts';

export interface ApiOptions {
  /** The platform's origin; the page's own when left out. */
  baseUrl?: string;
  /** An API key or an access token. Without one, the browser's session cookie speaks for the caller. */
  key?: string;
  /** Another `fetch`, as a test's. */
  fetch?: (request: Request) => Promise<Response>;
}

type Operation<Method extends HttpMethod, Path extends keyof paths> = paths[Path][Method & keyof paths[Path]];
/** What an operation takes: `params`, `body`, and what `fetch` takes, such as `signal`. */
type Taken<Method extends HttpMethod, Path extends keyof paths> = FetchOptions<Operation<Method, Path>>;
/** May be left out when nothing in it is required. */
type Arguments<Given> = RequiredKeysOf<Given> extends never ? [given?: Given] : [given: Given];
type Body<Method extends HttpMethod, Path extends keyof paths> =
  Operation<Method, Path> extends infer Found extends Record<string | number, any> ? SuccessResponse<ResponseObjectMap<Found>> : never;

/** An answer: its `data` and `meta`, and the response for what is in its headers, as `ETag`. */
export type Answered<Method extends HttpMethod, Path extends keyof paths> = ([Body<Method, Path>] extends [object] ? Body<Method, Path> : { data?: undefined }) & { readonly response: Response };

type Call<Method extends HttpMethod> = <Path extends PathsWithMethod<paths, Method>>(path: Path, ...given: Arguments<Taken<Method, Path>>) => Promise<Answered<Method, Path>>;

/** The paths that answer with pages, and what is on them. */
export type Item<Path extends keyof paths> = Body<'get', Path> extends { data: (infer One)[]; meta: unknown } ? One : never;
export type ListPath = { [Path in PathsWithMethod<paths, 'get'>]: [Item<Path>] extends [never] ? never : Path }[PathsWithMethod<paths, 'get'>];

export interface Api {
  readonly get: Call<'get'>;
  /** Carries an `Idempotency-Key` of its own, unless one is given: with `params.header`, a call can be repeated safely. */
  readonly post: Call<'post'>;
  readonly put: Call<'put'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;
  /** Everything on a list, page after page, each page fetched when it is needed. */
  each<Path extends ListPath>(path: Path, ...given: Arguments<Taken<'get', Path>>): AsyncGenerator<Item<Path>, void, undefined>;
}

export function createApi(options: ApiOptions = {}): Api {
  const client = createClient<paths>({
    // In a browser an empty base is the page's own origin.
    baseUrl: options.baseUrl ?? '',
    credentials: options.key === undefined ? 'include' : 'omit',
    ...(options.key === undefined ? {} : { headers: { authorization: `Bearer ${options.key}` } }),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  client.use(repeatable, failing);

  // The types of these are those of `Api`; inside, one function does the same for every path.
  const call = (method: HttpMethod) => async (path: string, given?: object) => {
    const { data, response } = await (client.request as (method: HttpMethod, path: string, given?: object) => Promise<{ data?: object; response: Response }>)(method, path, given);
    return { ...data, response };
  };
  const get = call('get') as unknown as (path: string, given?: object) => Promise<{ data: unknown[]; meta: { pagination: { next_cursor: string | null } } }>;

  async function* each(path: string, given: { params?: { query?: object } } = {}): AsyncGenerator<unknown, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const query = { ...given.params?.query, ...(cursor ? { cursor } : {}) };
      const { data, meta } = await get(path, { ...given, params: { ...given.params, query } });
      yield* data;
      cursor = meta.pagination.next_cursor;
    } while (cursor);
  }

  return { get, post: call('post'), put: call('put'), patch: call('patch'), delete: call('delete'), each } as unknown as Api;
}

/** Sending a POST again after a lost answer, as a browser or a proxy may, must not do the thing twice. */
const repeatable: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
  },
};

const failing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await ApiError.of(response);
  },
  onError({ error }) {
    // Who aborts a call knows that they did.
    if (error instanceof Error && error.name === 'AbortError') return error;
    return ApiError.unreachable(error);
  },
};
