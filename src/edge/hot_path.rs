//! Requests that are answered with the runtime's own objects before anything else is built: no router, no header map, no
//! copied body. A domain says what its hot paths mean ([`HotRoutes`]); here is how they are answered. What does not change
//! between requests is made once per instance.

use js_sys::{JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{Headers, Request, Response, ResponseInit};
use worker::worker_sys::types::Queue as QueueBinding;
use worker::{Context, Env, Result};

use super::clock::{Clock, Millis};
use super::log;
use super::queue::QueueName;
use crate::config::Config;

/// What a hot request is asked about. Each question costs a call into the runtime, so it is asked when needed.
pub struct HotRequest<'a> {
    request: &'a Request,
    /// Now, in milliseconds since 1970.
    pub now: Millis,
}

impl HotRequest<'_> {
    /// The method.
    pub fn method(&self) -> String {
        self.request.method()
    }

    /// The user agent; empty when there is none.
    pub fn user_agent(&self) -> String {
        let agent = self.request.headers().get("user-agent");
        agent.ok().flatten().unwrap_or_default()
    }
}

/// What a hot path answers.
pub enum HotAnswer {
    /// A transparent pixel.
    Pixel,
    /// A redirect to this address.
    Redirect(String),
    /// Nothing is there.
    NotFound,
}

/// A domain's hot paths.
pub trait HotRoutes: Sized {
    /// Made once per instance.
    fn new(config: &Config) -> Self;

    /// The answer to a path (without its leading slash), with the message that goes on the tracking queue; `None` when the
    /// path is none of these.
    fn answer(&self, path: &str, request: &HotRequest<'_>) -> Option<(HotAnswer, Option<String>)>;
}

/// A transparent pixel, 43 bytes.
const PIXEL: [u8; 43] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xff, 0xff, 0xff, 0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b,
];

/// A domain's hot paths with what answering needs, made once per instance.
pub struct HotPath<R> {
    routes: R,
    pixel: Uint8Array,
    pixel_init: ResponseInit,
    queue: QueueBinding,
    queue_options: JsValue,
}

impl<R: HotRoutes> HotPath<R> {
    /// Prepares them; `None` when the settings do not hold (the router then says so).
    pub fn prepare(env: &Env) -> Option<Self> {
        let config = super::worker_entry::config(env)?;
        let binding = Reflect::get(env.as_ref(), &QueueName::Tracking.binding().into()).ok()?;
        let queue_options = Object::new();
        Reflect::set(&queue_options, &"contentType".into(), &"text".into()).ok()?;
        let headers = Headers::new().ok()?;
        headers.set("content-type", "image/gif").ok()?;
        headers
            .set("cache-control", "no-store, private, max-age=0")
            .ok()?;
        let pixel_init = ResponseInit::new();
        pixel_init.set_headers(headers.as_ref());
        Some(HotPath {
            routes: R::new(&config),
            pixel: Uint8Array::from(PIXEL.as_slice()),
            pixel_init,
            queue: binding.unchecked_into(),
            queue_options: queue_options.into(),
        })
    }

    /// Answers a request for a hot path; `None` for any other.
    pub fn answer(&self, request: &Request, context: &Context) -> Option<Result<Response>> {
        let url = request.url();
        let (_, path) = url.split_once("://")?.1.split_once('/')?;
        let hot = HotRequest {
            request,
            now: Clock::running().now(),
        };
        let (answer, message) = self.routes.answer(path, &hot)?;
        if let Some(message) = message {
            self.enqueue(&message, context);
        }
        Some(self.respond(answer))
    }

    /// Queues a message without holding up the answer.
    fn enqueue(&self, message: &str, context: &Context) {
        let message = JsString::from(message);
        match self.queue.send(message.into(), self.queue_options.clone()) {
            Ok(promise) => {
                if let Err(error) = context.as_ref().wait_until(&promise) {
                    log::error("hot path", &[("error", &format!("{error:?}"))]);
                }
            }
            Err(error) => log::error("hot path", &[("error", &format!("{error:?}"))]),
        }
    }

    fn respond(&self, answer: HotAnswer) -> Result<Response> {
        let init = ResponseInit::new();
        let target = match answer {
            HotAnswer::Pixel => {
                let response = Response::new_with_opt_js_u8_array_and_init(
                    Some(&self.pixel),
                    &self.pixel_init,
                );
                return Ok(response?);
            }
            HotAnswer::NotFound => {
                init.set_status(404);
                return Ok(Response::new_with_opt_str_and_init(
                    Some("This link is not valid."),
                    &init,
                )?);
            }
            HotAnswer::Redirect(target) => target,
        };
        let headers = Headers::new()?;
        headers.set("location", &target)?;
        headers.set("cache-control", "no-store")?;
        headers.set("referrer-policy", "no-referrer")?;
        init.set_status(302);
        init.set_headers(headers.as_ref());
        Ok(Response::new_with_opt_str_and_init(None, &init)?)
    }
}
