//! x
pub mod token;
pub mod verdict;
