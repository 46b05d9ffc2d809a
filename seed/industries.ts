import { FOOD } from './industries_food.ts';
import { HEALTH } from './industries_health.ts';
import { HOME } from './industries_home.ts';
import { PROFESSIONAL } from './industries_professional.ts';
import { STREET } from './industries_street.ts';
import type { Industry } from './industry.ts';

export type { Industry, Terminology } from './industry.ts';

/** The twenty industries, in the order in which the platform shows them. */
export const INDUSTRIES: readonly Industry[] = [...FOOD, ...HEALTH, ...HOME, ...PROFESSIONAL, ...STREET];
