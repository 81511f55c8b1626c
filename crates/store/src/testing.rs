//! What tests need from the outside world: a throw-away PostgreSQL server, sample files, and an honest way to skip.
//!
//! Compiled for this crate's tests and for whoever asks for the feature `testing` in its dev-dependencies; never part
//! of the product. It starts programs, hands out addresses, and changes rows that tests of the chains want changed.

mod past;
mod server;
mod spoil;

pub use crate::machine::stops::refused_among;
pub use crate::problem_tail::unfile;
pub use past::{backdate, delivered, ended, ended_as, stands_somewhere};
pub use server::{Order, Postgres};
pub use spoil::{SPOILS, Spoil, spoil};

use std::io::Write;
use std::path::{Path, PathBuf};

/// Says that a test cannot run here, and why.
///
/// The test runner swallows what a passing test prints, so a skipped test would look like a passed one. The notice
/// therefore also goes to the file named by `SENDWORD_SKIPS`: continuous integration fails unless it stays empty.
pub fn skip(what: &str, why: &str) {
    let line = format!("skipped: {what} because {why}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&list);
        file.and_then(|mut f| f.write_all(line.as_bytes()))
            .unwrap_or_else(|e| panic!("cannot write the skip list {}: {e}", Path::new(&list).display()));
    }
}

/// The path of a sample file, or `None` with a notice where the samples are absent.
///
/// Samples (customers' files with invented people) are not in the repository: they are looked for in the folder that
/// `SENDWORD_SAMPLES` names, else in `../shared/data` beside the repository.
pub fn sample(what: &str, name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SENDWORD_SAMPLES")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    skip(what, &format!("the sample file {name} is not in {}", folder.display()));
    None
}

/// The full path of a program: in `folders` first, then along `PATH`.
pub fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let along = std::env::split_paths(&path);
    folders.iter().cloned().chain(along).map(|dir| dir.join(name)).find(|p| p.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_the_given_folder_first() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("sh"), "").expect("an empty file");
        let folders = [dir.path().to_path_buf()];
        assert_eq!(program("sh", &folders), Some(dir.path().join("sh")));
        assert!(program("sh", &[]).is_some_and(|p| !p.starts_with(dir.path())));
        assert_eq!(program("no-such-program-anywhere", &folders), None);
    }

    #[test]
    fn every_postgres_database_is_its_own() {
        let Some(server) = Postgres::shared("every_postgres_database_is_its_own") else { return };
        let (one, two) = (server.database(), server.database());
        assert_ne!(one, two);
        let made = server.psql(&one, "CREATE TABLE only_here (id BIGINT); SELECT 41 + 1");
        assert!(made.as_ref().is_ok_and(|out| out.contains("42")), "{made:?}");
        let absent = server.psql(&two, "SELECT * FROM only_here");
        assert!(absent.as_ref().is_err_and(|e| e.contains("only_here")), "{absent:?}");
    }

    #[test]
    fn a_postgres_server_leaves_nothing_behind() {
        let server = match Postgres::start(false) {
            Ok(server) => server,
            Err(why) => return skip("a_postgres_server_leaves_nothing_behind", &why),
        };
        let folder = server.folder().to_path_buf();
        let socket = folder.join(".s.PGSQL.5432");
        assert!(socket.exists());
        drop(server);
        assert!(!folder.exists(), "{} is still there", folder.display());
    }
}
