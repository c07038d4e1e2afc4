//! The dumb evaluator: every path over a few components, up to a depth, as the nodes of a tree, and sets of them as lists of booleans.
//!
//! A rule is the set of nodes that it names; the floor the set of nodes that it covers, and with them everything above; a policy reaches
//! the floor where the subtrees that it grants and the covered nodes have a node in common. No formula of the specification is used.

#![allow(dead_code, reason = "each test file uses its part")]

use keyfence::policy::Rule;

/// The deepest paths that are listed.
pub const DEPTH: usize = 7;

/// All paths over an alphabet: node 0 is the master, the children of node i are i * n + 1 to i * n + n.
pub struct Universe {
    alphabet: Vec<u32>,
    paths: Vec<Vec<u32>>,
}

/// What the dumb evaluator found, node by node.
pub struct Decisions {
    /// Its private key may leave.
    pub private: Vec<bool>,
    /// Its extended public key may.
    pub extended: Vec<bool>,
    /// A rule of the policy grants something that the floor covers.
    pub reaches: bool,
}

impl Universe {
    pub fn new(alphabet: &[u32]) -> Self {
        let mut paths: Vec<Vec<u32>> = vec![Vec::new()];
        let mut next = 0;
        while paths[next].len() < DEPTH {
            for component in alphabet {
                let mut child = paths[next].clone();
                child.push(*component);
                paths.push(child);
            }
            next += 1;
        }
        Self {
            alphabet: alphabet.to_vec(),
            paths,
        }
    }

    /// The node of a path over the alphabet.
    pub fn node(&self, path: &[u32]) -> usize {
        path.iter().fold(0, |node, component| {
            let letter = self
                .alphabet
                .iter()
                .position(|c| c == component)
                .expect("a component of the alphabet");
            node * self.alphabet.len() + 1 + letter
        })
    }

    /// Whether the boundaries of these rules show: each whose prefix is of this alphabet has a letter in its range. One without prefix
    /// needn't: only the master lies above it.
    pub fn shows_boundaries(&self, rules: &[Rule]) -> bool {
        let letter = |component: u32| self.alphabet.contains(&component);
        rules
            .iter()
            .filter(|rule| !rule.prefix().is_empty())
            .filter(|rule| rule.prefix().iter().all(|c| letter(c.to_u32())))
            .all(|rule| {
                self.alphabet
                    .iter()
                    .any(|c| rule.lo().to_u32() <= *c && *c <= rule.hi().to_u32())
            })
    }

    /// Whether it shows in this alphabet what a rule and a rule of the floor have in common: at each position a letter that both allow, if
    /// there is any such component, and one that isn't reserved where the floor's rule has ended.
    pub fn shows_overlap(&self, rule: &Rule, floor: &Rule) -> bool {
        let reserved = |c: u32| (0xC000_0000..=0xC0FF_FFFF).contains(&c);
        let all = (0, u32::MAX);
        (0..=rule.prefix().len().max(floor.prefix().len())).all(|position| {
            let range = |rule: &Rule| {
                rule.range(position)
                    .map_or(all, |(lo, hi)| (lo.to_u32(), hi.to_u32()))
            };
            let (a, b) = (range(rule), range(floor));
            let (lo, hi) = (a.0.max(b.0), a.1.min(b.1));
            let past = position > floor.prefix().len() && position >= 4;
            let nothing = lo > hi || (past && reserved(lo) && reserved(hi));
            position < DEPTH
                && (nothing
                    || self
                        .alphabet
                        .iter()
                        .any(|c| lo <= *c && *c <= hi && !(past && reserved(*c))))
        })
    }

    fn named(&self, rule: &Rule, shortest: usize, longest: usize) -> Vec<bool> {
        let mut set = vec![false; self.paths.len()];
        let k = rule.prefix().len();
        for (node, path) in self.paths.iter().enumerate() {
            let below = path.len() as i64 - k as i64 - 1;
            if below < shortest as i64 || below > longest as i64 {
                continue;
            }
            let same = (0..k).all(|i| path[i] == rule.prefix()[i].to_u32());
            set[node] = same && path[k] >= rule.lo().to_u32() && path[k] <= rule.hi().to_u32();
        }
        set
    }

    /// Settles everything about a policy.
    pub fn decide(
        &self,
        policy: &[Rule],
        mask: u8,
        installed: &[Rule],
        floor: &[Rule],
    ) -> Decisions {
        let nodes = self.paths.len();
        let letters = self.alphabet.len();

        let mut covered = vec![false; nodes];
        for rule in floor {
            for (node, covers) in self.named(rule, 0, 9).into_iter().enumerate() {
                let path = &self.paths[node];
                let reserved = (rule.prefix().len() + 1..path.len())
                    .any(|i| i >= 4 && path[i] >= 0xC000_0000 && path[i] <= 0xC0FF_FFFF);
                covered[node] |= covers && !reserved;
            }
        }
        // What has something covered below it is kept as well: from the leaves upwards.
        let mut kept = covered.clone();
        for node in (1..nodes).rev() {
            if kept[node] {
                kept[(node - 1) / letters] = true;
            }
        }

        let mut private = vec![false; nodes];
        let mut refused = vec![false; nodes];
        let mut reaches = false;
        for (index, rule) in policy.iter().enumerate() {
            let granted = self.named(rule, 0, 9);
            reaches |= (0..nodes).any(|node| granted[node] && covered[node]);
            let named = self.named(
                rule,
                usize::from(rule.tail_min()),
                usize::from(rule.tail_max()),
            );
            for node in 0..nodes {
                private[node] |= named[node] && mask >> index & 1 == 0;
                refused[node] |= granted[node];
            }
        }
        for rule in installed {
            for (node, granted) in self.named(rule, 0, 9).into_iter().enumerate() {
                refused[node] |= granted;
            }
        }
        for node in 0..nodes {
            private[node] &= !kept[node];
        }
        private[0] = false;
        Decisions {
            private,
            extended: refused.into_iter().map(|refused| !refused).collect(),
            reaches,
        }
    }
}
