//! Telnyx: JSON per message, events signed with the account's Ed25519 key over time and body.

use super::read::{self, Errand};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use serde_json::{Value, json};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Link, Message, Route, Temporary, Throttle};

const BASE: &str = "https://api.telnyx.com";

pub(crate) const KIND: KindInfo = provider!(
    "telnyx",
    Some(BASE),
    [secret("api_key", None, false), text("public_key", None, false), text("profile", Some(""), true)]
);

const ERRORS: &[Errand] = &[
    (10009, Link, Code::CarrierRejected),
    (10011, Throttle, Code::Throttled),
    (20012, Link, Code::CarrierRejected),
    (20100, Temporary, Code::CarrierRejected),
    (40001, Message, Code::BadAddress),
    (40002, Message, Code::ContentRefused),
    (40003, Message, Code::ContentRefused),
    (40004, Message, Code::CarrierRejected),
    (40005, Message, Code::ExpiredAtCarrier),
    (40006, Temporary, Code::TemporaryFault),
    (40008, Message, Code::UnknownCode),
    (40009, Message, Code::ContentRefused),
    (40010, Route, Code::SenderNotAllowed),
    (40011, Throttle, Code::Throttled),
    (40012, Message, Code::BadAddress),
    (40013, Route, Code::SenderNotAllowed),
    (40014, Message, Code::ExpiredAtCarrier),
    (40015, Message, Code::ContentRefused),
    (40016, Route, Code::SenderNotAllowed),
    (40300, Message, Code::SuppressedCarrier),
    (40301, Message, Code::CarrierRejected),
    (40302, Message, Code::EncodingImpossible),
    (40305, Route, Code::SenderNotAllowed),
    (40306, Route, Code::SenderNotAllowed),
    (40309, Route, Code::CarrierRejected),
    (40310, Message, Code::BadAddress),
    (40311, Link, Code::CarrierRejected),
    (40312, Link, Code::CarrierRejected),
    (40313, Link, Code::CarrierRejected),
    (40314, Link, Code::CarrierRejected),
    (40315, Route, Code::SenderNotAllowed),
    (40316, Message, Code::ContentRefused),
    (40318, Throttle, Code::Throttled),
    (40320, Temporary, Code::SenderNotAllowed),
    (40321, Route, Code::SenderNotAllowed),
    (40322, Message, Code::ContentRefused),
    (40328, Message, Code::EncodingImpossible),
    (40333, Temporary, Code::CarrierRejected),
];

pub(crate) struct Telnyx {
    base: String,
    key: String,
    public: String,
    profile: String,
    errors: Errors,
}

impl Telnyx {
    pub(crate) fn of(own: &Own<'_>) -> Telnyx {
        Telnyx {
            base: own.base(BASE),
            key: own.text("api_key"),
            public: own.text("public_key"),
            profile: own.text("profile"),
            errors: own.errors.clone(),
        }
    }

    fn let_in(&self, call: Call) -> Call {
        call.with("Authorization", format!("Bearer {}", self.key))
    }
}

impl Provider for Telnyx {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let mut body = json!({ "from": mail.from, "to": mail.to, "text": mail.text, "type": "SMS" });
        if !self.profile.is_empty() {
            body["messaging_profile_id"] = self.profile.as_str().into();
        }
        if !mail.hook.is_empty() {
            body["webhook_url"] = mail.named_hook().into();
            body["use_profile_webhooks"] = false.into();
        }
        Ok(self.let_in(read::post_json(format!("{}/v2/messages", self.base), &body)))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            return match json["data"]["id"].as_str() {
                Some(id) if !id.is_empty() => Said::Taken(vec![id.to_owned()]),
                _ => Said::Unknown(format!("HTTP {} without an id", reply.status)),
            };
        }
        let known = read::whole(&json["errors"][0]["code"])
            .and_then(|number| read::refusal(&self.errors, ERRORS, number, read::words(reply)));
        known.unwrap_or_else(|| read::by_status(reply))
    }

    fn probe(&self) -> Option<Call> {
        Some(self.let_in(read::get_of(format!("{}/v2/balance", self.base))))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        let of = |name: &str| hook.header(name).unwrap_or_default();
        let (mark, at) = (of("telnyx-signature-ed25519"), of("telnyx-timestamp"));
        if mark.is_empty() {
            return Proof::Fails("it carries no telnyx-signature-ed25519");
        }
        if !read::is_near(at, hook.now) {
            return Proof::Fails("it is older than five minutes, or one of the two clocks is wrong");
        }
        if proof::telnyx_holds(&self.public, at, hook.body, mark) {
            Proof::Holds(Some(mark.to_owned()))
        } else {
            Proof::Fails("its signature does not fit the account's public key")
        }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let json: Value = serde_json::from_slice(hook.body).map_err(|_| "its body is no JSON")?;
        let payload = &json["data"]["payload"];
        let id = read::said(&payload["id"]);
        if id.is_empty() {
            return Err("it names no message");
        }
        let sender = read::said(&payload["from"]["phone_number"]);
        let to = &payload["to"][0];
        let phone = read::said(&to["phone_number"]);
        match json["data"]["event_type"].as_str().unwrap_or_default() {
            "message.received" => {
                let text = read::said(&payload["text"]);
                Ok(Read::of([News::Message(Incoming { id, from: sender, to: phone, text, concat: None })]))
            }
            "message.finalized" => {
                let status = match to["status"].as_str().unwrap_or_default() {
                    "delivered" => Status::Delivered,
                    "sending_failed" => Status::Rejected,
                    "delivery_failed" => Status::Undelivered,
                    "expired" => Status::Expired,
                    "delivery_unconfirmed" | "sent" => return Ok(Read::default()),
                    _ => return Err("it tells a state that is not known"),
                };
                let number = read::whole(&payload["errors"][0]["code"]);
                let own = number.and_then(|n| ERRORS.iter().find(|(e, ..)| *e == n));
                let code = match (status, own) {
                    (Status::Delivered, _) => Code::None,
                    (_, Some((_, _, code))) => *code,
                    (Status::Expired, None) => Code::ExpiredAtCarrier,
                    _ => Code::UnknownCode,
                };
                let name = read::get(&hook.query(), super::account::NAME).to_owned();
                let detail = number.map(|n| n.to_string()).unwrap_or_default();
                Ok(Read::of([News::Report(Report {
                    id,
                    status,
                    code,
                    detail,
                    phone,
                    sender,
                    name,
                    part: None,
                })]))
            }
            "message.sent" => Ok(Read::default()),
            _ => Err("it is an event that is not known"),
        }
    }
}
