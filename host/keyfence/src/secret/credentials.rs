//! What a person knows: PIN, PUK, pairing password; and the pairing secret made of the last.

use super::{Secret32, nfkd};
use crate::error::InputError;
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A PIN: 6 ASCII digits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin([u8; 6]);

/// A PUK: 12 ASCII digits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Puk([u8; 12]);

/// A random number below 10 to the number of digits, without the bias of a remainder.
fn random_digits<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut digits = [0; N];
    for digit in &mut digits {
        *digit = loop {
            let mut byte = [0; 1];
            getrandom::fill(&mut byte)?;
            if byte[0] < 250 {
                break b'0' + byte[0] % 10;
            }
        };
    }
    Ok(digits)
}

fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then_some(bytes)
}

impl Pin {
    /// Reads exactly 6 digits; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        digits(text).map(Self).ok_or(InputError::PinFormat)
    }

    /// A random PIN.
    pub fn random() -> Result<Self, getrandom::Error> {
        random_digits().map(Self)
    }

    /// The digits as ASCII bytes.
    pub fn expose(&self) -> &[u8; 6] {
        &self.0
    }
}

impl Puk {
    /// Reads exactly 12 digits; nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        digits(text).map(Self).ok_or(InputError::PukFormat)
    }

    /// A random PUK.
    pub fn random() -> Result<Self, getrandom::Error> {
        random_digits().map(Self)
    }

    /// The digits as ASCII bytes.
    pub fn expose(&self) -> &[u8; 12] {
        &self.0
    }
}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Pin {}

impl PartialEq for Puk {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Puk {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(6 digits)")
    }
}

impl fmt::Debug for Puk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Puk(12 digits)")
    }
}

/// A pairing password, as typed. Any text.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PairingPassword(String);

impl PairingPassword {
    /// The password that clients and shells commonly use.
    pub const DEFAULT: &'static str = "KeycardDefaultPairing";

    /// Takes the password over as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The pairing secret of the password in NFKD, the form that a new card gets.
    pub fn secret(&self) -> PairingSecret {
        PairingSecret::derive(&nfkd(&self.0))
    }

    /// The secret of the password as typed, where that differs from its NFKD form: some clients don't normalise.
    pub fn secret_as_typed(&self) -> Option<PairingSecret> {
        let differs = !self.0.nfkd().eq(self.0.chars());
        differs.then(|| PairingSecret::derive(&self.0))
    }
}

impl fmt::Debug for PairingPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingPassword(..)")
    }
}

/// The 32 bytes that a card and its owner share for pairing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingSecret(Secret32);

impl PairingSecret {
    const SALT: &'static [u8] = b"Keycard Pairing Password Salt";
    const ROUNDS: u32 = 50_000;

    /// Takes a secret over as it is.
    pub fn new(secret: Secret32) -> Self {
        Self(secret)
    }

    fn derive(password: &str) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        pbkdf2::pbkdf2_hmac::<Sha256>(
            password.as_bytes(),
            Self::SALT,
            Self::ROUNDS,
            secret.as_mut(),
        );
        Self(Secret32::new(*secret))
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_and_puks_are_digits_of_one_length() {
        assert_eq!(Pin::parse("012345").unwrap().expose(), b"012345");
        for wrong in ["", "12345", "1234567", "12345a", " 12345", "12345\u{660}"] {
            assert_eq!(
                Pin::parse(wrong).unwrap_err(),
                InputError::PinFormat,
                "{wrong:?}"
            );
        }
        assert!(Puk::parse("123456789012").is_ok());
        assert_eq!(
            Puk::parse("12345678901").unwrap_err(),
            InputError::PukFormat
        );
        assert!(Pin::parse(std::str::from_utf8(Pin::random().unwrap().expose()).unwrap()).is_ok());
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!(
            "{:?} {:?}",
            Pin::parse("123456").unwrap(),
            PairingPassword::new("hunter2").secret()
        );
        assert_eq!(shown, "Pin(6 digits) PairingSecret(Secret32(32 bytes))");
    }

    #[test]
    fn only_a_password_that_nfkd_changes_has_two_secrets() {
        let plain = PairingPassword::new(PairingPassword::DEFAULT);
        assert!(plain.secret_as_typed().is_none());
        let composed = PairingPassword::new("caf\u{e9}");
        let decomposed = PairingPassword::new("cafe\u{301}");
        assert_eq!(composed.secret(), decomposed.secret());
        assert_ne!(composed.secret_as_typed().unwrap(), composed.secret());
        assert!(decomposed.secret_as_typed().is_none());
    }
}
