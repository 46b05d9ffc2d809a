import type { Random } from './random.ts';

/** What businesses in a state like to call themselves after: its nickname, its land, its tree, its bird. */
const REGIONS: Readonly<Record<string, string>> = {
  AK: 'Aurora,Last Frontier,Denali,Northern Lights',
  AL: 'Yellowhammer,Camellia,Heart of Dixie,Black Belt',
  AR: 'Ozark,Natural State,Razorback,Delta',
  AZ: 'Copper State,Saguaro,Sonoran,High Desert',
  CA: 'Golden State,Sierra,Pacific,Redwood',
  CO: 'Front Range,Centennial,Mile High,Columbine',
  CT: 'Nutmeg,Charter Oak,Constitution,Mystic',
  DE: 'First State,Blue Hen,Diamond State,Delmarva',
  FL: 'Sunshine State,Gulfstream,Palmetto,Suncoast',
  GA: 'Peach State,Piedmont,Dogwood,Chattahoochee',
  HI: 'Aloha,Hibiscus,Island,Plumeria',
  IA: 'Hawkeye,Heartland,Tall Corn,Loess Hills',
  ID: 'Gem State,Snake River,Syringa,Sawtooth',
  IL: 'Prairie State,Land of Lincoln,Heartland,Illini',
  IN: 'Hoosier,Crossroads,Wabash,Limestone',
  KS: 'Sunflower,Flint Hills,Jayhawk,Wheatland',
  KY: 'Bluegrass,Cardinal,Cumberland,Derby',
  LA: 'Bayou,Pelican,Magnolia,Cypress',
  MA: 'Bay State,Commonwealth,Mayflower,Old Colony',
  MD: 'Chesapeake,Old Line,Free State,Oriole',
  ME: 'Pine Tree,Downeast,Katahdin,Chickadee',
  MI: 'Great Lakes,Wolverine,Mackinac,White Pine',
  MN: 'North Star,Gopher State,Lakes Area,Voyageur',
  MO: 'Show-Me,Gateway,Ozark,Dogwood',
  MS: 'Magnolia,Delta,Natchez Trace,Piney Woods',
  MT: 'Big Sky,Treasure State,Bitterroot,Glacier',
  NC: 'Tar Heel,Carolina,Blue Ridge,Longleaf',
  ND: 'Dakota,Peace Garden,Flickertail,Red River',
  NE: 'Cornhusker,Platte Valley,Sandhills,Great Plains',
  NH: 'Granite State,White Mountain,Monadnock,Merrimack',
  NJ: 'Garden State,Jersey,Liberty,Delaware Valley',
  NM: 'Enchantment,Zia,Roadrunner,Rio Grande',
  NV: 'Silver State,Sagebrush,Comstock,Great Basin',
  NY: 'Empire,Excelsior,Hudson,Iroquois',
  OH: 'Buckeye,Cardinal,Ohio Valley,Western Reserve',
  OK: 'Sooner,Redbud,Green Country,Chisholm Trail',
  OR: 'Cascade,Beaver State,Oregon Trail,Willamette',
  PA: 'Keystone,Penn,Allegheny,Liberty Bell',
  RI: 'Ocean State,Narragansett,Little Rhody,Beacon',
  SC: 'Palmetto,Lowcountry,Carolina,Yellow Jessamine',
  SD: 'Rushmore,Dakota,Black Hills,Prairie',
  TN: 'Volunteer,Smoky Mountain,Cumberland,Music Row',
  TX: 'Lone Star,Bluebonnet,Mesquite,Longhorn',
  UT: 'Beehive,Wasatch,Sego Lily,Red Rock',
  VA: 'Old Dominion,Blue Ridge,Shenandoah,Tidewater',
  VT: 'Green Mountain,Maple,Champlain,Catamount',
  WA: 'Evergreen,Rainier,Cascade,Puget Sound',
  WI: 'Badger,Northwoods,Dairyland,Driftless',
  WV: 'Mountaineer,Almost Heaven,Kanawha,Appalachian',
  WY: 'Cowboy State,Teton,Equality,Sagebrush',
};

/** Names that any area may have for itself. */
const AREAS = [
  'Tri-County', 'Valley', 'Riverside', 'Lakeside', 'Hilltop', 'Two Rivers', 'Northside', 'Southside', 'West End', 'Old Town', 'Downtown',
  'Crossroads', 'Stone Bridge', 'Mill Creek', 'Cedar Creek', 'Pine Ridge', 'Oak Hill', 'Fairview', 'Eagle Point', 'Harbor', 'Courthouse Square',
  'Ridgeline', 'Clear Creek', 'Heritage', 'Hometown', 'Railroad', 'Fox Run', 'Meadowbrook', 'Union', 'Twin Oaks', 'Sycamore', 'Blackwater',
];

export function regionOf(state: string, random: Random): string {
  return random.pick((REGIONS[state] ?? 'Hometown').split(','));
}

export function areaName(random: Random): string {
  return random.pick(AREAS);
}
