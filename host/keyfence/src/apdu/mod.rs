//! ISO 7816 messages: command APDUs, answers, status words.

mod answer;
mod command;
mod status;

pub use answer::Answer;
pub use command::CommandApdu;
pub use status::StatusWord;
