//! Figures beside go-ethereum's Whisper and plain SQLite: one core, each side looping in its own process over the same
//! files, start-up left out. `cargo bench -p keyfence-messaging`; KEYFENCE_BENCH_MS is the time for each figure
//! (default 700), KEYFENCE_BENCH_JSON a file for the figures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use core::ops::ControlFlow;
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Random, go_program, now};
use keyfence_messaging::store::{Direction, Filter, KeyFormat, NewMessage, Store};
use keyfence_messaging::{
    DatabaseKey, Envelope, Recipient, SealRequest, SecretKey, SymmetricKey, Topic, Work,
    open_asymmetric, open_symmetric, seal,
};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// Processor time that this process has used.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Calls a second of processor time: "on one core", whatever else the machine does.
fn rate(limit: Duration, mut call: impl FnMut(usize)) -> f64 {
    let (start, used, mut n) = (Instant::now(), cpu(), 0);
    while start.elapsed() < limit {
        call(n);
        n += 1;
    }
    n as f64 / (cpu() - used).as_secs_f64()
}

/// Both sides in turns, the best turn of each: what else the machine does then disturbs neither.
fn turns(
    limit: Duration,
    mut ours: impl FnMut(Duration) -> f64,
    mut theirs: impl FnMut(Duration) -> f64,
) -> (f64, f64) {
    const TURNS: u32 = 9;
    let (mut best_ours, mut best_theirs) = (0.0, 0.0);
    for _ in 0..TURNS {
        best_ours = f64::max(best_ours, ours(limit / TURNS));
        best_theirs = f64::max(best_theirs, theirs(limit / TURNS));
    }
    (best_ours, best_theirs)
}

/// The Go program, waiting for its turn.
struct Turn {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Turn {
    fn take(&mut self, case: usize, what: &str, limit: Duration) -> f64 {
        writeln!(self.input, "{case} {what} {}", limit.as_millis()).unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer.trim().parse().unwrap()
    }
}

struct Case {
    name: String,
    payload: Vec<u8>,
    recipient: SecretKey,
    recipient_hex: String,
    symmetric: Option<(SymmetricKey, String)>,
    signer: Option<(SecretKey, String)>,
    envelopes: Vec<Vec<u8>>,
}

impl Case {
    fn seal(&self) -> Envelope<'static> {
        let to = match &self.symmetric {
            Some((key, _)) => Recipient::Symmetric(key),
            None => Recipient::PublicKey(self.recipient.public_key()),
        };
        let request = SealRequest {
            payload: &self.payload,
            to,
            signer: self.signer.as_ref().map(|signer| &signer.0),
            topic: Topic([1, 2, 3, 4]),
            now: now(),
            ttl: 50,
            work: Work::NONE,
        };
        seal(&request, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn open(&self, rlp: &[u8]) -> usize {
        let envelope = Envelope::decode(rlp).unwrap();
        let opened = match &self.symmetric {
            Some((key, _)) => open_symmetric(&envelope, key),
            None => open_asymmetric(&envelope, &self.recipient),
        };
        black_box(envelope.hash());
        opened.unwrap().payload().len()
    }
}

fn cases() -> Vec<Case> {
    let mut random = Random::new("bench");
    let mut cases = Vec::new();
    for size in [100, 1000, 50_000] {
        for symmetric in [false, true] {
            for signed in [false, true] {
                let (recipient, recipient_hex) = random.secret_key();
                let key: [u8; 32] = random.array();
                let kind = if symmetric { "symmetric" } else { "asymmetric" };
                let mut case = Case {
                    name: format!(
                        "{kind} {} {size}",
                        if signed { "signed" } else { "unsigned" }
                    ),
                    payload: random.bytes(size),
                    recipient,
                    recipient_hex,
                    symmetric: symmetric
                        .then(|| (SymmetricKey::from_bytes(&key), hex::encode(key))),
                    signer: signed.then(|| random.secret_key()),
                    envelopes: Vec::new(),
                };
                case.envelopes = (0..16).map(|_| case.seal().encode()).collect();
                cases.push(case);
            }
        }
    }
    cases
}

fn envelopes(limit: Duration, figures: &mut BTreeMap<String, Value>) {
    let cases = cases();
    let file =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}.json", std::process::id()));
    let text: Vec<Value> = cases
        .iter()
        .map(|case| {
            let (to, private, key) = match &case.symmetric {
                Some((_, key)) => (String::new(), "", key.as_str()),
                None => (case.recipient.public_key().to_hex(), case.recipient_hex.as_str(), ""),
            };
            json!({
                "name": case.name, "payload": hex::encode(&case.payload), "to": to, "private": private, "key": key,
                "from": case.signer.as_ref().map_or("", |signer| &signer.1),
                "envelopes": case.envelopes.iter().map(hex::encode).collect::<Vec<_>>(),
            })
        })
        .collect();
    fs::write(&file, Value::from(text).to_string()).unwrap();
    let mut child = Command::new(go_program())
        .args(["bench", file.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut geth = Turn {
        child,
        input,
        output,
    };

    println!(
        "envelopes a second on one core      |      open      geth  ratio |      seal      geth  ratio"
    );
    for (number, case) in cases.iter().enumerate() {
        let (open, geth_open) = turns(
            limit,
            |limit| {
                rate(limit, |i| {
                    black_box(case.open(&case.envelopes[i % 16]));
                })
            },
            |limit| geth.take(number, "open", limit),
        );
        let (seal, geth_seal) = turns(
            limit,
            |limit| {
                rate(limit, |_| {
                    black_box(case.seal().encode());
                })
            },
            |limit| geth.take(number, "seal", limit),
        );
        println!(
            "{:35} | {open:9.0} {geth_open:9.0} {:6.2} | {seal:9.0} {geth_seal:9.0} {:6.2}",
            case.name,
            open / geth_open,
            seal / geth_seal
        );
        figures.insert(
            case.name.clone(),
            json!({"open": open, "open_geth": geth_open, "seal": seal, "seal_geth": geth_seal}),
        );
    }
    drop(geth.input);
    geth.child.wait().unwrap();
    fs::remove_file(&file).unwrap();
}

const INSERT: &str = "INSERT INTO messages (envelope, direction, topic, kind, chat, sender, recipient, sent, stored, payload)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const SELECT: &str = "SELECT m.id, m.envelope, m.direction, m.topic, m.kind, m.chat, m.sender, c.name, m.recipient,
    m.sent, m.stored, m.payload FROM messages m LEFT JOIN contacts c ON c.public_key = m.sender WHERE m.id = ?1";

/// The same tables and the same statements without encryption.
fn plain(path: &Path, schema: &[String]) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .pragma_update(None, "cache_size", -16_384)
        .unwrap();
    for sql in schema {
        connection.execute_batch(sql).unwrap();
    }
    connection
}

fn store(limit: Duration, figures: &mut BTreeMap<String, Value>) {
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-store-{}", std::process::id()));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let key = DatabaseKey::from_bytes(&[5; 32]).unwrap();
    let format = KeyFormat::Own;
    let encrypted = Store::create(&directory.join("own.db"), &key, format).unwrap();
    // The tables' definitions as the store itself made them.
    let schema: Vec<String> = {
        let connection = Connection::open(directory.join("own.db")).unwrap();
        connection
            .execute_batch(&format.to_create().to_sql(&key))
            .unwrap();
        let mut statement = connection
            .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let plain = plain(&directory.join("plain.db"), &schema);
    let sender = *SecretKey::from_bytes(&[6; 32]).unwrap().public_key();
    let payload = vec![0x5A; 500];
    let message = |n: u64| {
        let mut envelope = [0; 32];
        envelope[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
        NewMessage {
            envelope,
            direction: Direction::Received,
            topic: Topic([1, 2, 3, 4]),
            kind: "chat",
            chat: Some("status"),
            sender: Some(sender),
            recipient: None,
            sent: n as u32,
            stored: n as u32,
            payload: &payload,
        }
    };
    let insert_plain = |message: &NewMessage<'_>| {
        plain
            .prepare_cached(INSERT)
            .unwrap()
            .execute(params![
                message.envelope,
                0,
                message.topic.0,
                message.kind,
                message.chat,
                message.sender.map(|key| key.to_bytes()),
                None::<&[u8]>,
                message.sent,
                message.stored,
                message.payload
            ])
            .unwrap();
    };
    const BATCH: u64 = 100;
    const TOTAL: u64 = 4000;
    let mut line = |name: &str, ours: f64, theirs: f64| {
        println!("{name:35} | {ours:9.0} {theirs:9.0} {:6.2}", ours / theirs);
        figures.insert(name.to_owned(), json!({"store": ours, "sqlite": theirs}));
    };
    println!("messages a second                   |     store    SQLite  ratio");

    // Alternating, so that the machine's mood is shared.
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for batch in 0..TOTAL / BATCH {
        let messages: Vec<_> = (batch * BATCH..(batch + 1) * BATCH).map(message).collect();
        let start = Instant::now();
        encrypted.add_messages(&messages).unwrap();
        ours += start.elapsed();
        let start = Instant::now();
        let transaction = plain.unchecked_transaction().unwrap();
        messages.iter().for_each(insert_plain);
        transaction.commit().unwrap();
        theirs += start.elapsed();
    }
    line(
        "written, 100 a transaction",
        TOTAL as f64 / ours.as_secs_f64(),
        TOTAL as f64 / theirs.as_secs_f64(),
    );

    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for n in TOTAL..TOTAL + 200 {
        let message = message(n);
        let start = Instant::now();
        encrypted.add_message(&message).unwrap();
        ours += start.elapsed();
        let start = Instant::now();
        insert_plain(&message);
        theirs += start.elapsed();
    }
    line(
        "written, each its own transaction",
        200.0 / ours.as_secs_f64(),
        200.0 / theirs.as_secs_f64(),
    );

    // The same columns into the same kinds of values.
    type Columns = (
        (i64, [u8; 32], bool, [u8; 4], String, Option<String>),
        (
            Option<[u8; 65]>,
            Option<String>,
            Option<[u8; 65]>,
            u32,
            u32,
            Vec<u8>,
        ),
    );
    let columns = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Columns> {
        Ok((
            (
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ),
            (
                row.get(6)?,
                row.get(7)?,
                row.get(8)?,
                row.get(9)?,
                row.get(10)?,
                row.get(11)?,
            ),
        ))
    };
    let read_plain = |id: i64| {
        black_box(
            plain
                .prepare_cached(SELECT)
                .unwrap()
                .query_row([id], columns)
                .unwrap(),
        );
    };
    let id = |i: usize| 1 + (i as u64 * 7919 % TOTAL) as i64;
    for n in 1..=TOTAL as i64 {
        encrypted.message(n).unwrap();
        read_plain(n);
    }
    let (ours, theirs) = turns(
        limit,
        |limit| {
            rate(limit, |i| {
                black_box(encrypted.message(id(i)).unwrap());
            })
        },
        |limit| rate(limit, |i| read_plain(id(i))),
    );
    line("read one by one, warm cache", ours, theirs);

    let filter = Filter {
        chat: Some("status"),
        sender: None,
    };
    let list = SELECT.replace(
        "WHERE m.id = ?1",
        "WHERE m.chat = ?1 ORDER BY m.sent DESC, m.id DESC LIMIT 100",
    );
    let (ours, theirs) = turns(
        limit,
        |limit| {
            rate(limit, |_| {
                black_box(encrypted.messages(&filter, 100).unwrap());
            })
        },
        |limit| {
            rate(limit, |_| {
                let mut select = plain.prepare_cached(&list).unwrap();
                let rows: Vec<_> = select
                    .query_map(["status"], columns)
                    .unwrap()
                    .map(Result::unwrap)
                    .collect();
                black_box(rows);
            })
        },
    );
    line(
        "read in lists of 100, warm cache",
        ours * 100.0,
        theirs * 100.0,
    );
    drop((encrypted, plain));
    fs::remove_dir_all(&directory).unwrap();
}

fn main() {
    let milliseconds = std::env::var("KEYFENCE_BENCH_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(700);
    let limit = Duration::from_millis(milliseconds);
    let mut figures = BTreeMap::new();
    envelopes(limit, &mut figures);
    store(limit, &mut figures);
    if let Ok(file) = std::env::var("KEYFENCE_BENCH_JSON") {
        fs::write(file, serde_json::to_string_pretty(&figures).unwrap()).unwrap();
    }
}
