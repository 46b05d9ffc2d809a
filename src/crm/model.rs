//! Types of the CRM.

use serde::{Deserialize, Serialize};

/// Where a business stands with us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadStatus {
    /// Known, not in touch.
    #[default]
    Prospect,
    /// In touch.
    Lead,
    /// Worth an offer.
    Qualified,
    /// Trying.
    Trial,
    /// Paying.
    Customer,
    /// Paid once.
    Churned,
    /// Wants nothing from us.
    Unsubscribed,
}

impl LeadStatus {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            LeadStatus::Prospect => "prospect",
            LeadStatus::Lead => "lead",
            LeadStatus::Qualified => "qualified",
            LeadStatus::Trial => "trial",
            LeadStatus::Customer => "customer",
            LeadStatus::Churned => "churned",
            LeadStatus::Unsubscribed => "unsubscribed",
        }
    }
}
