//! MessageBird (Bird): JSON per message, reports as GET, every webhook with a token over address and body.

use super::read::{self, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret};
use serde_json::{Value, json};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Message, Route, Temporary};

const BASE: &str = "https://rest.messagebird.com";

pub(crate) const KIND: KindInfo = provider!(
    "messagebird",
    Some(BASE),
    [secret("access_key", None, false), secret("signing_key", Some(""), false)]
);

pub(crate) struct MessageBird {
    base: String,
    key: String,
    signs: String,
    errors: Errors,
}

impl MessageBird {
    pub(crate) fn of(own: &Own<'_>) -> MessageBird {
        let (key, signs) = (own.text("access_key"), own.text("signing_key"));
        MessageBird { base: own.base(BASE), key, signs, errors: own.errors.clone() }
    }

    fn let_in(&self, call: Call) -> Call {
        call.with("Authorization", format!("AccessKey {}", self.key))
    }
}

impl Provider for MessageBird {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let mut body = json!({
            "originator": mail.sender_bare(), "recipients": [mail.to_digits()], "body": mail.text,
            "datacoding": if mail.unicode { "unicode" } else { "plain" }, "reference": mail.name,
            "validity": mail.valid_s.clamp(1, 172_800),
        });
        if !mail.hook.is_empty() {
            body["reportUrl"] = mail.hook.as_str().into();
        }
        Ok(self.let_in(read::post_json(format!("{}/messages", self.base), &body)))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            return match json["id"].as_str() {
                Some(id) if !id.is_empty() => Said::Taken(vec![id.to_owned()]),
                _ => Said::Unknown(format!("HTTP {} without an id", reply.status)),
            };
        }
        let error = &json["errors"][0];
        let (number, words) = (read::whole(&error["code"]), read::words(reply));
        if let Some(said) = number.and_then(|n| read::refusal(&self.errors, &[], n, words.clone())) {
            return said;
        }
        match (number, error["parameter"].as_str().unwrap_or_default()) {
            (Some(2), _) => Said::Locked(format!("the carrier refused the login: {words}")),
            (Some(25), _) => Said::refused(Temporary, Code::CarrierRejected, words),
            (Some(9 | 10), "recipient" | "recipients") => Said::refused(Message, Code::BadAddress, words),
            (Some(9 | 10), "originator") => Said::refused(Route, Code::SenderNotAllowed, words),
            (Some(9 | 10 | 21), _) => Said::refused(Message, Code::CarrierRejected, words),
            _ => read::by_status(reply),
        }
    }

    fn probe(&self) -> Option<Call> {
        Some(self.let_in(read::get_of(format!("{}/balance", self.base))))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        if self.signs.is_empty() {
            return Proof::Holds(None);
        }
        let Some(token) = hook.header("MessageBird-Signature-JWT") else {
            return Proof::Fails("it carries no MessageBird-Signature-JWT");
        };
        let Some(claims) = proof::jwt_claims(token, &self.signs) else {
            return Proof::Fails("its token does not fit the signing key");
        };
        let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
        let of = |name: &str| claims[name].as_str().unwrap_or_default().to_ascii_lowercase();
        let now = hook.now / 1_000;
        let (ends, begins) =
            (claims["exp"].as_i64().unwrap_or_default(), claims["nbf"].as_i64().unwrap_or(0));
        if ends + SKEW_S < now || begins - SKEW_S > now {
            return Proof::Fails("its token is not valid now, or one of the two clocks is wrong");
        }
        let same = |claim: &str, octets: &[u8]| {
            proof::equal(of(claim).as_bytes(), proof::hex(&proof::sha256(octets)).as_bytes())
        };
        if of("iss") != "messagebird" || !same("url_hash", hook.url.as_bytes()) {
            return Proof::Fails("its token was made for another address");
        }
        if !hook.body.is_empty() && !same("payload_hash", hook.body) {
            return Proof::Fails("its body is not the one that was signed");
        }
        match claims["jti"].as_str() {
            Some(mark) if !mark.is_empty() => Proof::Holds(Some(mark.to_owned())),
            _ => Proof::Fails("its token has no name of its own"),
        }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let mut fields = hook.query();
        if !hook.body.is_empty() {
            match serde_json::from_slice::<Value>(hook.body) {
                Ok(Value::Object(map)) => fields.extend(map.iter().map(|(n, v)| (n.clone(), read::said(v)))),
                _ => fields.extend(hook.form()),
            }
        }
        let of = |name: &str| get(&fields, name).to_owned();
        let id = of("id");
        if hook.place == "inbound" || of("status").is_empty() {
            let text =
                ["body", "message", "payload", "incomingMessage"].map(of).into_iter().find(|t| !t.is_empty());
            let from = of("originator");
            if from.is_empty() {
                return Err("it names no phone");
            }
            let (to, text) = (of("recipient"), text.unwrap_or_default());
            return Ok(Read::of([News::Message(Incoming { id, from, to, text, concat: None })]));
        }
        if id.is_empty() {
            return Err("it names no message");
        }
        let status = match of("status").as_str() {
            "delivered" => Status::Delivered,
            "delivery_failed" => Status::Undelivered,
            "expired" => Status::Expired,
            "buffered" => Status::Buffered,
            "scheduled" | "sent" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let number = of("statusErrorCode").parse::<u32>().ok();
        let reason = of("statusReason");
        let code = match (status, number) {
            (Status::Delivered, _) => Code::None,
            (Status::Expired, _) => Code::ExpiredAtCarrier,
            (_, Some(number)) if read::reason(read::NETWORK, number) != Code::UnknownCode => {
                read::reason(read::NETWORK, number)
            }
            _ if reason.contains("opted out") => Code::SuppressedCarrier,
            _ if reason.contains("spam") || reason.contains("content") => Code::ContentRefused,
            (Status::Buffered, None) => Code::None,
            _ => Code::UnknownCode,
        };
        let detail = number.map(|n| n.to_string()).unwrap_or_default();
        Ok(Read::of([News::Report(Report {
            id,
            status,
            code,
            detail,
            phone: of("recipient"),
            sender: String::new(),
            name: of("reference"),
            part: None,
        })]))
    }

    fn thanks(&self) -> (&'static str, String) {
        ("text/plain; charset=utf-8", "OK".into())
    }
}

/// How far the two clocks may be apart, seconds.
const SKEW_S: i64 = 60;
