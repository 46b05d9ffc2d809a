// Real records to call operations with, made through the API itself, with the contract's own examples.
//
// A path's parameters say which record they want: in `/businesses/{id}/tags/{tag_id}` a business and a tag. What is made
// by a POST to its collection needs no line here; what has to be in some state first, or is made otherwise, has.
import { randomUUID } from 'node:crypto';

import { makePeople, startSequence } from '../../support/campaign.ts';
import { until } from '../../support/wait.ts';
import type { Platform } from '../../support/platform.ts';
import { PASSWORD, as as asMember, joined, mailedTokens, member } from '../../support/team.ts';
import type { Member } from '../../support/team.ts';
import type { Contract, Operation } from './contract.ts';

export type Path = Record<string, string>;

/** A call that must succeed. */
export interface Prepared {
  path: Path;
  body?: unknown;
  /** Whose call it is; the key's of the settings when absent. */
  key?: string;
}

const PLACEHOLDER = /^01900000-0000-7000-8000-[0-9a-f]{12}$/;
/** Of which two may not be the same. */
const UNIQUE = ['name', 'email', 'address', 'slug'];

export class Records {
  readonly #platform: Platform;
  readonly #contract: Contract;
  readonly #shared = new Map<string, Promise<string>>();
  #count = 0;
  #owner: Promise<Member> | undefined;

  constructor(platform: Platform, contract: Contract) {
    this.#platform = platform;
    this.#contract = contract;
  }

  /** A call that must succeed: about new records, in a state that allows it. */
  async prepare(operation: Operation): Promise<Prepared> {
    const special = await SPECIAL[operation.id]?.(this, this.#platform);
    const path = special?.path ?? (await this.#parameters(operation, (collection) => this.make(collection)));
    const key = special?.key ?? (await this.keyFor(operation));
    return { path, body: special?.body ?? (await this.body(operation)), ...(key ? { key } : {}) };
  }

  /** Somebody signed in, for what programs have no part in. */
  async keyFor({ isPublic, permission }: Operation): Promise<string | undefined> {
    return isPublic || permission ? undefined : (await this.owner()).access;
  }

  owner(): Promise<Member> {
    return (this.#owner ??= joined(this.#platform, 'owner'));
  }

  /** The path's parameters of records that are there, whatever their state. */
  shared(operation: Operation): Promise<Path> {
    return this.#parameters(operation, (collection) => {
      let made = this.#shared.get(collection);
      if (!made) this.#shared.set(collection, (made = this.make(collection)));
      return made;
    });
  }

  async #parameters({ path }: Operation, record: (collection: string) => Promise<string>): Promise<Path> {
    const found: Path = {};
    const parts = path.split('/');
    for (const [index, part] of parts.entries()) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name) found[name] = await record(name === 'version' ? 'versions' : parts[index - 1]!);
    }
    return found;
  }

  /** A new record; gives what its path names it by. */
  async make(collection: string): Promise<string> {
    const maker = MAKERS[collection];
    if (maker) return maker(this, this.#platform);
    const creation = this.#contract.operations.find(({ method, path }) => method === 'POST' && path === `/api/v1/${collection}`);
    if (!creation) return this.#put(collection);
    return (await this.#platform.data('POST', creation.path, await this.body(creation))).id;
  }

  /** A new record of a kind whose makers name it themselves. */
  async #put(collection: string): Promise<string> {
    const pattern = new RegExp(`^/api/v1/${collection}/\\{\\w+\\}$`);
    const putting = this.#contract.operations.find(({ method, path }) => method === 'PUT' && pattern.test(path));
    if (!putting) throw new Error(`nothing makes ${collection}: give it a line in MAKERS`);
    const name = `made${randomUUID().replaceAll('-', '').slice(0, 20)}`;
    await this.#platform.data('PUT', putting.path.replace(/\{\w+\}/, name), await this.body(putting));
    return name;
  }

  /** The contract's example, about records that there are, and unlike any that was sent before. */
  async body({ example, path }: Operation, unique = true): Promise<any> {
    if (example === undefined) return undefined;
    const filled = await this.#filled(example, '', path.split('/')[3]!);
    if (unique && this.#count > 0 && typeof filled === 'object') {
      for (const name of UNIQUE) {
        if (typeof filled[name] === 'string') filled[name] = filled[name].includes('@') ? `${this.#count}.${filled[name]}` : `${filled[name]} ${this.#count}`;
      }
    }
    this.#count += 1;
    return filled;
  }

  async #filled(value: unknown, name: string, collection: string): Promise<any> {
    if (Array.isArray(value)) return Promise.all(value.map((item) => this.#filled(item, name.replace(/s$/, ''), collection)));
    if (typeof value === 'object' && value !== null) {
      const filled: Record<string, unknown> = {};
      for (const [key, inner] of Object.entries(value)) filled[key] = await this.#filled(inner, key, collection);
      return filled;
    }
    if (typeof value !== 'string' || !PLACEHOLDER.test(value)) return value;
    // What is meant by an id alone is of the operation's own kind.
    if (name === 'id') return this.make(collection);
    const noun = /^(\w+)_id$/.exec(name)?.[1];
    // Another of whatever the path is about; it must only be an id here.
    if (noun === 'other') return this.make('businesses');
    if (!noun) throw new Error(`the example's ${name} is an id of nothing`);
    return this.make(plural(noun));
  }
}

const plural = (noun: string): string => ({ person: 'people' })[noun] ?? `${noun.replaceAll('_', '-').replace(/y$/, 'ie').replace(/s$/, 'se')}s`;

type Make<T> = (records: Records, platform: Platform) => Promise<T>;

/** A session of its own of somebody who signs in with their password. */
async function signedIn(platform: Platform, email: string): Promise<Member> {
  return member(await platform.data('POST', '/api/v1/auth/password', { email, password: PASSWORD }));
}

/** What a POST to its collection does not make. */
const MAKERS: Record<string, Make<string>> = {
  sequences: async (_, platform) => startSequence(platform, [{ day_offset: 1 }]),
  /** Of any sequence. */
  versions: async () => '1',
  enrolments: async (_, platform) => (await enrolled(platform)).id,
  'enrolment-jobs': async (records, platform) => {
    const job = await platform.data('POST', `/api/v1/communities/${await records.make('communities')}/deploy`, { sequence_id: await records.make('sequences') });
    return job.id;
  },
  slug: async (records, platform) => (await platform.data('GET', `/api/v1/customers/${await records.make('customers')}`)).slug,
  sends: async (_, platform) => {
    const { id, sequence } = await enrolled(platform);
    await platform.sql('UPDATE enrolments SET next_send_at = 0 WHERE id = ?1', id);
    await platform.cron();
    // Until nothing goes on behind what is asked of it.
    return until(async () => (await platform.data('GET', `/api/v1/sequences/${sequence}/sends?status=sent`))[0]?.id as string | undefined, { what: 'it is sent' });
  },
  tenants: async (_, platform) => platform.tenantId,
  members: async (_, platform) => (await joined(platform, 'agent')).userId,
  /** One that is over: there is one run at a time, and that is startSyncRun's. */
  runs: async (_, platform) => {
    const id = `01900000-0000-7000-8000-${randomUUID().slice(-12)}`;
    await platform.sql(
      `INSERT INTO sync_runs (tenant_id, id, kind, status, phase, next_step_at, started_at, finished_at) VALUES (?1, ?2, 'full', 'done', 'vanished', 0, 0, 0)`,
      platform.tenantId, id,
    );
    return id;
  },
  /** No call of the API makes one. It is about a send that there is not, so that replaying it does nothing. */
  'dead-letters': async (_, platform) => {
    const id = `01900000-0000-7000-8000-${randomUUID().slice(-12)}`;
    const message = { type: 'engagement', id, tenant_id: platform.tenantId, send_id: id, kind: 'open', occurred_at: 0, method: 'GET', user_agent: 'Mozilla' };
    await platform.sql(
      `INSERT INTO dead_letters (tenant_id, id, queue, fingerprint, what, reason, message, attempts, first_seen_at, last_seen_at)
       VALUES (?1, ?2, 'tracking', ?2, 'An open of an email', 'It could not be applied.', ?3, 1, 0, 0)`,
      platform.tenantId, id, JSON.stringify(message),
    );
    return id;
  },
  stages: async (records, platform) => (await platform.data('POST', `/api/v1/pipelines/${await records.make('pipelines')}/stages`, { name: 'Signed' })).id,
  /** Somebody's: a key has none. */
  views: async (records, platform) => {
    const { body } = await asMember(platform, (await records.owner()).access, 'POST', '/api/v1/views', { name: 'Mine', page: 'tasks', query: { sort: 'due_at' } });
    return body.data.id;
  },
  sessions: async (records, platform) => (await signedIn(platform, (await records.owner()).email)).session,
  /** No provider is set up. */
  openid: async () => 'nowhere',
  /** Without a row, so that what goes on in the background makes nothing. */
  imports: async (_, platform) => (await platform.upload('/api/v1/imports', 'Name\n')).id,
  exports: async (_, platform) => {
    const { id } = await platform.data('POST', '/api/v1/exports', { what: 'businesses' });
    await until(async () => (await platform.data('GET', `/api/v1/exports/${id}`)).status === 'done', { what: 'it is written' });
    return id;
  },
  /** Two businesses with one number, once they were compared. */
  duplicates: async (records, platform) => {
    const [first, second] = [await records.make('businesses'), await records.make('businesses')];
    const phone = `+1727${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;
    for (const id of [first, second]) await platform.data('PATCH', `/api/v1/businesses/${id}`, { phone });
    return until(async () => {
      await platform.cron();
      const near = await platform.data('GET', `/api/v1/businesses/${first}/duplicates`);
      return near.find(({ id, record }: { id: string | null; record: { id: string } }) => id && record.id === second)?.id as string | undefined;
    }, { what: 'the pair is found' });
  },
  merges: async (records, platform) => {
    const [kept, other] = [await records.make('businesses'), await records.make('businesses')];
    return (await platform.data('POST', `/api/v1/businesses/${kept}/merge`, { other_id: other })).id;
  },
  suppressions: async (_, platform) => {
    const address = `${randomUUID()}@bakery.example`;
    await platform.data('POST', '/api/v1/suppressions', { address });
    return address;
  },
};

/** Where a run asks in vain, so that it is under way as long as it is wanted. */
export const CONTENT = { CONTENT_API_URL: 'http://127.0.0.1:9', CONTENT_API_KEY: 'nobody', CONTENT_SYNC_MINUTES: '0' };

/** The operations that want their record in another state than a new one's. */
const SPECIAL: Record<string, Make<Partial<Prepared>>> = {
  publishSequenceVersion: async (records, platform) => {
    const id = await records.make('sequences');
    const steps = [1, 2].map((number) => ({ step_number: number, day_offset: number, campaign_id: `C-${number}`, template_id: 'hello', landing_page: 'hello' }));
    await platform.data('POST', `/api/v1/sequences/${id}/versions`, { steps, enrolments_under_way: 'finish' });
    return { path: { id, version: '2' } };
  },
  createImport: async () => ({ body: 'Name\n' }),
  startImport: async (records, platform) => {
    // One runs at a time.
    const running = async () => (await platform.sql<{ n: number }>("SELECT COUNT(*) AS n FROM imports WHERE status = 'running'"))[0]!.n;
    await until(async () => Number(await running()) === 0, { what: 'no import is running' });
    return { path: { id: await records.make('imports') } };
  },
  // As long as it takes to ask, nothing is under way.
  cancelImport: async (records, platform) => {
    const id = await records.make('imports');
    await platform.sql("UPDATE imports SET status = 'checking' WHERE id = ?1", id);
    return { path: { id } };
  },
  activateSequence: async (_, platform) => ({ path: { id: await draft(platform) } }),
  resumeSequence: async (records, platform) => {
    const id = await records.make('sequences');
    await platform.data('POST', `/api/v1/sequences/${id}/pause`);
    return { path: { id } };
  },
  removeTagFromBusiness: async (records, platform) => {
    const path = { id: await records.make('businesses'), tag_id: await records.make('tags') };
    await platform.data('PUT', `/api/v1/businesses/${path.id}/tags/${path.tag_id}`);
    return { path };
  },
  orderStages: async (records, platform) => {
    const id = await records.make('pipelines');
    const stages: { id: string }[] = await platform.data('GET', `/api/v1/pipelines/${id}/stages`);
    return { path: { id }, body: { stage_ids: stages.map((stage) => stage.id).reverse() } };
  },
  moveDeal: async (records, platform) => {
    const { id, stages } = await deal(records, platform);
    return { path: { id }, body: { stage_id: stages[1] } };
  },
  reopenDeal: async (records, platform) => {
    const { id } = await deal(records, platform);
    await platform.data('POST', `/api/v1/deals/${id}/close`, { outcome: 'lost' });
    return { path: { id } };
  },
  // There is one run at a time.
  startSyncRun: async (_, platform) => {
    await endRun(platform);
    return {};
  },
  // The other one is of the same kind.
  mergeBusinesses: (records) => twoOf(records, 'businesses'),
  previewBusinessMerge: (records) => twoOf(records, 'businesses'),
  mergePeople: (records) => twoOf(records, 'people'),
  previewPersonMerge: (records) => twoOf(records, 'people'),
  // Only what nobody knows the outcome of is settled, which no call of the API brings about.
  settleSend: async (records, platform) => {
    const id = await records.make('sends');
    await platform.sql("UPDATE send_log SET status = 'unknown' WHERE id = ?1", id);
    return { path: { id } };
  },
  // What is signed in with, or comes by email, is no example's.
  signInWithPassword: async (_, platform) => ({ body: { email: (await joined(platform, 'agent')).email, password: PASSWORD } }),
  redeemSignInLink: async (_, platform) => {
    const { email } = await joined(platform, 'agent');
    await platform.api('POST', '/api/v1/auth/link', { email });
    return { body: { token: (await mailedTokens(platform, email)).at(-1) } };
  },
  refreshSession: async (_, platform) => ({ body: { refresh_token: (await joined(platform, 'agent')).refresh } }),
  signOutEverywhere: async (_, platform) => ({ key: (await joined(platform, 'agent')).access }),
  switchTenant: async (_, platform) => {
    const { access, refresh } = await joined(platform, 'agent');
    return { key: access, body: { tenant_id: platform.tenantId, refresh_token: refresh } };
  },
  setPassword: async (_, platform) => ({ key: (await joined(platform, 'agent')).access }),
  acceptInvitation: async (_, platform) => {
    const email = `sam-${randomUUID()}@example.com`;
    await platform.data('POST', '/api/v1/invitations', { email, role: 'agent' });
    return { body: { token: (await mailedTokens(platform, email)).at(-1), name: 'Sam Ortiz', password: PASSWORD } };
  },
};

async function twoOf(records: Records, collection: string): Promise<Prepared> {
  return { path: { id: await records.make(collection) }, body: { other_id: await records.make(collection), fields: { phone: 'other' } } };
}

async function enrolled(platform: Platform): Promise<{ id: string; sequence: string }> {
  const sequence = await startSequence(platform, [{ day_offset: 1 }]);
  const { people } = await makePeople(platform, 1);
  await platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { person_id: people[0]!.id });
  const [enrolment] = await platform.data('GET', `/api/v1/sequences/${sequence}/enrolments`);
  return { id: enrolment.id, sequence };
}

async function endRun(platform: Platform): Promise<void> {
  await platform.sql("UPDATE sync_runs SET status = 'failed', finished_at = 0 WHERE status = 'running'");
}

/** A deal at the beginning of its pipeline, and all of that one's stages. */
async function deal(records: Records, platform: Platform): Promise<{ id: string; stages: string[] }> {
  const id = await records.make('deals');
  const { pipeline_id } = await platform.data('GET', `/api/v1/deals/${id}`);
  const stages: { id: string }[] = await platform.data('GET', `/api/v1/pipelines/${pipeline_id}/stages`);
  return { id, stages: stages.map((stage) => stage.id) };
}

async function draft(platform: Platform): Promise<string> {
  const steps = [{ step_number: 1, day_offset: 1, campaign_id: 'C-1', template_id: 'hello', landing_page: 'hello' }];
  return (await platform.data('POST', '/api/v1/sequences', { name: 'Draft', steps })).id;
}
