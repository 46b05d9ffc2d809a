//! Templates in the database.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Template, TemplateIn};
use crate::edge::db::{Db, DbError, Statement};
use crate::http::Edit;
use crate::ids::TenantId;

const COLUMNS: &str = "id, name, subject, preview_text, body_html, body_text, layout, purpose, variables, category, is_active, revision, created_at, updated_at";

/// Creates or replaces a template; each replacement is a new revision. False when there is another version than expected.
///
/// # Errors
/// The database's.
pub async fn put(
    db: &Db,
    tenant: &TenantId,
    id: &str,
    template: &TemplateIn,
    variables: &[String],
    edit: Edit,
) -> Result<bool, DbError> {
    db.execute(
        Statement::new(
            "INSERT INTO email_templates (tenant_id, id, name, subject, preview_text, body_html, body_text, layout, purpose, variables, category, is_active, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
             ON CONFLICT (tenant_id, id) DO UPDATE SET
               name = excluded.name, subject = excluded.subject, preview_text = excluded.preview_text,
               body_html = excluded.body_html, body_text = excluded.body_text, layout = excluded.layout,
               purpose = excluded.purpose, variables = excluded.variables, category = excluded.category,
               is_active = excluded.is_active, revision = email_templates.revision + 1, 
               updated_at = CASE WHEN email_templates.updated_at >= excluded.updated_at THEN email_templates.updated_at + 1 ELSE excluded.updated_at END
             WHERE CAST(?14 AS BIGINT) IS NULL OR email_templates.updated_at = ?14",
        )
        .bind(tenant)
        .bind(id)
        .bind(&template.name)
        .bind(&template.subject)
        .bind(template.preview_text.clone())
        .bind(&template.body_html)
        .bind(template.body_text.clone())
        .bind(template.layout.as_str())
        .bind(template.purpose.as_str())
        .bind_json(variables)
        .bind(template.category.clone())
        .bind(template.is_active)
        .bind(edit.now)
        .bind(edit.expected),
    )
    .await
    .map(|changed| changed == 1)
}

/// One template.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, id: &str) -> Result<Option<Template>, DbError> {
    Ok(find_many(db, tenant, &BTreeSet::from([id]))
        .await?
        .remove(id))
}

/// The templates of these ids that there are.
///
/// # Errors
/// The database's.
pub async fn find_many(
    db: &Db,
    tenant: &TenantId,
    ids: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Template>, DbError> {
    let templates: Vec<Template> = db
        .fetch_all(
            Statement::assembled(format!(
                "SELECT {COLUMNS} FROM email_templates WHERE tenant_id = ?1 AND id {{in ?2}}"
            ))
            .bind(tenant)
            .bind_json(ids),
        )
        .await?;
    Ok(templates
        .into_iter()
        .map(|template| (template.id.clone(), template))
        .collect())
}

/// Templates in id order after `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    category: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Template>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM email_templates
             WHERE tenant_id = ?1 AND id > ?2 AND (?3 = '' OR category = ?3) ORDER BY id LIMIT ?4"
        ))
        .bind(tenant)
        .bind(after)
        .bind(category)
        .bind(limit),
    )
    .await
}
