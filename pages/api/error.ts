// What the client throws: one error, whatever went wrong.
import type { components, operations } from './schema.d.ts';

/** What is wrong with one field of what was sent. */
export type FieldError = NonNullable<components['schemas']['Failure']['error']['details']>[number];

type AnswersOf<Operation> = Operation extends { responses: infer Responses } ? Responses[keyof Responses] : never;
type CodeOf<Answer> = Answer extends { content: { 'application/json': { error: { code: infer Code } } } } ? Code : never;

/** Every code that some operation's answer is declared with, for the compiler to know a mistyped one. */
export type ApiErrorCode = Extract<CodeOf<AnswersOf<operations[keyof operations]>>, string>;

/** `unreachable`: there was no answer. `unreadable_answer`: it was not the API's own, as a proxy's page is not. */
export type ErrorCode = ApiErrorCode | 'unreachable' | 'unreadable_answer';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Zero when there was no answer. */
  readonly status: number;
  readonly code: ErrorCode;
  /** Each wrong field, after `validation_failed`. */
  readonly details: readonly FieldError[];
  /** What to name when asking about it: the platform's log has the same id. */
  readonly requestId: string | null;
  /** After `rate_limited`. */
  readonly retryAfterSeconds: number | null;

  constructor(message: string, fields: { status: number; code: ErrorCode; details?: readonly FieldError[]; headers?: Headers; cause?: unknown }) {
    super(message, { cause: fields.cause });
    this.status = fields.status;
    this.code = fields.code;
    this.details = fields.details ?? [];
    this.requestId = fields.headers?.get('x-request-id') ?? null;
    const seconds = Number(fields.headers?.get('retry-after') ?? Number.NaN);
    this.retryAfterSeconds = Number.isNaN(seconds) ? null : seconds;
  }

  /** The complaint about one field, as `name` or `steps[0].subject`. */
  complaint(field: string): string | undefined {
    return this.details.find((detail) => detail.field === field)?.message;
  }

  static unreachable(cause: unknown): ApiError {
    return new ApiError('The platform cannot be reached.', { status: 0, code: 'unreachable', cause });
  }

  static async of(response: Response): Promise<ApiError> {
    const { status, headers } = response;
    const failure = await response.json().then(
      (body) => (body as Partial<components['schemas']['Failure']> | null)?.error,
      () => undefined,
    );
    if (typeof failure?.code !== 'string') {
      return new ApiError(`The answer ${status} is not the API's own.`, { status, code: 'unreadable_answer', headers });
    }
    return new ApiError(failure.message, { status, code: failure.code as ErrorCode, details: failure.details ?? [], headers });
  }
}
