//! Calls to outside services.

use std::future::Future;

/// A request to an outside service.
#[derive(Debug, Clone)]
pub struct OutgoingRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole URL.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, empty for none.
    pub body: String,
    /// How long to wait for the answer.
    pub timeout_seconds: u32,
}

/// What an outside service answered.
#[derive(Debug, Clone)]
pub struct IncomingResponse {
    /// The HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl IncomingResponse {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// How long the service wants to be left alone. Services here give seconds, not the date form.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.header("retry-after")?.trim().parse().ok()
    }
}

/// No answer came: nobody knows whether the service has acted. The text is for the log.
#[derive(Debug, Clone)]
pub struct NoAnswer(pub String);

/// The way out.
pub struct Fetch {
    #[cfg(not(target_arch = "wasm32"))]
    answer: FakeService,
}

/// What answers in native tests.
#[cfg(not(target_arch = "wasm32"))]
pub type FakeService =
    Box<dyn Fn(&OutgoingRequest) -> Result<IncomingResponse, NoAnswer> + Send + Sync>;

impl Fetch {
    /// The runtime's own fetch.
    #[cfg(target_arch = "wasm32")]
    pub fn new() -> Self {
        Fetch {}
    }

    /// A fetch that `answer` serves, for native tests.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn answered_by(answer: FakeService) -> Self {
        Fetch { answer }
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// When no whole answer came in time.
    #[cfg(target_arch = "wasm32")]
    pub fn send(
        &self,
        request: OutgoingRequest,
    ) -> impl Future<Output = Result<IncomingResponse, NoAnswer>> + Send {
        super::sendable(send_in_worker(request))
    }

    /// Lets the test's service answer.
    ///
    /// # Errors
    /// As the test's service says.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn send(
        &self,
        request: OutgoingRequest,
    ) -> impl Future<Output = Result<IncomingResponse, NoAnswer>> + Send {
        std::future::ready((self.answer)(&request))
    }
}

#[cfg(target_arch = "wasm32")]
impl Default for Fetch {
    fn default() -> Self {
        Fetch::new()
    }
}

#[cfg(target_arch = "wasm32")]
async fn send_in_worker(request: OutgoingRequest) -> Result<IncomingResponse, NoAnswer> {
    use wasm_bindgen::JsCast;
    use worker::web_sys;

    let headers = web_sys::Headers::new().map_err(no_answer)?;
    for (name, value) in &request.headers {
        headers.set(name, value).map_err(no_answer)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(request.method);
    init.set_headers(headers.as_ref());
    if !request.body.is_empty() {
        init.set_body(&wasm_bindgen::JsValue::from_str(&request.body));
    }
    let timeout = request.timeout_seconds.saturating_mul(1_000);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(timeout)));
    let global: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let response =
        js_sys::futures::JsFuture::from(global.fetch_with_str_and_init(&request.url, &init))
            .await
            .map_err(no_answer)?;
    let mut response = worker::Response::from(response.unchecked_into::<web_sys::Response>());
    let body = response
        .text()
        .await
        .map_err(|error| NoAnswer(error.to_string()))?;
    Ok(IncomingResponse {
        status: response.status_code(),
        headers: response.headers().entries().collect(),
        body,
    })
}

#[cfg(target_arch = "wasm32")]
fn no_answer(error: wasm_bindgen::JsValue) -> NoAnswer {
    NoAnswer(format!("{error:?}"))
}
