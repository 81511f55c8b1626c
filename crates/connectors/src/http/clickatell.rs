//! Clickatell's platform API: JSON, several messages in a request, each under a name of ours; webhooks in batches and without a proof of their own
//! beside the secret in their address.

use super::batch;
use super::read::{self, Errand};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{choice, number, provider, secret};
use serde_json::{Value, json};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::smpp::Meaning::{Link, Message, Route, Temporary, Throttle};

const BASE: &str = "https://platform.clickatell.com";

pub(crate) const KIND: KindInfo = provider!(
    "clickatell",
    Some(BASE),
    [
        secret("api_key", None, false),
        choice("two_way", &["off", "on"], "off", false),
        number("batch", 1, batch::MOST, "10", true)
    ]
);

const REFUSALS: &[Errand] = &[
    (1, Link, Code::CarrierRejected),
    (2, Link, Code::CarrierRejected),
    (3, Link, Code::CarrierRejected),
    (101, Message, Code::CarrierRejected),
    (105, Message, Code::BadAddress),
    (106, Route, Code::SenderNotAllowed),
    (113, Message, Code::EncodingImpossible),
    (114, Route, Code::CarrierRejected),
    (121, Message, Code::OperatorBlocked),
    (122, Message, Code::SuppressedCarrier),
    (128, Message, Code::OperatorBlocked),
    (130, Throttle, Code::Throttled),
    (165, Temporary, Code::TemporaryFault),
    (301, Temporary, Code::CarrierRejected),
    (607, Route, Code::SenderNotAllowed),
];

/// How an element of a batch is read.
type Reads = fn(&Value) -> Option<Vec<News>>;

pub(crate) struct Clickatell {
    base: String,
    key: String,
    /// The integration has a number of its own: then it is the sender.
    two_way: bool,
    most: usize,
    errors: Errors,
}

impl Clickatell {
    pub(crate) fn of(own: &Own<'_>) -> Clickatell {
        Clickatell {
            base: own.base(BASE),
            key: own.text("api_key"),
            two_way: own.text("two_way") == "on",
            most: own.text("batch").parse().unwrap_or(1),
            errors: own.errors.clone(),
        }
    }

    /// What an element of an answer says of its message, or the error of all of it.
    fn of_one(&self, one: &Value, all: &Value, reply: &Reply) -> Said {
        let id = read::said(&one["apiMessageId"]);
        if (200..300).contains(&reply.status) && one["accepted"] == true && !id.is_empty() {
            return Said::Taken(vec![id]);
        }
        let error = if one["error"].is_object() { &one["error"] } else { all };
        let words = read::clean(&read::said(&error["description"]));
        let known = read::whole(&error["code"]);
        if let Some(said) = known.and_then(|n| read::refusal(&self.errors, REFUSALS, n, words.clone())) {
            return said;
        }
        match reply.status {
            200..=299 if one["accepted"] == false => Said::refused(Message, Code::CarrierRejected, words),
            200..=299 => Said::Unknown(format!("HTTP {} without an apiMessageId", reply.status)),
            _ => read::by_status(reply),
        }
    }

    fn report(item: &Value) -> Option<Vec<News>> {
        let id =
            ["messageId", "apiMessageId"].iter().map(|n| read::said(&item[*n])).find(|id| !id.is_empty())?;
        let (status, code) = match read::whole(&item["statusCode"])? {
            2 | 3 | 8 | 11 => return Some(Vec::new()),
            4 => (Status::Delivered, Code::None),
            5 => (Status::Rejected, Code::CarrierRejected),
            6 | 13 => (Status::Cancelled, Code::DeletedAtCarrier),
            7 => (Status::Undelivered, Code::UnknownCode),
            9 => (Status::Rejected, Code::CarrierRejected),
            10 => (Status::Expired, Code::ExpiredAtCarrier),
            12 => (Status::Rejected, Code::CarrierRejected),
            14 => (Status::Rejected, Code::Throttled),
            _ => return None,
        };
        Some(vec![News::Report(Report {
            id,
            status,
            code,
            detail: read::said(&item["statusCode"]),
            phone: read::said(&item["to"]),
            sender: String::new(),
            name: String::new(),
            part: None,
        })])
    }

    fn message(item: &Value) -> Option<Vec<News>> {
        let of = |names: [&str; 2]| names.iter().map(|n| read::said(&item[*n])).find(|v| !v.is_empty());
        let from = of(["from", "fromNumber"])?;
        let to = of(["to", "toNumber"]).unwrap_or_default();
        let text = of(["content", "text"]).unwrap_or_default();
        let id = of(["messageId", "moMessageId"]).unwrap_or_default();
        Some(vec![News::Message(Incoming { id, from, to, text, concat: None })])
    }
}

impl Provider for Clickatell {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let mut one = json!({
            "channel": "sms", "to": mail.to_digits(), "content": mail.text, "clientMessageId": mail.same,
            "validityPeriod": (mail.valid_s / 60).clamp(1, 4_320),
        });
        if self.two_way {
            one["from"] = mail.sender_bare().into();
        }
        let call = read::post_json(format!("{}/v1/message", self.base), &json!({ "messages": [one] }));
        Ok(call.with("Authorization", self.key.as_str()))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        self.of_one(&json["messages"][0], &json["error"], reply)
    }

    fn most(&self) -> usize {
        self.most
    }

    fn together(&self, calls: &[Call]) -> Option<Call> {
        batch::together(calls)
    }

    fn meanings(&self, calls: &[Call], reply: &Reply) -> Option<Vec<Said>> {
        let names = ("/messages/0/clientMessageId", "clientMessageId");
        batch::meanings(calls, reply, names, |one| self.of_one(one, &Value::Null, reply))
    }

    fn probe(&self) -> Option<Call> {
        let call = read::get_of(format!("{}/public-client/balance", self.base));
        Some(call.with("Authorization", self.key.as_str()))
    }

    fn proof(&self, _: &Hook<'_>) -> Proof {
        Proof::Holds(None)
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let json: Value = serde_json::from_slice(hook.body).map_err(|_| "its body is no JSON")?;
        let event = &json["event"];
        let mut all = Read::default();
        let mut any = false;
        let kinds: [(&str, Reads); 2] =
            [("statusUpdate", Clickatell::report), ("moText", Clickatell::message)];
        for (name, read) in kinds {
            if let Some(items) = event[name].as_array() {
                any = true;
                let one = Read::each(items, read);
                all.news.extend(one.news);
                all.bad += one.bad;
            }
        }
        if any {
            return Ok(all);
        }
        let flat =
            if json["statusCode"].is_null() { Clickatell::message(&json) } else { Clickatell::report(&json) };
        flat.map(Read::of).ok_or("it tells neither a status nor a message")
    }
}
