mod faults;
mod merging;
mod pulling;
mod support;
mod webhook;
