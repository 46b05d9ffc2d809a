// The stand-in of Amazon SES v2 and of SNS, in one place to import from.
export * from './events.ts';
export { AwsError, ERROR_STATUS } from './errors.ts';
export type { AwsErrorCode } from './errors.ts';
export { Faults } from './faults.ts';
export type { Counted, FaultSettings, RecipientRule } from './faults.ts';
export { Mailbox, bareAddress, headerValue } from './mailbox.ts';
export type { AcceptedMessage, Duplicate, KeepBodies, MailHeader, RenderingFailure } from './mailbox.ts';
export { messageIdHeader, parseRaw, toRfc5322 } from './mime.ts';
export type { ParsedRaw } from './mime.ts';
export { DEFAULT_CREDENTIALS, startSesStandIn } from './server.ts';
export type { OnAccepted, RequestStats, SesOptions, SesStandIn } from './server.ts';
export type { Credentials, VerifyMode } from './signature.ts';
export { startSnsStandIn, stringToSign, verifyEnvelope } from './sns.ts';
export type {
  Delivery,
  PublishManyOptions,
  PublishOptions,
  SignatureVersion,
  SnsEnvelope,
  SnsOptions,
  SnsStandIn,
  Subscription,
} from './sns.ts';
