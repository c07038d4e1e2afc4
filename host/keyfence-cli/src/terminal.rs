//! Questions to a person at the terminal. Nothing here touches the card: no transaction is held while somebody thinks.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use zeroize::Zeroizing;

use crate::error::{CliError, Result};

/// Asks for a secret; what is typed isn't shown.
pub fn ask_hidden(prompt: &str) -> Result<Zeroizing<String>> {
    rpassword::prompt_password(format!("{prompt}: "))
        .map(Zeroizing::new)
        .map_err(|_| no_terminal(prompt))
}

/// Asks for a line that is shown while it is typed.
pub fn ask(prompt: &str) -> Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(no_terminal(prompt));
    }
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{prompt}: ");
    let _ = stderr.flush();
    let mut line = String::new();
    stdin
        .lock()
        .read_line(&mut line)
        .map_err(|_| no_terminal(prompt))?;
    Ok(line.trim().to_owned())
}

/// Asks a yes-or-no question; only `y` or `yes` is a yes.
pub fn confirm(question: &str) -> Result<bool> {
    Ok(matches!(
        ask(&format!("{question} [y/N]"))?
            .to_ascii_lowercase()
            .as_str(),
        "y" | "yes"
    ))
}

fn no_terminal(prompt: &str) -> CliError {
    CliError::usage("E-NO-TERMINAL", format!("can't ask for \"{prompt}\": no terminal"))
        .hint("Run it in a terminal, or give the answer by an option (secrets: the --…-from options or their environment variables).")
}
