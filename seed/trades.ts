import { COUNTER } from './trades_counter.ts';
import { FIELD } from './trades_field.ts';
import { OFFICE } from './trades_office.ts';
import type { Trade } from './trade.ts';

export type { EmployeeRange, Post, Trade } from './trade.ts';

/** One for each industry. */
export const TRADES: readonly Trade[] = [...COUNTER, ...OFFICE, ...FIELD];
