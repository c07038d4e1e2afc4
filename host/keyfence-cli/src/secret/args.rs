//! The `--…-from` options, one struct a secret, to be flattened into the arguments of the verbs that need it.

use clap::Args;

use super::read::{Kind, Secrets};
use super::source::{SOURCE_VALUE, Source};
use crate::error::Result;
use zeroize::Zeroizing;

macro_rules! secret_args {
    ($(#[$doc:meta])* $name:ident, $field:ident, $option:literal, $kind:expr) => {
        $(#[$doc])*
        #[derive(Args, Clone, Default)]
        pub struct $name {
            $(#[$doc])*
            #[arg(long = $option, value_name = SOURCE_VALUE, help_heading = "Secrets")]
            $field: Option<String>,
        }

        impl $name {
            #[allow(dead_code, reason = "each secret has it, not each is ever an old one")]
            /// Reads the secret, asking for it if no place was named.
            pub fn read(&self, secrets: &mut Secrets) -> Result<Zeroizing<String>> {
                secrets.read(&$kind, self.source()?)
            }

            /// Reads a new secret: typed twice when it is asked for.
            #[allow(dead_code, reason = "each secret has it, not each is ever new")]
            pub fn read_new(&self, secrets: &mut Secrets) -> Result<Zeroizing<String>> {
                secrets.read_new(&$kind, self.source()?)
            }

            /// Asks for the secret, whatever the environment holds.
            #[allow(dead_code, reason = "each secret has it, not each is asked for by an option of its own")]
            pub fn ask(&self, secrets: &mut Secrets) -> Result<Zeroizing<String>> {
                secrets.read(&$kind, Some(Source::Prompt))
            }

            /// Was a place named, by option or by the environment?
            #[allow(dead_code, reason = "each secret has it, not each is ever optional")]
            pub fn is_given(&self) -> bool {
                self.$field.is_some() || $kind.in_environment()
            }

            /// Was a place named by option?
            #[allow(dead_code, reason = "each secret has it, not each is ever optional")]
            pub fn is_named(&self) -> bool {
                self.$field.is_some()
            }

            fn source(&self) -> Result<Option<Source>> {
                self.$field.as_deref().map(|value| Source::parse(concat!("--", $option), value)).transpose()
            }
        }
    };
}

secret_args!(
    /// Where the PIN comes from [default: $KEYFENCE_PIN if set, else prompt]
    PinArg, pin_from, "pin-from", Kind::PIN
);
secret_args!(
    /// Where the new PIN comes from [default: $KEYFENCE_NEW_PIN if set, else prompt]
    NewPinArg, new_pin_from, "new-pin-from", Kind::NEW_PIN
);
secret_args!(
    /// Where the PUK comes from [default: $KEYFENCE_PUK if set, else prompt]
    PukArg, puk_from, "puk-from", Kind::PUK
);
secret_args!(
    /// Where the new PUK comes from [default: $KEYFENCE_NEW_PUK if set, else prompt]
    NewPukArg, new_puk_from, "new-puk-from", Kind::NEW_PUK
);
secret_args!(
    /// Where the alternative (duress) PIN comes from [default: $KEYFENCE_ALTERNATIVE_PIN if set]
    AlternativePinArg, alternative_pin_from, "alternative-pin-from", Kind::ALTERNATIVE_PIN
);
secret_args!(
    /// Where the pairing password comes from [default: $KEYFENCE_PAIRING_PASSWORD if set, else prompt]
    PairingPasswordArg, pairing_password_from, "pairing-password-from", Kind::PAIRING_PASSWORD
);
secret_args!(
    /// Where the mnemonic comes from [default: $KEYFENCE_MNEMONIC if set, else prompt]
    MnemonicArg, mnemonic_from, "mnemonic-from", Kind::MNEMONIC
);
secret_args!(
    /// Where the mnemonic's passphrase comes from [default: $KEYFENCE_PASSPHRASE if set, else none]
    PassphraseArg, passphrase_from, "passphrase-from", Kind::PASSPHRASE
);
secret_args!(
    /// Where a seed in hex comes from, instead of a mnemonic [$KEYFENCE_KEY_SEED if set]
    SeedArg, seed_from, "seed-from", Kind::SEED
);
secret_args!(
    /// Where the new pairing password comes from [default: $KEYFENCE_NEW_PAIRING_PASSWORD if set, else prompt]
    NewPairingPasswordArg,
    new_pairing_password_from,
    "new-pairing-password-from",
    Kind::NEW_PAIRING_PASSWORD
);
secret_args!(
    /// Where the passphrase of the transfer file comes from [default: $KEYFENCE_TRANSFER_PASSPHRASE if set, else prompt]
    TransferPassphraseArg,
    passphrase_from,
    "passphrase-from",
    Kind::TRANSFER_PASSPHRASE
);
secret_args!(
    /// Where the old database key comes from [default: $KEYFENCE_OLD_DATABASE_KEY if set, else prompt]
    OldDatabaseKeyArg,
    old_key_from,
    "old-key-from",
    Kind::OLD_DATABASE_KEY
);
secret_args!(
    /// Where the passphrase of the authority's key file comes from [default: $KEYFENCE_AUTHORITY_PASSPHRASE if set, else prompt]
    AuthorityPassphraseArg, authority_passphrase_from, "authority-passphrase-from", Kind::AUTHORITY_PASSPHRASE
);
