//! The two key formats: our own, and that of Status' clients in its spellings and generations.

use core::fmt;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::StoreError;
use crate::DatabaseKey;

/// PBKDF2 rounds of Status' clients.
pub const STATUS_KDF_ITERATIONS: u32 = 3200;
/// PBKDF2 rounds of SQLCipher 3.
const SQLCIPHER_3_KDF_ITERATIONS: u32 = 64_000;

/// How a Status client spells the passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `04…`
    Mobile,
    /// `0x04…`
    Desktop,
}

/// Which format is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum KeyFormat {
    /// A raw key derived from the private key, SQLCipher 4's defaults.
    #[default]
    Own,
    /// What Status' clients use: the *public* key as passphrase. Whoever knows the public key reads the store.
    Status {
        /// The spelling; `None`: mobile for new files, both tried for old ones.
        spelling: Option<Spelling>,
        /// PBKDF2 rounds; `None`: 3200 for new files, for those of SQLCipher 3 also 64,000 tried.
        kdf_iterations: Option<u32>,
    },
}

impl KeyFormat {
    /// The Status format with nothing particular asked for.
    pub const STATUS: KeyFormat = KeyFormat::Status {
        spelling: None,
        kdf_iterations: None,
    };

    /// Parameters for a new file.
    #[must_use]
    pub fn to_create(self) -> Parameters {
        match self {
            KeyFormat::Own => Parameters::Own,
            KeyFormat::Status {
                spelling,
                kdf_iterations,
            } => Parameters::Status {
                spelling: spelling.unwrap_or(Spelling::Mobile),
                kdf_iterations: kdf_iterations.unwrap_or(STATUS_KDF_ITERATIONS),
                page_size: 8192,
            },
        }
    }

    /// Parameters to try on an existing file, likeliest first.
    #[must_use]
    pub fn to_open(self) -> Vec<Parameters> {
        let KeyFormat::Status {
            spelling,
            kdf_iterations,
        } = self
        else {
            return vec![Parameters::Own];
        };
        let spellings = match spelling {
            Some(one) => vec![one],
            None => vec![Spelling::Mobile, Spelling::Desktop],
        };
        let generations = match kdf_iterations {
            Some(rounds) => vec![(8192, rounds), (1024, rounds)],
            None => vec![
                (8192, STATUS_KDF_ITERATIONS),
                (1024, STATUS_KDF_ITERATIONS),
                (1024, SQLCIPHER_3_KDF_ITERATIONS),
            ],
        };
        let mut all = Vec::new();
        for (page_size, kdf_iterations) in generations {
            all.extend(spellings.iter().map(|&spelling| Parameters::Status {
                spelling,
                kdf_iterations,
                page_size,
            }));
        }
        all
    }
}

/// Everything that a file's encryption depends on besides the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// Our own.
    Own,
    /// Status'.
    Status {
        /// Spelling of the passphrase.
        spelling: Spelling,
        /// PBKDF2 rounds.
        kdf_iterations: u32,
        /// Page size: 8192, or 1024 before mid-2023.
        page_size: u32,
    },
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Parameters::Own => f.write_str("own"),
            Parameters::Status {
                spelling,
                kdf_iterations,
                page_size,
            } => {
                let spelling = match spelling {
                    Spelling::Mobile => "mobile",
                    Spelling::Desktop => "desktop",
                };
                write!(
                    f,
                    "status ({spelling}, pages of {page_size} bytes, {kdf_iterations} rounds)"
                )
            }
        }
    }
}

impl Parameters {
    pub(crate) fn page_size(&self) -> u32 {
        match self {
            Parameters::Own => 4096,
            Parameters::Status { page_size, .. } => *page_size,
        }
    }

    /// What stands between the quotes of `PRAGMA key`: `x'…'` with 64 digits, or Status' passphrase.
    #[must_use]
    pub fn key_text(&self, key: &DatabaseKey) -> Zeroizing<String> {
        match self {
            Parameters::Own => Zeroizing::new(format!("x'{}'", key.own_hex().as_str())),
            Parameters::Status {
                spelling: Spelling::Mobile,
                ..
            } => key.public_hex(),
            Parameters::Status {
                spelling: Spelling::Desktop,
                ..
            } => Zeroizing::new(format!("0x{}", key.public_hex().as_str())),
        }
    }

    /// The pragmas that follow the key, in their order, as (name, value).
    #[must_use]
    pub fn pragmas(&self) -> Vec<(&'static str, String)> {
        match self {
            // SQLCipher 4's defaults, said all the same: another library's defaults may be other ones.
            Parameters::Own => vec![("cipher_compatibility", "4".to_owned())],
            Parameters::Status {
                kdf_iterations,
                page_size,
                ..
            } => vec![
                ("cipher_page_size", page_size.to_string()),
                ("cipher_hmac_algorithm", "HMAC_SHA1".to_owned()),
                ("cipher_kdf_algorithm", "PBKDF2_HMAC_SHA1".to_owned()),
                ("kdf_iter", kdf_iterations.to_string()),
            ],
        }
    }

    /// Keys a connection.
    pub(crate) fn apply(
        &self,
        connection: &Connection,
        key: &DatabaseKey,
    ) -> Result<(), StoreError> {
        let text = self.key_text(key);
        // SQLCipher would log a wrong key to standard error; our callers get it as an error.
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        connection.execute_batch(&Zeroizing::new(format!(
            "PRAGMA key = \"{}\"",
            text.as_str()
        )))?;
        self.apply_pragmas(connection, "main")
    }

    /// Attaches another file, keyed.
    pub(crate) fn attach(
        &self,
        connection: &Connection,
        path: &str,
        name: &str,
        key: &DatabaseKey,
    ) -> Result<(), StoreError> {
        let text = self.key_text(key);
        let sql = format!("ATTACH DATABASE ?1 AS {name} KEY ?2");
        connection.execute(&sql, rusqlite::params![path, text.as_str()])?;
        self.apply_pragmas(connection, name)
    }

    fn apply_pragmas(&self, connection: &Connection, name: &str) -> Result<(), StoreError> {
        for (pragma, value) in self.pragmas() {
            connection.execute_batch(&format!("PRAGMA {name}.{pragma} = {value}"))?;
        }
        Ok(())
    }

    /// The lines that another SQLCipher program must be given to open the file. They contain the secret.
    #[must_use]
    pub fn to_sql(&self, key: &DatabaseKey) -> Zeroizing<String> {
        let text = self.key_text(key);
        let mut sql = Zeroizing::new(format!("PRAGMA key = \"{}\";\n", text.as_str()));
        for (pragma, value) in self.pragmas() {
            sql.push_str(&format!("PRAGMA {pragma} = {value};\n"));
        }
        sql
    }
}
