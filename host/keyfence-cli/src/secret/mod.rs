//! Secrets from anywhere but the command line: prompt, standard input, file or environment.

mod args;
mod read;
mod source;

pub use args::*;
pub use read::Secrets;
