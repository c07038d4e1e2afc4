//! Signs a hash with the key of a path, and how a signature is shown.

use std::fmt;

use keyfence::Path;
use keyfence::signature::RecoverableSignature;
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::ethereum::{DEFAULT_PATH, address_of};
use crate::secret::{PinArg, Secrets};

/// Which key signs.
#[derive(clap::Args)]
pub struct SignerArgs {
    /// The key's path
    #[arg(long, value_name = "PATH", default_value = DEFAULT_PATH)]
    path: String,

    /// Sign with the key of the card's PIN-less path instead, without PIN and pairing
    #[arg(long, conflicts_with = "path")]
    pinless: bool,

    #[command(flatten)]
    pin: PinArg,
}

/// A signature that was checked against the key which the card named.
#[derive(Serialize)]
pub struct Signed {
    /// None: the PIN-less path.
    path: Option<String>,
    hash: String,
    r: String,
    s: String,
    recovery_id: u8,
    /// r, s and v = 27 + recovery id: what Ethereum's tools take.
    signature: String,
    der: String,
    public_key: String,
    address: String,
    simulated: bool,
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "signature:  {}\nhash:       {}",
            self.signature, self.hash
        )?;
        write!(
            f,
            "\nsigned by:  {} ({})",
            self.address,
            self.path.as_deref().unwrap_or("the PIN-less path")
        )
    }
}

impl SignerArgs {
    /// The path, so that a bad one is told before anything else.
    pub fn path(&self) -> Result<Path> {
        Ok(self
            .path
            .parse::<Path>()
            .map_err(keyfence::InputError::Path)?)
    }

    /// Signs the hash. The library checks the signature before it comes back.
    pub fn sign(&self, ctx: &mut Context, hash: &[u8; 32]) -> Result<Signed> {
        if self.pinless {
            let mut session = ctx.selected()?;
            let signature = session.sign_pinless(hash)?;
            return Ok(Signed::new(None, hash, &signature, session.is_simulated()));
        }
        let path = self.path()?;
        let mut session = ctx.verified(&self.pin, &mut Secrets::new())?;
        let signature = session.sign(hash, &path)?;
        Ok(Signed::new(
            Some(&path),
            hash,
            &signature,
            session.is_simulated(),
        ))
    }
}

impl Signed {
    fn new(
        path: Option<&Path>,
        hash: &[u8; 32],
        signature: &RecoverableSignature,
        simulated: bool,
    ) -> Self {
        let mut bytes = signature.to_bytes();
        bytes[64] += 27;
        Self {
            path: path.map(ToString::to_string),
            hash: format!("0x{}", hex::encode(hash)),
            r: hex::encode(signature.r),
            s: hex::encode(signature.s),
            recovery_id: signature.recovery_id,
            signature: format!("0x{}", hex::encode(bytes)),
            der: hex::encode(signature.as_sent.as_bytes()),
            public_key: hex::encode(signature.public_key.as_bytes()),
            address: address_of(&signature.public_key),
            simulated,
        }
    }
}
