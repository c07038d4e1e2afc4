//! test-vectors/malicious-policies.json against the card.
//!
//! Cards are reused: where a case installs an authority and doesn't reset the card, a card that got the same one at INIT is as good, and
//! FACTORY RESET makes the next. (The Java tests run every case as it is written.)

use std::collections::BTreeMap;

use keyfence::Session;
use keyfence::apdu::CommandApdu;
use keyfence::policy::AuthorityKey;
use keyfence::session::Open;
use keyfence::simulator::Simulator;
use serde::Deserialize;

use crate::card::{open, start};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attacks {
    pin: String,
    alternative_pin: String,
    wrong_pin: String,
    cases: Vec<Attack>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attack {
    name: String,
    class: String,
    install_parameters: String,
    init_authority: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Step {
    Pin {
        which: String,
        sw: String,
    },
    Command {
        ins: String,
        p1: String,
        p2: String,
        data: String,
        sw: String,
        answer: Option<String>,
    },
    Plain {
        apdu: String,
        sw: String,
    },
    Snapshot,
    Unchanged,
    Reopen,
    Open,
    FactoryReset {
        #[serde(rename = "initAuthority")]
        init_authority: String,
    },
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn key(hex: &str) -> Option<AuthorityKey> {
    (!hex.is_empty()).then(|| AuthorityKey::from_bytes(&bytes(hex)).unwrap())
}

/// One card and the session with it.
struct Run {
    _simulator: Simulator,
    parameters: Vec<u8>,
    session: Option<Session<Open>>,
}

impl Run {
    fn new(parameters: Vec<u8>, authority: Option<AuthorityKey>) -> Self {
        let (simulator, session) = start(&parameters);
        Self {
            _simulator: simulator,
            parameters,
            session: Some(open(session, authority)),
        }
    }

    fn session(&mut self) -> &mut Session<Open> {
        self.session.as_mut().unwrap()
    }

    /// FACTORY RESET, INIT with this authority, pairing, channel.
    fn again(&mut self, authority: Option<AuthorityKey>) {
        let session = self.session.take().unwrap().factory_reset().unwrap();
        self.session = Some(open(session, authority));
    }

    /// SELECT and a new channel with the same pairing.
    fn reopen(&mut self) {
        let session = self.session.take().unwrap();
        let record = session.pairing().clone();
        let session = session.reselect().unwrap().ready().unwrap();
        self.session = Some(session.with_pairing(record).unwrap().open().unwrap());
    }

    /// Sends an APDU in clear, past the open channel, and then selects and opens the channel again.
    fn plain(&mut self, apdu: &[u8]) -> String {
        let session = self.session.take().unwrap();
        let record = session.pairing().clone();
        let mut card = session.into_card();
        let answer = card.transmit(apdu).unwrap();
        let session = Session::select(card).unwrap().ready().unwrap();
        self.session = Some(session.with_pairing(record).unwrap().open().unwrap());
        hex::encode_upper(&*answer)
    }

    fn send(&mut self, ins: u8, p1: u8, p2: u8, data: &[u8]) -> (String, String) {
        let answer = self
            .session()
            .transmit(&CommandApdu::new(ins, p1, p2).with_data(data))
            .unwrap();
        (
            format!("{:04X}", answer.status().0),
            hex::encode(answer.data()),
        )
    }

    /// Everything that GET EXPORT POLICY tells, block by block as it comes.
    fn snapshot(&mut self) -> Vec<String> {
        let mut told = vec![self.send(0xC9, 0, 0, &[]).1];
        for part in 1..=3 {
            for block in 0.. {
                let (sw, data) = self.send(0xC9, part, block, &[]);
                told.push(format!("{part} {block} {sw} {data}"));
                if sw != "9000" {
                    break;
                }
            }
        }
        told
    }

    fn go(&mut self, attack: &Attack, attacks: &Attacks) {
        let mut remembered = Vec::new();
        for (number, step) in attack.steps.iter().enumerate() {
            let name = format!("{}: {}, step {number}", attack.class, attack.name);
            match step {
                Step::Pin { which, sw } => {
                    let digits = match which.as_str() {
                        "main" => &attacks.pin,
                        "alternative" => &attacks.alternative_pin,
                        _ => &attacks.wrong_pin,
                    };
                    assert_eq!(self.send(0x20, 0, 0, digits.as_bytes()).0, *sw, "{name}");
                }
                Step::Command {
                    ins,
                    p1,
                    p2,
                    data,
                    sw,
                    answer,
                } => {
                    let byte = |hex: &str| u8::from_str_radix(hex, 16).unwrap();
                    let (got, told) = self.send(byte(ins), byte(p1), byte(p2), &bytes(data));
                    assert_eq!(got, *sw, "{name}");
                    if let Some(answer) = answer {
                        assert_eq!(told, *answer, "{name}");
                    }
                }
                Step::Plain { apdu, sw } => assert_eq!(self.plain(&bytes(apdu)), *sw, "{name}"),
                Step::Snapshot => remembered = self.snapshot(),
                Step::Unchanged => assert_eq!(self.snapshot(), remembered, "{name}"),
                Step::Reopen | Step::Open => self.reopen(),
                Step::FactoryReset { init_authority } => self.again(key(init_authority)),
            }
        }
    }
}

/// The value of the install parameter 90, and what is left without it.
fn without_authority(parameters: &[u8]) -> (Option<AuthorityKey>, Vec<u8>) {
    let (mut authority, mut left, mut rest) = (None, Vec::new(), parameters);
    while let [tag, len, tail @ ..] = rest {
        let (value, tail) = tail.split_at(usize::from(*len));
        if *tag == 0x90 {
            authority = AuthorityKey::from_bytes(value);
        } else {
            left.extend([*tag, *len]);
            left.extend(value);
        }
        rest = tail;
    }
    (authority, left)
}

#[test]
fn every_attack_is_refused_and_changes_nothing() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../test-vectors/malicious-policies.json"
    );
    let attacks: Attacks = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut cards: Vec<Run> = Vec::new();
    let mut classes = BTreeMap::<&str, usize>::new();
    for attack in &attacks.cases {
        *classes.entry(&attack.class).or_default() += 1;
        let parameters = bytes(&attack.install_parameters);
        let (installed, rest) = without_authority(&parameters);
        let resets = attack
            .steps
            .iter()
            .any(|step| matches!(step, Step::FactoryReset { .. }));
        if resets && installed.is_some() {
            Run::new(parameters, None).go(attack, &attacks);
            continue;
        }
        let authority = installed.or_else(|| key(&attack.init_authority));
        let card = match cards.iter().position(|card| card.parameters == rest) {
            Some(card) => card,
            None => {
                cards.push(Run::new(rest, None));
                cards.len() - 1
            }
        };
        cards[card].again(authority);
        cards[card].go(attack, &attacks);
    }
    println!(
        "{} attacks in {} classes",
        attacks.cases.len(),
        classes.len()
    );
    assert!(attacks.cases.len() >= 80);
}
