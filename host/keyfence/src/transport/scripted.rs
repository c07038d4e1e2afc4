//! A double of a card that plays a script.

use super::Card;
use crate::error::TransportError;

/// Exchanges in order: the command expected and the answer given.
///
/// As text, one a line: `> 80F2000000` for a command (or `> *` for any), `< 9000` for the answer, `! removed|reset|gone` for a failure; `#` starts a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    command: Option<Vec<u8>>,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Answer(Vec<u8>),
    Removed,
    Reset,
    Gone,
}

impl Script {
    /// An empty script.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an exchange.
    #[must_use]
    pub fn exchange(mut self, command: &[u8], answer: &[u8]) -> Self {
        self.steps.push(Step {
            command: Some(command.to_vec()),
            outcome: Outcome::Answer(answer.to_vec()),
        });
        self
    }

    /// Adds an answer to whatever command comes.
    #[must_use]
    pub fn answer(mut self, answer: &[u8]) -> Self {
        self.steps.push(Step {
            command: None,
            outcome: Outcome::Answer(answer.to_vec()),
        });
        self
    }

    /// Adds the removal of the card in place of an answer.
    #[must_use]
    pub fn removed(mut self) -> Self {
        self.steps.push(Step {
            command: None,
            outcome: Outcome::Removed,
        });
        self
    }

    /// Adds a reset by another program in place of an answer.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.steps.push(Step {
            command: None,
            outcome: Outcome::Reset,
        });
        self
    }

    /// Parses the text form; the error names the line.
    pub fn parse(text: &str) -> Result<Self, TransportError> {
        let mut script = Self::new();
        let mut pending: Option<Option<Vec<u8>>> = None;
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let wrong = |what: &str| TransportError::Script(format!("line {}: {what}", number + 1));
            let decode = |hex_text: &str| {
                let compact: String = hex_text.split_whitespace().collect();
                hex::decode(compact).map_err(|_| wrong("not hexadecimal"))
            };
            if line.is_empty() {
                continue;
            }
            let (mark, rest) = line.split_at_checked(1).unwrap_or((line, ""));
            let outcome = match (mark, rest.trim()) {
                (">", command) => {
                    if pending.is_some() {
                        return Err(wrong("a command without an answer before it"));
                    }
                    pending = Some(if command == "*" {
                        None
                    } else {
                        Some(decode(command)?)
                    });
                    continue;
                }
                ("<", answer) => Outcome::Answer(decode(answer)?),
                ("!", "removed") => Outcome::Removed,
                ("!", "reset") => Outcome::Reset,
                ("!", "gone") => Outcome::Gone,
                _ => return Err(wrong("expected >, < or !")),
            };
            let command = pending
                .take()
                .ok_or_else(|| wrong("an answer without a command"))?;
            script.steps.push(Step { command, outcome });
        }
        match pending {
            None => Ok(script),
            Some(_) => Err(TransportError::Script(
                "the last command has no answer".into(),
            )),
        }
    }
}

/// A card that plays a [`Script`] and fails on any other command.
#[derive(Debug)]
pub struct ScriptedCard {
    steps: std::vec::IntoIter<Step>,
    atr: Vec<u8>,
}

impl ScriptedCard {
    /// A card with a plain ATR (not a simulator's).
    pub fn new(script: Script) -> Self {
        Self {
            steps: script.steps.into_iter(),
            atr: vec![0x3b, 0x00],
        }
    }

    /// Steps not played yet.
    pub fn remaining(&self) -> usize {
        self.steps.len()
    }
}

impl Card for ScriptedCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let shown = hex::encode(command);
        let Some(step) = self.steps.next() else {
            return Err(TransportError::Script(format!("no step left for {shown}")));
        };
        if step
            .command
            .as_deref()
            .is_some_and(|expected| expected != command)
        {
            let expected = hex::encode(step.command.unwrap_or_default());
            return Err(TransportError::Script(format!(
                "expected {expected}, got {shown}"
            )));
        }
        match step.outcome {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Removed => Err(TransportError::Removed),
            Outcome::Reset => Err(TransportError::ResetByOther),
            Outcome::Gone => Err(TransportError::SimulatorGone(None)),
        }
    }

    fn reader_name(&self) -> &str {
        "scripted card"
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    fn atr(&self) -> &[u8] {
        &self.atr
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Recorder;

    #[test]
    fn a_script_plays_in_order_and_refuses_another_command() {
        let script =
            Script::parse("# select\n> 00A40400 00\n< 6A82 # no applet\n> *\n! removed\n").unwrap();
        let (mut card, transcript) = Recorder::new(ScriptedCard::new(script));
        assert_eq!(card.transmit(&[0, 0xa4, 4, 0, 0]).unwrap(), [0x6a, 0x82]);
        assert!(matches!(
            card.transmit(&[1, 2, 3, 4]),
            Err(TransportError::Removed)
        ));
        assert!(matches!(
            card.transmit(&[1, 2, 3, 4]),
            Err(TransportError::Script(_))
        ));
        let replay = Script::parse(&transcript.to_text()).unwrap();
        let mut card = ScriptedCard::new(replay);
        assert!(matches!(
            card.transmit(&[0]),
            Err(TransportError::Script(_))
        ));
        assert_eq!(card.remaining(), 2);
    }

    #[test]
    fn text_that_is_no_script_is_refused_with_its_line() {
        for (text, line) in [
            ("> zz\n< 9000", "line 1"),
            ("< 9000", "line 1"),
            ("> 00\n> 00", "line 2"),
            ("x", "line 1"),
        ] {
            assert!(
                matches!(Script::parse(text), Err(TransportError::Script(why)) if why.contains(line)),
                "{text}"
            );
        }
        assert!(Script::parse("> 00").is_err());
    }
}
