// Signature Version 4, checked the only way that proves anything: AWS's own signer signs the request we received again, with the
// secret we know and at the date it claims, and the two signatures must be equal.
import { createHash } from 'node:crypto';

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

import { AwsError } from './errors.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * Signing 600 KB again costs milliseconds, which a benchmark on two shared cores would charge to the platform. `sample` checks the
 * cryptography of the first 20 requests and of each 100th after them; names, region and clock of every request are checked still.
 */
export type VerifyMode = 'always' | 'sample' | 'never';

export interface SignatureOptions {
  credentials: Credentials;
  region: string;
  mode: VerifyMode;
  now: () => number;
  /** Off when the platform under test runs on a moved clock that this process cannot follow. */
  checkClock: boolean;
}

export interface ReceivedRequest {
  method: string;
  /** As it came, still percent-encoded, without the query. */
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: Buffer;
}

const SERVICE = 'ses';
const MAX_SKEW_MS = 5 * 60 * 1000;
const ALWAYS_FIRST = 20;
const THEN_EACH = 100;

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

export class SignatureVerifier {
  readonly #options: SignatureOptions;
  readonly #signer: SignatureV4;
  #seen = 0;
  #checked = 0;

  constructor(options: SignatureOptions) {
    this.#options = options;
    this.#signer = new SignatureV4({
      service: SERVICE,
      region: options.region,
      credentials: options.credentials,
      sha256: Sha256,
      // Else the signer adds `x-amz-content-sha256` to requests that came without it, and signs something else than the caller did.
      applyChecksum: false,
    });
  }

  /** How many signatures were really computed, so that a test with `sample` can show that some were. */
  get checked(): number {
    return this.#checked;
  }

  /** Throws the error SES would answer; returns when the request is authentic. */
  async verify(request: ReceivedRequest): Promise<void> {
    if (this.#options.mode === 'never') return;
    this.#seen += 1;

    const claim = parseAuthorization(request.headers['authorization']);
    const date = requestDate(request.headers['x-amz-date']);
    this.#checkScope(claim, date);
    this.#checkClock(date);
    for (const needed of ['host', 'x-amz-date']) {
      if (!claim.signedHeaders.includes(needed)) throw invalid(`'${needed}' must be a 'SignedHeader' in the AWS Authorization.`);
    }

    const due = this.#options.mode === 'always' || this.#seen <= ALWAYS_FIRST || this.#seen % THEN_EACH === 0;
    if (!due) return;
    this.#checked += 1;
    checkPayloadHash(request);
    await this.#checkSignature(request, claim, date);
  }

  #checkScope(claim: Claim, date: RequestDate): void {
    const { credentials, region } = this.#options;
    if (claim.accessKeyId !== credentials.accessKeyId) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    if (claim.region !== region) throw invalid('Credential should be scoped to a valid region. ');
    if (claim.service !== SERVICE) throw invalid(`Credential should be scoped to correct service: '${SERVICE}'. `);
    if (claim.terminator !== 'aws4_request') throw invalid("Credential should be scoped with a valid terminator: 'aws4_request'. ");
    if (claim.day !== date.text.slice(0, 8)) {
      throw invalid(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.day}' != '${date.text.slice(0, 8)}', from '${date.text}'.`,
      );
    }
  }

  #checkClock(date: RequestDate): void {
    if (!this.#options.checkClock) return;
    const now = this.#options.now();
    if (date.ms < now - MAX_SKEW_MS) {
      throw invalid(`Signature expired: ${date.text} is now earlier than ${compact(now - MAX_SKEW_MS)} (${compact(now)} - 5 min.)`);
    }
    if (date.ms > now + MAX_SKEW_MS) {
      throw invalid(`Signature not yet current: ${date.text} is still later than ${compact(now + MAX_SKEW_MS)} (${compact(now)} + 5 min.)`);
    }
  }

  async #checkSignature(request: ReceivedRequest, claim: Claim, date: RequestDate): Promise<void> {
    const headers: Record<string, string> = {};
    for (const name of claim.signedHeaders) {
      const value = request.headers[name];
      if (value === undefined) throw invalid(MISMATCH);
      headers[name] = value;
    }
    // The hash the caller claims has been compared with the body's own; without a claim the signer hashes the body.
    const claimedHash = request.headers['x-amz-content-sha256'];
    if (claimedHash !== undefined && !claim.signedHeaders.includes('x-amz-content-sha256')) throw invalid(MISMATCH);

    const again = await this.#signer.sign(
      {
        method: request.method,
        protocol: 'https:',
        hostname: request.headers['host'] ?? '',
        path: request.path,
        query: request.query,
        headers,
        body: request.body,
      },
      // The signer leaves some headers out by habit (user-agent); what the caller signed, we sign.
      { signingDate: new Date(date.ms), signableHeaders: new Set(claim.signedHeaders) },
    );
    if (parseAuthorization(again.headers['authorization']).signature !== claim.signature) throw invalid(MISMATCH);
  }
}

interface Claim {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  terminator: string;
  signedHeaders: string[];
  signature: string;
}

interface RequestDate {
  text: string;
  ms: number;
}

function parseAuthorization(header: string | undefined): Claim {
  if (header === undefined) throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const fields = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header)?.[1];
  if (fields === undefined) throw incomplete("Authorization header requires 'AWS4-HMAC-SHA256' algorithm.");
  const values = new Map(
    fields.split(',').map((field): [string, string] => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim(), field.slice(at + 1).trim()];
    }),
  );
  const part = (name: string): string => {
    const value = values.get(name);
    if (value === undefined || value === '') throw incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const [accessKeyId, day, region, service, terminator, ...more] = part('Credential').split('/');
  if (
    accessKeyId === undefined ||
    day === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined ||
    more.length > 0
  ) {
    throw incomplete('Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.');
  }
  return { accessKeyId, day, region, service, terminator, signedHeaders: part('SignedHeaders').split(';'), signature: part('Signature') };
}

function requestDate(header: string | undefined): RequestDate {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(header ?? '');
  if (header === undefined || parts === null) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const [, year, month, day, hour, minute, second] = parts;
  return { text: header, ms: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}

/** The signer believes this header, so that a body changed on the way would pass: compare it with the body itself. */
function checkPayloadHash(request: ReceivedRequest): void {
  const claimed = request.headers['x-amz-content-sha256'];
  if (claimed === undefined) return;
  if (claimed !== createHash('sha256').update(request.body).digest('hex')) throw invalid(MISMATCH);
}

function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message);
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message);
}
