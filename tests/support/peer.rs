//! An SMSC made with somebody else's library: `tests/peers/README.md` tells its options, events and commands.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use store::testing::{program, skip};

/// A running peer; it ends with its standard input.
pub(crate) struct Peer {
    child: Child,
    orders: Option<ChildStdin>,
    log: PathBuf,
    pub(crate) port: u16,
    _folder: tempfile::TempDir,
}

impl Peer {
    /// Starts a script of `tests/peers`, or says what it lacks.
    pub(crate) fn start(test: &str, script: &str, options: &[&str]) -> Option<Peer> {
        let folder = std::env::var_os("SENDWORD_PEERS").map(PathBuf::from).unwrap_or_default();
        let runs = if script.ends_with(".mjs") {
            folder.join("node_modules/smpp").is_dir().then(|| program("node", &[])).flatten()
        } else {
            let home = if script == "jasmin.py" { "venv-jasmin" } else { "venv" };
            Some(folder.join(home).join("bin/python")).filter(|python| python.exists())
        };
        let Some(runs) = runs else {
            skip(test, &format!("{script} lacks its library in the folder that SENDWORD_PEERS names"));
            return None;
        };
        let own = tempfile::tempdir().expect("a temporary folder");
        let log = own.path().join("events.jsonl");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
        let mut command = Command::new(runs);
        command.arg(script).arg("--log").arg(&log).args(options).env("SENDWORD_PEERS", &folder);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer's interpreter starts");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().expect("a piped output"));
        said.read_line(&mut line).expect("the peer says where it listens");
        let port = serde_json::from_str::<Value>(&line).ok().and_then(|v| v["port"].as_u64());
        let port = port.and_then(|p| u16::try_from(p).ok()).unwrap_or_else(|| panic!("no port in «{line}»"));
        let orders = child.stdin.take();
        Some(Peer { child, orders, log, port, _folder: own })
    }

    /// What happened until now, in order.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        // A last line may be half written while we read it.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The events of one kind.
    pub(crate) fn seen(&self, event: &str) -> Vec<Value> {
        self.events().into_iter().filter(|e| e["event"] == event).collect()
    }

    /// A client of ours hands in a message.
    pub(crate) fn send(&mut self, from: &str, to: &str, text: &str) {
        self.order(&serde_json::json!({ "send": { "from": from, "to": to, "text": text } }));
    }

    fn order(&mut self, order: &Value) {
        let orders = self.orders.as_mut().expect("a running peer");
        writeln!(orders, "{order}").and_then(|()| orders.flush()).expect("the peer reads");
    }

    /// Tells it to end, and waits until it has.
    pub(crate) fn end(&mut self) {
        drop(self.orders.take());
        self.child.wait().expect("the peer ends");
    }

    /// A phone writes in.
    pub(crate) fn reply(&mut self, from: &str, to: &str, text: &str) {
        self.order(&serde_json::json!({ "mo": { "from": from, "to": to, "text": text } }));
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.child.wait();
    }
}
