// What is said to people when something did not work.
import { sentence } from '@/lib/words.ts';

import { ApiError } from './client.ts';
import type { ErrorCode } from './client.ts';

export interface Problem {
  title: string;
  message: string;
  /** Names the request to whoever helps. */
  requestId: string | null;
  /** Whether trying again may help. */
  isWorthRetrying: boolean;
}

const TITLES: Partial<Record<ErrorCode, string>> = {
  unreachable: 'No connection',
  unreadable_answer: 'The answer could not be read',
  internal_error: 'Something went wrong on our side',
  not_found: 'Not found',
  merged: 'Merged into another record',
  forbidden: 'You do not have access',
  limited_reach: 'You can use some of these records only',
  address_not_allowed: 'Not allowed from this network',
  changed_meanwhile: 'Changed meanwhile by somebody else',
  validation_failed: 'Some of it is not right',
  rate_limited: 'Too many requests',
  too_many_attempts: 'Too many attempts',
  wrong_credentials: 'The email address or the password is wrong',
  unauthorized: 'You are signed out',
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  unreachable: 'The platform cannot be reached. Check your connection, then try again.',
  unreadable_answer: 'Something between this page and the platform answered in its place. Try again in a moment.',
  internal_error: 'Nothing was half-saved. Try again; if it stays this way, name the request id when you ask for help.',
  not_found: 'It does not exist, or it is not yours to see.',
  changed_meanwhile: 'Your change was not saved. Look at the current version and decide.',
};

export function problemOf(error: unknown): Problem {
  if (!(error instanceof ApiError)) {
    return {
      title: 'Something went wrong on this page',
      message: 'Try again, or reload the page.',
      requestId: null,
      isWorthRetrying: true,
    };
  }
  const wait = error.retryAfterSeconds;
  const message =
    wait !== null ? `Try again in ${wait === 1 ? 'a second' : `${wait} seconds`}.` : (MESSAGES[error.code] ?? sentence(error.message));
  const title = TITLES[error.code] ?? 'This did not work';
  return {
    title,
    // What the title says already is not said twice.
    message: message === `${title}.` ? '' : message,
    requestId: error.requestId,
    isWorthRetrying: error.status === 0 || error.status === 429 || error.status >= 500,
  };
}
