//! EXPORT KEY of many paths at once (P1 = 03): an extension of ours.

use super::{Command, ExportKey, Exportable, derive_key::path_refusal, malformed};
use crate::{
    apdu::{CommandApdu, StatusWord},
    error::CardError,
    path::Path,
    protocol::{MAX_CHANNEL_DATA, ins},
    tlv::Tlvs,
};
use std::marker::PhantomData;

/// EXPORT KEY of many paths, each from the master; all or nothing.
#[derive(Clone, Debug)]
pub struct ExportKeys<'a, K> {
    paths: &'a [Path],
    kind: PhantomData<K>,
}

impl<'a, K: Exportable> ExportKeys<'a, K> {
    /// The first paths that fit into one command and its answer, and the rest.
    pub fn first_of(paths: &'a [Path]) -> (Self, &'a [Path]) {
        let mut bytes = 0;
        let fitting = paths.iter().take(K::PER_ANSWER).take_while(|path| {
            bytes += 1 + 4 * path.len();
            bytes <= MAX_CHANNEL_DATA
        });
        let (paths, rest) = paths.split_at(fitting.count());
        (
            Self {
                paths,
                kind: PhantomData,
            },
            rest,
        )
    }

    /// The paths that are asked for.
    pub fn paths(&self) -> &'a [Path] {
        self.paths
    }
}

impl<K: Exportable> Command for ExportKeys<'_, K> {
    const NAME: &'static str = "EXPORT KEY";
    /// One key per path, in order; `None` from a card that doesn't know this form.
    type Answer = Option<Vec<K>>;

    fn request(&self) -> CommandApdu {
        let mut data = Vec::new();
        for path in self.paths {
            data.push(path.len() as u8);
            data.extend_from_slice(&path.to_bytes());
        }
        CommandApdu::new(ins::EXPORT_KEY, 3, K::P2).with_data(&data)
    }

    fn parse(&self, data: &[u8]) -> Result<Self::Answer, CardError> {
        let wrong = || malformed::<ExportKey<'_, K>>("not one key template per path");
        let mut tlvs = Tlvs::new(data);
        let mut keys = Vec::with_capacity(self.paths.len());
        while let Some((tag, template)) = tlvs.next().map_err(|_| wrong())? {
            keys.push(
                Some(template)
                    .filter(|_| tag == 0xa1)
                    .and_then(K::from_template)
                    .ok_or_else(wrong)?,
            );
        }
        if keys.len() == self.paths.len() {
            Ok(Some(keys))
        } else {
            Err(wrong())
        }
    }

    fn refusal(&self, status: StatusWord) -> CardError {
        match status {
            StatusWord::CONDITIONS => CardError::ExportRefused {
                paths: self.paths.to_vec(),
            },
            other => path_refusal::<Self>(other),
        }
    }

    fn conclude(&self, answer: &crate::apdu::Answer) -> Result<Self::Answer, CardError> {
        match answer.status() {
            StatusWord::OK => self.parse(answer.data()),
            // P1 = 3 means nothing to a genuine card.
            StatusWord::WRONG_P1P2 => Ok(None),
            refused => Err(self.refusal(refused)),
        }
    }
}
