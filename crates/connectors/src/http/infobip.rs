//! Infobip: JSON, several messages in a request, each under a name of ours, so that asking twice carries once; webhooks in
//! batches and without a proof of their own beside the secret in their address.

use super::batch;
use super::read::{self, Errand};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{number, provider, secret};
use serde_json::{Value, json};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::smpp::Meaning::{Message, Route, Temporary, Throttle};

const NO_BASE: Option<&str> = None;

pub(crate) const KIND: KindInfo = provider!(
    "infobip",
    NO_BASE,
    [secret("api_key", None, false), number("batch", 1, batch::MOST, "10", true)]
);

/// Statuses of a message that is refused at once.
const REFUSALS: &[Errand] = &[
    (6, Route, Code::CarrierRejected),
    (7, Message, Code::BadAddress),
    (8, Message, Code::OperatorBlocked),
    (9, Route, Code::SenderNotAllowed),
    (11, Route, Code::SenderNotAllowed),
    (12, Temporary, Code::CarrierRejected),
    (13, Route, Code::SenderNotAllowed),
    (14, Message, Code::BadAddress),
    (17, Temporary, Code::CarrierRejected),
    (18, Route, Code::CarrierRejected),
    (19, Route, Code::CarrierRejected),
    (20, Throttle, Code::Throttled),
    (21, Temporary, Code::TemporaryFault),
    (24, Message, Code::EncodingImpossible),
    (51, Message, Code::BadAddress),
    (52, Message, Code::BadAddress),
];
/// Its name for "a message of this name was taken already".
const TWICE: u32 = 23;
/// The group of refusals.
const REJECTED: u32 = 5;

pub(crate) struct Infobip {
    base: String,
    key: String,
    most: usize,
    errors: Errors,
}

impl Infobip {
    pub(crate) fn of(own: &Own<'_>) -> Infobip {
        Infobip {
            base: own.base(""),
            key: own.text("api_key"),
            most: own.text("batch").parse().unwrap_or(1),
            errors: own.errors.clone(),
        }
    }

    fn let_in(&self, call: Call) -> Call {
        call.with("Authorization", format!("App {}", self.key))
    }

    /// What an element of an answer says of its message.
    fn of_one(&self, one: &Value) -> Said {
        let (id, status) = (read::said(&one["messageId"]), &one["status"]);
        let number = read::whole(&status["id"]).unwrap_or_default();
        if read::whole(&status["groupId"]) == Some(REJECTED) && number != TWICE {
            let words = read::clean(&read::said(&status["description"]));
            let known = read::refusal(&self.errors, REFUSALS, number, words.clone());
            return known.unwrap_or_else(|| Said::refused(Message, Code::CarrierRejected, words));
        }
        if id.is_empty() {
            Said::Unknown("HTTP 200 without a messageId".into())
        } else {
            Said::Taken(vec![id])
        }
    }

    /// One report of a batch; `None` where it cannot be read.
    fn report(item: &Value) -> Option<Vec<News>> {
        let id = item["messageId"].as_str().filter(|id| !id.is_empty())?;
        let status = match read::whole(&item["status"]["groupId"])? {
            0 | 1 => return Some(Vec::new()),
            2 => Status::Undelivered,
            3 => Status::Delivered,
            4 => Status::Expired,
            5 => Status::Rejected,
            _ => return None,
        };
        let number = read::whole(&item["error"]["id"]).unwrap_or_default();
        let refused = REFUSALS.iter().find(|(n, ..)| Some(*n) == read::whole(&item["status"]["id"]));
        let code = match status {
            Status::Delivered => Code::None,
            Status::Expired => Code::ExpiredAtCarrier,
            _ if number > 0 => read::reason(read::NETWORK, number),
            _ => refused.map_or(Code::UnknownCode, |(_, _, code)| *code),
        };
        Some(vec![News::Report(Report {
            id: id.to_owned(),
            status,
            code,
            detail: if number > 0 { number.to_string() } else { String::new() },
            phone: read::said(&item["to"]),
            sender: read::said(&item["sender"]),
            name: read::said(&item["callbackData"]),
            part: None,
        })])
    }

    fn message(item: &Value) -> Option<Vec<News>> {
        let (from, to) = (read::said(&item["from"]), read::said(&item["to"]));
        let text = item["text"].as_str()?.to_owned();
        let id = read::said(&item["messageId"]);
        (!from.is_empty()).then(|| vec![News::Message(Incoming { id, from, to, text, concat: None })])
    }
}

impl Provider for Infobip {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let minutes = (mail.valid_s / 60).clamp(1, 2_880);
        let mut one = json!({
            "sender": mail.sender_bare(),
            "destinations": [{ "to": mail.to_digits(), "messageId": mail.same }],
            "content": { "text": mail.text },
            "options": { "validityPeriod": { "amount": minutes, "timeUnit": "MINUTES" } },
        });
        if !mail.hook.is_empty() {
            one["webhooks"] = json!({
                "delivery": { "url": mail.hook, "intermediateReport": false },
                "contentType": "application/json",
                "callbackData": mail.name,
            });
        }
        let body = json!({ "messages": [one] });
        Ok(self.let_in(read::post_json(format!("{}/sms/3/messages", self.base), &body)))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        if !(200..300).contains(&reply.status) {
            return read::by_status(reply);
        }
        self.of_one(&read::json(&reply.body)["messages"][0])
    }

    fn most(&self) -> usize {
        self.most
    }

    fn together(&self, calls: &[Call]) -> Option<Call> {
        batch::together(calls)
    }

    fn meanings(&self, calls: &[Call], reply: &Reply) -> Option<Vec<Said>> {
        let names = ("/messages/0/destinations/0/messageId", "messageId");
        let taken = (200..300).contains(&reply.status);
        taken.then(|| batch::meanings(calls, reply, names, |one| self.of_one(one))).flatten()
    }

    fn probe(&self) -> Option<Call> {
        Some(self.let_in(read::get_of(format!("{}/account/1/balance", self.base))))
    }

    fn proof(&self, _: &Hook<'_>) -> Proof {
        Proof::Holds(None)
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let json: Value = serde_json::from_slice(hook.body).map_err(|_| "its body is no JSON")?;
        let results = json["results"].as_array().ok_or("it has no results")?;
        Ok(Read::each(results, |item| {
            if item["status"].is_object() { Infobip::report(item) } else { Infobip::message(item) }
        }))
    }
}
