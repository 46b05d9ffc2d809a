//! Queues. Messages are JSON text: a value handed over as an object would arrive empty (`worker` 0.8 converts it wrongly).

use std::future::Future;

/// The queues this platform writes to. Each message's schema is in `queues/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueName {
    /// Batches of sends, planner to dispatcher.
    Sends,
    /// Opens and clicks, edge to tracker.
    Tracking,
    /// Entries of the audit log, on their way into its chain.
    Audit,
    /// Imports and exports, piece by piece.
    Imports,
    /// Runs of the content sync to bring on, and what its webhook brought.
    Content,
}

impl QueueName {
    /// The producer binding's name.
    pub fn binding(self) -> &'static str {
        match self {
            QueueName::Sends => "SENDS",
            QueueName::Tracking => "TRACKING",
            QueueName::Audit => "AUDIT",
            QueueName::Imports => "IMPORTS",
            QueueName::Content => "CONTENT",
        }
    }
}

/// What the consumer does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It is done with.
    Acknowledge,
    /// Deliver it again later.
    Retry,
}

/// The most a message may be delayed (the service's own limit), in seconds.
pub const MAX_DELAY_SECONDS: u32 = 86_400;
/// The most messages one call takes (the service's own limit).
const MAX_MESSAGES_A_CALL: usize = 100;

/// A message could not be handed to a queue.
#[derive(Debug, Clone)]
pub struct QueueError(pub String);

/// Producers of all queues.
pub struct Queues {
    #[cfg(target_arch = "wasm32")]
    env: worker::Env,
    #[cfg(not(target_arch = "wasm32"))]
    sent: std::sync::Mutex<Vec<(QueueName, String, u32)>>,
}

impl Queues {
    /// The producers bound to this Worker.
    #[cfg(target_arch = "wasm32")]
    pub fn new(env: worker::Env) -> Self {
        Queues { env }
    }

    /// A queue that keeps its messages, for native tests.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn in_memory() -> Self {
        Queues {
            sent: std::sync::Mutex::new(Vec::new()),
        }
    }

    /// Takes what was sent so far: queue, text, delay in seconds.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn take(&self) -> Vec<(QueueName, String, u32)> {
        self.sent
            .lock()
            .map(|mut sent| std::mem::take(&mut *sent))
            .unwrap_or_default()
    }

    /// Sends messages, each a JSON text with a delay in seconds.
    ///
    /// # Errors
    /// When the queue refused; messages before the refused call are sent.
    #[cfg(target_arch = "wasm32")]
    pub fn send(
        &self,
        queue: QueueName,
        messages: Vec<(String, u32)>,
    ) -> impl Future<Output = Result<(), QueueError>> + Send + '_ {
        super::sendable(async move {
            let producer = self
                .env
                .queue(queue.binding())
                .map_err(|error| QueueError(error.to_string()))?;
            for chunk in messages.chunks(MAX_MESSAGES_A_CALL) {
                let batch: Vec<_> = chunk
                    .iter()
                    .map(|(text, delay)| {
                        worker::RawMessageBuilder::new(wasm_bindgen::JsValue::from_str(text))
                            .delay_seconds((*delay).min(MAX_DELAY_SECONDS))
                            .build_with_content_type(worker::QueueContentType::Text)
                    })
                    .collect();
                producer
                    .send_raw_batch(batch)
                    .await
                    .map_err(|error| QueueError(error.to_string()))?;
            }
            Ok(())
        })
    }

    /// Keeps the messages.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn send(
        &self,
        queue: QueueName,
        messages: Vec<(String, u32)>,
    ) -> impl Future<Output = Result<(), QueueError>> + Send + '_ {
        let _ = MAX_MESSAGES_A_CALL;
        if let Ok(mut sent) = self.sent.lock() {
            sent.extend(
                messages
                    .into_iter()
                    .map(|(text, delay)| (queue, text, delay.min(MAX_DELAY_SECONDS))),
            );
        }
        std::future::ready(Ok(()))
    }
}
