//! Pure: where the files of an import are in the bucket.

use crate::ids::{ImportId, TenantId};

/// What was sent.
pub fn sent(tenant: &TenantId, import: &ImportId) -> String {
    format!("imports/{tenant}/{import}/file")
}

/// What was sent, as CSV in UTF-8.
pub fn text(tenant: &TenantId, import: &ImportId) -> String {
    format!("imports/{tenant}/{import}/text")
}

/// The rows that were refused.
pub fn refused(tenant: &TenantId, import: &ImportId) -> String {
    format!("imports/{tenant}/{import}/refused")
}

/// All of them.
pub fn all(tenant: &TenantId, import: &ImportId) -> Vec<String> {
    vec![
        sent(tenant, import),
        text(tenant, import),
        refused(tenant, import),
    ]
}
