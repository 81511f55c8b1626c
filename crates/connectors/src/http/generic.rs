//! Any provider with an HTTP interface, as a person wrote it down: the request as templates, the answer and the webhooks
//! as places where values stand. Nothing that was written down is run.

use super::pick::Pick;
use super::read::{self, get};
use super::template::{Manner, Template};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{choice, provider, secret, text};
use serde_json::Value;
use sms::form::{Check, Field, FieldKind, KindInfo};
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{self, Link, Message, Route, Temporary, Throttle};

const NO_BASE: Option<&str> = None;

const fn checked(name: &'static str, default: &'static str, check: fn(&str) -> Result<(), String>) -> Field {
    Field { name, kind: FieldKind::Checked(Check(check)), default: Some(default), advanced: true }
}

const fn lines(name: &'static str, default: &'static str, check: fn(&str) -> Result<(), String>) -> Field {
    Field { name, kind: FieldKind::Lines(Check(check)), default: Some(default), advanced: false }
}

pub(crate) const KIND: KindInfo = provider!(
    "http",
    NO_BASE,
    [
        choice("method", &["POST", "GET", "PUT"], "POST", false),
        lines("address", "/send", is_template),
        lines("headers", "", are_headers),
        choice("body_type", &["form", "json", "xml", "text"], "form", false),
        lines("body", "", is_template),
        text("user", Some(""), false),
        secret("password", Some(""), false),
        secret("key", Some(""), false),
        checked("answer_id", "", is_pick),
        checked("answer_error", "", is_pick),
        checked("answer_taken", "", is_pick),
        lines("answer_refusals", "", are_classes),
        checked("report_id", "id", is_pick),
        checked("report_status", "status", is_pick),
        checked("report_error", "", is_pick),
        lines("report_states", "", are_states),
        checked("message_from", "from", is_pick),
        checked("message_to", "to", is_pick),
        checked("message_text", "text", is_pick),
        checked("message_id", "id", is_pick),
        text("hook_answer", Some("OK"), true),
    ]
);

pub(crate) fn is_template(text: &str) -> Result<(), String> {
    Template::read(text).map(drop)
}

pub(crate) fn is_pick(text: &str) -> Result<(), String> {
    Pick::read(text).map(drop)
}

pub(crate) fn are_headers(text: &str) -> Result<(), String> {
    headers(text).map(drop)
}

fn are_classes(text: &str) -> Result<(), String> {
    pairs_of(text, &CLASSES).map(drop)
}

fn are_states(text: &str) -> Result<(), String> {
    pairs_of(text, &STATES).map(drop)
}

const CLASSES: [(&str, Meaning); 5] = [
    ("temporary", Temporary),
    ("permanent", Message),
    ("route", Route),
    ("throttle", Throttle),
    ("link", Link),
];

const STATES: [(&str, Option<Status>); 7] = [
    ("delivered", Some(Status::Delivered)),
    ("undelivered", Some(Status::Undelivered)),
    ("rejected", Some(Status::Rejected)),
    ("expired", Some(Status::Expired)),
    ("cancelled", Some(Status::Cancelled)),
    ("buffered", Some(Status::Buffered)),
    ("ignored", None),
];

/// Lines or entries of `what=word`.
fn pairs_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<Vec<(String, T)>, String> {
    let entries = text.split(['\n', ';', ',']).map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let known = entry.rsplit_once('=').and_then(|(what, word)| {
                let word = words.iter().find(|(w, _)| w.eq_ignore_ascii_case(word.trim()))?;
                Some((what.trim().to_owned(), word.1))
            });
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            known.filter(|(what, _)| !what.is_empty()).ok_or_else(|| {
                format!(
                    "'{entry}' cannot be read: write what the provider says, = and one of {}",
                    names.join(", ")
                )
            })
        })
        .collect()
}

/// Lines of `Name: value`.
fn headers(text: &str) -> Result<Vec<(String, Template)>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| {
            let (name, value) =
                line.split_once(':').ok_or_else(|| format!("line {}: write it as Name: value", n + 1))?;
            let name = name.trim();
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
                return Err(format!("line {}: '{name}' is no name of a header", n + 1));
            }
            let value = Template::read(value.trim()).map_err(|why| format!("header {}: {why}", n + 1))?;
            Ok((name.to_owned(), value))
        })
        .collect()
}

pub(crate) struct Generic {
    base: String,
    method: String,
    address: Template,
    headers: Vec<(String, Template)>,
    body_type: String,
    body: Template,
    user: String,
    password: String,
    key: String,
    picks: [Pick; 3],
    refusals: Vec<(String, Meaning)>,
    report: [Pick; 3],
    states: Vec<(String, Option<Status>)>,
    message: [Pick; 4],
    errors: Errors,
    thanks: String,
}

impl Generic {
    /// What cannot be read any more was checked when it was stored: it is as if it were empty.
    pub(crate) fn of(own: &Own<'_>) -> Generic {
        let template = |name: &str| Template::read(&own.text(name)).unwrap_or_default();
        let pick = |name: &str| Pick::read(&own.text(name)).unwrap_or_default();
        Generic {
            base: own.base(""),
            method: own.text("method"),
            address: template("address"),
            headers: headers(&own.text("headers")).unwrap_or_default(),
            body_type: own.text("body_type"),
            body: template("body"),
            user: own.text("user"),
            password: own.text("password"),
            key: own.text("key"),
            picks: ["answer_id", "answer_error", "answer_taken"].map(pick),
            refusals: pairs_of(&own.text("answer_refusals"), &CLASSES).unwrap_or_default(),
            report: ["report_id", "report_status", "report_error"].map(pick),
            states: pairs_of(&own.text("report_states"), &STATES).unwrap_or_default(),
            message: ["message_from", "message_to", "message_text", "message_id"].map(pick),
            errors: own.errors.clone(),
            thanks: own.text("hook_answer"),
        }
    }

    fn value(&self, mail: &Mail, place: &str) -> String {
        match place {
            "to" => mail.to.clone(),
            "to_digits" => mail.to_digits().to_owned(),
            "from" => mail.from.clone(),
            "from_bare" => mail.sender_bare().to_owned(),
            "text" => mail.text.clone(),
            "text_utf16" => {
                proof::hex(&mail.text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>())
            }
            "id" => mail.same.clone(),
            "try" => mail.name.clone(),
            "hook" => mail.named_hook(),
            "validity_s" => mail.valid_s.to_string(),
            "validity_min" => (mail.valid_s / 60).max(1).to_string(),
            "coding" => if mail.unicode { "8" } else { "0" }.to_owned(),
            "user" => self.user.clone(),
            "password" => self.password.clone(),
            "key" => self.key.clone(),
            _ => String::new(),
        }
    }

    fn status(&self, said: &str) -> Option<Option<Status>> {
        let own =
            self.states.iter().find(|(word, _)| word.eq_ignore_ascii_case(said)).map(|(_, status)| *status);
        let plain = || match said.to_ascii_lowercase().as_str() {
            "delivered" | "delivrd" => Some(Some(Status::Delivered)),
            "undelivered" | "undeliv" | "failed" => Some(Some(Status::Undelivered)),
            "rejected" | "rejectd" => Some(Some(Status::Rejected)),
            "expired" => Some(Some(Status::Expired)),
            "accepted" | "acceptd" | "queued" | "sent" | "enroute" => Some(None),
            _ => None,
        };
        own.or_else(plain)
    }
}

impl Provider for Generic {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let value = |place: &str| self.value(mail, place);
        let (manner, kind) = match self.body_type.as_str() {
            "json" => (Manner::Json, "application/json"),
            "xml" => (Manner::Xml, "text/xml; charset=utf-8"),
            "text" => (Manner::Plain, "text/plain; charset=utf-8"),
            _ => (Manner::Url, "application/x-www-form-urlencoded"),
        };
        let body = self.body.write(manner, value);
        let address = self.address.write(Manner::Url, value);
        let slash = if address.starts_with(['/', '?']) { "" } else { "/" };
        let mut headers: Vec<(String, String)> =
            self.headers.iter().map(|(name, v)| (name.clone(), v.write(Manner::Header, value))).collect();
        let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !named && !body.is_empty() {
            headers.push(("Content-Type".into(), kind.into()));
        }
        let (method, url) = (self.method.clone(), format!("{}{slash}{address}", self.base));
        Ok(Call { method, url, headers, body, ..Call::default() })
    }

    fn meaning(&self, name: &str, reply: &Reply) -> Said {
        let [id, error, taken] = self.picks.each_ref().map(|pick| pick.of(&reply.body));
        let known =
            self.refusals.iter().find(|(what, _)| *what == error || *what == reply.status.to_string());
        let number = error.trim().parse::<u32>().ok().or(Some(reply.status.into()));
        let meaning = known.map(|(_, meaning)| *meaning).or_else(|| number.and_then(|n| self.errors.own(n)));
        let words = read::words(reply);
        let words = if error.is_empty() { words } else { format!("{}: {words}", read::clean(&error)) };
        let asks = !matches!(self.picks[2], Pick::Nothing);
        match meaning {
            Some(Link) => Said::Locked(words),
            Some(Throttle) => Said::refused(Throttle, Code::Throttled, words),
            Some(meaning) => Said::refused(meaning, Code::CarrierRejected, words),
            None if !(200..300).contains(&reply.status) => read::by_status(reply),
            None if asks && taken.is_empty() && error.is_empty() => Said::Unknown(words),
            None if asks && taken.is_empty() => Said::refused(Message, Code::CarrierRejected, words),
            None if !matches!(self.picks[0], Pick::Nothing) && id.is_empty() && !error.is_empty() => {
                Said::refused(Message, Code::CarrierRejected, words)
            }
            None if !matches!(self.picks[0], Pick::Nothing) && id.is_empty() => Said::Unknown(words),
            // Where no id is read, our own name of the try is the id: {hook} and {try} bring it back.
            None if id.is_empty() => Said::Taken(vec![name.to_owned()]),
            None => Said::Taken(vec![id]),
        }
    }

    fn proof(&self, _: &Hook<'_>) -> Proof {
        Proof::Holds(None)
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let body = String::from_utf8_lossy(hook.body);
        let json: Value = read::json(&body);
        let mut fields = hook.query();
        if !json.is_object() {
            fields.extend(hook.form());
        }
        let of = |pick: &Pick| pick.within(&body, &json, &fields);
        if hook.place == "inbound" {
            let [from, to, text, id] = self.message.each_ref().map(of);
            if from.is_empty() {
                return Err("no phone stands where message_from looks");
            }
            return Ok(Read::of([News::Message(Incoming { id, from, to, text, concat: None })]));
        }
        let [id, said, error] = self.report.each_ref().map(of);
        let name = get(&fields, super::account::NAME).to_owned();
        let id = if id.is_empty() { name.clone() } else { id };
        if id.is_empty() {
            return Err("no id stands where report_id looks");
        }
        let Some(status) = self.status(&said) else { return Err("a state that report_states does not name") };
        let Some(status) = status else { return Ok(Read::default()) };
        let code = match status {
            Status::Delivered | Status::Buffered => Code::None,
            Status::Expired => Code::ExpiredAtCarrier,
            Status::Rejected => Code::CarrierRejected,
            _ => Code::UnknownCode,
        };
        let detail = read::clean(&error);
        let (phone, sender) = (String::new(), String::new());
        Ok(Read::of([News::Report(Report { id, status, code, detail, phone, sender, name, part: None })]))
    }

    fn thanks(&self) -> (&'static str, String) {
        ("text/plain; charset=utf-8", self.thanks.clone())
    }
}
