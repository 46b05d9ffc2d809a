//! The runtime's own rate limiter. It counts a place of the edge, not the world: a limit is a fence, no invoice.

#[cfg(any(target_arch = "wasm32", test))]
mod tickets;

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

    /// All of them.
    pub const ALL: [Limit; 4] = [Limit::Read, Limit::Write, Limit::SignIn, Limit::Heavy];

    /// The period that each limit counts, in seconds; as in wrangler.toml.
    pub const PERIOD_SECONDS: u32 = 60;

    /// How many requests the limiter counts as one. Asking it is a good part of what a read costs, and there are many: an
    /// instance asks for ten of them at once. What is left of the ten when it ends is lost to the caller.
    pub const fn counted_by(self) -> u32 {
        match self {
            Limit::Read => 10,
            Limit::Write | Limit::SignIn | Limit::Heavy => 1,
        }
    }

    /// What `RateLimit-Policy` says of it: how many (`q`) within how many seconds (`w`). In wrangler.toml they are counted by
    /// [`Limit::counted_by`].
    pub fn policy(self) -> &'static str {
        match self {
            Limit::Read => "\"read\";q=3000;w=60",
            Limit::Write => "\"write\";q=1500;w=60",
            Limit::SignIn => "\"sign_in\";q=20;w=60",
            Limit::Heavy => "\"heavy\";q=30;w=60",
        }
    }

    /// What `RateLimit` says when nothing of it is left: for how many seconds at most (`t`).
    pub fn used_up(self) -> &'static str {
        match self {
            Limit::Read => "\"read\";r=0;t=60",
            Limit::Write => "\"write\";r=0;t=60",
            Limit::SignIn => "\"sign_in\";r=0;t=60",
            Limit::Heavy => "\"heavy\";r=0;t=60",
        }
    }
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    static TICKETS: std::cell::RefCell<tickets::Tickets> = std::cell::RefCell::default();
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
            let counted_by = limit.counted_by();
            let own = format!("{}:{key}", limit.binding());
            if counted_by > 1 && TICKETS.with_borrow_mut(|tickets| tickets.take(&own)) {
                return true;
            }
            let Ok(limiter) = self.env.rate_limiter(limit.binding()) else {
                return true;
            };
            let allowed = limiter
                .limit(key)
                .await
                .map_or(true, |outcome| outcome.success);
            if allowed {
                TICKETS.with_borrow_mut(|tickets| tickets.bought(own, counted_by));
            }
            allowed
        })
    }

    /// Counts one, and says whether it is within the limit.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn allows(&self, limit: Limit, _key: String) -> impl Future<Output = bool> + Send + '_ {
        std::future::ready(!self.refused.contains(&limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limits of wrangler.toml: name, limit, period.
    fn declared() -> Vec<(&'static str, &'static str, &'static str)> {
        let after = |text: &'static str, start: &str, end: &str| {
            let text = text.split_once(start).unwrap().1;
            text.split_once(end).unwrap().0
        };
        include_str!("../../../wrangler.toml")
            .split("[[ratelimits]]")
            .skip(1)
            .map(|block| {
                let period = after(block, "period = ", " }");
                (
                    after(block, "name = \"", "\""),
                    after(block, "limit = ", ","),
                    period,
                )
            })
            .collect()
    }

    #[test]
    fn what_is_told_is_what_is_counted() {
        let told: Vec<_> = Limit::ALL
            .iter()
            .map(|limit| (limit.binding(), limit.policy(), limit.used_up()))
            .collect();
        let declared: Vec<_> = declared()
            .into_iter()
            .map(|(name, limit, period)| {
                let word = name.strip_prefix("LIMIT_").unwrap().to_lowercase();
                let by = Limit::ALL.iter().find(|limit| limit.binding() == name);
                let quota = limit.parse::<u32>().unwrap() * by.unwrap().counted_by();
                let policy = format!("\"{word}\";q={quota};w={period}");
                (name, policy, format!("\"{word}\";r=0;t={period}"))
            })
            .collect();
        let declared: Vec<_> = declared
            .iter()
            .map(|(name, policy, used_up)| (*name, policy.as_str(), used_up.as_str()))
            .collect();
        assert_eq!(told, declared);
        assert!(
            declared.iter().all(|(_, policy, _)| {
                policy.ends_with(&format!(";w={}", Limit::PERIOD_SECONDS))
            })
        );
    }
}
