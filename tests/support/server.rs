//! The real server as a child process, and a plain client for its API.

use super::Home;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running `serve`; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    said: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Server {
    pub(crate) fn start(home: &Home) -> Server {
        Server::spawn(home.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Starts a command that serves, and waits until it says where.
    pub(crate) fn spawn(command: std::process::Command) -> Server {
        Server::try_spawn(command)
            .unwrap_or_else(|(_, said)| panic!("the server ended before it was up:\n{said}"))
    }

    /// The same for one that may not come up: how it ended and what it said.
    pub(crate) fn try_spawn(mut command: std::process::Command) -> Result<Server, (ExitStatus, String)> {
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a piped output")).lines();
        let mut said = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { return Err((child.wait().expect("its end"), said)) };
            said.push_str(&line);
            said.push('\n');
            if let Some(rest) = line.strip_prefix("Sendword is at http://") {
                break rest.split('/').next().unwrap_or_default().to_owned();
            }
        };
        let said = Arc::new(Mutex::new(said));
        let kept = said.clone();
        let listening = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut said = kept.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&line);
                said.push('\n');
            }
        });
        Ok(Server { child, address, said, listening: Some(listening) })
    }

    /// Everything it said on standard error until now.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One request; `key` is a bearer key.
    pub(crate) fn ask(&self, method: &str, path: &str, key: Option<&str>, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{key}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        )
        .expect("the server reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("the server answers");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status line");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.ask("GET", "/healthz", None, None).status == 200
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended by itself, if it did in time.
    pub(crate) fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + patience;
        loop {
            match self.child.try_wait().expect("a child of ours") {
                None if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
                ended => {
                    // Its last words may still be on their way.
                    let last = self.listening.take_if(|_| ended.is_some());
                    last.map(JoinHandle::join).transpose().expect("the listener ends");
                    return ended;
                }
            }
        }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the server runs");
    }

    /// `kill -9`: no destructor runs, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server ran");
        self.child.wait().expect("the server ends");
    }

    /// Asks it to end and waits for its exit code.
    pub(crate) fn end(mut self) -> i32 {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("the server ran");
        self.child.wait().expect("the server ends").code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended already
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the server said:\n{}", self.said());
        }
    }
}
