//! The pretend carrier in the test's own process: its journal is a ledger that the killed program cannot touch.

use serde_json::Value;
use sim::smsc::{Handle, Smsc};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// A running carrier with its own threads.
pub(crate) struct Carrier {
    pub(crate) smsc: Handle,
    _threads: Runtime,
    journal: PathBuf,
    _folder: tempfile::TempDir,
}

impl Carrier {
    pub(crate) fn start() -> Carrier {
        Carrier::with(sim::Config::default())
    }

    /// With a configuration of its own; every part taken or refused goes into the journal's file.
    pub(crate) fn with(config: sim::Config) -> Carrier {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let journal = folder.path().join("journal.jsonl");
        let config = sim::Config { journal_file: Some(journal.clone()), ..config };
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let threads = threads.expect("threads for the carrier");
        let smsc = threads.block_on(Smsc::start(config)).expect("the carrier listens");
        Carrier { smsc, _threads: threads, journal, _folder: folder }
    }

    pub(crate) fn port(&self) -> u16 {
        self.smsc.addr().port()
    }

    /// How many parts each number was sent and the carrier took.
    pub(crate) fn ledger(&self) -> HashMap<String, usize> {
        assert_eq!(self.smsc.journal_error(), None, "the ledger has gaps");
        let mut taken = HashMap::new();
        for entry in self.entries().iter().filter(|e| e["what"] == "submit" && e["state"].is_null()) {
            *taken.entry(super::digits(entry["to"].as_str().unwrap_or_default())).or_default() += 1;
        }
        taken
    }

    /// The whole journal.
    pub(crate) fn entries(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.journal).expect("the journal");
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// A phone writes in, and the carrier's delivery was taken.
    pub(crate) fn phone(&self, number: &str) -> sim::smsc::Phone {
        self.smsc.phone(number)
    }
}

/// An address where nobody listens; somebody may later.
pub(crate) fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address")
}
