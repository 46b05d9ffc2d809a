//! What the pixel's and the links' paths mean, for the edge to answer before anything is built.

use super::consumer::Message;
use super::fact::Fact;
use super::token::{Purpose, Signer, Token};
use crate::config::Config;
use crate::edge::hot_path::{HotAnswer, HotRequest, HotRoutes};

/// `/t/o/{token}.gif` and `/t/c/{token}`.
pub struct TrackingRoutes {
    signer: Signer,
}

impl HotRoutes for TrackingRoutes {
    fn new(config: &Config) -> Self {
        TrackingRoutes {
            signer: Signer::new(&config.tracking_keys),
        }
    }

    fn answer(&self, path: &str, request: &HotRequest<'_>) -> Option<(HotAnswer, Option<String>)> {
        let (is_pixel, rest) = match path.strip_prefix("t/o/") {
            Some(rest) => (true, rest),
            None => (false, path.strip_prefix("t/c/")?),
        };
        let text = rest.split(['?', '#']).next().unwrap_or_default();
        let token = self
            .signer
            .verify(text.strip_suffix(".gif").unwrap_or(text));
        Some(match (is_pixel, token) {
            (true, Some(token)) if token.purpose == Purpose::Open => {
                (HotAnswer::Pixel, message(token, request))
            }
            // Whatever the token, the pixel is answered: a mail client shows a broken image otherwise.
            (true, _) => (HotAnswer::Pixel, None),
            (false, Some(token)) => match &token.purpose {
                Purpose::Click(target) => {
                    (HotAnswer::Redirect(target.clone()), message(token, request))
                }
                _ => (HotAnswer::NotFound, None),
            },
            (false, None) => (HotAnswer::NotFound, None),
        })
    }
}

fn message(token: Token, request: &HotRequest<'_>) -> Option<String> {
    let fact = Fact::new(token, request.method(), request.user_agent(), request.now)?;
    serde_json::to_string(&Message::Engagement(fact)).ok()
}
