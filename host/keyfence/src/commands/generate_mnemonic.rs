//! GENERATE MNEMONIC: word indexes from the card's random generator.

use super::{Command, malformed};
use crate::{apdu::CommandApdu, error::CardError, mnemonic::WordCount, protocol::ins};
use zeroize::Zeroizing;

/// GENERATE MNEMONIC. The card keeps nothing of it: load the seed made from it.
#[derive(Clone, Copy, Debug)]
pub struct GenerateMnemonic(pub WordCount);

impl Command for GenerateMnemonic {
    const NAME: &'static str = "GENERATE MNEMONIC";
    /// BIP-39 word indexes, below 2048; their checksum isn't checked yet.
    type Answer = Zeroizing<Vec<u16>>;

    fn request(&self) -> CommandApdu {
        CommandApdu::new(ins::GENERATE_MNEMONIC, (self.0.words() / 3) as u8, 0)
    }

    fn parse(&self, data: &[u8]) -> Result<Self::Answer, CardError> {
        let (indexes, rest) = data.as_chunks::<2>();
        let indexes: Zeroizing<Vec<u16>> = Zeroizing::new(
            indexes
                .iter()
                .map(|index| u16::from_be_bytes(*index))
                .collect(),
        );
        if !rest.is_empty()
            || indexes.len() != self.0.words()
            || indexes.iter().any(|index| *index > 2047)
        {
            return Err(malformed::<Self>("not the word indexes asked for"));
        }
        Ok(indexes)
    }
}
