//! Pure: what an ID token says, and whether it says it of somebody who signs in here, now. Its signature is checked before.

use serde::Deserialize;

use super::Refusal;
use crate::edge::clock::{MINUTE, Millis, SECOND};

/// How far the provider's clock may be from ours.
const SKEW: Millis = MINUTE;
/// Google's issuer, which its older tokens name without the scheme.
const GOOGLE: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// The claims that are looked at.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<f64>,
    iat: Option<f64>,
    nbf: Option<f64>,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<Verified>,
    name: Option<String>,
    hd: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Some providers write the flag as a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Verified {
    Flag(bool),
    Text(String),
}

/// What must hold.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Us, as the provider knows us.
    pub client_id: &'a str,
    /// Of this sign-in.
    pub nonce: &'a str,
    /// The organization whose accounts alone are accepted.
    pub hosted_domain: Option<&'a str>,
}

/// Somebody whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// By this they are known there, for good.
    pub subject: String,
    /// Their address, in lower case. The provider knows it to be theirs.
    pub email: String,
    /// What they are called there.
    pub name: Option<String>,
}

/// Checks the claims.
///
/// # Errors
/// The first that does not hold.
pub fn check(claims: &Claims, expected: &Expected<'_>, now: Millis) -> Result<Person, Refusal> {
    let refuse = |code, detail: &str| Err(Refusal::new(code, detail));
    let issuer = claims.iss.as_deref().unwrap_or_default();
    let is_google = GOOGLE.contains(&issuer) && GOOGLE.contains(&expected.issuer);
    if issuer != expected.issuer && !is_google {
        return refuse("wrong_issuer", issuer);
    }
    let audience: &[String] = match &claims.aud {
        Some(Audience::One(one)) => std::slice::from_ref(one),
        Some(Audience::Many(many)) => many,
        None => &[],
    };
    let for_us = audience.iter().any(|one| one == expected.client_id);
    let presented_by_us = match &claims.azp {
        Some(azp) => azp == expected.client_id,
        None => audience.len() == 1,
    };
    if !for_us || !presented_by_us {
        return refuse("wrong_audience", &audience.join(" "));
    }
    let millis = |seconds: f64| {
        // Whole seconds since 1970 stay far below what a float holds exactly; what is beyond saturates.
        #[allow(clippy::cast_possible_truncation)]
        let seconds = seconds as i64;
        seconds.saturating_mul(SECOND)
    };
    match claims.exp {
        Some(exp) if millis(exp).saturating_add(SKEW) > now => {}
        _ => return refuse("token_expired", "exp"),
    }
    match claims.iat {
        Some(iat) if millis(iat) <= now.saturating_add(SKEW) => {}
        _ => return refuse("token_from_the_future", "iat"),
    }
    if claims
        .nbf
        .is_some_and(|nbf| millis(nbf) > now.saturating_add(SKEW))
    {
        return refuse("token_from_the_future", "nbf");
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return refuse("wrong_nonce", "nonce");
    }
    let verified = match &claims.email_verified {
        Some(Verified::Flag(flag)) => *flag,
        Some(Verified::Text(text)) => text == "true",
        None => false,
    };
    let email = claims
        .email
        .as_deref()
        .map(|email| email.trim().to_lowercase());
    let Some(email) =
        email.filter(|email| verified && crate::http::checks::email(email, &()).is_ok())
    else {
        return refuse("email_not_verified", "email, email_verified");
    };
    if let Some(domain) = expected.hosted_domain
        && claims.hd.as_deref() != Some(domain)
    {
        return refuse(
            "wrong_hosted_domain",
            claims.hd.as_deref().unwrap_or("none"),
        );
    }
    let subject = claims.sub.clone().unwrap_or_default();
    if subject.is_empty() || subject.len() > 255 || subject.contains('\0') {
        return refuse("no_subject", "sub");
    }
    let name = claims.name.as_deref().map(|name| {
        let line: String = name
            .chars()
            .filter(|character| !character.is_control())
            .take(120)
            .collect();
        line.trim().to_string()
    });
    Ok(Person {
        subject,
        email,
        name: name.filter(|name| !name.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: Millis = 1_772_640_000_000;
    const SECONDS: i64 = NOW / SECOND;

    fn judged(issuer: &str, change: Value) -> Result<Person, &'static str> {
        let mut claims = json!({
            "iss": issuer, "sub": "110169", "aud": "client", "exp": SECONDS + 300, "iat": SECONDS, "nonce": "n",
            "email": "Dana@Example.com", "email_verified": true, "name": " Dana\n", "hd": "example.com",
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let expected = Expected {
            issuer: if issuer.contains("google") {
                GOOGLE[0]
            } else {
                issuer
            },
            client_id: "client",
            nonce: "n",
            hosted_domain: Some("example.com"),
        };
        let claims = serde_json::from_value(claims).unwrap();
        check(&claims, &expected, NOW).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_person_whom_the_provider_vouches_for() {
        let dana = Person {
            subject: "110169".into(),
            email: "dana@example.com".into(),
            name: Some("Dana".into()),
        };
        for issuer in [
            "https://accounts.google.com",
            "accounts.google.com",
            "https://id.example",
        ] {
            assert_eq!(judged(issuer, json!({})), Ok(dana.clone()), "{issuer}");
        }
        for fine in [
            json!({"aud": ["client"]}),
            json!({"aud": ["client", "other"], "azp": "client"}),
            json!({"azp": "client"}),
            json!({"email_verified": "true"}),
            json!({"exp": SECONDS - 59}),
            json!({"iat": SECONDS + 60}),
        ] {
            assert_eq!(
                judged("https://id.example", fine.clone()),
                Ok(dana.clone()),
                "{fine}"
            );
        }
    }

    #[test]
    fn each_claim_is_checked() {
        for (change, code) in [
            (json!({"iss": "https://id.example.evil"}), "wrong_issuer"),
            (json!({"iss": null}), "wrong_issuer"),
            (json!({"iss": "accounts.google.com"}), "wrong_issuer"),
            (json!({"aud": "other"}), "wrong_audience"),
            (json!({"aud": []}), "wrong_audience"),
            (json!({"aud": null}), "wrong_audience"),
            (json!({"aud": ["client", "other"]}), "wrong_audience"),
            (
                json!({"aud": ["client", "other"], "azp": "other"}),
                "wrong_audience",
            ),
            (json!({"azp": "other"}), "wrong_audience"),
            (json!({"exp": SECONDS - 60}), "token_expired"),
            (json!({"exp": null}), "token_expired"),
            (json!({"iat": SECONDS + 61}), "token_from_the_future"),
            (json!({"iat": null}), "token_from_the_future"),
            (json!({"nbf": SECONDS + 61}), "token_from_the_future"),
            (json!({"nonce": "m"}), "wrong_nonce"),
            (json!({"nonce": null}), "wrong_nonce"),
            (json!({"email_verified": false}), "email_not_verified"),
            (json!({"email_verified": "false"}), "email_not_verified"),
            (json!({"email_verified": null}), "email_not_verified"),
            (json!({"email": null}), "email_not_verified"),
            (json!({"email": "nobody"}), "email_not_verified"),
            (json!({"hd": "evil.example"}), "wrong_hosted_domain"),
            (json!({"hd": null}), "wrong_hosted_domain"),
            (json!({"sub": ""}), "no_subject"),
            (json!({"sub": null}), "no_subject"),
        ] {
            assert_eq!(
                judged("https://id.example", change.clone()),
                Err(code),
                "{change}"
            );
        }
    }
}
