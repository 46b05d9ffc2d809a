// How times, sums and sizes are written.

const LOCALE = 'en-US';

const STYLES = {
  date: { dateStyle: 'medium' },
  time: { timeStyle: 'short' },
  minute: { dateStyle: 'medium', timeStyle: 'short' },
  full: {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

// Making a format takes far longer than using it, which a table feels that is scrolled.
const formats = new Map<string, Intl.DateTimeFormat>();
const wholeNumber = new Intl.NumberFormat(LOCALE);
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'long' });

export function absoluteTime(text: string, timeZone: string, style: keyof typeof STYLES = 'minute'): string {
  const key = `${style} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALE, { ...STYLES[style], timeZone });
  formats.set(key, format);
  return format.format(new Date(text));
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
  return relative.format(Math.trunc(seconds / step[1]), step[0]);
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

/** A North American number as it is written there; others stay as the API has them. */
export function phoneNumber(text: string): string {
  const digits = text.replaceAll(/[\s().-]/g, '');
  return /^\+1\d{10}$/.test(digits) ? digits.replace(/^\+1(\d{3})(\d{3})/, '($1) $2-') : text;
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

export const number = (value: number, options?: Intl.NumberFormatOptions) =>
  (options ? new Intl.NumberFormat(LOCALE, options) : wholeNumber).format(value);
