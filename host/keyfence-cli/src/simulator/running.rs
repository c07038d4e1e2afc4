//! The detached simulators of this user: one 0600 file each, in the runtime directory, with port and process id.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::process;
use crate::error::{CliError, Result};
use crate::files::{self, Existing};
use crate::user_dirs;

/// A detached simulator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    pub name: String,
    pub port: u16,
    pub pid: u32,
    pub jar: PathBuf,
    /// The file that keeps the card over a stop.
    pub state: Option<PathBuf>,
    /// The virtual reader (`host:port` of vpcd) that the card is plugged into; it can only be reached through PC/SC then.
    #[serde(default)]
    pub plugged_into: Option<String>,
}

/// The directory of those files.
pub struct RunningSimulators {
    directory: PathBuf,
}

impl RunningSimulators {
    pub fn open() -> Result<Self> {
        Ok(Self {
            directory: user_dirs::runtime_dir()?.join("simulators"),
        })
    }

    /// The simulator of this name, if it still runs. The file of one that doesn't is removed.
    pub fn get(&self, name: &str) -> Result<Option<Running>> {
        let path = self.path(name)?;
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::unreadable(&path, &error)),
        };
        match serde_json::from_slice::<Running>(&bytes) {
            Ok(running) if process::runs(running.pid, &running.jar) => Ok(Some(running)),
            // Ended without `sim stop`, or not written by us: no process of ours is behind it.
            _ => {
                self.remove(name)?;
                Ok(None)
            }
        }
    }

    /// All that run, by name.
    pub fn list(&self) -> Result<Vec<Running>> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(files::unreadable(&self.directory, &error)),
        };
        let mut all = Vec::new();
        for entry in entries {
            let file = entry
                .map_err(|error| files::unreadable(&self.directory, &error))?
                .file_name();
            if let Some(name) = file
                .to_str()
                .and_then(|file| file.strip_suffix(".json"))
                .filter(|name| is_name(name))
            {
                all.extend(self.get(name)?);
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Remembers a simulator that was just started. If another one got the name in the meantime, or nothing can be written, it is ended: nobody could find it again.
    pub fn put(&self, running: &Running) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(running).map_err(|error| {
            CliError::data("E-OUTPUT", format!("can't make JSON: {error}"))
                .hint("Check where standard output goes, and the room left there.")
        })?;
        files::create_private_dir(&self.directory)
            .and_then(|()| {
                files::write_private(&self.path(&running.name)?, &bytes, Existing::Refuse)
            })
            .inspect_err(|_| {
                process::end(running.pid, &running.jar);
            })
    }

    /// Ends a simulator and forgets it.
    pub fn stop(&self, running: &Running) -> Result<()> {
        if !process::end(running.pid, &running.jar) {
            let message = format!("the simulator (process {}) doesn't end", running.pid);
            return Err(CliError::transport("E-SIM-STOP", message)
                .hint("End it by its process id: `keyfence sim status`."));
        }
        self.remove(&running.name)
    }

    /// Where the simulator of this name writes what it has to say when it fails.
    pub fn log(&self, name: &str) -> Result<PathBuf> {
        files::create_private_dir(&self.directory)?;
        Ok(self.path(name)?.with_extension("log"))
    }

    fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(files::unwritable(&path, &error))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        if is_name(name) {
            Ok(self.directory.join(format!("{name}.json")))
        } else {
            Err(
                CliError::usage("E-SIM-NAME", format!("{name:?} is no name for a simulator"))
                    .hint("Use letters, digits, - and _, beginning with a letter."),
            )
        }
    }
}

/// A name can't be taken for a port and can't leave the directory.
pub fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simulators() -> (tempfile::TempDir, RunningSimulators) {
        let dir = tempfile::tempdir().unwrap();
        let simulators = RunningSimulators {
            directory: dir.path().join("simulators"),
        };
        (dir, simulators)
    }

    fn running(pid: u32) -> Running {
        Running {
            name: "alice".to_owned(),
            port: 4000,
            pid,
            jar: "60".into(),
            state: None,
            plugged_into: None,
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_that_runs_is_found_and_stopped() {
        let (_dir, simulators) = simulators();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        process::tests::wait_for_its_command_line(child.id());
        simulators.put(&running(child.id())).unwrap();
        assert_eq!(simulators.get("alice").unwrap(), Some(running(child.id())));
        assert_eq!(simulators.list().unwrap().len(), 1);
        simulators.stop(&running(child.id())).unwrap();
        child.wait().unwrap();
        assert_eq!(simulators.get("alice").unwrap(), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_second_one_of_the_same_name_is_ended_and_the_first_stays() {
        let (_dir, simulators) = simulators();
        let mut children = [(); 2].map(|()| {
            std::process::Command::new("sleep")
                .arg("60")
                .spawn()
                .unwrap()
        });
        for child in &children {
            process::tests::wait_for_its_command_line(child.id());
        }
        simulators.put(&running(children[0].id())).unwrap();
        assert_eq!(
            simulators.put(&running(children[1].id())).unwrap_err().code,
            "E-FILE-EXISTS"
        );
        children[1].wait().unwrap();
        assert_eq!(
            simulators.get("alice").unwrap().unwrap().pid,
            children[0].id()
        );
        simulators.stop(&running(children[0].id())).unwrap();
        children[0].wait().unwrap();
    }

    #[test]
    fn the_file_of_one_that_ended_is_removed() {
        let (_dir, simulators) = simulators();
        simulators.put(&running(u32::MAX)).unwrap();
        assert_eq!(simulators.get("alice").unwrap(), None);
        assert!(!simulators.path("alice").unwrap().exists());
    }

    #[test]
    fn names_stay_in_their_directory() {
        assert!(is_name("alice") && is_name("Bob_2-x"));
        for name in ["", "../x", "4000", "a/b", "a.b", "ä"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
