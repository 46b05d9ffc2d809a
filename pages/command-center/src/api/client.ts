// The one client of the app. The session's cookies speak for whoever is signed in.
import { createApi } from '../../../api/client.ts';

import { withSession } from './session-fetch.ts';

export const api = createApi({ fetch: withSession((request) => fetch(request)) });

export { ApiError } from '../../../api/client.ts';
export type { Answered, ApiErrorCode, ErrorCode, FieldError, Item, ListPath, paths } from '../../../api/client.ts';

import type { components } from '../../../api/client.ts';

/** A type of the contract by its name: `Schema<'PersonOut'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
