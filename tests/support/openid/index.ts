// An OpenID provider: discovery, keys, the page where somebody signs in (who is there is set by the test), and the token
// endpoint. What it signs is really signed. Everything that can be wrong with a token can be asked for.
import { createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Algorithm = 'RS256' | 'ES256';
type Claims = Record<string, unknown>;

export interface OpenIdOptions {
  algorithm: Algorithm;
  clientId: string;
  clientSecret: string;
  /** As it names itself; its own address unless given. Give the platform `hosts` for one that is elsewhere. */
  issuer?: string;
  /** How it takes the client's secret; `client_secret_basic` is not announced, as it is what the standard assumes. */
  secretIn?: 'form' | 'header';
}

/** What is wrong with the next token. */
export interface Flaw {
  claims?: Claims;
  header?: Claims;
  /** Signed with a key that is not published; with nothing; as HS256 with the public key as the secret; changed after it was signed. */
  signature?: 'strange' | 'none' | 'public key' | 'changed';
}

interface Grant {
  nonce: string;
  challenge: string;
  redirectUri: string;
}

interface Key {
  id: string;
  private: KeyObject;
}

export class OpenIdStandIn implements AsyncDisposable {
  /** Who is signed in there. */
  person: Claims = { sub: 'nobody' };
  flaw: Flaw = {};
  /** `Cache-Control` of the keys. */
  keysMayBeKept = 'public, max-age=3600';
  /** How often its documents and its token endpoint were asked for, by path. */
  readonly asked: Record<string, number> = {};

  readonly #options: OpenIdOptions;
  readonly #server: Server;
  readonly #grants = new Map<string, Grant>();
  #keys: Key[];

  private constructor(options: OpenIdOptions) {
    this.#options = options;
    this.#keys = [newKey(options.algorithm)];
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(options: OpenIdOptions): Promise<OpenIdStandIn> {
    const standIn = new OpenIdStandIn(options);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return this.#options.issuer ?? this.url;
  }

  /** As the platform's settings name it. */
  setting(id: string, more: object = {}): object {
    const { clientId, clientSecret } = this.#options;
    return { id, name: id, issuer: this.issuer, client_id: clientId, client_secret: clientSecret, ...more };
  }

  /** Signs with a new key from now on. */
  changeKeys(): void {
    this.#keys = [newKey(this.#options.algorithm)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    this.asked[url.pathname] = (this.asked[url.pathname] ?? 0) + 1;
    const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          ...(this.#options.secretIn === 'form' ? { token_endpoint_auth_methods_supported: ['client_secret_post'] } : {}),
        });
      case '/keys':
        return json(200, { keys: this.#keys.map((key) => this.#published(key)) }, { 'cache-control': this.keysMayBeKept });
      case '/authorize':
        return this.#authorize(url.searchParams, response);
      case '/token':
        return this.#token(request, await text(request), json);
      default:
        return json(404, {});
    }
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const wanted = { response_type: 'code', client_id: this.#options.clientId, code_challenge_method: 'S256' };
    for (const [name, value] of Object.entries(wanted)) {
      if (query.get(name) !== value) return void response.writeHead(400).end(`${name} is not ${value}`);
    }
    if (!query.get('scope')?.split(' ').includes('openid') || !query.get('state')) return void response.writeHead(400).end('scope, state');
    const code = randomBytes(16).toString('base64url');
    const redirectUri = query.get('redirect_uri')!;
    this.#grants.set(code, { nonce: query.get('nonce')!, challenge: query.get('code_challenge')!, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state')!);
    response.writeHead(302, { location: back.href }).end();
  }

  #token(request: IncomingMessage, body: string, json: (status: number, body: unknown) => void): void {
    const form = new URLSearchParams(body);
    const { clientId, clientSecret, secretIn } = this.#options;
    // RFC 6749, 2.3.1: each is form-encoded before they are joined.
    const encoded = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2);
    const basic = `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`;
    const known =
      secretIn === 'form'
        ? form.get('client_id') === clientId && form.get('client_secret') === clientSecret
        : request.headers.authorization === basic;
    if (!known) return json(401, { error: 'invalid_client' });
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    // A code is good for one try.
    this.#grants.delete(code);
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!grant || form.get('grant_type') !== 'authorization_code' || challenge !== grant.challenge || form.get('redirect_uri') !== grant.redirectUri) {
      return json(400, { error: 'invalid_grant' });
    }
    json(200, { access_token: 'opaque', token_type: 'Bearer', id_token: this.#idToken(grant.nonce) });
  }

  #idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1000);
    const key = this.#keys[0]!;
    const { signature, header, claims } = this.flaw;
    const algorithm = { none: 'none', 'public key': 'HS256' }[signature as string] ?? this.#options.algorithm;
    const body = { iss: this.issuer, aud: this.#options.clientId, iat: now, exp: now + 300, nonce, ...this.person, ...claims };
    const signed = `${encode({ alg: algorithm, kid: key.id, typ: 'JWT', ...header })}.${encode(body)}`;
    switch (signature) {
      case 'none':
        return `${signed}.`;
      case 'public key': {
        const secret = createPublicKey(key.private).export({ type: 'spki', format: 'pem' });
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      }
      case 'strange':
        return `${signed}.${signature_(newKey(this.#options.algorithm).private, signed)}`;
      case 'changed': {
        const [head] = signed.split('.');
        return `${head}.${encode({ ...body, email: 'somebody.else@example.com' })}.${signature_(key.private, signed)}`;
      }
      default:
        return `${signed}.${signature_(key.private, signed)}`;
    }
  }

  #published(key: Key): object {
    const { algorithm } = this.#options;
    return { ...createPublicKey(key.private).export({ format: 'jwk' }), kid: key.id, use: 'sig', alg: algorithm };
  }
}

function newKey(algorithm: Algorithm): Key {
  const { privateKey } =
    algorithm === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { id: randomBytes(8).toString('hex'), private: privateKey };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signature_ = (key: KeyObject, text: string): string => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) all += chunk;
  return all;
}
