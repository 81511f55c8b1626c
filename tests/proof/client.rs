//! Programs that send: each request has a key of its own, and what came back for it is the ledger of acceptances.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// One message that somebody wants to send.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) to: String,
    pub(crate) body: Value,
    pub(crate) key: String,
}

/// What a client knows of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// 202, with this id.
    Accepted(String),
    /// A full answer that is no yes: status and body.
    Refused(u16, String),
    /// No answer, or half of one.
    Nothing,
}

/// A wish, what was told of it last, and whether anybody was told yes.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) wish: Wish,
    pub(crate) told: Told,
    pub(crate) took: Duration,
}

impl Wish {
    /// To the `n`th Israeli mobile of these tests.
    pub(crate) fn nth(n: usize, more: &Value) -> Wish {
        let to = format!("97252{:07}", 4_000_000 + n);
        let mut body = json!({ "to": format!("+{to}"), "text": format!("Parcel {n} is here") });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        Wish { to, body, key: format!("wish-{n}") }
    }
}

/// One request, one answer; whatever breaks on the way is no answer.
pub(crate) fn send(address: &str, key: &str, wish: &Wish) -> Told {
    let headers = format!("Idempotency-Key: {}\r\n", wish.key);
    match ask(address, "POST", "/v1/messages", key, &headers, &wish.body.to_string()) {
        Some((202, body)) => match serde_json::from_str::<Value>(&body).map(|v| v["id"].clone()) {
            Ok(Value::String(id)) => Told::Accepted(id),
            _ => Told::Nothing,
        },
        Some((status, body)) => Told::Refused(status, body),
        None => Told::Nothing,
    }
}

/// A request whose answer is whole or none.
pub(crate) fn ask(
    address: &str,
    method: &str,
    path: &str,
    key: &str,
    headers: &str,
    body: &str,
) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
         {headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let told =
        head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (told == Some(body.len()) || status == 204).then(|| (status, body.to_owned()))
}

/// Sends all wishes with so many hands; every wish is tried once.
pub(crate) fn send_all(address: &str, key: &str, wishes: Vec<Wish>, hands: usize) -> Vec<Entry> {
    let (todo, done) = (Mutex::new(VecDeque::from(wishes)), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                loop {
                    let Some(wish) = todo.lock().expect("no hand panics").pop_front() else { return };
                    let started = Instant::now();
                    let told = send(address, key, &wish);
                    let entry = Entry { wish, told, took: started.elapsed() };
                    done.lock().expect("no hand panics").push(entry);
                }
            });
        }
    });
    done.into_inner().expect("no hand panics")
}
