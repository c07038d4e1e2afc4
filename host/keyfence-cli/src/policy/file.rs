//! Policy files of all three kinds: TOML source, encoding, signed encoding; told apart by their first byte.

use std::path::Path;

use keyfence::policy::{POLICY_VERSION, Policy, SignedPolicy};

use super::source::{NamedRule, PolicySource};
use crate::error::{CliError, Result};
use crate::files;

/// More than this is no policy, with however many reasons.
const MAX_LENGTH: u64 = 64 * 1024;

/// A policy and what its file knows beyond it.
pub struct Loaded {
    pub policy: Policy,
    /// Names and reasons, if it is a TOML file; in the policy's order.
    pub names: Option<Vec<NamedRule>>,
    /// The signature, if it is signed.
    pub signed: Option<SignedPolicy>,
}

/// Reads a policy file of any kind.
pub fn load(path: &Path) -> Result<Loaded> {
    let bytes = read(path)?;
    if bytes.first() == Some(&POLICY_VERSION) {
        return match Policy::decode(&bytes) {
            Ok(policy) => Ok(Loaded {
                policy,
                names: None,
                signed: None,
            }),
            Err(keyfence::policy::Refusal::Trailing { .. }) => {
                let signed =
                    SignedPolicy::decode(&bytes).map_err(|refusal| refused(path, &refusal))?;
                Ok(Loaded {
                    policy: signed.policy().clone(),
                    names: None,
                    signed: Some(signed),
                })
            }
            Err(refusal) => Err(refused(path, &refusal)),
        };
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        CliError::data(
            "E-POLICY-FILE",
            format!(
                "{} is neither an encoded policy nor a TOML file",
                path.display()
            ),
        )
        .hint("Write the policy as TOML and run `keyfence policy build`.")
    })?;
    let source = PolicySource::parse(&text, path)?;
    Ok(Loaded {
        policy: source.policy,
        names: Some(source.rules),
        signed: None,
    })
}

/// Reads a signed policy.
pub fn load_signed(path: &Path) -> Result<SignedPolicy> {
    load(path)?.signed.ok_or_else(|| {
        CliError::usage(
            "E-POLICY-UNSIGNED",
            format!("{} isn't signed", path.display()),
        )
        .hint("Sign it with the authority's key: `keyfence policy sign`.")
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let too_long = std::fs::metadata(path)
        .map_err(|error| files::unreadable(path, &error))?
        .len()
        > MAX_LENGTH;
    if too_long {
        return Err(CliError::data(
            "E-POLICY-FILE",
            format!("{} is too long for a policy", path.display()),
        )
        .hint("Name a policy file, as `keyfence policy build` writes it."));
    }
    std::fs::read(path).map_err(|error| files::unreadable(path, &error))
}

fn refused(path: &Path, refusal: &keyfence::policy::Refusal) -> CliError {
    let mut error = CliError::from_explained(refusal);
    error.message = format!("{}: {}", path.display(), error.message);
    error.detail("refusal", refusal.name())
}
