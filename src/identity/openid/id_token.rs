//! An ID token (a signed JWT): read, and its signature checked, before anything it says is looked at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Refusal;
use super::claims::Claims;
use super::discovery::{self, Endpoints};
use crate::edge::jwk;
use crate::edge::platform::Platform;
use crate::json;

/// The longest token that is looked at.
const LONGEST: usize = 20_000;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The claims of a token that the provider signed.
///
/// # Errors
/// What is wrong with it.
pub async fn verify(
    platform: &Platform,
    endpoints: &Endpoints,
    token: &str,
) -> Result<Claims, Refusal> {
    let malformed = || Refusal::new("token_malformed", "not a signed JWT");
    let (signed, signature) = token
        .rsplit_once('.')
        .filter(|_| token.len() <= LONGEST)
        .ok_or_else(malformed)?;
    let (header, body) = signed.split_once('.').ok_or_else(malformed)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed());
    let header: Header = json::read_bytes(&decode(header)?).map_err(|_| malformed())?;
    // Only what has a public key. `none`, and HS256 under a "key" that everybody can read, are no signatures.
    if !matches!(header.alg.as_str(), "RS256" | "ES256") || header.crit.is_some() {
        return Err(Refusal::new("wrong_algorithm", header.alg));
    }
    let key = discovery::key(platform, endpoints, &header.alg, header.kid.as_deref()).await?;
    let signature = decode(signature)?;
    let genuine = jwk::verify(&key, signed.as_bytes(), &signature)
        .await
        .map_err(|error| Refusal::new("unknown_key", error))?;
    if !genuine {
        return Err(Refusal::new("wrong_signature", header.alg));
    }
    json::read_bytes(&decode(body)?)
        .map_err(|error| Refusal::new("token_malformed", error.to_string()))
}
