// The house rules bite: each one is broken here once, and found.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { breaches } from '../tools/check-arrows.ts';

const check = (files: Record<string, string>): string[] => breaches(new Map(Object.entries(files))).map(({ where, what }) => `${where} ${what}`);

test('what goes down passes', () => {
  assert.deepEqual(
    check({
      'lib.rs': 'use worker::event;\nmod app;',
      'app.rs': 'pub fn router() { crate::campaigns::router(); crate::crm::router(); }',
      'campaigns/mod.rs': 'mod store;\npub use model::Step;',
      'campaigns/model.rs': 'use crate::edge::clock::Millis;\nuse crate::edge::db::{Flag, Json};\nuse crate::ids::StepId;',
      'campaigns/store.rs': 'use crate::edge::db::Db;\nconst ALL: &str = "SELECT id FROM campaign_steps WHERE tenant_id = ?1";',
      'campaigns/routes.rs': 'use super::store;\nuse crate::{crm::{self, Business}, http::envelope, error::Error};\nfn f() { store::all(); crm::business(); }',
      'crm/mod.rs': 'pub fn router() {}',
      'edge/db/mod.rs': 'use worker::D1Database;\nuse crate::config::Config;',
      'events.rs': 'use crate::ids::PersonId;',
    }),
    [],
  );
});

test('an arrow that goes up or sideways', () => {
  assert.deepEqual(check({ 'edge/queue.rs': 'use crate::campaigns::Send;', 'http/paging.rs': 'fn f() { crate::providers::ses::send(); }', 'campaigns/gate.rs': 'use crate::app;' }), [
    'src/edge/queue.rs:1 crate::campaigns::Send: the arrow from edge to campaigns does not go down',
    'src/http/paging.rs:1 crate::providers::ses::send: the arrow from http to providers does not go down',
    'src/campaigns/gate.rs:1 crate::app: the arrow from campaigns to app does not go down',
  ]);
});

test("the runtime's crates outside the edge", () => {
  assert.deepEqual(check({ 'http/limit.rs': 'use std::fmt;\nuse ::worker::Env;\nfn f() -> js_sys::Date { todo() }' }), [
    "src/http/limit.rs:2 worker::Env: the runtime's crates are named in src/edge/ only",
    "src/http/limit.rs:3 js_sys::Date: the runtime's crates are named in src/edge/ only",
  ]);
});

test('a model or a pure rule that knows more than it should', () => {
  assert.deepEqual(check({ 'crm/model.rs': 'use axum::Json;\nuse crate::edge::db::Db;', 'campaigns/conditions.rs': '//! Pure: which step comes next.\nuse super::store;' }), [
    'src/crm/model.rs:1 axum::Json: a pure file',
    'src/crm/model.rs:2 crate::edge::db::Db: a pure file',
    'src/campaigns/conditions.rs:2 crate::campaigns::store: a pure file',
  ]);
});

test("another domain's rooms", () => {
  const crm = { 'crm/mod.rs': 'pub mod model;\npub mod people;\nmod scoring;\npub mod store;', 'crm/store.rs': '', 'crm/scoring.rs': '', 'crm/model.rs': '', 'crm/people/mod.rs': '' };
  assert.deepEqual(
    check({ ...crm, 'campaigns/planner.rs': 'use crate::crm::model::LeadStatus;\nuse crate::crm;\nfn f() { crm::store::all(); super::super::crm::scoring::score(); crm::people::store::all(); }' }),
    [
      "src/campaigns/planner.rs:3 crate::crm::store::all: store is crm's own; offer it in crm/mod.rs, or publish an event",
      "src/campaigns/planner.rs:3 crate::crm::scoring::score: scoring is crm's own; offer it in crm/mod.rs, or publish an event",
      "src/campaigns/planner.rs:3 crate::crm::people::store::all: a store is its domain's own",
    ],
  );
});

test('SQL in a route', () => {
  assert.deepEqual(check({ 'crm/routes.rs': 'fn f() { run(r#"UPDATE people SET name = ?1 WHERE id = ?2"#) }' }), ['src/crm/routes.rs:1 SQL belongs in a store']);
});

test('comments, texts and test modules name what they like', () => {
  const source = `// crate::app::router
/* use worker::Env; */
fn f<'a>(c: char) -> &'a str { if c == '"' { "crate::app::x" } else { "a \\" worker::Env" } }
#[cfg(test)]
mod tests {
    use crate::app::router;
    const SQL: &str = "SELECT 1 FROM people";
}
`;
  assert.deepEqual(check({ 'http/mod.rs': source }), []);
});

test('a file that has no place', () => {
  assert.deepEqual(check({ 'helpers.rs': '' }), ['src/helpers.rs helpers has no place in the house: give it one in tools/check-arrows.ts']);
});
