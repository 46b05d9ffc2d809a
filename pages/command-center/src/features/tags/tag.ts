import type { Schema } from '@/api';

export type Tag = Schema<'TagOut'>;
