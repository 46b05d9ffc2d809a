//! The operations platform.
pub mod config;
pub mod edge;
pub mod error;
pub mod ids;
pub mod campaigns;
pub mod crm;
pub mod http;
