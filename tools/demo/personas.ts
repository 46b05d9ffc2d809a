// How people treat their mail. Everything is drawn from one seed, by the address and the step: each run has the same readers.
import { HOUR } from '../../seed/clock.ts';
import { Random } from '../../seed/random.ts';
import type { Weighted } from '../../seed/random.ts';

const SEED = 90;

type Persona = 'reader' | 'apple' | 'gmail' | 'scanned' | 'silent' | 'leaving' | 'gone' | 'complaining';

const PERSONAS: Weighted<Persona> = [
  ['reader', 400],
  ['apple', 220],
  ['gmail', 90],
  ['scanned', 60],
  ['silent', 170],
  ['leaving', 35],
  ['gone', 20],
  ['complaining', 5],
];

export const APPLE_PROXY = 'Mozilla/5.0';
export const GMAIL_PROXY = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
export const SCANNER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const BROWSERS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0',
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
];

export type Doing = 'open' | 'click' | 'click_all' | 'unsubscribe' | 'bounce' | 'complain';

export interface Reaction {
  doing: Doing;
  /** Milliseconds after the message came. 0: a machine's, at once. */
  after: number;
  userAgent: string;
}

/** What comes of a message to this address, which is the `nth` it gets. */
export function reactions(address: string, nth: number, campaign: string): Reaction[] {
  const who = new Random(SEED, 'person', address);
  const persona = who.weighted(PERSONAS);
  const browser = who.pick(BROWSERS);
  const lastStraw = who.int(2, 40);
  const mood = new Random(SEED, 'message', address, campaign);
  const later = (): number => mood.int(10, 40 * 60) * (HOUR / 60);
  const at = (doing: Doing, userAgent: string, after = 0): Reaction => ({ doing, after, userAgent });

  // Six in a hundred messages are clicked, of those that are opened about one in six.
  const reads = (): Reaction[] => {
    if (!mood.percent(35)) return [];
    const opened = later();
    const open = at('open', browser, opened);
    return mood.percent(17) ? [open, at('click', browser, opened + mood.int(1, 10) * 60_000)] : [open];
  };

  switch (persona) {
    case 'reader':
      return reads();
    case 'apple':
      return [at('open', APPLE_PROXY), ...(mood.percent(6) ? [at('click', browser, later())] : [])];
    case 'gmail':
      return mood.percent(40) ? [at('open', GMAIL_PROXY, later())] : [];
    case 'scanned':
      return [at('open', SCANNER), at('click_all', SCANNER), ...reads()];
    case 'silent':
      return [];
    case 'leaving':
      return nth === lastStraw ? [at('open', browser, HOUR), at('unsubscribe', browser, HOUR)] : reads();
    case 'gone':
      return [at('bounce', '')];
    case 'complaining':
      return nth === Math.min(lastStraw, 12) ? [at('complain', '', HOUR)] : reads();
  }
}
