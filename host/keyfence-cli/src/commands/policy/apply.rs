//! `keyfence policy apply`: puts a signed policy on the card, after saying in plain words what that opens and closes.

use std::fmt;
use std::path::PathBuf;

use keyfence::policy::{Finding, Severity, lint_change};
use serde::Serialize;

use crate::authorities::Authority;
use crate::context::Context;
use crate::error::{CliError, Family, Result};
use crate::output::Output;
use crate::policy::{CardState, Change, FindingView, PolicyView, load, load_signed, read};
use crate::secret::{PinArg, Secrets};
use crate::terminal;

/// Put a signed policy on the card: shows what it opens and closes, asks, and needs the PIN
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  keyfence policy apply notes.signed
  keyfence policy apply notes.signed --source notes.toml    show its names and reasons, if it is what was signed
  keyfence policy apply notes.signed --yes                  don't ask")]
pub struct Args {
    /// The signed policy
    file: PathBuf,

    /// The TOML file it was built from, for names and reasons; refused if it is another policy
    #[arg(long, value_name = "FILE")]
    source: Option<PathBuf>,

    /// Don't ask
    #[arg(long, short)]
    yes: bool,

    /// Send it even if the card is expected to refuse it, to see the card do so
    #[arg(long)]
    unchecked: bool,

    #[command(flatten)]
    pin: PinArg,
}

#[derive(Serialize)]
struct Plan {
    card: String,
    simulated: bool,
    authority: Option<String>,
    sequence_before: u32,
    policy: PolicyView,
    change: Change,
    findings: Vec<FindingView>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simulated = if self.simulated { " (simulated)" } else { "" };
        writeln!(
            f,
            "card {}{simulated}: policy number {} to {}",
            self.card, self.sequence_before, self.policy.sequence
        )?;
        if self.policy.rules.iter().any(|rule| rule.name.is_some()) {
            for rule in &self.policy.rules {
                writeln!(f, "{rule}")?;
            }
        }
        if let Some(uid) = &self.policy.card {
            writeln!(f, "for card {uid} only")?;
        }
        if let Some(successor) = &self.policy.successor {
            writeln!(
                f,
                "hands over to authority {successor}: from then on only its policies are taken"
            )?;
        }
        write!(f, "{}", self.change)?;
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Applied {
    #[serde(flatten)]
    plan: Plan,
    digest: String,
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\napplied: the card confirms digest {}",
            self.plan, self.digest
        )
    }
}

pub fn run(args: Args, ctx: &mut Context) -> Result<Output> {
    let signed = load_signed(&args.file)?;
    let names = match &args.source {
        Some(source) => {
            let loaded = load(source)?;
            if loaded.policy != *signed.policy() {
                return Err(CliError::usage(
                    "E-POLICY-SOURCE",
                    format!(
                        "{} isn't what {} was built from",
                        source.display(),
                        args.file.display()
                    ),
                )
                .hint("Leave the source away, or name the one it was built from."));
            }
            loaded.names
        }
        None => None,
    };

    let mut session = ctx.channel()?;
    let CardState {
        uid,
        card,
        simulated,
    } = read(&mut session)?;
    if !args.unchecked {
        card.foresee(&signed, &uid)
            .map_err(|refusal| CliError::from_explained(&refusal))?;
    }

    let policy = signed.policy();
    // What the change says itself needn't be said twice.
    let told = |finding: &Finding| {
        finding.severity == Severity::Warning && finding.code != "extended-reopened"
    };
    let findings: Vec<Finding> = lint_change(&card, &uid, policy)
        .into_iter()
        .filter(told)
        .collect();
    let plan = Plan {
        card: hex::encode(uid),
        simulated,
        authority: card
            .state
            .authority
            .map(|fingerprint| fingerprint.to_string()),
        sequence_before: card.state.sequence,
        policy: PolicyView::new(policy, names.as_deref(), 0),
        change: Change::between(&card.evaluator(), &card.evaluator_after(policy)),
        findings: findings.into_iter().map(Into::into).collect(),
    };
    if !args.yes && !terminal::confirm(&format!("{plan}\nApply this policy?"))? {
        return Err(CliError::usage("E-DECLINED", "nothing was changed")
            .hint("Run the command again, and answer with what it asks for."));
    }

    let mut session = ctx.verify(session, &args.pin, &mut Secrets::new())?;
    let digest = session.update_policy(&signed.encode())?;
    if digest != policy.digest() {
        return Err(CliError::new(
            Family::Card,
            "E-POLICY-DIGEST",
            "the card confirms another digest than that of the policy it was sent",
        )
        .hint("Look at the card's policy: `keyfence policy show`."));
    }
    if let Some(successor) = policy.successor() {
        ctx.authorities()?
            .remember(uid, Authority(Some(successor.fingerprint())))?;
    }
    Ok(Output::new(Applied {
        plan,
        digest: hex::encode(digest),
    }))
}
