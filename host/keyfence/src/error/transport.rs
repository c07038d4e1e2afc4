//! Errors of the way to the card: readers, the PC/SC service, the simulator's socket and process.

use super::{Explain, Family};
use std::{borrow::Cow, io, path::PathBuf, time::Duration};

/// The card couldn't be reached, or was lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The PC/SC service isn't running.
    #[error("the smart card service (PC/SC) is not running")]
    NoService(#[source] pcsc::Error),
    /// PC/SC lists no reader.
    #[error("no smart card reader found")]
    NoReader,
    /// More than one reader could be meant.
    #[error("several readers could be meant: {}", .names.join(", "))]
    SeveralReaders {
        /// The names of the readers in question.
        names: Vec<String>,
    },
    /// No reader has the name that was asked for.
    #[error("no reader is called \"{wanted}\"")]
    UnknownReader {
        /// What was asked for.
        wanted: String,
        /// The readers there are.
        names: Vec<String>,
    },
    /// The reader holds no card.
    #[error("no card in reader \"{reader}\"")]
    NoCard {
        /// The reader's name.
        reader: String,
    },
    /// Another program holds the card for itself.
    #[error("another program uses the card in reader \"{reader}\"")]
    InUse {
        /// The reader's name.
        reader: String,
    },
    /// The card doesn't answer to power: upside down, dirty, or no smart card at all.
    #[error("the card in reader \"{reader}\" does not respond")]
    Mute {
        /// The reader's name.
        reader: String,
        /// What PC/SC said.
        #[source]
        source: pcsc::Error,
    },
    /// The card was taken out while it was used.
    #[error("the card was removed")]
    Removed,
    /// Another program reset the card; channel and PIN verification are gone.
    #[error("another program reset the card")]
    ResetByOther,
    /// Any other PC/SC failure, with its cause kept.
    #[error("PC/SC: {0}")]
    Pcsc(#[source] pcsc::Error),
    /// Nothing listens at the simulator's address.
    #[error("no simulated card listens at {address}")]
    SimulatorUnreachable {
        /// Host and port.
        address: String,
        /// What the connection attempt said.
        #[source]
        source: io::Error,
    },
    /// Another client holds the simulated card: it takes one at a time.
    #[error("the simulated card at {address} serves another client")]
    SimulatorBusy {
        /// Host and port.
        address: String,
    },
    /// The connection to the simulated card ended in the middle.
    #[error("the simulated card is gone")]
    SimulatorGone(#[source] Option<io::Error>),
    /// The simulated card took too long.
    #[error("the simulated card did not answer within {0:?}")]
    SimulatorTimeout(Duration),
    /// No simulator jar was found.
    #[error("the simulator's jar was not found")]
    SimulatorNotFound {
        /// The places that were looked at, in order.
        tried: Vec<PathBuf>,
    },
    /// The simulator's process couldn't be started or ended before it was ready.
    #[error("the simulator could not be started: {reason}")]
    SimulatorStart {
        /// What went wrong, with the process's own words where it had some.
        reason: String,
    },
    /// A running simulator refused a control line, or takes none.
    #[error("the simulator took no control line: {reason}")]
    SimulatorControl {
        /// Its answer.
        reason: String,
    },
    /// An answer shorter than a status word, or longer than a card can send.
    #[error("the transport delivered a malformed answer of {length} bytes")]
    Malformed {
        /// Its length.
        length: usize,
    },
    /// A scripted card was asked for something its script doesn't have.
    #[error("scripted card: {0}")]
    Script(String),
}

impl Explain for TransportError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoService(_) => "E-PCSC-SERVICE",
            Self::NoReader => "E-READER-NONE",
            Self::SeveralReaders { .. } => "E-READER-SEVERAL",
            Self::UnknownReader { .. } => "E-READER-UNKNOWN",
            Self::NoCard { .. } => "E-READER-EMPTY",
            Self::InUse { .. } => "E-READER-BUSY",
            Self::Mute { .. } => "E-READER-MUTE",
            Self::Removed => "E-CARD-REMOVED",
            Self::ResetByOther => "E-CARD-RESET",
            Self::Pcsc(_) => "E-PCSC",
            Self::SimulatorUnreachable { .. } => "E-SIM-UNREACHABLE",
            Self::SimulatorBusy { .. } => "E-SIM-BUSY",
            Self::SimulatorGone(_) => "E-SIM-GONE",
            Self::SimulatorTimeout(_) => "E-SIM-TIMEOUT",
            Self::SimulatorNotFound { .. } => "E-SIM-NOT-FOUND",
            Self::SimulatorStart { .. } => "E-SIM-START",
            Self::SimulatorControl { .. } => "E-SIM-CONTROL",
            Self::Malformed { .. } => "E-TRANSPORT-ANSWER",
            Self::Script(_) => "E-SCRIPT",
        }
    }

    fn family(&self) -> Family {
        Family::Transport
    }

    fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::NoService(_) if cfg!(target_os = "linux") => {
                "Start it: `sudo systemctl start pcscd.socket` (Debian: package pcscd).".into()
            }
            Self::NoService(_) if cfg!(windows) => {
                "Start the service \"Smart Card\" (SCardSvr); Windows starts it when a reader is plugged in.".into()
            }
            Self::NoService(_) => "Plug in a reader; the system starts the service with it.".into(),
            Self::NoReader => "Plug in a reader, or use a simulated card.".into(),
            Self::SeveralReaders { .. } => "Say which one by its name or a part of it.".into(),
            Self::UnknownReader { names, .. } if names.is_empty() => "No reader is plugged in.".into(),
            Self::UnknownReader { names, .. } => format!("Readers here: {}.", names.join(", ")).into(),
            Self::NoCard { .. } => "Insert the card, or hold it to the reader.".into(),
            Self::InUse { .. } => "Close the other program (browser, wallet, gpg's scdaemon) and try again.".into(),
            Self::Mute { .. } => "Turn the card over, clean its contacts, or check that it is a smart card.".into(),
            Self::Removed => "Insert the card again and repeat the command.".into(),
            Self::ResetByOther => "Repeat the command; close the other program if it happens again.".into(),
            Self::Pcsc(_) => "Unplug the reader, plug it in again and repeat the command.".into(),
            Self::SimulatorUnreachable { .. } => "Start a simulated card first.".into(),
            Self::SimulatorBusy { .. } => "Wait for the other client to end, or start a second simulated card.".into(),
            Self::SimulatorGone(_) | Self::SimulatorTimeout(_) => {
                "Start the simulated card again; unless it keeps a state file it starts empty.".into()
            }
            Self::SimulatorNotFound { .. } => {
                "Build it (`mvn package`), or name it with --simulator-jar or KEYFENCE_SIMULATOR.".into()
            }
            Self::SimulatorControl { .. } => {
                "docs/simulator.md lists the control lines.".into()
            }
            Self::SimulatorStart { .. } => "Correct what the message names; Java 17 or later is needed (`java -version`).".into(),
            Self::Malformed { .. } => "The reader or its driver misbehaves; try another one.".into(),
            Self::Script(_) => "Compare the recording with what is sent.".into(),
        }
    }
}
