//! A card that passes everything on and keeps a transcript.

use super::Card;
use crate::error::TransportError;
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

/// What passed through a [`Recorder`], shared with whoever kept a clone.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Arc<Mutex<Vec<Exchange>>>);

/// A command, and its answer unless the transport failed.
pub type Exchange = (Vec<u8>, Option<Vec<u8>>);

impl Transcript {
    /// Command and answer of each exchange; no answer where the transport failed.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The text form that [`Script::parse`](super::Script::parse) reads.
    pub fn to_text(&self) -> String {
        self.exchanges()
            .iter()
            .fold(String::new(), |mut text, (command, answer)| {
                let _ = writeln!(text, "> {}", hex::encode(command));
                let _ = match answer {
                    Some(answer) => writeln!(text, "< {}", hex::encode(answer)),
                    None => writeln!(text, "! gone"),
                };
                text
            })
    }
}

/// A card that passes everything on and keeps a transcript, as the wire shows it.
#[derive(Debug)]
pub struct Recorder<C> {
    card: C,
    transcript: Transcript,
}

impl<C: Card> Recorder<C> {
    /// Records what `card` is sent and answers.
    pub fn new(card: C) -> (Self, Transcript) {
        let transcript = Transcript::default();
        (
            Self {
                card,
                transcript: transcript.clone(),
            },
            transcript,
        )
    }
}

impl<C: Card> Card for Recorder<C> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let result = self.card.transmit(command);
        let answer = result.as_ref().ok().cloned();
        self.transcript
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((command.to_vec(), answer));
        result
    }

    fn reader_name(&self) -> &str {
        self.card.reader_name()
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        self.card.reset()
    }

    fn atr(&self) -> &[u8] {
        self.card.atr()
    }
}
