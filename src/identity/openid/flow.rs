//! The way to a provider and back: authorisation code with PKCE.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use url::form_urlencoded;

use super::carried::{Carried, LIFETIME, challenge};
use super::claims::{self, Expected};
use super::discovery::{self, Endpoints, TIMEOUT_SECONDS};
use super::{Refusal, account, id_token};
use crate::config::OpenIdProvider;
use crate::edge::clock::SECOND;
use crate::edge::fetch::OutgoingRequest;
use crate::edge::platform::Platform;
use crate::edge::random;
use crate::error::{Error, Result};
use crate::identity::client::Client;
use crate::identity::sessions::{self, Method, SignedIn};
use crate::json;

/// How long the cookie lives that a browser carries, in seconds.
pub const COOKIE_SECONDS: i64 = LIFETIME / SECOND;

/// Where a browser is sent, and what it carries.
pub struct Departure {
    /// The provider's page.
    pub location: String,
    /// The cookie's value.
    pub cookie: String,
}

/// What a browser comes back with.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Arrival {
    /// To be exchanged.
    pub code: Option<String>,
    /// As we gave it.
    pub state: Option<String>,
    /// Instead of a code, when the person or the provider would not.
    pub error: Option<String>,
    /// Who sends the browser back (RFC 9207).
    pub iss: Option<String>,
}

/// The provider of the settings with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn provider<'a>(platform: &'a Platform, id: &str) -> Result<&'a OpenIdProvider> {
    platform
        .config
        .openid_providers
        .iter()
        .find(|provider| provider.id == id)
        .ok_or(Error::NotFound("sign-in provider"))
}

/// Sends a browser to a provider. `return_to` is checked already.
///
/// # Errors
/// When the provider says nowhere to go. Outside: no randomness.
pub async fn depart(
    platform: &Platform,
    provider: &OpenIdProvider,
    return_to: String,
) -> Result<std::result::Result<Departure, Refusal>> {
    let endpoints = match discovery::endpoints(platform, provider).await {
        Ok(endpoints) => endpoints,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let internal = || Error::Internal("a sign-in elsewhere cannot be prepared".into());
    let seed = random::secret::<32>().ok_or_else(internal)?;
    let carried = Carried {
        provider: provider.id.clone(),
        return_to,
        seed: URL_SAFE_NO_PAD.encode(seed),
        expires_at: platform.now().saturating_add(LIFETIME),
    };
    let key = &platform.config.session_key;
    let verifier = carried.code_verifier(key).ok_or_else(internal)?;
    let Ok(mut location) = url::Url::parse(&endpoints.authorization_endpoint) else {
        let detail = endpoints.authorization_endpoint;
        return Ok(Err(Refusal::new("provider_unusable", detail)));
    };
    {
        let mut query = location.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &redirect_uri(platform, provider))
            .append_pair("scope", "openid email profile")
            .append_pair("state", &carried.state(key).ok_or_else(internal)?)
            .append_pair("nonce", &carried.nonce(key).ok_or_else(internal)?)
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        if let Some(domain) = &provider.hosted_domain {
            query.append_pair("hd", domain);
        }
    }
    Ok(Ok(Departure {
        location: location.into(),
        cookie: carried.sign(key).ok_or_else(internal)?,
    }))
}

/// Signs in a browser that comes back, and says where it goes then.
///
/// # Errors
/// Inside: why it is not believed. Outside: [`Error::Refused`] with `no_membership`; the database's.
pub async fn arrive(
    platform: &Platform,
    provider: &OpenIdProvider,
    cookie: Option<&str>,
    arrival: &Arrival,
    client: &Client,
) -> Result<std::result::Result<(SignedIn, String), Refusal>> {
    let (carried, person) = match vouched_for(platform, provider, cookie, arrival).await {
        Ok(both) => both,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let user = match account::user(platform, &provider.issuer, &person).await? {
        Ok(user) => user,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let signed_in = sessions::start(platform, user, None, Method::Openid, client).await?;
    Ok(Ok((signed_in, carried.return_to)))
}

async fn vouched_for(
    platform: &Platform,
    provider: &OpenIdProvider,
    cookie: Option<&str>,
    arrival: &Arrival,
) -> std::result::Result<(Carried, claims::Person), Refusal> {
    let key = &platform.config.session_key;
    let carried = cookie
        .and_then(|cookie| Carried::verify(key, platform.now(), cookie))
        .filter(|carried| carried.provider == provider.id)
        .ok_or_else(|| Refusal::new("not_started_here", "no cookie of ours"))?;
    let state = arrival.state.as_deref().unwrap_or_default();
    if !carried.has_state(key, state) {
        return Err(Refusal::new("wrong_state", "state"));
    }
    if arrival
        .iss
        .as_deref()
        .is_some_and(|iss| iss != provider.issuer)
    {
        return Err(Refusal::new("wrong_issuer", "iss of the answer"));
    }
    let code = match (&arrival.error, &arrival.code) {
        (None, Some(code)) => code,
        (error, _) => {
            let detail: String = error
                .as_deref()
                .unwrap_or("no code")
                .chars()
                .take(100)
                .collect();
            return Err(Refusal::new("refused_there", detail));
        }
    };
    let missing = || Refusal::new("not_started_here", "no secrets");
    let verifier = carried.code_verifier(key).ok_or_else(missing)?;
    let nonce = carried.nonce(key).ok_or_else(missing)?;
    let endpoints = discovery::endpoints(platform, provider).await?;
    let token = exchange(platform, provider, &endpoints, code, &verifier).await?;
    let claims = id_token::verify(platform, &endpoints, &token).await?;
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce: &nonce,
        hosted_domain: provider.hosted_domain.as_deref(),
    };
    // The machine's time: the provider's clock goes on, wherever ours was moved.
    let person = claims::check(&claims, &expected, crate::edge::clock::machine_now())?;
    Ok((carried, person))
}

/// Exchanges a code for an ID token.
async fn exchange(
    platform: &Platform,
    provider: &OpenIdProvider,
    endpoints: &Endpoints,
    code: &str,
    verifier: &str,
) -> std::result::Result<String, Refusal> {
    #[derive(Deserialize)]
    struct Tokens {
        id_token: String,
    }
    let failed = |detail: String| Refusal::new("code_not_taken", detail);
    let request = token_request(platform, provider, endpoints, code, verifier);
    let response = platform
        .fetch
        .send(request)
        .await
        .map_err(|error| Refusal::new("provider_unusable", error.0))?;
    if response.status != 200 {
        return Err(failed(format!("answered {}", response.status)));
    }
    json::read::<Tokens>(&response.body)
        .map(|tokens| tokens.id_token)
        .map_err(|error| failed(error.to_string()))
}

/// The secret goes where the provider wants it.
fn token_request(
    platform: &Platform,
    provider: &OpenIdProvider,
    endpoints: &Endpoints,
    code: &str,
    verifier: &str,
) -> OutgoingRequest {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &redirect_uri(platform, provider))
        .append_pair("code_verifier", verifier);
    let mut headers = vec![
        (
            "content-type".to_string(),
            "application/x-www-form-urlencoded".to_string(),
        ),
        ("accept".to_string(), "application/json".to_string()),
    ];
    if endpoints.takes_secret_in_form() {
        form.append_pair("client_id", &provider.client_id)
            .append_pair("client_secret", &provider.client_secret);
    } else {
        // RFC 6749, 2.3.1: both are form-encoded before they are joined.
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let both = format!(
            "{}:{}",
            encode(&provider.client_id),
            encode(&provider.client_secret)
        );
        headers.push((
            "authorization".to_string(),
            format!("Basic {}", STANDARD.encode(both)),
        ));
    }
    OutgoingRequest {
        method: "POST",
        url: endpoints.token_endpoint.clone(),
        headers,
        body: form.finish(),
        timeout_seconds: TIMEOUT_SECONDS,
    }
}

fn redirect_uri(platform: &Platform, provider: &OpenIdProvider) -> String {
    format!(
        "{}/api/v1/auth/openid/{}/callback",
        platform.config.public_url, provider.id
    )
}
