import type { Schema } from '@/api';

export type Segment = Schema<'SegmentOut'>;
export type What = Segment['what'];
export type Member = Schema<'Member'>;

export const whats = [
  { value: 'people', label: 'People' },
  { value: 'businesses', label: 'Businesses' },
] satisfies { value: What; label: string }[];

export const whatLabel = (what: What) => (what === 'people' ? 'People' : 'Businesses');
export const unitOf = (what: What, number: number) =>
  what === 'people' ? (number === 1 ? 'person' : 'people') : number === 1 ? 'business' : 'businesses';
