// Changes a record at once on the page and then at the API, with a way back.
import { useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';
import type { Ref } from 'vue';

import { useConflicts } from './conflicts.ts';
import type { Conflict } from './conflicts.ts';
import { patchEverywhere } from './cache.ts';
import type { Identified } from './cache.ts';
import { ApiError, api } from './client.ts';
import type { Answered, paths } from './client.ts';
import { RECORDS } from './keys.ts';
import { problemOf } from './problem.ts';
import { readVersioned } from './record.ts';
import type { ReadPath, Versioned } from './record.ts';
import { useToasts } from './toasts.ts';
import { writing } from './writes.ts';

/** The paths of records that are read and changed by their id. */
export type EditPath = {
  [Path in keyof paths]: paths[Path] extends { patch: { parameters: { path: { id: string } }; requestBody: unknown } }
    ? Answered<'get', Path> extends { data: Identified }
      ? Path
      : never
    : never;
}[ReadPath];
type RequestOf<Path extends EditPath> = paths[Path] extends { patch: { requestBody: { content: { 'application/json': infer Body } } } }
  ? Body
  : never;
export type Changes<Path extends EditPath> = RequestOf<Path>;
type RecordOf<Path extends EditPath> = Answered<'get', Path> extends { data: infer Data } ? Data : never;

export interface EditWords {
  /** Said in the toast, as `Phone changed`. No toast without it. */
  done?: string;
}

export interface Edit<Path extends EditPath> {
  /** Saves the changes of `record`. False when they were not saved; what went wrong has been said then. */
  save: (record: RecordOf<Path>, changes: Changes<Path>, words?: EditWords) => Promise<boolean>;
  isSaving: Ref<boolean>;
  /** What was wrong with a field of the last change. */
  complaint: (field: string) => string | undefined;
}

/** `const { save } = useEdit('/api/v1/people/{id}')`, then `save(person, { phone: '…' }, { done: 'Phone changed' })`. */
export function useEdit<Path extends EditPath>(path: Path): Edit<Path> {
  const client = useQueryClient();
  const toasts = useToasts();
  const conflicts = useConflicts();
  const isSaving = ref(false);
  const failure = ref<ApiError>();

  type Fields = Record<string, unknown>;

  async function send(id: string, changes: Fields, etag: string | null): Promise<Versioned<Fields>> {
    const patch = api.patch as unknown as (path: string, given: object) => Promise<{ data: Fields; response: Response }>;
    const { data, response } = await patch(path, { params: { path: { id }, header: etag ? { 'If-Match': etag } : {} }, body: changes });
    return { data, etag: response.headers.get('etag') };
  }

  /** The version that this page knows, if it has read the record by itself. */
  function knownVersion(id: string): string | null {
    const found = client.getQueriesData<Versioned<Partial<Identified>>>({ queryKey: [...RECORDS, path] });
    return found.find(([, versioned]) => versioned?.data?.id === id)?.[1]?.etag ?? null;
  }

  function settle(id: string, saved: Versioned<Fields>): void {
    patchEverywhere(client, id, saved.data);
    for (const [key, versioned] of client.getQueriesData<Versioned<Fields>>({ queryKey: [...RECORDS, path] })) {
      if (versioned?.data?.['id'] === id) client.setQueryData(key, { data: { ...versioned.data, ...saved.data }, etag: saved.etag });
    }
  }

  async function save(record: RecordOf<Path>, changes: Changes<Path>, words: EditWords = {}, version?: string | null): Promise<boolean> {
    const before = record as Fields & Identified;
    const after = changes as Fields;
    const { id } = before;
    failure.value = undefined;
    isSaving.value = true;
    await Promise.all([client.cancelQueries({ queryKey: ['list'] }), client.cancelQueries({ queryKey: RECORDS })]);
    const putBack = patchEverywhere(client, id, after);
    try {
      settle(id, await writing(send(id, after, version ?? knownVersion(id))));
    } catch (error) {
      putBack();
      if (error instanceof ApiError && error.code === 'changed_meanwhile') await ask(before, after, words);
      else refuse(error);
      return false;
    } finally {
      isSaving.value = false;
      void client.invalidateQueries({ queryKey: ['list'], refetchType: 'none' });
    }
    if (words.done) {
      const undo = Object.fromEntries(Object.keys(after).map((field) => [field, before[field]]));
      toasts.show({
        title: words.done,
        action: { label: 'Undo', run: () => void save({ ...before, ...after } as RecordOf<Path>, undo as Changes<Path>) },
      });
    }
    return true;
  }

  function refuse(error: unknown): void {
    if (error instanceof ApiError) failure.value = error;
    const fields = error instanceof ApiError ? error.details.map((detail) => detail.message).join(' ') : '';
    const problem = problemOf(error);
    toasts.show({ tone: 'danger', title: problem.title, description: fields || problem.message, requestId: problem.requestId });
  }

  /** Somebody else was faster: shows what is there now, and lets whoever changes it decide. */
  async function ask(before: Fields & Identified, changes: Fields, words: EditWords): Promise<void> {
    const current = (await readVersioned(path, { path: { id: before.id } })) as unknown as Versioned<Fields>;
    const mine = Object.keys(changes);
    const theirs = Object.keys(current.data).filter((field) => !isBookkeeping(field) && !isSame(current.data[field], before[field]));
    const conflict: Conflict = {
      fields: [...new Set([...theirs, ...mine])].map((name) => ({
        name,
        before: before[name],
        theirs: current.data[name],
        mine: mine.includes(name) ? changes[name] : undefined,
      })),
      keepTheirs: () => settle(before.id, current),
      saveMine: () => {
        settle(before.id, current);
        void save(current.data as RecordOf<Path>, changes as Changes<Path>, words, current.etag);
      },
    };
    conflicts.show(conflict);
  }

  return { save, isSaving, complaint: (field) => failure.value?.complaint(field) };
}

const isBookkeeping = (field: string) => ['updated_at', 'id', 'version'].includes(field);
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
