// The errors SES v2 answers with, by the names in its service model. A caller tells them apart by the `x-amzn-ErrorType`
// header alone: the body carries nothing but a message for people.

export const ERROR_STATUS = {
  // Modelled by SES v2 itself.
  AccountSuspendedException: 400,
  BadRequestException: 400,
  LimitExceededException: 400,
  MailFromDomainNotVerifiedException: 400,
  MessageRejected: 400,
  NotFoundException: 404,
  SendingPausedException: 400,
  TooManyRequestsException: 429,
  // Common to every AWS service.
  IncompleteSignatureException: 400,
  InternalFailure: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const;

export type AwsErrorCode = keyof typeof ERROR_STATUS;

/**
 * What the front door answers (before the service itself is reached) carries this suffix on the wire:
 * `InvalidSignatureException:http://internal.amazon.com/…`. AWS's own clients cut at the colon; ours has to as well.
 */
const FRONT_DOOR_SUFFIX = ':http://internal.amazon.com/coral/com.amazon.coral.service/';

const FRONT_DOOR: ReadonlySet<string> = new Set<AwsErrorCode>([
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

export interface AwsErrorOptions {
  /** Overrides the status the model gives; a fault may answer a 503 under any name. */
  status?: number;
  headers?: Record<string, string>;
}

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? (isKnown(code) ? ERROR_STATUS[code] : 400);
    this.headers = options.headers ?? {};
  }

  /** The value of `x-amzn-ErrorType`. */
  get errorType(): string {
    return FRONT_DOOR.has(this.code) ? this.code + FRONT_DOOR_SUFFIX : this.code;
  }
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

function isKnown(code: string): code is AwsErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}
