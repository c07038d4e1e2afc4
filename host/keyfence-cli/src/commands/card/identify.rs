//! `keyfence card identify`: does the card hold the identity that its issuer gave it?

use std::fmt;

use keyfence::commands::Identification;
use keyfence::identity::Verdict;
use keyfence::key::PublicKey;
use keyfence::session::Selection;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;

/// Ask the card to prove its identity; with an issuer's key: is it a genuine one? Needs no pairing and no PIN
///
/// Without --issuer the proof is only that the card holds the key of its certificate, and the issuer's key is shown to be compared. Ends with exit code 4 if the card isn't what was asked for.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence card identify
  keyfence card identify --issuer 0x02…")]
pub struct Args {
    /// The issuer's public key in hex, compressed or not
    #[arg(long, value_name = "HEX")]
    issuer: Option<String>,
}

#[derive(Serialize)]
struct Identity {
    /// "genuine", or "unchecked" when no issuer was given.
    verdict: &'static str,
    identity_key: String,
    issuer: String,
    certificate: String,
    simulated: bool,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.verdict {
            "genuine" => "genuine: the issuer signed this card's identity, and the card holds it",
            _ => "the card holds its identity; compare the issuer's key, or give it with --issuer",
        })?;
        write!(
            f,
            "\nidentity key:  {}\nissuer:        {}",
            self.identity_key, self.issuer
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let issuer = args.issuer.as_deref().map(public_key).transpose()?;
    let (identification, simulated) = match ctx.selection()? {
        Selection::Uninitialized(mut session) => (session.identify()?, session.is_simulated()),
        Selection::Ready(mut session) => (session.identify()?, session.is_simulated()),
    };
    // Without an issuer the one of the certificate is asked for: what is left is whether the card holds the key.
    let named = identification.certificate.issuer();
    let expected = issuer.as_ref().or(named.as_ref());
    let verdict = expected.map_or(Verdict::NoIssuer, |expected| {
        identification.verdict(expected)
    });
    let identity = Identity {
        verdict: if issuer.is_some() {
            "genuine"
        } else {
            "unchecked"
        },
        identity_key: hex::encode(identification.certificate.identity_key.to_compressed()),
        issuer: named
            .map(|key| hex::encode(key.to_compressed()))
            .unwrap_or_default(),
        certificate: hex::encode(identification.certificate.as_bytes()),
        simulated,
    };
    match verdict {
        Verdict::Genuine => Ok(Output::new(identity)),
        other => Err(not_genuine(&other, &identification)),
    }
}

fn not_genuine(verdict: &Verdict, identification: &Identification) -> CliError {
    let card = |code, message| CliError::new(Family::Card, code, message);
    let error = match verdict {
        Verdict::OtherIssuer { issuer } => card(
            "E-IDENTITY-ISSUER",
            "another issuer signed this card's identity",
        )
        .hint("Compare the issuer's key with the one its maker publishes (--issuer).")
        .detail("issuer", hex::encode(issuer.to_compressed())),
        Verdict::NotTheHolder => card(
            "E-IDENTITY-COPIED",
            "the card doesn't hold the key of its certificate: a copy of another card's",
        )
        .hint("Don't use this card."),
        _ => card(
            "E-IDENTITY-CERTIFICATE",
            "the card's certificate has no valid signature",
        )
        .hint("Don't use this card."),
    };
    error.detail(
        "certificate",
        hex::encode(identification.certificate.as_bytes()),
    )
}

fn public_key(text: &str) -> Result<PublicKey> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).unwrap_or_default();
    Ok(PublicKey::from_sec1(&bytes)?)
}
