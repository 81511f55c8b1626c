//! Why a command failed: what, why, what to do about it, and the exit code.

use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

/// Exit codes; they are a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something went wrong.
    Failure = 1,
    /// The command was written wrong.
    Usage = 2,
    /// There is no such thing.
    NotFound = 3,
    /// Who asks may not.
    NotAllowed = 4,
    /// A rule refused it.
    Refused = 5,
    /// Some of it was done.
    Partly = 6,
    /// It took longer than was waited.
    TimedOut = 7,
    /// No server, or none that answers.
    Unreachable = 8,
}

/// A failed command.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub exit: Exit,
    pub what: String,
    pub why: String,
    pub fix: String,
    /// The problem as the server put it, for `--json`.
    pub problem: Option<Box<Value>>,
}

/// What a command ends with.
pub(crate) type Done<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Failure {
        Failure { exit, what: what.into(), why: String::new(), fix: String::new(), problem: None }
    }

    pub(crate) fn why(mut self, why: impl ToString) -> Failure {
        self.why = why.to_string();
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Failure {
        self.fix = fix.into();
        self
    }

    /// What the server answered, as the command line puts it.
    pub(crate) fn of(status: u16, problem: Value) -> Failure {
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        let code = text("code");
        // A rule's code is written large; everything else of the same status is a wrong input.
        let by_rule = status == 422 && code.chars().any(|c| c.is_ascii_uppercase());
        let exit = match status {
            _ if by_rule => Exit::Refused,
            400 | 413 | 415 | 422 => Exit::Usage,
            401 | 403 => Exit::NotAllowed,
            404 => Exit::NotFound,
            504 => Exit::TimedOut,
            _ => Exit::Failure,
        };
        let what = if by_rule { format!("refused: {code}") } else { code.replace('_', " ") };
        let mut failure = Failure::new(exit, what).why(text("detail")).fix(text("fix"));
        failure.problem = Some(Box::new(problem));
        failure
    }

    /// Says it on stderr; with `--json` the problem goes to stdout as data.
    pub(crate) fn tell(&self, json: bool) -> ExitCode {
        let mut err = std::io::stderr().lock();
        let id = self.problem.as_ref().and_then(|p| p["request_id"].as_str()).unwrap_or_default();
        let mut line = |head: &str, text: &str| {
            if !text.is_empty() {
                let _ = writeln!(err, "{head} {text}");
            }
        };
        line("error:", &self.what);
        line("why:", &self.why);
        line("fix:", &self.fix);
        line("request:", id);
        if let (true, Some(problem)) = (json, &self.problem) {
            let _ = writeln!(std::io::stdout().lock(), "{problem}");
        }
        ExitCode::from(self.exit as u8)
    }
}

impl From<store::Error> for Failure {
    fn from(e: store::Error) -> Failure {
        Failure::new(Exit::Failure, "the store cannot be used").why(e)
    }
}

impl From<engine::Error> for Failure {
    fn from(e: engine::Error) -> Failure {
        Failure::new(Exit::Failure, e.code()).why(&e)
    }
}
