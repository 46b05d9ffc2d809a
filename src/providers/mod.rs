//! Outside services, one file each. A domain asks for a capability (carry this email); settings say who provides it.

pub mod aws_signature;
pub mod content_api;
pub mod email;
pub mod outbox;
pub mod ses;
pub mod sns;
