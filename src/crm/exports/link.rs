//! Pure: the link under which a file can be taken away without signing in, for a while.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::edge::clock::{DAY, Millis};
use crate::ids::{ExportId, TenantId};

/// How long a link holds.
pub const HOLDS: Millis = DAY;
/// What the key is for: no other token that it signs is taken for one of these.
const PURPOSE: &[u8] = b"operations-platform/export-link/1";
/// Tenant, export and end.
const SIGNED: usize = 16 + 16 + 8;

/// What a link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub tenant: TenantId,
    /// Which export.
    pub export: ExportId,
    /// When it ends.
    pub ends_at: Millis,
}

impl Link {
    /// The token in the link; `None` only for ids that are none.
    pub fn token(&self, secret: &[u8; 32]) -> Option<String> {
        let mut bytes = Vec::with_capacity(SIGNED + 32);
        bytes.extend(self.tenant.to_bytes()?);
        bytes.extend(self.export.to_bytes()?);
        bytes.extend(self.ends_at.to_be_bytes());
        let tag = mac(secret, &bytes)?.finalize().into_bytes();
        bytes.extend(tag);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a token stands for, if it is ours and its time is not over.
    pub fn read(secret: &[u8; 32], token: &str, now: Millis) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (signed, tag) = bytes.split_at_checked(SIGNED)?;
        mac(secret, signed)?.verify_slice(tag).ok()?;
        let (tenant, rest) = signed.split_at_checked(16)?;
        let (export, ends_at) = rest.split_at_checked(16)?;
        let link = Link {
            tenant: TenantId::from_bytes(tenant.try_into().ok()?),
            export: ExportId::from_bytes(export.try_into().ok()?),
            ends_at: Millis::from_be_bytes(ends_at.try_into().ok()?),
        };
        (now < link.ends_at).then_some(link)
    }
}

fn mac(secret: &[u8; 32], bytes: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(PURPOSE);
    mac.update(bytes);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_for_its_time_and_cannot_be_made_up() {
        let link = Link {
            tenant: TenantId::new(1),
            export: ExportId::new(2),
            ends_at: 1_000,
        };
        let (secret, token) = ([7; 32], link.token(&[7; 32]).unwrap());
        assert_eq!(Link::read(&secret, &token, 999), Some(link));
        assert_eq!(Link::read(&secret, &token, 1_000), None);
        assert_eq!(Link::read(&[8; 32], &token, 0), None);
        for index in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[index] = if other[index] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            let read = Link::read(&secret, &other, 0);
            assert!(read.is_none() || other == token, "{index}");
        }
        assert_eq!(Link::read(&secret, "", 0), None);
    }
}
