//! The pixel and the links, answered with the runtime's own objects before anything else is built: no router, no header
//! map, no copied body. What does not change between requests is made once per instance.

use std::cell::RefCell;

use js_sys::{JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{Headers, Request, Response, ResponseInit};
use worker::worker_sys::types::Queue as QueueBinding;
use worker::{Context, Env, Result};

use super::clock::Clock;
use super::log;
use super::queue::QueueName;
use crate::campaigns::tracking::consumer::Message;
use crate::campaigns::tracking::fact::Fact;
use crate::campaigns::tracking::token::{Purpose, Signer};

/// A transparent pixel, 43 bytes.
const PIXEL: [u8; 43] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xff, 0xff, 0xff, 0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b,
];

/// What is made once per instance.
struct Prepared {
    signer: Signer,
    pixel: Uint8Array,
    pixel_init: ResponseInit,
    text_options: JsValue,
    queue: QueueBinding,
    user_agent: JsValue,
}

thread_local! {
    static PREPARED: RefCell<Option<Prepared>> = const { RefCell::new(None) };
}

/// Answers a request for the pixel or a link; `None` for any other path, and when the settings do not hold (the router
/// then says so).
pub fn answer(request: &Request, env: &Env, context: &Context) -> Option<Result<Response>> {
    let url = request.url();
    let path = url
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))?
        .1;
    let (is_pixel, rest) = match path.strip_prefix("t/o/") {
        Some(rest) => (true, rest),
        None => (false, path.strip_prefix("t/c/")?),
    };
    let token = rest.split(['?', '#']).next().unwrap_or_default();
    PREPARED.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = prepare(env);
        }
        let prepared = slot.as_ref()?;
        Some(if is_pixel {
            pixel(
                prepared,
                request,
                token.strip_suffix(".gif").unwrap_or(token),
                context,
            )
        } else {
            link(prepared, request, token, context)
        })
    })
}

/// Whatever the token, the pixel is answered: a mail client shows a broken image otherwise.
fn pixel(
    prepared: &Prepared,
    request: &Request,
    token: &str,
    context: &Context,
) -> Result<Response> {
    if let Some(token) = prepared
        .signer
        .verify(token)
        .filter(|token| token.purpose == Purpose::Open)
    {
        record(prepared, request, token, context);
    }
    Ok(Response::new_with_opt_js_u8_array_and_init(
        Some(&prepared.pixel),
        &prepared.pixel_init,
    )?)
}

fn link(
    prepared: &Prepared,
    request: &Request,
    token: &str,
    context: &Context,
) -> Result<Response> {
    let token = prepared.signer.verify(token);
    let Some((Purpose::Click(target), token)) = token.map(|token| (token.purpose.clone(), token))
    else {
        let init = ResponseInit::new();
        init.set_status(404);
        return Ok(Response::new_with_opt_str_and_init(
            Some("This link is not valid."),
            &init,
        )?);
    };
    record(prepared, request, token, context);
    let headers = Headers::new()?;
    headers.set("location", &target)?;
    headers.set("cache-control", "no-store")?;
    headers.set("referrer-policy", "no-referrer")?;
    let init = ResponseInit::new();
    init.set_status(302);
    init.set_headers(headers.as_ref());
    Ok(Response::new_with_opt_str_and_init(None, &init)?)
}

/// Queues the fact without holding up the answer.
fn record(
    prepared: &Prepared,
    request: &Request,
    token: crate::campaigns::tracking::token::Token,
    context: &Context,
) {
    let agent = user_agent(prepared, request);
    let Some(fact) = Fact::new(token, request.method(), agent, Clock::running().now()) else {
        return;
    };
    let Ok(text) = serde_json::to_string(&Message::Engagement(fact)) else {
        return;
    };
    match prepared
        .queue
        .send(JsValue::from_str(&text), prepared.text_options.clone())
    {
        Ok(promise) => context.wait_until(async move {
            if let Err(error) = js_sys::futures::JsFuture::from(promise).await {
                log::error("hot path", &[("error", &format!("{error:?}"))]);
            }
        }),
        Err(error) => log::error("hot path", &[("error", &format!("{error:?}"))]),
    }
}

fn user_agent(prepared: &Prepared, request: &Request) -> String {
    request
        .headers()
        .get(
            prepared
                .user_agent
                .unchecked_ref::<JsString>()
                .as_string()
                .as_deref()
                .unwrap_or("user-agent"),
        )
        .ok()
        .flatten()
        .unwrap_or_default()
}

fn prepare(env: &Env) -> Option<Prepared> {
    let config = super::worker_entry::config(env)?;
    let binding = Reflect::get(env.as_ref(), &QueueName::Tracking.binding().into()).ok()?;
    let text_options = Object::new();
    Reflect::set(&text_options, &"contentType".into(), &"text".into()).ok()?;
    let headers = Headers::new().ok()?;
    headers.set("content-type", "image/gif").ok()?;
    headers
        .set("cache-control", "no-store, private, max-age=0")
        .ok()?;
    let pixel_init = ResponseInit::new();
    pixel_init.set_headers(headers.as_ref());
    Some(Prepared {
        signer: Signer::new(&config.tracking_keys),
        pixel: Uint8Array::from(PIXEL.as_slice()),
        pixel_init,
        text_options: text_options.into(),
        queue: binding.unchecked_into(),
        user_agent: JsValue::from_str("user-agent"),
    })
}
