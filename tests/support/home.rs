//! A data directory and the commands in it.

use super::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A fresh data directory, on SQLite or on a database of its own.
pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
    database: Option<String>,
    law: Law,
}

/// How a home stands to the law.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Law {
    /// It is told: most tests are about carrying, and what they send at any hour is no advertising to anybody.
    Told,
    /// It is kept, by a clock that is set.
    Kept,
    /// It is kept by the hour it is, as where a phone sends, which leads away from this machine.
    KeptNow,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Home {
        Home::on(None)
    }

    pub(crate) fn on(database: Option<String>) -> Home {
        Home { dir: tempfile::tempdir().expect("a temporary folder"), database, law: Law::Told }
    }

    /// Where the law is kept, as it is for everybody who does not say otherwise.
    pub(crate) fn lawful() -> Home {
        Home { law: Law::Kept, ..Home::new() }
    }

    /// The same, at the hour it is.
    pub(crate) fn lawful_now() -> Home {
        Home { law: Law::KeptNow, ..Home::new() }
    }

    /// Serves with its clock starting at a moment.
    pub(crate) fn serve_at(&self, moment: &str) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("SENDWORD_CLOCK", moment);
        Server::spawn(command)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The real binary; nothing of the caller's own settings reaches it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sendword"));
        let ours = std::env::vars_os().map(|(name, _)| name);
        ours.filter(|name| name.to_string_lossy().starts_with("SENDWORD_")).for_each(|name| {
            command.env_remove(name);
        });
        match self.law {
            Law::Told => command.env("SENDWORD_LAW", "advise"),
            Law::Kept => command.env("SENDWORD_CLOCK", "2026-11-01T12:00:00Z"), // what is made before anything is served
            Law::KeptNow => &mut command,
        };
        command.args(args).arg("--data").arg(self.data());
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        let Output { status, stdout, stderr } = self.command(args).output().expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("what it says is UTF-8");
        Ended { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
    }

    /// Runs it, expects success, reads the document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let ended = self.run(&[args, &["--json"]].concat());
        assert_eq!(ended.code, 0, "{args:?}: {}{}", ended.out, ended.err);
        read(args, &ended.out)
    }

    /// The same for a command that may end with a code of its own and still gives its document.
    pub(crate) fn json_and_code(&self, args: &[&str]) -> (Value, i32) {
        let ended = self.run(&[args, &["--json"]].concat());
        (read(args, &ended.out), ended.code)
    }

    /// Makes the live workspace Shop in Israel.
    pub(crate) fn init(&self) -> Value {
        let password = self.file("password", "correct horse battery\n");
        let password = password.to_str().expect("a plain path");
        let owner = ["--owner-email", "rivka@shop.example", "--owner-password-file", password];
        let made = self.json(&[&["init", "--workspace", "Shop", "--country", "IL"], &owner[..]].concat());
        assert_eq!(
            (made["workspace"].as_str(), made["owner"].as_str()),
            (Some("Shop"), Some("rivka@shop.example"))
        );
        made
    }

    /// Adds an SMPP connector.
    pub(crate) fn carrier(&self, name: &str, port: u16, more: &[&str]) -> Value {
        let port = format!("port={port}");
        let set = ["--set", "host=127.0.0.1", port.as_str(), "system_id=shop", "password=secret"];
        self.json(&[&["connectors", "add", name, "--kind", "smpp"], &set[..], more].concat())
    }

    /// A connector's row of `connectors list`.
    pub(crate) fn connector(&self, name: &str) -> Value {
        let all = self.json(&["connectors", "list"]);
        let found = all.as_array().into_iter().flatten().find(|c| c["name"] == name);
        found.unwrap_or_else(|| panic!("no connector {name} in {all}")).clone()
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(self)
    }

    /// Writes a file beside the data directory.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("a file in our own folder");
        path
    }

    /// Imports a file into a list, with consent.
    pub(crate) fn import(&self, file: &Path, list: &str) -> Value {
        let file = file.to_str().expect("a plain path");
        let consent = ["--consent-source", "paper form at the counter", "--consent-date", "2026-03-14"];
        self.json(&[&["contacts", "import", file, "--list", list], &consent[..]].concat())
    }

    /// Writes a campaign down and gives its id.
    pub(crate) fn campaign(&self, name: &str, list: &str, text: &str, more: &[&str]) -> String {
        let what = ["campaigns", "create", "--name", name, "--list", list, "--text", text];
        let made = self.json(&[&what[..], more].concat());
        made["id"].as_str().unwrap_or_else(|| panic!("no id in {made}")).to_owned()
    }
}

fn read(args: &[&str], out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|e| panic!("{args:?}: {e}: {out}"))
}
