//! The same decisions three times: by the card's compiled matcher, by this library, and by a dumb one that lists every path over a small
//! alphabet and knows nothing but the specification's sentences.
//!
//! Needs the Java classes (`mvn -DskipTests package`). `KEYFENCE_SEED` repeats a run, `KEYFENCE_SOAK=1` makes it twenty times as long.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dumb;
mod random;

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use dumb::Universe;
use keyfence::path::{Component, Path};
use keyfence::policy::{Evaluator, Floor, Policy, Rule};
use random::Random;

/// Policies of one run, and paths asked of each: 800 * 200 pairs.
const POLICIES: usize = 800;
const PATHS: usize = 200;

/// Components that lie at an edge of something: the floor's ranges, the reserved range, signs of bytes, shorts and ints.
const POOL: [u32; 30] = [
    0x8000_0000,
    0x8000_0001,
    0x8000_0000 + 42,
    0x8000_0000 + 43,
    0x8000_0000 + 44,
    0x8000_0000 + 45,
    0x8000_0000 + 60,
    0x8000_0000 + 1236,
    0x8000_0000 + 1237,
    0x8000_0000 + 1238,
    0x8000_0000 + 1581,
    0x8000_0000 + 65_535,
    0x8000_0000 + 65_536,
    0x8000_0000 + 83_696_967,
    0x8000_0000 + 83_696_968,
    0x8000_0000 + 83_696_969,
    0xBFFF_FFFF,
    0xC000_0000,
    0xC080_0000,
    0xC0FF_FFFF,
    0xC100_0000,
    0xFFFF_FFFF,
    0x8000_7FFF,
    0x8000_8000,
    0,
    1,
    0x4000_0000,
    0x7FFF_FFFF,
    0x80,
    0x8000,
];

struct Case {
    alphabet: Vec<u32>,
    added: Vec<Rule>,
    policy: Vec<Rule>,
    mask: u8,
    installed: Vec<Rule>,
    paths: Vec<Vec<u32>>,
}

/// The first components that lead to where something is open or closed by default.
const BEGINNINGS: [&[u32]; 8] = [
    &[0x8000_002B, 0x8000_003C, 0x8000_062D],
    &[0x8000_002B, 0x8000_003C, 0x8000_062D],
    &[0x8000_002B],
    &[0x8000_002C, 0x8000_04D5],
    &[0x8000_002C, 0x8000_04D5],
    &[0x84FD_1E48],
    &[0x8000_002C, 0x8000_003C],
    &[],
];

fn case(random: &mut Random) -> Case {
    // The alphabet holds a path that matters, and at least one component that no wide range of the floor reserves.
    let mut alphabet: Vec<u32> = random.pick(&BEGINNINGS).to_vec();
    if !alphabet.is_empty() && alphabet[0] != 0x8000_002B {
        // The floor below 44' and BIP-85's purpose must show in the alphabet.
        alphabet.push(0x8000_0000);
    }
    while alphabet.len() < 4 {
        let component = *random.pick(&POOL);
        if !alphabet.contains(&component) {
            alphabet.push(component);
        }
    }
    if alphabet
        .iter()
        .all(|c| (0xC000_0000..=0xC0FF_FFFF).contains(c))
    {
        alphabet[3] = 0x8000_0000;
    }
    let rules = |random: &mut Random, alphabet: &[u32], most: u64, whole: bool| {
        let n = random.below(most + 1);
        let mut rules: Vec<Rule> = Vec::new();
        for _ in 0..n {
            let rule = rule(random, alphabet, whole);
            if !(rules.contains(&rule) || whole && Floor::compiled().rules().contains(&rule)) {
                rules.push(rule);
            }
        }
        rules
    };
    let added = rules(random, &alphabet, 1, true);
    // Left to chance most policies would reach the floor: half of them are given some more tries.
    let mut policy = rules(random, &alphabet, 4, false);
    if random.below(2) == 0 {
        let floor = Floor::compiled();
        let mut tries = 30;
        while tries > 0 && policy.iter().any(|rule| floor.reached_by(rule).is_some()) {
            policy = rules(random, &alphabet, 4, false);
            tries -= 1;
        }
    }
    let installed = rules(random, &alphabet, 2, false);
    let mask = if random.below(3) == 0 {
        random.below(16) as u8
    } else {
        0
    };
    let paths = (0..PATHS)
        .map(|_| path(random, &alphabet, &policy, &added))
        .collect();
    Case {
        alphabet,
        added,
        policy,
        mask,
        installed,
        paths,
    }
}

fn prefix(random: &mut Random, alphabet: &[u32], most: u64) -> Vec<Component> {
    // Most of them start where something is open or closed by default, if the alphabet has it.
    let mut prefix: Vec<u32> = if random.below(6) != 0 {
        random.pick(&BEGINNINGS).to_vec()
    } else {
        Vec::new()
    };
    if prefix.iter().any(|c| !alphabet.contains(c)) {
        prefix.clear();
    }
    let more = random.below(most + 1 - (prefix.len() as u64).min(most));
    prefix.extend((0..more).map(|_| *random.pick(alphabet)));
    prefix.into_iter().map(Component::from_u32).collect()
}

fn rule(random: &mut Random, alphabet: &[u32], whole: bool) -> Rule {
    let prefix = prefix(random, alphabet, 5);
    let end = |random: &mut Random| {
        let at = if random.below(4) == 0 {
            *random.pick(&POOL)
        } else {
            *random.pick(alphabet)
        };
        let near = [at, at.wrapping_add(1), at.wrapping_sub(1)][if random.below(3) == 0 {
            random.below(3) as usize
        } else {
            0
        }];
        near | 0x8000_0000
    };
    let (a, b) = (end(random), end(random));
    let (lo, hi) = if random.below(2) == 0 {
        (a, a)
    } else {
        (a.min(b), a.max(b))
    };
    let room = 9 - prefix.len() as u64;
    let (c, d) = if whole {
        (0, room)
    } else {
        (random.below(room.min(3) + 1), random.below(room + 1))
    };
    Rule::new(
        prefix,
        Component::from_u32(lo),
        Component::from_u32(hi),
        c.min(d) as u8,
        c.max(d) as u8,
    )
    .unwrap()
}

/// A third of the paths lie near an edge of a rule, the rest anywhere in the alphabet's tree.
fn path(random: &mut Random, alphabet: &[u32], policy: &[Rule], added: &[Rule]) -> Vec<u32> {
    let rules: Vec<&Rule> = policy.iter().chain(added).collect();
    let depth = random.below(dumb::DEPTH as u64 + 1) as usize;
    if rules.is_empty() || random.below(3) != 0 {
        let mut path: Vec<u32> = if random.below(2) == 0 {
            random.pick(&BEGINNINGS).to_vec()
        } else {
            Vec::new()
        };
        if path.iter().any(|c| !alphabet.contains(c)) {
            path.clear();
        }
        path.resize_with(depth.max(path.len()), || *random.pick(alphabet));
        return path;
    }
    let rule = random.pick(&rules);
    let mut path: Vec<u32> = rule.prefix().iter().map(|c| c.to_u32()).collect();
    let inside: Vec<u32> = alphabet
        .iter()
        .copied()
        .filter(|c| rule.lo().to_u32() <= *c && *c <= rule.hi().to_u32())
        .collect();
    let anywhere = inside.is_empty() || random.below(5) == 0;
    path.push(*random.pick(if anywhere { alphabet } else { &inside }));
    let tail = [
        rule.tail_min(),
        rule.tail_max(),
        rule.tail_min().wrapping_sub(1),
        rule.tail_max() + 1,
    ][random.below(4) as usize];
    path.extend((0..tail.min(9)).map(|_| *random.pick(alphabet)));
    if random.below(4) == 0 {
        let at = random.below(path.len() as u64) as usize;
        path[at] = *random.pick(alphabet);
    }
    path.truncate(dumb::DEPTH);
    path
}

/// The card's compiled classes behind a line protocol, in a Java process of their own.
struct CardMatcher {
    child: Child,
}

impl CardMatcher {
    fn start() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let places = [
            "applet/target/classes",
            "applet/target/test-classes",
            "simulator/target/keyfence-simulator.jar",
        ]
        .map(|place| root.join(place));
        for place in &places {
            assert!(
                place.exists(),
                "{} is missing: run `mvn -q -DskipTests package` first (`make test` does)",
                place.display()
            );
        }
        let java = std::env::var_os("JAVA_HOME").map_or_else(
            || PathBuf::from("java"),
            |home| PathBuf::from(home).join("bin/java"),
        );
        let child = Command::new(java)
            .args(["-Xmx256m", "-cp"])
            .arg(std::env::join_paths(&places).unwrap())
            .arg("keyfence.applet.MatcherLines")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("java runs");
        Self { child }
    }

    /// Asks all lines at once and gives an answer each.
    fn ask(mut self, lines: Vec<String>) -> Vec<String> {
        let mut stdin = BufWriter::new(self.child.stdin.take().unwrap());
        let stdout = BufReader::new(self.child.stdout.take().unwrap());
        let count = lines.len();
        let writer = std::thread::spawn(move || {
            for line in lines {
                writeln!(stdin, "{line}").unwrap();
            }
        });
        let answers: Vec<String> = stdout
            .lines()
            .take(count)
            .map(|line| line.unwrap().trim().to_owned())
            .collect();
        writer.join().unwrap();
        assert_eq!(answers.len(), count, "the matcher ended early");
        answers
    }
}

impl Drop for CardMatcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn field(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        "-".into()
    } else {
        hex::encode(bytes)
    }
}

#[test]
fn three_evaluators_agree() {
    let mut random = Random::from_environment();
    let rounds = if std::env::var_os("KEYFENCE_SOAK").is_some() {
        20
    } else {
        1
    };
    let mut compared = 0;
    let (mut pairs, mut listed_pairs, mut exported, mut floored, mut reached, mut bounded) =
        (0u64, 0u64, 0u64, 0u64, 0u64, 0u64);
    for _ in 0..rounds {
        let cases: Vec<Case> = (0..POLICIES).map(|_| case(&mut random)).collect();
        let mut lines = Vec::new();
        for case in &cases {
            let added = Floor::new(case.added.clone()).unwrap().encode();
            let policy = Policy::new(1, None, None, case.policy.clone())
                .unwrap()
                .encode();
            let installed = Policy::new(0, None, None, case.installed.clone())
                .unwrap()
                .encode();
            for path in &case.paths {
                let path: Vec<u8> = path.iter().flat_map(|c| c.to_be_bytes()).collect();
                lines.push(format!(
                    "{} {} {:02x} {} {}",
                    field(&added),
                    field(&policy),
                    case.mask,
                    field(&installed),
                    field(&path)
                ));
            }
        }
        let mut answers = CardMatcher::start()
            .ask(lines.clone())
            .into_iter()
            .zip(lines);

        for case in &cases {
            let floor = Floor::compiled()
                .with(&Floor::new(case.added.clone()).unwrap())
                .unwrap();
            let evaluator = Evaluator {
                in_force: Policy::new(1, None, None, case.policy.clone()).unwrap(),
                switched_off: case.mask,
                installed: Policy::new(0, None, None, case.installed.clone()).unwrap(),
                floor: floor.clone(),
            };
            let universe = Universe::new(&case.alphabet);
            let dumb = universe.decide(
                evaluator.in_force.rules(),
                case.mask,
                evaluator.installed.rules(),
                floor.rules(),
            );
            let reaches = floor.admit(&evaluator.in_force).is_err();
            // What doesn't show in the alphabet the dumb one can't know.
            let rules = evaluator.in_force.rules();
            if rules.iter().all(|rule| {
                floor
                    .rules()
                    .iter()
                    .all(|kept| universe.shows_overlap(rule, kept))
            }) {
                assert_eq!(
                    reaches, dumb.reaches,
                    "{:?} over {floor:?}",
                    evaluator.in_force
                );
                compared += 1;
            }
            let shown = universe.shows_boundaries(floor.rules());
            reached += u64::from(reaches);
            for components in &case.paths {
                let path = Path::new(
                    components
                        .iter()
                        .map(|c| Component::from_u32(*c))
                        .collect::<Vec<_>>(),
                )
                .unwrap();
                let host = [
                    evaluator.private(&path),
                    evaluator.extended_public(&path),
                    evaluator.pinless(&path),
                ]
                .map(|d| d.is_allowed());
                let node = universe.node(components);
                let listed = [dumb.private[node], dumb.extended[node], dumb.extended[node]];
                let (answer, line) = answers.next().unwrap();
                let word = if reaches { "floor" } else { "ok" };
                let expected = format!(
                    "{word} {} {} {}",
                    u8::from(host[0]),
                    u8::from(host[1]),
                    u8::from(host[2])
                );
                if shown {
                    assert_eq!(
                        host, listed,
                        "host and dumb differ: {path} under {evaluator:?}"
                    );
                    listed_pairs += 1;
                }
                assert_eq!(
                    answer, expected,
                    "host and card differ: {path} under {evaluator:?}\n{line}"
                );
                pairs += 1;
                exported += u64::from(host[0]);
                floored += u64::from(evaluator.floor.keeps(&path).is_some());
                bounded += u64::from(!host[1]);
            }
        }
    }
    println!(
        "{pairs} pairs, {listed_pairs} of them by all three: {exported} exported, {floored} kept by the floor, {bounded} extended public keys refused; {reached} policies reached the floor, {compared} of all compared with the dumb one"
    );
    assert!(listed_pairs >= 100_000 && compared * 2 > POLICIES);
    // A run in which nothing is ever allowed, or refused, would show nothing.
    assert!(
        exported * 100 > pairs
            && floored * 20 > pairs
            && bounded * 20 > pairs
            && reached * 20 > POLICIES as u64
    );
}
