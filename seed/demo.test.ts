import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { before, describe, it } from 'node:test';
import { DEMO_NOW } from './clock.ts';
import { demoRows } from './demo.ts';
import { officeKey } from './places/towns.ts';
import { zipPlaces } from './places/zip_places.ts';
import type { Rows } from './rows.ts';
import { insertStatements, toSql } from './sql.ts';

const D1_LIMIT = 100_000;
const rows = demoRows({ communities: 60, people: 1_500, seed: 7 });

describe('the demo', () => {
  it('is the same every time', () => {
    assert.deepEqual(demoRows({ communities: 60, people: 1_500, seed: 7 }), rows);
  });

  it('is another one with another seed', () => {
    const other = demoRows({ communities: 60, people: 1_500, seed: 8 });
    assert.notDeepEqual(other.communities.map(({ slug }) => slug), rows.communities.map(({ slug }) => slug));
  });

  it('only adds when asked for more people', () => {
    const more = demoRows({ communities: 60, people: 2_000, seed: 7 });
    assert.deepEqual(more.people.slice(0, 1_499), rows.people.slice(0, 1_499));
    assert.deepEqual(more.businesses.slice(0, rows.businesses.length), rows.businesses);
  });

  it('has exactly as many people and communities as asked for', () => {
    assert.equal(rows.people.length, 1_500);
    assert.equal(rows.communities.length, 60);
    assert.equal(rows.industries.length, 20);
    for (const people of [0, 1, 2, 3]) assert.equal(demoRows({ communities: 2, people }).people.length, people);
  });

  it('gives every row an id of its own, a UUID of version 7 from its creation', () => {
    const made = [...rows.communities, ...rows.industries, ...rows.businesses, ...rows.people, ...rows.tags];
    assert.equal(new Set(made.map(({ id }) => id)).size, made.length);
    for (const { id, created_at } of made) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), created_at);
    }
  });

  it('gives every slug and every personal address once', () => {
    for (const table of [rows.communities, rows.industries, rows.businesses]) assertUnique(table.map(({ slug }) => slug));
    assertUnique(rows.people.flatMap(({ email }) => email ?? []));
    for (const { slug } of rows.businesses) assert.match(slug, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it('lies in the past', () => {
    for (const table of Object.values(rows) as object[][]) {
      for (const row of table) {
        for (const [column, value] of Object.entries(row)) {
          if (column.endsWith('_at') && value !== null) assert.ok(value <= DEMO_NOW, `${column} ${value}`);
        }
      }
    }
  });

  it('gives every business exactly one primary contact and one owner, and the people of those who left no mail', () => {
    // The last business may have been cut short, so it is left out.
    for (const business of rows.businesses.slice(0, -1)) {
      const people = rows.people.filter((person) => person.business_id === business.id);
      assert.ok(people.length >= 1 && people.length <= 3);
      assert.equal(people.filter((person) => person.is_primary_contact === 1).length, 1);
      assert.equal(people.filter((person) => person.role === 'owner').length, 1);
      if (business.lead_status === 'unsubscribed') assert.ok(people.every((person) => person.do_not_email && person.unsubscribed_at));
    }
  });

  it('leaves a few gaps, as imports do', () => {
    const share = (some: readonly unknown[], all: readonly unknown[]): number => some.length / all.length;
    const nameless = share(rows.people.filter((person) => person.first_name === null), rows.people);
    const unsorted = share(rows.businesses.filter((business) => business.industry_id === null), rows.businesses);
    assert.ok(nameless > 0.01 && nameless < 0.08, `without a first name: ${nameless}`);
    assert.ok(unsorted > 0.01 && unsorted < 0.06, `without an industry: ${unsorted}`);
  });
});

describe('what the demo could reach', () => {
  it('is no mailbox and no site outside .example', () => {
    const text = JSON.stringify(rows);
    for (const [address] of text.matchAll(/[\w.+-]+@[\w.-]+/g)) assert.match(address, /^[a-z0-9.-]+@(?:[a-z0-9-]+\.)+example$/);
    for (const [, host] of text.matchAll(/https?:\/\/([^/"]+)/g)) assert.match(host ?? '', /\.example$/);
    for (const { email } of [...rows.people, ...rows.businesses]) assert.ok((email ?? '').length <= 254);
  });

  it('is no telephone: only 555-0100 to 555-0199', () => {
    for (const { phone } of [...rows.people, ...rows.businesses]) {
      if (phone !== null) assert.match(phone, /^\+1[2-9]\d\d55501\d\d$/);
    }
  });
});

describe('where the demo is', () => {
  it('gives every business a ZIP of its town, in the town’s own name and state', () => {
    const communities = new Map(rows.communities.map((row) => [row.id, row]));
    for (const business of rows.businesses) {
      const community = communities.get(business.community_id);
      assert.ok(community, business.slug);
      assert.ok(community.zip_codes?.includes(business.address_zip ?? ''), business.slug);
      assert.equal(business.address_city, community.name);
      assert.equal(business.address_state, community.state);
    }
  });

  it('knows the ZIPs of its communities from the post office', () => {
    for (const { name, state, zip_codes } of rows.communities) {
      for (const zip of zip_codes ?? []) {
        const place = zipPlaces().get(zip);
        assert.ok(place, zip);
        assert.equal(officeKey(place.town, place.state), officeKey(name, state));
      }
    }
  });

  it('keeps to zones that exist', () => {
    for (const { timezone } of [...rows.tenants, ...rows.communities, ...rows.businesses]) {
      assert.ok(timezone);
      assert.doesNotThrow(() => new Intl.DateTimeFormat('en-US', { timeZone: timezone }));
    }
  });
});

describe('the SQL', () => {
  let database: DatabaseSync;

  before(() => {
    database = new DatabaseSync(':memory:');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec(readFileSync(new URL('../d1/0001_core.sql', import.meta.url), 'utf8'));
    for (const statement of toSql(rows, 'd1')) database.exec(statement);
  });

  it('names exactly the columns of the tables', () => {
    for (const [table, tableRows] of Object.entries(rows) as [keyof Rows, object[]][]) {
      const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => String(name));
      for (const row of tableRows) assert.deepEqual(Object.keys(row).sort(), columns.toSorted(), table);
    }
  });

  it('loads all rows, every reference whole', () => {
    for (const [table, tableRows] of Object.entries(rows)) assert.equal(count(database, table), tableRows.length, table);
    assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
  });

  it('counts each community’s businesses', () => {
    const wrong = database
      .prepare('SELECT slug FROM communities c WHERE business_count <> (SELECT count(*) FROM businesses b WHERE b.community_id = c.id)')
      .all();
    assert.deepEqual(wrong, []);
  });

  it('brings JSON and quotes through unharmed', () => {
    const [stored] = database.prepare('SELECT common_objections AS text FROM industries ORDER BY display_order LIMIT 1').all();
    assert.deepEqual(JSON.parse(String(stored?.['text'])), rows.industries[0]?.common_objections);
    const named = rows.businesses.find(({ name }) => name.includes("'"));
    assert.ok(named);
    assert.equal(database.prepare('SELECT name FROM businesses WHERE id = ?').get(named.id)?.['name'], named.name);
  });

  it('changes nothing when it is run again', () => {
    for (const statement of toSql(rows, 'd1')) database.exec(statement);
    for (const [table, tableRows] of Object.entries(rows)) assert.equal(count(database, table), tableRows.length, table);
  });

  it('stays under D1’s limit, one statement a line', () => {
    for (const engine of ['d1', 'postgres'] as const) {
      for (const statement of toSql(rows, engine)) {
        assert.ok(Buffer.byteLength(statement) < D1_LIMIT);
        assert.doesNotMatch(statement, /\n/);
      }
    }
  });

  it('casts JSON for Postgres only', () => {
    const row = [{ id: 'x', list: ["it's"], none: null }];
    assert.deepEqual([...insertStatements('t', row, 'd1')], [`INSERT INTO t (id, list, none) VALUES ('x','["it''s"]',NULL) ON CONFLICT DO NOTHING;`]);
    assert.deepEqual([...insertStatements('t', row, 'postgres')], [`INSERT INTO t (id, list, none) VALUES ('x','["it''s"]'::jsonb,NULL) ON CONFLICT DO NOTHING;`]);
  });
});

function assertUnique(values: readonly string[]): void {
  assert.equal(new Set(values).size, values.length);
}

function count(database: DatabaseSync, table: string): unknown {
  return database.prepare(`SELECT count(*) AS number FROM ${table}`).get()?.['number'];
}
