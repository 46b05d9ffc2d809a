// How what the API answered is named in the cache. Everything of one path can be found by its beginning.

export interface Where {
  path?: Record<string, unknown> | undefined;
  query?: Record<string, unknown> | undefined;
}

export const listKey = (path: string, where: Where = {}) => ['list', path, where.path ?? {}, where.query ?? {}] as const;
export const recordKey = (path: string, where: Where = {}) => ['record', path, where.path ?? {}, where.query ?? {}] as const;
export const LISTS = ['list'] as const;
export const RECORDS = ['record'] as const;
