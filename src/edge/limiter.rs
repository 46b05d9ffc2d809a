//! The runtime's own rate limiter. It counts a place of the edge, not the world: a limit is a fence, no invoice.

use std::future::Future;

/// What is counted apart. Each has its limit in wrangler.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Signing in, and what else can be guessed at.
    SignIn,
    /// What takes much work.
    Heavy,
}

impl Limit {
    /// The binding's name.
    pub fn binding(self) -> &'static str {
        match self {
            Limit::Read => "LIMIT_READ",
            Limit::Write => "LIMIT_WRITE",
            Limit::SignIn => "LIMIT_SIGN_IN",
            Limit::Heavy => "LIMIT_HEAVY",
        }
    }

    /// The period that each limit counts, in seconds; as in wrangler.toml.
    pub const PERIOD_SECONDS: u32 = 60;
}

/// The limiters bound to this Worker.
pub struct Limiter {
    #[cfg(target_arch = "wasm32")]
    env: worker::Env,
    #[cfg(not(target_arch = "wasm32"))]
    refused: Vec<Limit>,
}

impl Limiter {
    /// Those bound to this Worker.
    #[cfg(target_arch = "wasm32")]
    pub fn new(env: worker::Env) -> Self {
        Limiter { env }
    }

    /// One that refuses these and lets everything else through, for native tests.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn refusing(refused: Vec<Limit>) -> Self {
        Limiter { refused }
    }

    /// Counts one, and says whether it is within the limit. A limiter that is not bound or does not answer lets through: it
    /// is there to protect the platform, not to stop it.
    #[cfg(target_arch = "wasm32")]
    pub fn allows(&self, limit: Limit, key: String) -> impl Future<Output = bool> + Send + '_ {
        super::sendable(async move {
            let Ok(limiter) = self.env.rate_limiter(limit.binding()) else {
                return true;
            };
            limiter
                .limit(key)
                .await
                .map_or(true, |outcome| outcome.success)
        })
    }

    /// Counts one, and says whether it is within the limit.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn allows(&self, limit: Limit, _key: String) -> impl Future<Output = bool> + Send + '_ {
        std::future::ready(!self.refused.contains(&limit))
    }
}
