//! `/api/v1/imports`.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Import, ImportIn, ImportOut, ImportStatus, MappingIn, What};
use super::{consumer, files, map, refused, store, upload};
use crate::edge::db::DbError;
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, FieldError, Result};
use crate::http::file::{Download, Upload};
use crate::http::input::Text;
use crate::http::query::one_of;
use crate::http::{
    Accepted, Answer, Body, Caller, Created, Listing, Operation, PageParams, PathId, Permission,
    Query, Routes, accepted, created, data, filter, listing,
};
use crate::ids::ImportId;

/// The routes.
pub fn routes() -> Routes {
    let operation = |id, summary| Operation::new(id, Permission::ImportsWrite, summary);
    Routes::new("Imports")
        .get(
            "/api/v1/imports",
            list,
            Operation::new("listImports", Permission::ImportsRead, "List imports, newest first").personal_data(),
        )
        .post(
            "/api/v1/imports",
            create,
            operation("createImport", "Send a file of businesses or people")
                .takes_a_file()
                .limited_as(Limit::Heavy)
                .description("The body is the file itself, CSV or XLSX, up to 100,000,000 bytes; its first line names the columns. The answer has the columns found, the first rows and a guessed mapping; a spreadsheet is `converting` until it is `ready`. Nothing is taken in before the import is started. With an `Idempotency-Key`, a file is told from another by its length."),
        )
        .get(
            "/api/v1/imports/{id}",
            read,
            Operation::new("getImport", Permission::ImportsRead, "Follow an import").personal_data(),
        )
        .put(
            "/api/v1/imports/{id}/mapping",
            set_mapping,
            operation("setImportMapping", "Say which column is which field")
                .description("A column can be any field of a new business, or `contact.` and a field of a person; in a file of people any field of a person, and `business_id` or `business.` and what tells the business. Known records are recognized by their id, number, address, site, or name and address: docs/imports.md.")
                .conflict("import_status", "the import is not `ready`")
                .example(r#"{"columns": {"Name": "name"}, "defaults": {"lead_status": "lead"}, "known": "fill"}"#),
        )
        .post(
            "/api/v1/imports/{id}/dry-run",
            dry_run,
            operation("checkImport", "Try an import without changing anything")
                .limited_as(Limit::Heavy)
                .description("What it comes to is under `checked` once the import is `ready` again.")
                .conflict("import_status", "the import is not `ready`"),
        )
        .post(
            "/api/v1/imports/{id}/start",
            start,
            operation("startImport", "Take the rows in")
                .description("It goes on in the background. One that was cancelled or failed goes on from where it was.")
                .conflict("import_status", "the import is running, or through")
                .conflict("import_running", "another import of yours is running; wait for it"),
        )
        .post(
            "/api/v1/imports/{id}/cancel",
            cancel,
            operation("cancelImport", "Stop an import")
                .description("What was taken in stays.")
                .conflict("import_status", "the import is not running"),
        )
        .get(
            "/api/v1/imports/{id}/refused.csv",
            refused_rows,
            Operation::new(
                "getRefusedRows",
                Permission::ImportsRead,
                "Take the refused rows away, each with what is wrong with it",
            )
            .personal_data()
            .limited_as(Limit::Heavy)
            .conflict("import_status", "the import is under way, or its files are gone"),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    /// For people.
    name: Option<String>,
    /// What the file holds: `businesses`, each with one contact if there is one, which it is unless said; or `people`.
    what: Option<String>,
    #[serde(flatten)]
    rest: filter::Rest,
}

async fn create(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
    upload: Upload,
) -> Result<Created<ImportOut>> {
    must_reach_everything(&caller)?;
    filter::nothing_else(&query.rest)?;
    let input = ImportIn {
        name: query.name.as_deref().map(Text::from),
        what: query.what,
    };
    input.validate().map_err(|report| {
        let fields = report.iter();
        Error::Invalid(
            fields
                .map(|(path, error)| FieldError::new(path.to_string(), error.to_string()))
                .collect(),
        )
    })?;
    let what = match &input.what {
        Some(word) => one_of("what", word, What::ALL, What::as_str)?,
        None => What::Businesses,
    };
    let name = input.name.as_deref().unwrap_or("Import");
    let import = upload::take(&platform, &caller, name, what, upload).await?;
    Ok(created(&import.into()))
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<ImportOut>> {
    must_reach_everything(&caller)?;
    let page = query.page()?;
    let (imports, next) = store::list(&platform.db, &caller.tenant, &page).await?;
    let imports: Vec<ImportOut> = imports.into_iter().map(ImportOut::from).collect();
    Ok(listing(&imports, page.limit, next))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Result<Answer<ImportOut>> {
    must_reach_everything(&caller)?;
    let import = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&import.into()))
}

async fn set_mapping(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
    Body(mapping): Body<MappingIn>,
) -> Result<Answer<ImportOut>> {
    must_reach_everything(&caller)?;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let import = store::get(db, tenant, &id).await?;
    if import.status != ImportStatus::Ready {
        return Err(not_now(&import, "`ready`"));
    }
    let mapping = map::settle(&platform, tenant, &import, mapping).await?;
    let changed = store::map(db, tenant, &id, &mapping, platform.now()).await?;
    Ok(data(
        &changed.ok_or_else(|| not_now(&import, "`ready`"))?.into(),
    ))
}

async fn dry_run(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Result<Accepted<ImportOut>> {
    must_reach_everything(&caller)?;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let import = store::get(db, tenant, &id).await?;
    mapped(&import)?;
    let begun = store::check(db, tenant, &import, platform.now()).await?;
    let begun = begun.ok_or_else(|| not_now(&import, "`ready`"))?;
    queue(&platform, &caller, &id).await?;
    Ok(accepted(&begun.into()))
}

async fn start(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Result<Accepted<ImportOut>> {
    must_reach_everything(&caller)?;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let import = store::get(db, tenant, &id).await?;
    mapped(&import)?;
    let begun = match store::start(db, tenant, &id, platform.now()).await {
        Err(DbError::Unique) => {
            return Err(Error::conflict(
                "import_running",
                "Another import is running. Wait until it is through, or cancel it.",
            ));
        }
        other => other?
            .ok_or_else(|| not_now(&import, "`ready`, `cancelled` or `failed`, with its file"))?,
    };
    queue(&platform, &caller, &id).await?;
    Ok(accepted(&begun.into()))
}

async fn cancel(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Result<Answer<ImportOut>> {
    must_reach_everything(&caller)?;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let import = store::get(db, tenant, &id).await?;
    let stopped = store::cancel(db, tenant, &id, platform.now()).await?;
    let stopped = stopped.ok_or_else(|| not_now(&import, "`running` or `checking`"))?;
    Ok(data(&stopped.into()))
}

async fn refused_rows(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ImportId>,
) -> Result<Download> {
    must_reach_everything(&caller)?;
    let tenant = &caller.tenant;
    let import = store::get(&platform.db, tenant, &id).await?;
    let is_over = matches!(
        import.status,
        ImportStatus::Done | ImportStatus::Cancelled | ImportStatus::Failed | ImportStatus::Ready
    );
    if !is_over || import.remove_at.is_none() {
        return Err(not_now(&import, "over, with its files still there"));
    }
    let size = match import.refused_size {
        Some(size) => u64::try_from(size).unwrap_or(0),
        None => refused::write(&platform, tenant, &import).await?,
    };
    Ok(Download {
        bucket: platform.bucket.clone(),
        parts: vec![(files::refused(tenant, &id), size)],
        name: format!("refused-{id}.csv"),
    })
}

/// An import recognizes and changes any record of the organization, and its refused rows tell of them.
fn must_reach_everything(caller: &Caller) -> Result<()> {
    let writing = [Permission::BusinessesWrite, Permission::PeopleWrite];
    writing
        .iter()
        .try_for_each(|permission| caller.scope(*permission).reach.must_be_whole())
}

async fn queue(platform: &Platform, caller: &Caller, id: &ImportId) -> Result<()> {
    let message = consumer::message(&caller.tenant, id);
    // Should it not get there, the next tick but a few has it go on all the same.
    platform
        .queues
        .send(QueueName::Imports, vec![(message, 0)])
        .await?;
    Ok(())
}

fn mapped(import: &Import) -> Result<()> {
    if import.status == ImportStatus::Ready && import.mapping.0.columns.is_empty() {
        return Err(Error::conflict(
            "import_status",
            "No column of the file stands for a field yet: say which does with PUT …/mapping.",
        ));
    }
    Ok(())
}

fn not_now(import: &Import, wanted: &str) -> Error {
    Error::conflict(
        "import_status",
        format!(
            "The import is {}; this needs one that is {wanted}.",
            import.status.as_str()
        ),
    )
}
