import type { Schema } from '@/api';

export type Template = Schema<'Template'>;
export type TemplateIn = Schema<'TemplateIn'>;
export type TemplateProblem = Schema<'TemplateProblem'>;
export type TemplateVariable = Schema<'TemplateVariable'>;

export const purposes = [
  { value: 'marketing', label: 'Marketing', hint: 'Needs the postal address and an unsubscribe link.' },
  { value: 'transactional', label: 'Transactional', hint: 'Part of a business relation: a receipt, a reminder.' },
] as const satisfies readonly { value: Template['purpose']; label: string; hint: string }[];

export const layouts = [
  { value: 'base', label: 'Standard frame', hint: 'Header, and a footer with postal address and unsubscribe link.' },
  { value: 'none', label: 'None', hint: 'The body is the whole document.' },
] as const satisfies readonly { value: Template['layout']; label: string; hint: string }[];

export const labelOf = (choices: readonly { value: string; label: string }[], value: string) =>
  choices.find((choice) => choice.value === value)?.label ?? value;

/** A name as the API wants it in addresses: `Spring offer!` is `spring-offer`. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
}
