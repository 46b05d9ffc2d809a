//! Who calls: until identity comes, whoever holds the API key of the settings, acting for the tenant it belongs to.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::edge::platform::Platform;
use crate::error::Error;
use crate::ids::TenantId;

/// An authenticated caller. A handler that takes one cannot be reached without credentials.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data the caller may see.
    pub tenant: TenantId,
}

impl FromRequestParts<Platform> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Error> {
        let given = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Error::Unauthorized)?;
        // Digests have one length, so that the comparison tells nothing about the key's.
        let same = Sha256::digest(given).ct_eq(&Sha256::digest(&platform.config.api_key));
        if !bool::from(same) {
            return Err(Error::Unauthorized);
        }
        Ok(Caller {
            tenant: platform.config.api_key_tenant.clone(),
        })
    }
}
