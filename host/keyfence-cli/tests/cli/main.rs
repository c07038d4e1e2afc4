//! The real `keyfence` binary, against the real simulator: one module a subject.

mod support;

mod sim;
mod usage;
