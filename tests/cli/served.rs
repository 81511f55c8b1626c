//! With a server: the same commands over its control socket, and its end.

use super::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// A running server; asked to end when it is dropped.
pub(super) struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub(super) fn start(home: &Home) -> Server {
        let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the server ended before it was up").unwrap();
            if let Some(rest) = line.strip_prefix("Sendword is at http://") {
                break rest.split('/').next().unwrap().to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }

    pub(super) fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    /// By a program that shows this key.
    pub(super) fn get_with(&self, path: &str, key: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let shown = if key.is_empty() { String::new() } else { format!("Authorization: Bearer {key}\r\n") };
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{shown}\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    pub(super) fn post(&self, path: &str, key: &str, body: &Value) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (body, length) = (body.to_string(), body.to_string().len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn end(&mut self) -> i32 {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

/// The status and the document of an answer.
pub(super) fn document(answer: &str) -> (u16, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}")))
}

/// Looks again and again until something is there; half a minute at the most.
pub(super) fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(30), "never seen: {what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended already
        let _ = self.child.wait();
    }
}

#[test]
fn commands_reach_the_server_and_it_ends_when_asked() {
    let home = Home::new();
    home.init();
    let mut server = Server::start(&home);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics").contains("sendword_store_commits_total"));
    assert!(server.get("/v1/messages").starts_with("HTTP/1.1 401"));
    assert!(server.get("/v1/nothing").contains("application/problem+json"));
    assert!(server.get("/login").contains("<html"), "{}", server.get("/login"));
    assert!(server.get("/nothing").starts_with("HTTP/1.1 404"));
    let key = home.json(&["keys", "create", "site"]);
    assert!(key["key"].is_string());
    home.json(&[
        "connectors",
        "add",
        "carrier",
        "--kind",
        "smpp",
        "--set",
        "host=127.0.0.1",
        "port=1",
        "system_id=x",
    ]);
    home.json(&["senders", "add", "Shop"]);
    let sent = home.json(&["send", "--to", "+972501234567", "--text", "Hello"]);
    assert!(sent["id"].as_str().unwrap().starts_with("msg_"));
    let waited = home.run(&["send", "--to", "+972501234567", "--text", "Again", "--wait", "--timeout", "1"]);
    assert_eq!(waited.code, 7, "{}", waited.err);
    let second = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("another sendword"), "{}", second.err);
    assert_eq!(server.end(), 0);
    assert!(!home.data().join("control.sock").exists());
    assert_eq!(home.json(&["messages", "show", sent["id"].as_str().unwrap()])["id"], sent["id"]);
}

#[test]
fn with_a_test_key_a_message_goes_to_a_virtual_phone_and_the_phone_answers() {
    let home = Home::new();
    home.init();
    let server = Server::start(&home);
    let made = home.json(&["keys", "create", "site", "--test"]);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("sk_test_"));
    let hello = serde_json::json!({ "to": "+99912345600", "text": "Hello", "from": "4545" });
    let sent = server.post("/v1/messages", key, &hello);
    assert!(sent.starts_with("HTTP/1.1 202"), "{sent}");
    let listed = || home.json(&["messages", "list", "--to", "+99912345600"])[0]["status"].clone();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while listed() != "delivered" {
        assert!(std::time::Instant::now() < until, "it is still {}", listed());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let answer = serde_json::json!({ "from": "+99912345600", "to": "4545", "text": "Thank you" });
    let taken = server.post("/v1/sim/inbound", key, &answer);
    assert!(taken.starts_with("HTTP/1.1 202"), "{taken}");
}

#[test]
fn a_server_that_is_neither_up_nor_gone_is_unreachable() {
    let home = Home::new();
    home.init();
    let held = std::fs::File::open(home.data().join("lock")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let ended = home.run(&["keys", "list"]);
    assert_eq!(ended.code, 8, "{}", ended.err);
    assert!(ended.err.contains("starting or stopping"), "{}", ended.err);
}
