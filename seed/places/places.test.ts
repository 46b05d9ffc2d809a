import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { communities } from './communities.ts';
import { towns } from './towns.ts';
import { zipTimezones } from './zip_timezones.ts';
import { zipPlaces } from './zip_places.ts';
import { zoneOf } from './zones.ts';

const CSV = readFileSync(new URL('./zip3_timezones.csv', import.meta.url), 'utf8');

describe('the table of time zones', () => {
  it('is what the generator writes', () => {
    assert.equal(zipTimezones(), CSV);
  });

  it('is small, and has a zone that exists on every line', () => {
    assert.ok(Buffer.byteLength(CSV) < 60_000);
    const zones = new Set<string>();
    for (const line of CSV.trimEnd().split('\n')) {
      assert.match(line, /^(?:\d{3}|\d{5}|[A-Z]{2}),[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_]+){1,2}$/);
      zones.add(line.slice(line.indexOf(',') + 1));
    }
    for (const timeZone of zones) assert.doesNotThrow(() => new Intl.DateTimeFormat('en-US', { timeZone }), timeZone);
  });

  it('has a default for every state and a zone for every ZIP', () => {
    for (const { zip, state } of zipPlaces().values()) {
      assert.ok(zoneOf(zip, null), zip);
      assert.ok(zoneOf(null, state), state);
    }
  });

  for (const [zip, zone, why] of [
    ['85001', 'America/Phoenix', 'Phoenix, no summer time'],
    ['86515', 'America/Denver', 'Window Rock, the Navajo Nation has summer time'],
    ['86028', 'America/Phoenix', 'Petrified Forest, corrected by hand'],
    ['46201', 'America/Indiana/Indianapolis', 'Indianapolis'],
    ['46383', 'America/Chicago', 'Valparaiso, the corner of Indiana near Chicago'],
    ['47713', 'America/Chicago', 'Evansville, the other corner'],
    ['79901', 'America/Denver', 'El Paso, not the Texas of Dallas'],
    ['32501', 'America/Chicago', 'Pensacola, the Panhandle'],
    ['33101', 'America/New_York', 'Miami'],
    ['99501', 'America/Anchorage', 'Anchorage'],
    ['99546', 'America/Adak', 'Adak, an hour further'],
    ['96801', 'Pacific/Honolulu', 'Honolulu'],
    ['83814', 'America/Los_Angeles', 'Coeur d’Alene, northern Idaho'],
    ['83702', 'America/Boise', 'Boise, southern Idaho'],
    ['97914', 'America/Boise', 'Ontario, the corner of Oregon near Boise'],
    ['42101', 'America/Chicago', 'Bowling Green, western Kentucky'],
    ['40202', 'America/Kentucky/Louisville', 'Louisville'],
    ['37402', 'America/New_York', 'Chattanooga, eastern Tennessee'],
    ['49801', 'America/Menominee', 'Iron Mountain, Michigan by Wisconsin'],
    ['58601', 'America/Denver', 'Dickinson, western North Dakota'],
    ['57532', 'America/Chicago', 'Fort Pierre, corrected by hand'],
    ['69361', 'America/Denver', 'Scottsbluff, the Nebraska Panhandle'],
    ['67735', 'America/Denver', 'Goodland, the edge of Kansas'],
    ['89883', 'America/Denver', 'West Wendover, Nevada by Utah'],
    ['00901', 'America/Puerto_Rico', 'San Juan'],
    ['96799', 'Pacific/Pago_Pago', 'Pago Pago, in Hawaii’s range of ZIPs'],
  ] as const) {
    it(`puts ${zip} in ${zone} (${why})`, () => assert.equal(zoneOf(zip, null), zone));
  }

  it('falls back on the state, and then on nothing', () => {
    assert.equal(zoneOf(null, 'TX'), 'America/Chicago');
    assert.equal(zoneOf('00000', 'AZ'), 'America/Phoenix');
    assert.equal(zoneOf(null, null), undefined);
    assert.equal(zoneOf('', ''), undefined);
  });
});

describe('the communities', () => {
  const many = communities({ count: 100, seed: 3 });

  it('are the same every time, and fewer are the first of many', () => {
    assert.deepEqual(communities({ count: 100, seed: 3 }), many);
    assert.deepEqual(communities({ count: 12, seed: 3 }), many.slice(0, 12));
  });

  it('show every clock even when there are few', () => {
    const zones = new Set(communities({ count: 11 }).map(({ timezone }) => timezone));
    for (const zone of ['America/Phoenix', 'America/Anchorage', 'Pacific/Honolulu', 'America/Indiana/Indianapolis']) assert.ok(zones.has(zone), zone);
  });

  it('cover all states from fifty on', () => {
    assert.equal(new Set(communities({ count: 50, seed: 3 }).map(({ state }) => state)).size, 50);
  });

  it('show both halves of a split state from two on', () => {
    const tennessee = many.filter(({ state }) => state === 'TN');
    assert.equal(new Set(tennessee.map(({ timezone }) => timezone)).size, 2);
  });

  it('are real towns of small and medium size', () => {
    assertTown('coeur-dalene-id', 'Kootenai', '83814');
    assertTown('bowling-green-ky', 'Warren', '42101');
    assertTown('st-cloud-mn', 'Stearns', '56301');
    for (const town of many) {
      assert.ok(town.population >= 5_000 && town.population <= 150_000, town.slug);
      assert.ok(town.county && town.zip_codes.length > 0, town.slug);
    }
  });
});

function assertTown(slug: string, county: string, zip: string): void {
  const town = towns().find((each) => each.slug === slug);
  assert.equal(town?.county, county);
  assert.ok(town.zip_codes.includes(zip));
}
