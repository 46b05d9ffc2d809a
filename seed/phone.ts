import type { Random } from './random.ts';

/**
 * A number that rings nowhere: 555-0100 to 555-0199 are kept free for fiction in every area code, in E.164.
 * There are only a hundred of them for each area code, so different people can have the same one.
 */
export function phone(areaCode: string, random: Random): string {
  return `+1${areaCode}55501${String(random.int(0, 99)).padStart(2, '0')}`;
}
