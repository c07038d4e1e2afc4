//! Shared by the tests: a seeded generator, and the Go program on go-ethereum's own Whisper package.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use keyfence_messaging::SecretKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Random bytes from a seed: SHA-256 in counter mode. The seed is printed, and taken from KEYFENCE_SEED if set.
pub struct Random {
    seed: u64,
    counter: u64,
    left: Vec<u8>,
}

impl Random {
    pub fn new(test: &str) -> Self {
        let seed = match std::env::var("KEYFENCE_SEED") {
            Ok(seed) => seed.parse().expect("KEYFENCE_SEED is a decimal number"),
            Err(_) => {
                let mut bytes = [0; 4];
                getrandom::fill(&mut bytes).unwrap();
                u64::from(u32::from_le_bytes(bytes))
            }
        };
        println!("{test}: KEYFENCE_SEED={seed}");
        Self {
            seed,
            counter: 0,
            left: Vec::new(),
        }
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        while self.left.len() < length {
            let block = Sha256::new()
                .chain_update(self.seed.to_le_bytes())
                .chain_update(self.counter.to_le_bytes());
            self.left.extend_from_slice(&block.finalize());
            self.counter += 1;
        }
        self.left.drain(..length).collect()
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap()
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (u64::from_le_bytes(self.array()) % limit as u64) as usize
    }

    pub fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    pub fn secret_key(&mut self) -> (SecretKey, String) {
        let bytes: [u8; 32] = self.array();
        (SecretKey::from_bytes(&bytes).unwrap(), hex::encode(bytes))
    }
}

/// Where the Go program's sources are.
fn go_sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/go")
}

/// Builds the Go program once a test process; Go's own cache makes the second time quick.
pub fn go_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interop-{}", std::process::id()));
        let built = Command::new("go")
            .args(["build", "-mod=readonly", "-trimpath", "-o"])
            .arg(&program)
            .arg(".")
            .current_dir(go_sources())
            .status()
            .expect("go is needed for the interoperability tests");
        assert!(built.success(), "go build failed");
        // Each test process has its own name, so that two never write one file; the last one is kept.
        let kept = program.with_file_name("interop");
        std::fs::rename(&program, &kept).unwrap();
        kept
    })
}

/// The Go program, serving.
pub struct Geth {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Geth {
    pub fn start() -> Self {
        let mut child = Command::new(go_program())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    pub fn ask(&mut self, request: &Value) -> Value {
        let mut line = request.to_string();
        line.push('\n');
        self.input
            .as_mut()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer)
            .unwrap_or_else(|_| panic!("the Go program answered {answer:?}"))
    }

    /// Asks for what must succeed.
    pub fn get(&mut self, request: &Value) -> Value {
        let answer = self.ask(request);
        assert_eq!(answer["ok"], true, "{answer}");
        answer
    }
}

impl Drop for Geth {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

pub fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

pub fn now() -> u32 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as u32
}
