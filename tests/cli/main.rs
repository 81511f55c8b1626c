//! The command line, by the real binary: what it prints, what it exits with.

mod alone;
mod people;
mod served;

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A data directory, and commands in it.
struct Home {
    dir: tempfile::TempDir,
}

struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Home {
        Home { dir: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sendword"));
        // These are about commands, at whatever hour they run; tests/law.rs keeps the law.
        command.env("SENDWORD_LAW", "advise");
        command.args(args).arg("--data").arg(self.data());
        for name in
            ["SENDWORD_DATA", "SENDWORD_DATABASE", "SENDWORD_LISTEN", "SENDWORD_WORKSPACE", "SENDWORD_CLOCK"]
        {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Ended {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
    }

    /// Runs it, expects success, reads the document.
    fn json(&self, args: &[&str]) -> Value {
        let ended = self.run(&[args, &["--json"]].concat());
        assert_eq!(ended.code, 0, "{args:?}: {}{}", ended.out, ended.err);
        serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ended.out))
    }

    /// Makes the workspace Shop.
    fn init(&self) -> Value {
        let password = self.dir.path().join("password");
        std::fs::write(&password, "correct horse battery\n").unwrap();
        let password = password.to_str().unwrap();
        self.json(&[
            "init",
            "--owner-email",
            "rivka@shop.example",
            "--owner-password-file",
            password,
            "--workspace",
            "Shop",
            "--country",
            "IL",
        ])
    }
}
