//! The operations platform: one Worker for campaigns, customers and what follows from them.
//!
//! Arrows go down only: `lib` → [`app`] → the domains → [`http`], [`providers`] → [`edge`]. The natively compiled crate is
//! the same without the runtime, which is how everything but the edge is tested.

pub mod app;
pub mod campaigns;
pub mod config;
pub mod crm;
pub mod development;
pub mod edge;
pub mod error;
pub mod http;
pub mod ids;
pub mod providers;
pub mod time;

/// The Worker's entry points. Each hands over to `edge::worker_entry`, which knows the runtime.
#[cfg(target_arch = "wasm32")]
mod entry {
    use worker::{
        Context, Env, MessageBatch, Result, ScheduleContext, ScheduledEvent, event, web_sys,
    };

    use crate::edge::{hot_path, worker_entry};

    #[event(fetch)]
    async fn fetch(
        request: web_sys::Request,
        env: Env,
        context: Context,
    ) -> Result<web_sys::Response> {
        // The pixel and the links leave before anything is built: most requests are theirs.
        if let Some(answer) = hot_path::answer(&request, &env, &context) {
            return answer;
        }
        worker_entry::fetch(request, env, context).await
    }

    #[event(queue)]
    async fn queue(batch: MessageBatch<String>, env: Env, _context: Context) -> Result<()> {
        worker_entry::queue(batch, env).await
    }

    #[event(scheduled)]
    async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
        worker_entry::scheduled(env).await;
    }
}
