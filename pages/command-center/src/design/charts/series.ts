/** What a chart shows: one time or name for each point, and one number for each of them in every series. */
export interface Series {
  label: string;
  values: readonly (number | null)[];
}

export interface ChartGiven {
  /** What it is of, for who listens, and the caption of its table. */
  label: string;
  /** Times as the API has them, or names. */
  points: readonly string[];
  series: readonly Series[];
  /** How a number is written. */
  format?: Intl.NumberFormatOptions;
  height?: number;
}

/** Whether the points are times: then they are placed by it. */
export const areTimes = (points: readonly string[]) => points.length > 0 && points.every((point) => /^\d{4}-\d{2}-\d{2}/.test(point));
