//! A tenant with people in it, on every engine.

use std::sync::Arc;

use crate::config::tests::test_config;
use crate::edge::clock::{Clock, Millis};
use crate::edge::db::Db;
use crate::edge::db::testing::databases;
use crate::edge::fetch::{Fetch, NoAnswer};
use crate::edge::limiter::Limiter;
use crate::edge::live::Live;
use crate::edge::platform::Platform;
use crate::edge::queue::Queues;
use crate::error::Error;
use crate::identity::client::Client;
use crate::identity::memberships::store as memberships;
use crate::identity::sessions::{Method, SignedIn, start};
use crate::identity::users::{User, store as users};
use crate::identity::{passwords, sign_in};
use crate::ids::{TenantId, UserId};
use crate::providers::outbox;

/// 2026-03-04T16:00:00Z.
pub const NOW: Millis = 1_772_640_000_000;
/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub name: &'static str,
    pub platform: Platform,
    pub tenant: TenantId,
    pub other_tenant: TenantId,
}

pub async fn worlds() -> Vec<World> {
    let databases = databases().await.into_iter();
    databases
        .map(|test| World {
            name: test.name,
            platform: Platform {
                db: Arc::new(test.db),
                clock: Clock::fixed(NOW),
                bucket: Arc::new(crate::edge::bucket::Bucket::in_memory()),
                queues: Arc::new(Queues::in_memory()),
                deferred: Arc::default(),
                limiter: Arc::new(Limiter::refusing(Vec::new())),
                live: Arc::new(Live::in_memory()),
                fetch: Arc::new(Fetch::answered_by(Box::new(|_| {
                    Err(NoAnswer("none here".into()))
                }))),
                config: Arc::new(test_config()),
            },
            tenant: test.tenant,
            other_tenant: test.other_tenant,
        })
        .collect()
}

/// An address that nobody has: on Postgres all tests share their users.
pub fn address() -> String {
    format!("dana-{}@example.com", UserId::new(NOW))
}

impl World {
    pub fn db(&self) -> &Db {
        &self.platform.db
    }

    /// The same world at another time.
    pub fn at(&self, now: Millis) -> Platform {
        Platform {
            clock: Clock::fixed(now),
            ..self.platform.clone()
        }
    }

    /// Somebody without a tenant.
    pub async fn user(&self) -> User {
        let email = address();
        let hash = passwords::hash(PASSWORD).unwrap();
        let statement = users::add(&UserId::new(NOW), &email, "Dana", Some(&hash), NOW);
        self.db().run(statement).await.unwrap();
        users::by_email(self.db(), &email).await.unwrap().unwrap()
    }

    pub async fn join(&self, tenant: &TenantId, user: &User, role: &str) {
        let statement = memberships::add(tenant, &user.id, role, &[], NOW);
        self.db().run(statement).await.unwrap();
    }

    pub async fn member(&self, role: &str) -> User {
        let user = self.user().await;
        self.join(&self.tenant, &user, role).await;
        user
    }

    pub async fn session(&self, user: &User) -> SignedIn {
        let client = Client::default();
        start(
            &self.platform,
            user.clone(),
            None,
            Method::Password,
            &client,
        )
        .await
        .unwrap()
    }

    pub async fn sign_in(
        &self,
        now: Millis,
        email: &str,
        password: &str,
    ) -> Result<SignedIn, Error> {
        let client = Client::default();
        sign_in::password::sign_in(&self.at(now), email, password, None, &client).await
    }

    /// The tokens in the links that an address was sent, oldest first.
    pub async fn mailed(&self, tenant: &TenantId, email: &str) -> Vec<String> {
        let mut mails = outbox::list(self.db(), tenant, email, "", 50)
            .await
            .unwrap();
        mails.reverse();
        mails
            .iter()
            .map(|mail| {
                assert!(
                    mail.headers
                        .0
                        .iter()
                        .all(|(name, _)| !name.starts_with("List-"))
                );
                assert!(!mail.to_rfc5322().contains("List-Unsubscribe"));
                let links = mail.links();
                assert_eq!(links.len(), 1, "{links:?}");
                assert!(mail.html.contains(&links[0]));
                links[0].rsplit('/').next().unwrap().to_string()
            })
            .collect()
    }
}

/// The code of an error, as a client sees it.
pub fn code<T>(result: Result<T, Error>) -> String {
    match result.err().expect("it must fail") {
        Error::Unauthenticated { code, .. }
        | Error::Refused { code, .. }
        | Error::Conflict { code, .. } => code.into(),
        Error::TooMany {
            code,
            retry_after_seconds,
        } => format!("{code} {retry_after_seconds}"),
        Error::NotFound(what) => format!("not_found {what}"),
        Error::Invalid(fields) => fields[0].field.clone(),
        other => panic!("{other}"),
    }
}

/// Renews a session's tokens.
pub async fn refresh(platform: &Platform, token: &str) -> crate::error::Result<SignedIn> {
    crate::identity::sessions::refresh::refresh(platform, token, &Client::default()).await
}
