//! Declaring routes: a path, a handler and the operation it is. What a handler takes and answers is read off its own
//! signature, so that the contract cannot say anything else than the code.

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;

use super::description::Described;
#[cfg(not(target_arch = "wasm32"))]
use super::description::Description;
use super::operation::Operation;

/// A route of the API.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, as in `/api/v1/tags/{id}`.
    pub path: &'static str,
    /// The group it is shown in.
    pub tag: &'static str,
    /// What it does.
    pub operation: Operation,
    /// Who does it.
    pub handler: MethodRouter,
    /// What the handler takes and answers.
    #[cfg(not(target_arch = "wasm32"))]
    pub description: Description,
}

/// Routes of one group.
pub struct Routes {
    tag: &'static str,
    all: Vec<Route>,
}

impl Routes {
    /// No routes yet; `tag` is the group's name in the contract.
    pub fn new(tag: &'static str) -> Self {
        Routes {
            tag,
            all: Vec::new(),
        }
    }

    /// Reads.
    #[must_use]
    pub fn get<H, T: 'static, D>(self, path: &'static str, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.add(Method::GET, MethodFilter::GET, path, handler, operation)
    }

    /// Creates, or acts.
    #[must_use]
    pub fn post<H, T: 'static, D>(
        self,
        path: &'static str,
        handler: H,
        operation: Operation,
    ) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.add(Method::POST, MethodFilter::POST, path, handler, operation)
    }

    /// Replaces.
    #[must_use]
    pub fn put<H, T: 'static, D>(self, path: &'static str, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.add(Method::PUT, MethodFilter::PUT, path, handler, operation)
    }

    /// Changes what it names.
    #[must_use]
    pub fn patch<H, T: 'static, D>(
        self,
        path: &'static str,
        handler: H,
        operation: Operation,
    ) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.add(Method::PATCH, MethodFilter::PATCH, path, handler, operation)
    }

    /// Removes.
    #[must_use]
    pub fn delete<H, T: 'static, D>(
        self,
        path: &'static str,
        handler: H,
        operation: Operation,
    ) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.add(
            Method::DELETE,
            MethodFilter::DELETE,
            path,
            handler,
            operation,
        )
    }

    fn add<H, T: 'static, D>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
        operation: Operation,
    ) -> Self
    where
        H: Handler<T, ()> + Described<D>,
    {
        self.all.push(Route {
            method,
            path,
            tag: self.tag,
            operation,
            #[cfg(not(target_arch = "wasm32"))]
            description: H::description(),
            handler: on(filter, handler),
        });
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, others: Routes) -> Self {
        self.all.extend(others.all);
        self
    }

    /// One after the other.
    pub fn into_vec(self) -> Vec<Route> {
        self.all
    }
}
