//! The SQL of people.

use serde::Deserialize;

use super::model::{PersonFilter, PersonIn, PersonOut, PersonPatch};
use crate::crm::keys;
use crate::crm::model::{PersonRole, PreferredChannel};
use crate::crm::search::{self, model::Kind};
use crate::crm::{businesses, reach};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement, Value};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::{BusinessId, PersonId};
use crate::tables::{Columns, Conditions, Table, no_such};

const PEOPLE: Table = Table {
    name: "people",
    columns: "id, business_id, first_name, last_name, email, phone, title, role, external_id, is_primary_contact, \
              is_decision_maker, preferred_channel, best_time_to_contact, do_not_email, do_not_sms, do_not_call, total_emails_sent, \
              total_emails_opened, total_clicks, last_engaged_at, replied_at, booked_at, ordered_at, unsubscribed_at, \
              bounced_at, created_at, updated_at, deleted_at",
};

fn one(scope: &Scope, id: &PersonId) -> Conditions {
    reach::of_businesses(scope)
        .and("id = ?", [id.into()])
        .and_not_deleted()
}

/// The columns of a new person, but for their id and times.
pub(in crate::crm) fn columns_of(input: PersonIn) -> Columns {
    Columns::default()
        .set("business_id", input.business_id)
        .set("first_name", input.first_name)
        .set("last_name", input.last_name)
        .set("email", input.email)
        .set("phone_key", input.phone.as_deref().and_then(keys::phone))
        .set("phone", input.phone)
        .set("title", input.title)
        .set("role", input.role.as_str())
        .set("external_id", input.external_id)
        .set("is_primary_contact", input.is_primary_contact)
        .set("is_decision_maker", input.is_decision_maker)
        .set("preferred_channel", input.preferred_channel.as_str())
        .set("best_time_to_contact", input.best_time_to_contact)
        .set("do_not_email", input.do_not_email)
        .set("do_not_sms", input.do_not_sms)
        .set("do_not_call", input.do_not_call)
}

/// The columns that a patch changes, but for what follows from them.
pub(in crate::crm) fn changes_of(patch: PersonPatch) -> Columns {
    Columns::default()
        .change("first_name", patch.first_name)
        .change("last_name", patch.last_name)
        .change("email", patch.email)
        .change(
            "phone_key",
            patch
                .phone
                .as_ref()
                .map(|phone| phone.as_deref().and_then(keys::phone)),
        )
        .change("phone", patch.phone)
        .change("title", patch.title)
        .change("role", patch.role.map(PersonRole::as_str))
        .change("external_id", patch.external_id)
        .change("is_primary_contact", patch.is_primary_contact)
        .change("is_decision_maker", patch.is_decision_maker)
        .change(
            "preferred_channel",
            patch.preferred_channel.map(PreferredChannel::as_str),
        )
        .change("best_time_to_contact", patch.best_time_to_contact)
        .change("do_not_email", patch.do_not_email)
        .change("do_not_sms", patch.do_not_sms)
        .change("do_not_call", patch.do_not_call)
}

/// Creates a person.
///
/// # Errors
/// A business that is not there; the database's.
pub async fn create(db: &Db, scope: &Scope, input: PersonIn, now: Millis) -> Result<PersonOut> {
    let tenant = &scope.tenant;
    let business = input.business_id.clone();
    if !scope.reach.is_whole() && !businesses::store::exists(db, scope, &business).await? {
        return Err(no_such("business_id", "business"));
    }
    let business_is_there = Conditions::default().and(
        "EXISTS (SELECT 1 FROM businesses b WHERE b.tenant_id = ? AND b.id = ? AND b.deleted_at IS NULL)",
        [tenant.into(), business.into()],
    );
    let columns = columns_of(input)
        .set("tenant_id", tenant)
        .set("id", PersonId::new(now))
        .set("created_at", now)
        .set("updated_at", now);
    let person: PersonOut = db
        .fetch_optional(PEOPLE.insert_if(columns, business_is_there))
        .await?
        .ok_or_else(|| no_such("business_id", "business"))?;
    search::after_write(db, tenant, Kind::Person, person.id.as_str(), now).await;
    Ok(person)
}

/// A person.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &PersonId) -> Result<PersonOut> {
    db.fetch_optional(PEOPLE.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("person"))
}

/// A page of people and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: PersonFilter,
    sorted: &Sorted<PersonOut>,
) -> Result<(Vec<PersonOut>, Option<String>)> {
    let mut conditions = reach::of_businesses(scope)
        .and_deleted(filter.deleted)
        .and_if("business_id = ?", filter.business_id)
        .and_if("{bytes email} = ?", filter.email)
        .and_if("role = ?", filter.role.map(PersonRole::as_str))
        .and_if("is_primary_contact = ?", filter.is_primary_contact)
        .and_if("is_decision_maker = ?", filter.is_decision_maker);
    if let Some(prefix) = filter.prefix.as_deref() {
        let prefix = || prefix.into();
        conditions = conditions.and(
            "(substr({lower first_name}, 1, length(?)) = lower(?) OR substr({lower last_name}, 1, length(?)) = lower(?) \
             OR substr(email, 1, length(?)) = lower(?))",
            [prefix(), prefix(), prefix(), prefix(), prefix(), prefix()],
        );
    }
    PEOPLE
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// Those of these people who are there and within reach.
///
/// # Errors
/// The database's.
pub async fn by_ids(db: &Db, scope: &Scope, ids: &[&PersonId]) -> Result<Vec<PersonOut>, DbError> {
    let conditions = reach::of_businesses(scope).and_not_deleted();
    PEOPLE.by_ids(db, conditions, ids).await
}

/// The first so many people of each of these businesses, those to write to first before the others.
///
/// # Errors
/// The database's.
pub async fn of_businesses(
    db: &Db,
    scope: &Scope,
    businesses: &[&BusinessId],
    most: i64,
) -> Result<Vec<PersonOut>, DbError> {
    if businesses.is_empty() {
        return Ok(Vec::new());
    }
    let businesses = serde_json::to_string(businesses).unwrap_or_default();
    let conditions = reach::of_businesses(scope)
        .and_not_deleted()
        .and("business_id {in ?}", [Value::Json(businesses)]);
    let within = "is_primary_contact DESC, id";
    let statement = PEOPLE.first_of_each(conditions, "business_id", within, most);
    db.fetch_all(statement).await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &PersonId,
    patch: PersonPatch,
    edit: Edit,
) -> Result<PersonOut> {
    let email = patch.email.clone();
    let columns = changes_of(patch);
    if columns.is_empty() {
        return get(db, scope, id).await;
    }
    let columns = match email {
        Some(email) => columns.set_to(
            "bounced_at",
            "CASE WHEN email IS NOT DISTINCT FROM ? THEN bounced_at END",
            email,
        ),
        None => columns,
    };
    let person = PEOPLE
        .edit(db, columns, one(scope, id), edit, "person", Error::from)
        .await?;
    search::after_write(db, &scope.tenant, Kind::Person, id.as_str(), edit.now).await;
    Ok(person)
}

/// Deletes a person: the row stays for what refers to it.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &PersonId, now: Millis) -> Result<()> {
    if !scope.reach.is_whole() {
        get(db, scope, id).await?;
    }
    let statement = Statement::new(
        "UPDATE people SET deleted_with_business = 0, deleted_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
    );
    match db
        .execute(statement.bind(&scope.tenant).bind(id).bind(now))
        .await?
    {
        0 => Err(Error::NotFound("person")),
        _ => {
            search::after_write(db, &scope.tenant, Kind::Person, id.as_str(), now).await;
            Ok(())
        }
    }
}

/// Brings a deleted person back; one who is there stays as they are.
///
/// # Errors
/// [`Error::NotFound`]; a conflict while their business is deleted; the database's.
pub async fn restore(db: &Db, scope: &Scope, id: &PersonId, now: Millis) -> Result<PersonOut> {
    let whoever = reach::of_businesses(scope)
        .and("id = ?", [id.into()])
        .and("merged_into_id IS NULL", []);
    let deleted = reach::of_live_businesses(scope)
        .and("id = ?", [id.into()])
        .and("deleted_at IS NOT NULL AND merged_into_id IS NULL", []);
    let columns = Columns::default()
        .set("deleted_at", None::<i64>)
        .set("deleted_with_business", false)
        .touched(now);
    if let Some(person) = db.fetch_optional(PEOPLE.update(columns, deleted)).await? {
        return Ok(person);
    }
    let found: Option<PersonOut> = db.fetch_optional(PEOPLE.select(whoever)).await?;
    match found {
        Some(person) if person.deleted_at.is_none() => Ok(person),
        Some(_) => Err(Error::conflict(
            "business_is_deleted",
            "Their business is deleted: restore that, and they come back with it.",
        )),
        None => Err(Error::NotFound("person")),
    }
}

const IDS: Table = Table {
    name: "people",
    columns: "id",
};

/// A row of which only the id is read.
#[derive(Deserialize)]
struct Id {
    id: PersonId,
}

fn ids(rows: Vec<Id>) -> Vec<PersonId> {
    rows.into_iter().map(|row| row.id).collect()
}

/// Those of these people whom there is, deleted or not.
///
/// # Errors
/// The database's.
pub async fn known(db: &Db, scope: &Scope, people: &[PersonId]) -> Result<Vec<PersonId>, DbError> {
    let found = IDS.by_ids(db, reach::of_businesses(scope), people).await?;
    Ok(ids(found))
}

/// Deletes people, and says whom.
///
/// # Errors
/// The database's.
pub async fn delete_all(
    db: &Db,
    scope: &Scope,
    people: &[PersonId],
    now: Millis,
) -> Result<Vec<PersonId>, DbError> {
    let columns = Columns::default()
        .set("deleted_at", now)
        .set("deleted_with_business", false)
        .touched(now);
    let there = reach::of_businesses(scope)
        .and_not_deleted()
        .and_among(people);
    Ok(ids(db.fetch_all(IDS.update(columns, there)).await?))
}

/// Brings people back whose business is there, and says whom.
///
/// # Errors
/// The database's.
pub async fn restore_all(
    db: &Db,
    scope: &Scope,
    people: &[PersonId],
    now: Millis,
) -> Result<Vec<PersonId>, DbError> {
    let columns = Columns::default()
        .set("deleted_at", None::<i64>)
        .set("deleted_with_business", false)
        .touched(now);
    let deleted = reach::of_live_businesses(scope)
        .and("deleted_at IS NOT NULL AND merged_into_id IS NULL", [])
        .and_among(people);
    Ok(ids(db.fetch_all(IDS.update(columns, deleted)).await?))
}
