import type { Schema } from '@/api/client.ts';
import { words } from '@/lib/words.ts';

export type Person = Schema<'PersonOut'>;

export function nameOf(person: Pick<Person, 'first_name' | 'last_name' | 'email'>): string {
  return [person.first_name, person.last_name].filter(Boolean).join(' ') || person.email || 'Nameless';
}

export const roles = (
  ['owner', 'manager', 'marketing', 'operations', 'tech', 'staff', 'other'] as const satisfies readonly Person['role'][]
).map((value) => ({
  value,
  label: words(value),
}));

export const channels = (
  [
    ['email', 'Email'],
    ['sms', 'Text message'],
    ['phone', 'Phone'],
  ] as const satisfies readonly (readonly [Schema<'PreferredChannel'>, string])[]
).map(([value, label]) => ({ value, label }));
