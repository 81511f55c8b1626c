//! What pretended providers have in common: what is asked of them, what they answer, whom they call.

use std::collections::HashMap;
use std::sync::Arc;

use sms::{Code, Status};
use wire::proof::{self, Pairs};

use crate::provider::{Kind, Setup};
use crate::smsc::account::Mo;
use crate::smsc::plan::Says;

/// A request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Pairs,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_ascii_lowercase()).map_or("", String::as_str)
    }

    pub(super) fn form(&self) -> Pairs {
        pairs(&self.body)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// User and password of its basic authentication.
    pub(super) fn basic(&self) -> Option<(String, String)> {
        let pair = proof::unbase64(self.header("authorization").strip_prefix("Basic ")?)?;
        let pair = String::from_utf8(pair).ok()?;
        let (user, password) = pair.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }
}

/// A message that is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) text: String,
    /// Where its reports go.
    pub(super) hook: String,
    /// What the client calls it.
    pub(super) name: String,
}

/// A message on its way.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: String,
    pub(super) parts: usize,
    pub(super) wanted: Wanted,
}

/// Why a message is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Login,
    Number,
    Text,
    /// Too fast; come back after so many seconds.
    Slow(u32),
    Failed,
    /// There is nothing at that address.
    Nowhere,
}

/// Why a whole request is refused: each of its messages came too fast, or none could be taken.
pub(super) fn all_refused(sent: &[Result<Arc<Sent>, Refusal>]) -> Option<&Refusal> {
    let whole = |one: &Result<Arc<Sent>, Refusal>| matches!(one, Err(Refusal::Slow(_) | Refusal::Failed));
    sent.iter().all(whole).then(|| sent.first()?.as_ref().err()).flatten()
}

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn json(status: u16, body: &serde_json::Value) -> Reply {
        Reply { status, headers: vec![("content-type", "application/json".into())], body: body.to_string() }
    }

    pub(super) fn text(status: u16, body: &str) -> Reply {
        Reply { status, headers: vec![("content-type", "text/plain".into())], body: body.into() }
    }

    /// With the pause a refusal asks for.
    pub(super) fn after(mut self, refusal: &Refusal) -> Reply {
        if let Refusal::Slow(seconds) = refusal
            && *seconds > 0
        {
            self.headers.push(("retry-after", seconds.to_string()));
        }
        self
    }
}

/// What a report says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) status: Status,
    pub(super) code: Code,
}

impl From<Says> for Told {
    fn from(says: Says) -> Told {
        Told { status: says.status, code: says.code }
    }
}

/// What a phone wrote.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) text: String,
    pub(super) total: u8,
    pub(super) number: u8,
}

impl Written {
    pub(super) fn of(mo: &Mo, text: String, id: String) -> Written {
        let (from, to) = (mo.from.clone(), mo.to.clone());
        Written { id, from, to, text, total: mo.total, number: mo.number }
    }
}

/// A webhook.
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Call {
    pub(super) fn form(url: &str, fields: &[(&str, &str)]) -> Call {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        Call { method: "POST", url: url.to_owned(), headers, body: form(fields) }
    }

    pub(super) fn json(url: &str, body: &serde_json::Value) -> Call {
        let headers = vec![("content-type", "application/json".to_owned())];
        Call { method: "POST", url: url.to_owned(), headers, body: body.to_string() }
    }

    pub(super) fn get(url: &str, fields: &[(&str, &str)]) -> Call {
        let mark = if url.contains('?') { '&' } else { '?' };
        Call { method: "GET", url: format!("{url}{mark}{}", form(fields)), ..Call::default() }
    }

    pub(super) fn with(mut self, name: &'static str, value: String) -> Call {
        self.headers.push((name, value));
        self
    }

    /// Its proof proves nothing any more.
    pub(super) fn spoil(&mut self) {
        for (name, value) in &mut self.headers {
            if *name != "content-type" {
                *value = format!("AAAA{}", value.get(4..).unwrap_or_default());
            }
        }
        if self.headers.len() < 2 {
            self.url = self.url.replace("/hooks/", "/hooks/x");
        }
    }
}

/// One provider's own way with all of it.
pub(super) trait Face: Sync {
    /// What is asked; `None` is a question about the account.
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal>;
    /// The answer to such a question.
    fn account(&self, setup: &Setup) -> Reply;
    /// The answer to messages, each taken or not.
    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply;
    /// The answer to a request that is refused as a whole.
    fn refused(&self, refusal: &Refusal, asked: &Asked) -> Reply;
    /// A new id.
    fn id(&self, chance: u64) -> String;
    /// A report as webhooks.
    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call>;
    /// A phone's message as a webhook.
    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call;
    /// Whether long messages of phones come whole.
    fn joins(&self) -> bool {
        true
    }
}

/// A word that no other webhook has.
pub(super) fn nonce(call: &Call, now: i64) -> String {
    proof::hex(&proof::sha256(format!("{now} {} {}", call.url, call.body).as_bytes())[..12])
}

/// A value of JSON as text.
pub(super) fn said(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The provider's own way.
pub(super) fn face(kind: Kind) -> &'static dyn Face {
    match kind {
        Kind::Twilio => &super::twilio::Twilio,
        Kind::Vonage => &super::vonage::Vonage,
        Kind::Plivo => &super::plivo::Plivo,
        Kind::Infobip => &super::infobip::Infobip,
        Kind::Sinch => &super::sinch::Sinch,
        Kind::MessageBird => &super::messagebird::MessageBird,
        Kind::Telnyx => &super::telnyx::Telnyx,
        Kind::Clickatell => &super::clickatell::Clickatell,
        Kind::Kannel => &super::kannel::Kannel,
        Kind::Jasmin => &super::jasmin::Jasmin,
    }
}

/// Fields as a form.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let one = |b: u8| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            b' ' => "+".into(),
            _ => format!("%{b:02X}"),
        };
        text.bytes().map(one).collect()
    };
    let pairs: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", escaped(n), escaped(v))).collect();
    pairs.join("&")
}

/// A form's fields.
pub(super) fn pairs(text: &[u8]) -> Pairs {
    let text = String::from_utf8_lossy(text).replace('+', " ");
    let decode = |piece: &str| {
        let mut out = Vec::new();
        let mut pieces = piece.split('%');
        out.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
        for piece in pieces {
            match piece.get(..2).and_then(proof::unhex) {
                Some(octet) => {
                    out.extend(octet);
                    out.extend_from_slice(&piece.as_bytes()[2..]);
                }
                None => out.extend_from_slice(piece.as_bytes()),
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            piece.split_once('=').map_or((decode(piece), String::new()), |(n, v)| (decode(n), decode(v)))
        })
        .collect()
}

/// The value of a field.
pub(super) fn get<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
}
