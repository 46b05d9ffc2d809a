//! A provider's addresses and keys, as it publishes them. Both are kept in this instance as long as the provider allows.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Refusal;
use crate::config::OpenIdProvider;
use crate::edge::clock::{DAY, MINUTE, Millis, SECOND};
use crate::edge::fetch::{IncomingResponse, OutgoingRequest};
use crate::edge::jwk::PublicKey;
use crate::edge::platform::Platform;
use crate::json;

/// How long what comes without a `Cache-Control` is kept.
const UNLESS_SAID: Millis = 5 * MINUTE;
/// How long anything is kept at most.
const LONGEST: Millis = DAY;
/// How often unknown keys may make us ask for the keys again: whoever makes up key ids makes no work.
const AGAIN_AFTER: Millis = 10 * SECOND;
/// How long a provider may take.
pub(super) const TIMEOUT_SECONDS: u32 = 10;

/// Where a provider's endpoints are.
#[derive(Debug, Clone, Deserialize)]
pub struct Endpoints {
    issuer: String,
    /// Where the browser goes.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Endpoints {
    /// Whether the secret goes into the form. The standard's own way, when nothing is said, is the header.
    pub fn takes_secret_in_form(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_some_and(|methods| methods.iter().any(|method| method == "client_secret_post"))
    }
}

/// A key as published. Keys of other kinds are read and passed over.
#[derive(Debug, Clone, Deserialize)]
pub struct Jwk {
    kid: Option<String>,
    kty: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

impl Jwk {
    /// The key, if it is one for checking signatures of this algorithm.
    fn for_algorithm(&self, algorithm: &str) -> Option<PublicKey> {
        let signs = self.r#use.as_deref().is_none_or(|usage| usage == "sig");
        let agrees = self.alg.as_deref().is_none_or(|alg| alg == algorithm);
        if !signs || !agrees {
            return None;
        }
        match (algorithm, self.kty.as_deref()?) {
            ("RS256", "RSA") => Some(PublicKey::Rsa {
                n: self.n.clone()?,
                e: self.e.clone()?,
            }),
            ("ES256", "EC") if self.crv.as_deref() == Some("P-256") => Some(PublicKey::P256 {
                x: self.x.clone()?,
                y: self.y.clone()?,
            }),
            _ => None,
        }
    }
}

/// A document as it came.
struct Kept {
    /// When it was fetched.
    since: Millis,
    /// Until when it may be kept.
    until: Millis,
    text: String,
}

/// Documents by their URLs.
static KEPT: LazyLock<Mutex<HashMap<String, Kept>>> = LazyLock::new(Mutex::default);

/// When a document was last asked for again because of an unknown key, by its URL.
static ASKED_AGAIN: LazyLock<Mutex<HashMap<String, Millis>>> = LazyLock::new(Mutex::default);

fn may_ask_again(url: &str) -> bool {
    let now = crate::edge::clock::machine_now();
    let mut asked = ASKED_AGAIN.lock().unwrap_or_else(PoisonError::into_inner);
    let last = asked.get(url).copied().unwrap_or(0);
    let may = now.saturating_sub(last) >= AGAIN_AFTER;
    if may {
        asked.insert(url.to_string(), now);
    }
    may
}

/// The provider's endpoints.
///
/// # Errors
/// When the provider does not answer, or with something else.
pub async fn endpoints(
    platform: &Platform,
    provider: &OpenIdProvider,
) -> Result<Endpoints, Refusal> {
    let url = format!(
        "{}/.well-known/openid-configuration",
        provider.issuer.trim_end_matches('/')
    );
    let endpoints: Endpoints = document(platform, &url, LONGEST).await?;
    if endpoints.issuer != provider.issuer {
        let detail = format!("{} calls itself {}", provider.issuer, endpoints.issuer);
        return Err(Refusal::new("provider_unusable", detail));
    }
    Ok(endpoints)
}

/// The key that signs with this algorithm under this id. An id that is not known makes us ask for the keys once more:
/// providers change theirs.
///
/// # Errors
/// When there is none, or the provider does not answer.
pub async fn key(
    platform: &Platform,
    endpoints: &Endpoints,
    algorithm: &str,
    id: Option<&str>,
) -> Result<PublicKey, Refusal> {
    let jwks: Jwks = document(platform, &endpoints.jwks_uri, LONGEST).await?;
    if let Some(key) = choose(&jwks.keys, algorithm, id) {
        return Ok(key);
    }
    if may_ask_again(&endpoints.jwks_uri) {
        let jwks: Jwks = document(platform, &endpoints.jwks_uri, 0).await?;
        if let Some(key) = choose(&jwks.keys, algorithm, id) {
            return Ok(key);
        }
    }
    let detail = format!("{algorithm} {}", id.unwrap_or("without an id"));
    Err(Refusal::new("unknown_key", detail))
}

/// A token may leave the id out when there is no choice.
fn choose(keys: &[Jwk], algorithm: &str, id: Option<&str>) -> Option<PublicKey> {
    let mut fitting = keys
        .iter()
        .filter(|key| id.is_none() || key.kid.as_deref() == id)
        .filter_map(|key| key.for_algorithm(algorithm));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// A document of the provider's, not older than `oldest`, from what is kept or anew.
async fn document<T: DeserializeOwned>(
    platform: &Platform,
    url: &str,
    oldest: Millis,
) -> Result<T, Refusal> {
    let unusable = |detail: String| Refusal::new("provider_unusable", format!("{url}: {detail}"));
    let read = |text: &str| json::read::<T>(text).map_err(|error| unusable(error.to_string()));
    // The machine's time: the provider's clock goes on, wherever ours was moved.
    let now = crate::edge::clock::machine_now();
    if let Some(text) = kept(url, oldest, now) {
        return read(&text);
    }
    let request = OutgoingRequest {
        method: "GET",
        url: url.to_string(),
        headers: vec![("accept".to_string(), "application/json".to_string())],
        body: String::new(),
        timeout_seconds: TIMEOUT_SECONDS,
    };
    let response = platform
        .fetch
        .send(request)
        .await
        .map_err(|error| unusable(error.0))?;
    if response.status != 200 {
        return Err(unusable(format!("answered {}", response.status)));
    }
    let document = read(&response.body)?;
    let until = now.saturating_add(lifetime(&response));
    let kept = Kept {
        since: now,
        until,
        text: response.body,
    };
    KEPT.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(url.to_string(), kept);
    Ok(document)
}

fn kept(url: &str, oldest: Millis, now: Millis) -> Option<String> {
    let all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = all.get(url)?;
    (now < kept.until && now.saturating_sub(kept.since) < oldest).then(|| kept.text.clone())
}

/// As long as the provider allows, by `Cache-Control`.
fn lifetime(response: &IncomingResponse) -> Millis {
    let Some(control) = response.header("cache-control") else {
        return UNLESS_SAID;
    };
    let directives: Vec<_> = control
        .split(',')
        .map(|part| part.trim().to_lowercase())
        .collect();
    if directives
        .iter()
        .any(|one| one == "no-store" || one == "no-cache")
    {
        return 0;
    }
    directives
        .iter()
        .find_map(|one| one.strip_prefix("max-age=")?.parse::<i64>().ok())
        .map_or(UNLESS_SAID, |seconds| {
            seconds.saturating_mul(SECOND).clamp(0, LONGEST)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(control: Option<&str>) -> IncomingResponse {
        IncomingResponse {
            status: 200,
            headers: control
                .map(|text| ("cache-control".into(), text.into()))
                .into_iter()
                .collect(),
            body: String::new(),
        }
    }

    #[test]
    fn what_the_provider_allows_is_kept() {
        assert_eq!(lifetime(&answered(None)), UNLESS_SAID);
        assert_eq!(
            lifetime(&answered(Some("public, max-age=19800, must-revalidate"))),
            19_800 * SECOND
        );
        assert_eq!(lifetime(&answered(Some("max-age=99999999"))), LONGEST);
        assert_eq!(lifetime(&answered(Some("max-age=-1"))), 0);
        assert_eq!(lifetime(&answered(Some("no-store, max-age=60"))), 0);
        assert_eq!(lifetime(&answered(Some("private"))), UNLESS_SAID);
    }

    #[test]
    fn a_key_is_found_by_its_id_and_fits_its_algorithm() {
        let jwks: Jwks = serde_json::from_value(json!({"keys": [
            {"kid": "a", "kty": "RSA", "alg": "RS256", "use": "sig", "n": "n", "e": "AQAB"},
            {"kid": "b", "kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
            {"kid": "c", "kty": "RSA", "use": "enc", "n": "n", "e": "AQAB"},
            {"kid": "d", "kty": "EC", "crv": "P-384", "x": "x", "y": "y"},
            {"kid": "e", "kty": "OKP", "crv": "Ed25519", "x": "x"},
            {"kid": "f", "kty": "oct", "k": "secret"},
        ]}))
        .unwrap();
        let found = |algorithm, id| choose(&jwks.keys, algorithm, id).is_some();
        assert!(found("RS256", Some("a")) && found("ES256", Some("b")));
        assert!(found("RS256", None), "the only one of its kind");
        for (algorithm, id) in [
            ("ES256", Some("a")),
            ("RS256", Some("b")),
            ("RS256", Some("c")),
            ("ES256", Some("d")),
            ("HS256", Some("a")),
            ("HS256", Some("f")),
            ("none", None),
            ("RS256", Some("z")),
        ] {
            assert!(!found(algorithm, id), "{algorithm} {id:?}");
        }
    }
}
