//! The operations platform: one Worker for campaigns, customers and what follows from them.
//!
//! Arrows go down only: `lib` → [`app`] → the domains → [`http`], [`providers`] → [`edge`]. The natively compiled crate is
//! the same without the runtime, which is how everything but the edge is tested.

pub mod access;
pub mod app;
pub mod audit;
pub mod campaigns;
pub mod config;
pub mod crm;
pub mod dead_letters;
pub mod development;
pub mod edge;
pub mod error;
pub mod events;
pub mod http;
pub mod identity;
pub mod ids;
pub mod insights;
pub mod json;
pub mod live;
pub mod permission;
pub mod providers;
pub mod tables;
#[cfg(test)]
mod testing;
pub mod time;

/// The Worker's entry points. `edge` knows the runtime, `app` what to do.
#[cfg(target_arch = "wasm32")]
mod entry {
    use std::cell::OnceCell;

    use worker::{
        Context, Env, MessageBatch, Result, ScheduleContext, ScheduledEvent, event, web_sys,
    };

    use crate::app;
    use crate::campaigns::tracking::hot_routes::TrackingRoutes;
    use crate::edge::hot_path::HotPath;
    use crate::edge::worker_entry;

    thread_local! {
        static HOT_PATH: OnceCell<HotPath<TrackingRoutes>> = const { OnceCell::new() };
    }

    #[event(fetch)]
    async fn fetch(
        request: web_sys::Request,
        env: Env,
        context: Context,
    ) -> Result<web_sys::Response> {
        // The pixel and the links leave before anything is built: most requests are theirs.
        if let Some(answer) = answer_hot_path(&request, &env, &context) {
            return answer;
        }
        worker_entry::fetch(request, env, context, app::router).await
    }

    fn answer_hot_path(
        request: &web_sys::Request,
        env: &Env,
        context: &Context,
    ) -> Option<Result<web_sys::Response>> {
        HOT_PATH.with(|cell| {
            if cell.get().is_none() {
                // Set already only if another request did it meanwhile, which is as good.
                let _ = cell.set(HotPath::prepare(env)?);
            }
            cell.get()?.answer(request, context)
        })
    }

    #[event(queue)]
    async fn queue(batch: MessageBatch<String>, env: Env, _context: Context) -> Result<()> {
        worker_entry::queue(batch, env, app::consume).await
    }

    #[event(scheduled)]
    async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
        worker_entry::scheduled(env, app::tick).await;
    }
}
