import type { Heritage } from './name_lists.ts';

/** Who runs local businesses, over the whole country. */
const EVERYWHERE: Readonly<Record<Heritage, number>> = {
  anglo: 300,
  african_american: 95,
  hispanic: 130,
  german: 75,
  nordic: 20,
  italian: 45,
  irish: 55,
  polish: 25,
  vietnamese: 28,
  chinese: 26,
  korean: 22,
  filipino: 14,
  japanese: 5,
  hawaiian: 0,
  south_asian: 45,
  arab: 20,
  portuguese: 6,
  french: 12,
  native: 4,
};

/** Where a state's telephone book differs clearly from the country's. */
const STATES: Readonly<Record<string, Partial<Record<Heritage, number>>>> = {
  AK: { native: 60, filipino: 50, nordic: 40 },
  AZ: { hispanic: 330, native: 45 },
  CA: { hispanic: 360, vietnamese: 60, chinese: 70, korean: 45, filipino: 55, african_american: 50 },
  CO: { hispanic: 210 },
  CT: { italian: 130, polish: 60, irish: 90 },
  FL: { hispanic: 280 },
  HI: { hawaiian: 260, japanese: 260, filipino: 190, chinese: 90, portuguese: 60, anglo: 120, african_american: 10, hispanic: 40, german: 20 },
  IA: { german: 190, nordic: 60, african_american: 20 },
  ID: { african_american: 5, nordic: 40 },
  IL: { polish: 80, german: 110 },
  LA: { french: 220, african_american: 230 },
  MA: { irish: 190, italian: 120, portuguese: 110 },
  ME: { french: 150, african_american: 8, hispanic: 20 },
  MI: { arab: 80, polish: 80, german: 110 },
  MN: { nordic: 220, german: 190, african_american: 40 },
  MS: { african_american: 290, hispanic: 25 },
  MT: { african_american: 3, hispanic: 30, native: 40, german: 120, nordic: 60 },
  ND: { nordic: 240, german: 220, african_american: 10, hispanic: 30, native: 30 },
  NE: { german: 220, nordic: 60, polish: 40 },
  NH: { french: 110, irish: 110, african_american: 8, hispanic: 25 },
  NJ: { italian: 150, south_asian: 110, hispanic: 190 },
  NM: { hispanic: 420, native: 90 },
  NV: { hispanic: 250, filipino: 50 },
  NY: { italian: 130, irish: 110, polish: 50 },
  OH: { german: 150, polish: 40, arab: 30 },
  OK: { native: 60 },
  PA: { german: 170, italian: 90, polish: 70, irish: 90 },
  RI: { italian: 160, portuguese: 120, irish: 110 },
  SD: { german: 230, nordic: 160, native: 50, african_american: 8, hispanic: 25 },
  TX: { hispanic: 390, vietnamese: 50 },
  UT: { nordic: 120, african_american: 8 },
  VT: { french: 110, african_american: 6, hispanic: 15, irish: 90 },
  WA: { vietnamese: 50, nordic: 60, korean: 40 },
  WI: { german: 260, nordic: 90, polish: 110 },
  WV: { hispanic: 15, african_american: 30 },
  WY: { african_american: 5, german: 110 },
};

/** The weights of a state: the country's, with the state's own in place of them. */
export function heritagesOf(state: string): [Heritage, number][] {
  return Object.entries({ ...EVERYWHERE, ...STATES[state] }) as [Heritage, number][];
}
