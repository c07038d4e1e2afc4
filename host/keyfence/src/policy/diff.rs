//! What a change of policy opens and closes.

use super::evaluate::Evaluator;
use super::rule::Rule;
use super::set::PathSet;

/// The difference of two states of a card's policy, as sets of paths.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Paths whose private key may leave afterwards and might not before.
    pub opened: PathSet,
    /// Paths whose private key might leave before and may not afterwards. Keys already exported are out.
    pub closed: PathSet,
    /// Boundary nodes, each with everything below it, that the new rules give away and the old ones didn't.
    pub given: PathSet,
    /// Paths whose extended public key was refused and no longer is.
    pub reopened_extended: PathSet,
    /// Paths whose extended public key was given and no longer is.
    pub refused_extended: PathSet,
}

impl Difference {
    /// What changes from one state to the other.
    pub fn between(old: &Evaluator, new: &Evaluator) -> Self {
        let (old_paths, new_paths) = (old.exportable(), new.exportable());
        let (old_refused, new_refused) = (old.refused_extended(), new.refused_extended());
        Self {
            opened: new_paths.minus(&old_paths),
            closed: old_paths.minus(&new_paths),
            given: new.given_away().minus(&old.given_away()),
            reopened_extended: old_refused.minus(&new_refused),
            refused_extended: new_refused.minus(&old_refused),
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        [
            &self.opened,
            &self.closed,
            &self.given,
            &self.reopened_extended,
            &self.refused_extended,
        ]
        .into_iter()
        .all(PathSet::is_empty)
    }
}

impl Evaluator {
    fn rules_on(&self) -> impl Iterator<Item = &Rule> {
        self.in_force
            .rules()
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.is_off(*index))
            .map(|(_, rule)| rule)
    }

    /// All paths whose private key may leave.
    pub fn exportable(&self) -> PathSet {
        let named: PathSet = self.rules_on().map(PathSet::of_rule).collect();
        self.floor
            .rules()
            .iter()
            .fold(named, |left, floor| left.minus_floor_rule(floor))
    }

    /// The subtrees that what may leave can reveal: the boundary nodes of the rules that are switched on, with everything below them.
    pub fn given_away(&self) -> PathSet {
        self.rules_on().map(PathSet::of_subtrees).collect()
    }

    /// All paths whose extended public key is refused.
    pub fn refused_extended(&self) -> PathSet {
        self.in_force
            .rules()
            .iter()
            .chain(self.installed.rules())
            .map(PathSet::of_subtrees)
            .collect()
    }
}
