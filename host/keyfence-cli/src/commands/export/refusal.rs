//! A refused export, explained: the card's policy is read, and the rule that came nearest is named.

use keyfence::policy::{Decision, Evaluator, Nearest};
use keyfence::session::{Session, Verified};
use keyfence::{CardError, Path};
use serde_json::json;

use super::Part;
use crate::error::{CliError, Family};

/// Adds the reason to a refusal of the policy; other errors stay as they are, and so does a refusal by a card that has no policy to read.
pub fn explain(session: &mut Session<Verified>, part: Part, error: keyfence::Error) -> CliError {
    let Some(CardError::ExportRefused { paths }) = error.card() else {
        return error.into();
    };
    let paths = paths.clone();
    // A card that has no policy to read, or a broken channel: nothing to add.
    let Ok(policy) = session.policy() else {
        return error.into();
    };
    let evaluator = policy.evaluator();
    let explained = paths.iter().find_map(|path| match part {
        Part::Private => private(&evaluator, path),
        Part::ExtendedPublic => extended(&evaluator, path),
        Part::Public => None,
    });
    explained.unwrap_or_else(|| error.into())
}

fn private(evaluator: &Evaluator, path: &Path) -> Option<CliError> {
    let explanation = evaluator.explain(path)?;
    let mut error = CliError::from_explained(&explanation).detail("path", path.to_string());
    if let Some(nearest) = &explanation.nearest {
        error = error.detail("nearest_rule", nearest_as_json(nearest));
        // Its text names the nearest rule only where a rule decides; the owner wants to know it in any case.
        if matches!(explanation.decision, Decision::Floor(_) | Decision::Master) {
            error.message = format!(
                "{}; nearest is rule {}, {}: {}",
                error.message,
                nearest.index,
                nearest.rule,
                nearest.describe()
            );
        }
    }
    if let Decision::Floor(floor) = &explanation.decision {
        error = error.detail("floor", floor.to_string());
    }
    Some(error)
}

fn nearest_as_json(nearest: &Nearest) -> serde_json::Value {
    json!({ "index": nearest.index, "rule": nearest.rule.to_string(), "why": nearest.describe() })
}

fn extended(evaluator: &Evaluator, path: &Path) -> Option<CliError> {
    let Decision::Boundary(rule) = evaluator.extended_public(path) else {
        return None;
    };
    let message = format!(
        "the extended public key of {path} stays on the card: it lies at or below a boundary of rule {rule}, \
         and with one private key from below it would give its own private key away"
    );
    Some(
        CliError::new(Family::Policy, "E-POLICY-BOUNDARY", message)
            .hint("The public key without chain code may leave: --public.")
            .detail("path", path.to_string())
            .detail("rule", rule.to_string()),
    )
}
