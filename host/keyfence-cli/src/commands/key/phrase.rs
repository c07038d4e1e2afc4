//! The mnemonic or seed that a person gives: shared by `key load` and `key verify`.

use keyfence::mnemonic::Mnemonic;
use keyfence::secret::Seed;

use crate::error::{CliError, Result};
use crate::secret::{MnemonicArg, PassphraseArg, Secrets, SeedArg};

/// A mnemonic with its passphrase, or a seed in hex.
#[derive(clap::Args)]
pub struct PhraseArgs {
    #[command(flatten)]
    mnemonic: MnemonicArg,
    #[command(flatten)]
    passphrase: PassphraseArg,
    #[command(flatten)]
    seed: SeedArg,

    /// Ask for the mnemonic's passphrase
    #[arg(long, conflicts_with = "passphrase_from")]
    passphrase_prompt: bool,
}

impl PhraseArgs {
    /// The BIP-32 seed. A mnemonic's words and checksum are checked before anything goes to the card.
    pub fn seed(&self, secrets: &mut Secrets) -> Result<Seed> {
        if self.takes_seed()? {
            return Ok(Seed::from_hex(&self.seed.read(secrets)?)?);
        }
        let mnemonic = Mnemonic::parse(&self.mnemonic.read(secrets)?)?;
        self.seed_of(&mnemonic, secrets)
    }

    /// What an option names counts more than what the environment happens to hold.
    fn takes_seed(&self) -> Result<bool> {
        let with_words = self.passphrase.is_named() || self.passphrase_prompt;
        match (self.seed.is_named(), self.mnemonic.is_named()) {
            (true, true) => Err(CliError::usage(
                "E-USAGE",
                "a mnemonic and a seed exclude each other",
            )
            .hint("Give one of them: --mnemonic-from or --seed-from.")),
            (true, false) if with_words => Err(CliError::usage(
                "E-USAGE",
                "a passphrase belongs to a mnemonic, not to a seed",
            )
            .hint("Leave out --passphrase-from.")),
            (true, false) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Ok(self.seed.is_given() && !self.mnemonic.is_given() && !with_words),
        }
    }

    /// The seed of a mnemonic with the passphrase that these arguments name.
    pub fn seed_of(&self, mnemonic: &Mnemonic, secrets: &mut Secrets) -> Result<Seed> {
        let passphrase = if self.passphrase_prompt {
            self.passphrase.ask(secrets)?
        } else if self.passphrase.is_given() {
            self.passphrase.read(secrets)?
        } else {
            Default::default()
        };
        Ok(mnemonic.to_seed(&passphrase)?)
    }
}
