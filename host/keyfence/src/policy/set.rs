//! Sets of paths, exactly: unions of ranges by position, with difference, as policies are compared.

use core::fmt;

use super::floor::reserved_range;
use super::rule::Rule;
use crate::path::{Component, MAX_DEPTH, Path};

/// An inclusive range of 32-bit components per position: all paths of one length.
type Ranges = Vec<(u32, u32)>;

const ANY: (u32, u32) = (0, u32::MAX);

/// A set of derivation paths of up to [`MAX_DEPTH`] components.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    /// Disjoint; the length of each is the length of its paths.
    boxes: Vec<Ranges>,
}

/// A part of a [`PathSet`]: ranges for the first components, then a number of further ones of any value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// A range per component.
    pub ranges: Vec<(Component, Component)>,
    /// The fewest components after those.
    pub tail_min: u8,
    /// The most components after those.
    pub tail_max: u8,
}

impl PathSet {
    /// The empty set.
    pub const fn new() -> Self {
        Self { boxes: Vec::new() }
    }

    /// The paths that a rule names.
    pub fn of_rule(rule: &Rule) -> Self {
        Self::with_tail(rule, rule.tail_min(), rule.tail_max())
    }

    /// The boundary nodes of a rule and everything below them.
    pub fn of_subtrees(rule: &Rule) -> Self {
        Self::with_tail(
            rule,
            0,
            u8::try_from(MAX_DEPTH - rule.boundary_depth()).unwrap_or(0),
        )
    }

    fn with_tail(rule: &Rule, tail_min: u8, tail_max: u8) -> Self {
        let fixed: Ranges = (0..rule.boundary_depth())
            .filter_map(|at| rule.range(at))
            .map(|(lo, hi)| (lo.to_u32(), hi.to_u32()))
            .collect();
        let boxes = (tail_min..=tail_max).map(|tail| {
            let mut ranges = fixed.clone();
            ranges.resize(fixed.len() + usize::from(tail), ANY);
            ranges
        });
        Self {
            boxes: boxes.collect(),
        }
    }

    /// What a rule of a floor keeps of paths at or below its nodes: all of them but those with a reserved component after its boundary.
    pub fn minus_floor_rule(&self, floor: &Rule) -> Self {
        let below = Self::of_subtrees(floor);
        let mut kept = self.minus(&below);
        // What lies below the floor's nodes stays in where a component is reserved.
        for subtree in &below.boxes {
            for position in floor.boundary_depth()..subtree.len() {
                if let Some(reserved) = reserved_range(position) {
                    let mut carved = subtree.clone();
                    if let Some(range) = carved.get_mut(position) {
                        *range = reserved;
                    }
                    let carved = Self {
                        boxes: self
                            .boxes
                            .iter()
                            .filter_map(|ranges| intersect(ranges, &carved))
                            .collect(),
                    };
                    kept = kept.plus(&carved);
                }
            }
        }
        // Above them everything is kept on the card.
        let above = (0..floor.boundary_depth()).map(|len| {
            (0..len)
                .filter_map(|at| floor.range(at))
                .map(|(lo, hi)| (lo.to_u32(), hi.to_u32()))
                .collect()
        });
        kept.minus(&Self {
            boxes: above.collect(),
        })
    }

    /// Whether no path is in the set.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// Whether the path is in the set.
    pub fn contains(&self, path: &Path) -> bool {
        let path = path.as_slice();
        self.boxes.iter().any(|ranges| {
            ranges.len() == path.len()
                && ranges
                    .iter()
                    .zip(path)
                    .all(|((lo, hi), c)| *lo <= c.to_u32() && c.to_u32() <= *hi)
        })
    }

    /// What is in this set or in the other.
    pub fn plus(&self, other: &Self) -> Self {
        let mut boxes = self.boxes.clone();
        boxes.extend(other.minus(self).boxes);
        Self { boxes }
    }

    /// What is in this set and not in the other.
    pub fn minus(&self, other: &Self) -> Self {
        let mut boxes = self.boxes.clone();
        for hole in &other.boxes {
            boxes = boxes
                .into_iter()
                .flat_map(|ranges| subtract(ranges, hole))
                .collect();
        }
        Self { boxes }
    }

    /// The set in parts that a person can read: lengths and neighbouring ranges joined, in order.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut boxes = self.boxes.clone();
        join_neighbours(&mut boxes);
        let mut parts: Vec<(Ranges, usize)> = boxes
            .into_iter()
            .map(|mut ranges| {
                let len = ranges.len();
                while ranges.last() == Some(&ANY) {
                    ranges.pop();
                }
                (ranges, len)
            })
            .collect();
        parts.sort_unstable();

        let mut pieces: Vec<Piece> = Vec::new();
        for (ranges, len) in parts {
            let tail = u8::try_from(len - ranges.len()).unwrap_or(u8::MAX);
            let ranges: Vec<_> = ranges
                .into_iter()
                .map(|(lo, hi)| (Component::from_u32(lo), Component::from_u32(hi)))
                .collect();
            match pieces.last_mut() {
                Some(piece) if piece.ranges == ranges && piece.tail_max + 1 == tail => {
                    piece.tail_max = tail
                }
                _ => pieces.push(Piece {
                    ranges,
                    tail_min: tail,
                    tail_max: tail,
                }),
            }
        }
        pieces
    }
}

impl FromIterator<PathSet> for PathSet {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        sets.into_iter()
            .fold(Self::new(), |all, set| all.plus(&set))
    }
}

fn intersect(a: &Ranges, b: &Ranges) -> Option<Ranges> {
    if a.len() != b.len() {
        return None;
    }
    a.iter()
        .zip(b)
        .map(|((lo, hi), (other_lo, other_hi))| {
            let (lo, hi) = (*lo.max(other_lo), *hi.min(other_hi));
            (lo <= hi).then_some((lo, hi))
        })
        .collect()
}

/// What is left of a box without another: at most two parts per position.
fn subtract(mut ranges: Ranges, hole: &Ranges) -> Vec<Ranges> {
    let Some(common) = intersect(&ranges, hole) else {
        return vec![ranges];
    };
    let mut left = Vec::new();
    for (position, (common_lo, common_hi)) in common.into_iter().enumerate() {
        let Some((lo, hi)) = ranges.get(position).copied() else {
            break;
        };
        let mut part = |range| {
            let mut part = ranges.clone();
            if let Some(place) = part.get_mut(position) {
                *place = range;
            }
            left.push(part);
        };
        if lo < common_lo {
            part((lo, common_lo - 1));
        }
        if common_hi < hi {
            part((common_hi + 1, hi));
        }
        if let Some(place) = ranges.get_mut(position) {
            *place = (common_lo, common_hi);
        }
    }
    left
}

/// Joins boxes that differ in one position only, where their ranges touch, until none do.
fn join_neighbours(boxes: &mut Vec<Ranges>) {
    'again: loop {
        for first in 0..boxes.len() {
            for second in first + 1..boxes.len() {
                let joined = match (boxes.get(first), boxes.get(second)) {
                    (Some(a), Some(b)) => join(a, b),
                    _ => None,
                };
                if let Some(joined) = joined {
                    boxes.swap_remove(second);
                    if let Some(place) = boxes.get_mut(first) {
                        *place = joined;
                    }
                    continue 'again;
                }
            }
        }
        return;
    }
}

fn join(a: &Ranges, b: &Ranges) -> Option<Ranges> {
    if a.len() != b.len() {
        return None;
    }
    let mut differing = a.iter().zip(b).enumerate().filter(|(_, (a, b))| a != b);
    let (position, ((a_lo, a_hi), (b_lo, b_hi))) = differing.next()?;
    if differing.next().is_some()
        || (a_hi.checked_add(1) != Some(*b_lo) && b_hi.checked_add(1) != Some(*a_lo))
    {
        return None;
    }
    let mut joined = a.clone();
    *joined.get_mut(position)? = (*a_lo.min(b_lo), *a_hi.max(b_hi));
    Some(joined)
}

impl Piece {
    /// Whether the piece is whole subtrees: the nodes with everything below them.
    pub fn is_subtree(&self) -> bool {
        self.tail_min == 0 && usize::from(self.tail_max) + self.ranges.len() == MAX_DEPTH
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        for (lo, hi) in &self.ranges {
            match (lo, hi) {
                (lo, hi) if lo == hi => write!(f, "/{lo}")?,
                (&Component::MIN, &Component::MAX) => f.write_str("/*")?,
                (lo, hi) => write!(f, "/[{lo}..{hi}]")?,
            }
        }
        match (self.tail_min, self.tail_max) {
            _ if self.is_subtree() => f.write_str(" and everything below"),
            (0, 0) => Ok(()),
            (min, max) if min == max => write!(f, "/{{{min}}}"),
            (min, max) => write!(f, "/{{{min}..{max}}}"),
        }
    }
}
