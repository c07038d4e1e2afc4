//! `keyfence policy show`: the policy of the card, or of a file.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::Floor;
use serde::Serialize;

use crate::context::Context;
use crate::error::Result;
use crate::output::Output;
use crate::policy::{PolicyView, load, read};

/// Show which private keys may leave the card, who can change that, and what the floor keeps; or what a policy file says
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy show                       the card's policy, its authority and its floor
  keyfence policy show notes.toml            a policy file: TOML, encoded or signed")]
pub struct Args {
    /// A policy file, instead of the card
    file: Option<PathBuf>,
}

#[derive(Serialize)]
struct OfCard {
    card: String,
    simulated: bool,
    /// The highest number taken: what the next policy must exceed.
    sequence: u32,
    authority: Option<String>,
    frozen: bool,
    signed: bool,
    policy: PolicyView,
    floor: Vec<String>,
}

impl fmt::Display for OfCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated { " (simulated)" } else { "" };
        writeln!(f, "card {}{simulated}", self.card)?;
        match &self.authority {
            Some(fingerprint) if self.frozen => writeln!(f, "authority {fingerprint}")?,
            Some(fingerprint) => writeln!(
                f,
                "authority {fingerprint}: can change the policy, with the owner's PIN"
            )?,
            None => writeln!(f, "authority none: nobody can change the policy")?,
        }
        if self.frozen {
            writeln!(f, "frozen: no policy is taken until the card is reset")?;
        } else if self.authority.is_some() {
            writeln!(f, "takes policies with a number above {}", self.sequence)?;
        }
        writeln!(f, "{}", self.policy)?;
        f.write_str(if self.signed {
            "signed by its authority"
        } else {
            "as installed, without signature"
        })?;
        f.write_str("\nthe floor keeps on the card, whatever a policy says:")?;
        for rule in &self.floor {
            write!(f, "\n  {rule}")?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct OfFile {
    file: String,
    signed: bool,
    policy: PolicyView,
}

impl fmt::Display for OfFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n{}",
            self.policy,
            if self.signed { "signed" } else { "not signed" }
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    if let Some(file) = args.file {
        let loaded = load(&file)?;
        return Ok(Output::new(OfFile {
            file: file.display().to_string(),
            signed: loaded.signed.is_some(),
            policy: PolicyView::new(&loaded.policy, loaded.names.as_deref(), 0),
        }));
    }
    let mut session = ctx.channel()?;
    let of_card = read(&mut session)?;
    let (state, policy) = (of_card.card.state, &of_card.card.policy);
    Ok(Output::new(OfCard {
        card: hex::encode(of_card.uid),
        simulated: of_card.simulated,
        sequence: state.sequence,
        authority: state.authority.map(|fingerprint| fingerprint.to_string()),
        frozen: state.frozen,
        signed: of_card.card.signature.is_some(),
        policy: PolicyView::new(policy, None, state.switched_off),
        floor: floor_texts(&of_card.card.floor),
    }))
}

fn floor_texts(floor: &Floor) -> Vec<String> {
    let compiled = Floor::compiled();
    let text = |rule: &keyfence::policy::Rule| {
        let added = if compiled.rules().contains(rule) {
            ""
        } else {
            " (added by the issuer)"
        };
        format!("{} and everything below{added}", rule.subtree_text())
    };
    floor.rules().iter().map(text).collect()
}
