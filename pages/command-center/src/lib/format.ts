// How times, sums and sizes are written.

const LOCALE = 'en-US';

export function absoluteTime(text: string, timeZone: string, style: 'date' | 'time' | 'minute' | 'full' = 'minute'): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'date'
      ? { dateStyle: 'medium' }
      : style === 'time'
        ? { timeStyle: 'short' }
        : style === 'full'
          ? {
              weekday: 'short',
              year: 'numeric',
              month: 'short',
              day: 'numeric',
              hour: 'numeric',
              minute: '2-digit',
              second: '2-digit',
              timeZoneName: 'short',
            }
          : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone }).format(new Date(text));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function relativeTime(text: string, now: number): string {
  const seconds = (new Date(text).getTime() - now) / 1000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (!step) return 'just now';
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'long' }).format(Math.trunc(seconds / step[1]), step[0]);
}

/** An amount in the currency's smallest unit, as the API has it. */
export function money(minor: number, currency: string, isShort = false): string {
  const format = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency,
    ...(isShort ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
  });
  const digits = new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const amount = minor / 10 ** digits;
  return !isShort && Number.isInteger(amount)
    ? new Intl.NumberFormat(LOCALE, { style: 'currency', currency, minimumFractionDigits: 0, maximumFractionDigits: 0 }).format(amount)
    : format.format(amount);
}

export function fileSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit: units[power]!,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}

export const number = (value: number, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(LOCALE, options).format(value);
