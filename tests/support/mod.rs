//! What the end-to-end tests share: a data directory with the real binary in it, and the world around it.
//!
//! Nothing here reaches into the product: everything goes through command line, REST and sockets, as it does for people.

#![allow(dead_code, unused_imports, reason = "each test takes what it needs")]

mod carrier;
mod home;
mod page;
mod peer;
mod report;
mod server;

pub(crate) use carrier::{Carrier, free_address};
pub(crate) use home::{Ended, Home};
pub(crate) use page::{Page, Staff, browse, raw, value};
pub(crate) use peer::Peer;
pub(crate) use report::{adds_up, count, sum, watched};
pub(crate) use server::Server;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Looks again and again until there is something; says what was awaited if it never comes.
pub(crate) fn until<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {patience:?} in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The folder of sample files: `data` in the folder that `SENDWORD_SHARED` names, else in a `shared` beside or above the
/// repository. `None` with a notice where it is absent.
pub(crate) fn samples(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SENDWORD_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|up| up.join("shared"));
    let places = named.into_iter().chain(above).map(|folder| folder.join("data"));
    let found = places.into_iter().find(|folder| folder.join("EXPECTED.json").is_file());
    if found.is_none() {
        store::testing::skip(test, "the sample files (shared/data) are absent");
    }
    found
}

/// Copies a folder's files, so that what a command writes beside a file does not end up among the samples.
pub(crate) fn copied(from: &Path, to: &Path) -> PathBuf {
    std::fs::create_dir_all(to).expect("a folder of our own");
    for entry in std::fs::read_dir(from).expect("a folder that can be read").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
    to.to_owned()
}

/// The true counts of the sample files.
pub(crate) fn expected(samples: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(samples.join("EXPECTED.json")).expect("the expected counts");
    serde_json::from_str(&text).expect("a JSON document")
}

/// Only the digits of a number, so that `+972…` and `972…` are one.
pub(crate) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
