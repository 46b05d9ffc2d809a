/**
 * ZIPs whose middle lies on the other side of a zone's border from the town it serves, or whose people keep the
 * neighbour's clock. Each was found by comparing three packages and settled by the county's or the town's own practice.
 */
export const ZIP_CORRECTIONS: Readonly<Record<string, string>> = {
  '36872': 'America/New_York', // Valley AL, PO boxes: the town keeps Eastern time with its neighbours in Georgia
  '37338': 'America/New_York', // Graysville TN: Rhea County is Eastern
  '42757': 'America/New_York', // Magnolia KY: Larue County is Eastern
  '42764': 'America/New_York', // Mount Sherman KY: Larue County too
  '57532': 'America/Chicago', // Fort Pierre SD: keeps Central time with Pierre across the river
  '58535': 'America/North_Dakota/New_Salem', // Flasher ND: Morton County went over to Central in 2003
  '58838': 'America/Chicago', // Cartwright ND: the Central side of the Yellowstone River
  '86028': 'America/Phoenix', // Petrified Forest AZ: outside the Navajo Nation, no summer time
  '86502': 'America/Phoenix', // Chambers AZ: outside it too
};

/** What the ZIP package does not cover: the territories. Prefixes, single ZIPs and state defaults in one list. */
export const TERRITORIES: Readonly<Record<string, string>> = {
  '006': 'America/Puerto_Rico',
  '007': 'America/Puerto_Rico',
  '008': 'America/St_Thomas',
  '009': 'America/Puerto_Rico',
  '969': 'Pacific/Guam',
  '96799': 'Pacific/Pago_Pago',
  '96939': 'Pacific/Palau',
  '96940': 'Pacific/Palau',
  '96941': 'Pacific/Pohnpei',
  '96942': 'Pacific/Chuuk',
  '96943': 'Pacific/Chuuk',
  '96944': 'Pacific/Kosrae',
  '96950': 'Pacific/Saipan',
  '96951': 'Pacific/Saipan',
  '96952': 'Pacific/Saipan',
  AS: 'Pacific/Pago_Pago',
  FM: 'Pacific/Pohnpei',
  GU: 'Pacific/Guam',
  MH: 'Pacific/Majuro',
  MP: 'Pacific/Saipan',
  PR: 'America/Puerto_Rico',
  PW: 'Pacific/Palau',
  VI: 'America/St_Thomas',
};
