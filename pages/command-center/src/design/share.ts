import type { RouteLocationRaw } from 'vue-router';

/** A part of a whole, with the color that stands for it. */
export interface Share {
  key: string;
  label: string;
  count: number;
  /** The class of its color. */
  fill: string;
  /** Where it is seen; nothing leads there while there is none of it. */
  to?: RouteLocationRaw | undefined;
}
