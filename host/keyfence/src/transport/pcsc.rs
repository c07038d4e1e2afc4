//! Cards in readers, over PC/SC: shared mode, no transaction, every failure its own error.

use super::{Card, choose::choose, get_response::whole_answer};
use crate::error::TransportError;
use pcsc::{Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State};
use std::{ffi::CString, time::Duration};

/// A reader, and whether it holds a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PcscReader {
    /// The reader's name, as PC/SC lists it.
    pub name: String,
    /// Whether a card is in it.
    pub card_present: bool,
    /// The card's answer to reset, empty without a card.
    pub atr: Vec<u8>,
}

/// Lists the readers. An empty list is not an error here.
pub fn readers() -> Result<Vec<PcscReader>, TransportError> {
    list(&establish()?)
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(service_error)
}

fn service_error(error: pcsc::Error) -> TransportError {
    match error {
        pcsc::Error::NoService | pcsc::Error::ServiceStopped => TransportError::NoService(error),
        pcsc::Error::NoReadersAvailable | pcsc::Error::ReaderUnavailable => {
            TransportError::NoReader
        }
        other => TransportError::Pcsc(other),
    }
}

fn list(context: &Context) -> Result<Vec<PcscReader>, TransportError> {
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(pcsc::Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(service_error(error)),
    };
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut states: Vec<ReaderState> = names
        .into_iter()
        .map(|name| ReaderState::new(name, State::UNAWARE))
        .collect();
    context
        .get_status_change(Duration::ZERO, &mut states)
        .map_err(service_error)?;
    Ok(states
        .iter()
        .map(|state| {
            let card_present = state.event_state().contains(State::PRESENT);
            PcscReader {
                name: state.name().to_string_lossy().into_owned(),
                card_present,
                atr: if card_present {
                    state.atr().to_vec()
                } else {
                    Vec::new()
                },
            }
        })
        .collect())
}

/// A card in a reader.
pub struct PcscCard {
    /// Taken on drop only.
    card: Option<pcsc::Card>,
    reader: String,
    atr: Vec<u8>,
}

impl std::fmt::Debug for PcscCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PcscCard")
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

impl PcscCard {
    /// Connects to the card in the reader that `wanted` names: its full name, or a part of it (case is ignored) that only one reader has.
    ///
    /// Without a name: the only reader there is, or the only one that holds a card.
    pub fn connect(wanted: Option<&str>) -> Result<Self, TransportError> {
        let context = establish()?;
        let reader = choose(list(&context)?, wanted)?;
        if !reader.card_present {
            return Err(TransportError::NoCard {
                reader: reader.name,
            });
        }
        let name =
            CString::new(reader.name.clone()).map_err(|_| TransportError::UnknownReader {
                wanted: reader.name.clone(),
                names: Vec::new(),
            })?;
        let card = context
            .connect(&name, ShareMode::Shared, Protocols::ANY)
            .map_err(|error| connect_error(error, &reader.name))?;
        let atr = card
            .status2_owned()
            .map(|status| status.atr().to_vec())
            .map_err(|error| connect_error(error, &reader.name))?;
        Ok(Self {
            card: Some(card),
            reader: reader.name,
            atr,
        })
    }

    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let card = self.card.as_mut().ok_or(TransportError::Removed)?;
        let mut buffer = [0; pcsc::MAX_BUFFER_SIZE];
        let result = card.transmit(command, &mut buffer).map(<[u8]>::to_vec);
        if result == Err(pcsc::Error::ResetCard) {
            // Told once; PC/SC would repeat it until we acknowledge, and the next SELECT is to work.
            let _ = card.reconnect(ShareMode::Shared, Protocols::ANY, Disposition::LeaveCard);
        }
        result.map_err(|error| match connect_error(error, &self.reader) {
            // A service that ended shows as one of several errors here; only a new connection tells.
            TransportError::Pcsc(error) => match establish() {
                Err(_) => TransportError::NoService(error),
                Ok(_) => TransportError::Pcsc(error),
            },
            known => known,
        })
    }
}

fn connect_error(error: pcsc::Error, reader: &str) -> TransportError {
    let reader = reader.to_owned();
    match error {
        pcsc::Error::NoSmartcard => TransportError::NoCard { reader },
        pcsc::Error::RemovedCard => TransportError::Removed,
        pcsc::Error::ResetCard => TransportError::ResetByOther,
        pcsc::Error::SharingViolation => TransportError::InUse { reader },
        pcsc::Error::UnresponsiveCard
        | pcsc::Error::UnpoweredCard
        | pcsc::Error::UnsupportedCard
        | pcsc::Error::ProtoMismatch => TransportError::Mute {
            reader,
            source: error,
        },
        pcsc::Error::UnknownReader => TransportError::UnknownReader {
            wanted: reader,
            names: Vec::new(),
        },
        // The reader was unplugged with the card in it.
        pcsc::Error::ReaderUnavailable => TransportError::Removed,
        other => service_error(other),
    }
}

impl Card for PcscCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let first = self.exchange(command)?;
        whole_answer(first, |command| self.exchange(command))
    }

    fn reader_name(&self) -> &str {
        &self.reader
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        let card = self.card.as_mut().ok_or(TransportError::Removed)?;
        card.reconnect(ShareMode::Shared, Protocols::ANY, Disposition::ResetCard)
            .map_err(|error| connect_error(error, &self.reader))
    }

    fn atr(&self) -> &[u8] {
        &self.atr
    }
}

impl Drop for PcscCard {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            // Another program may be using the card: our end isn't to be its reset.
            let _ = card.disconnect(Disposition::LeaveCard);
        }
    }
}
