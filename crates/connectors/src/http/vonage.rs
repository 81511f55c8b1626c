//! Vonage's SMS API (its Messages API is [`super::vonage_messages`]): a form per message, an answer a part under HTTP 200 whatever happened, webhooks in three shapes with
//! a signature over their fields.

use super::read::{self, Errand, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{choice, provider, secret, text};
use serde_json::Value;
use sms::form::KindInfo;
use sms::{Code, Status};
use store::machine::inbound::Concat;
use wire::proof::{self, Pairs, VonageWay};
use wire::smpp::Meaning::{Link, Message, Route, Temporary, Throttle};

pub(crate) const BASE: &str = "https://rest.nexmo.com";

pub(crate) const KIND: KindInfo = provider!(
    "vonage",
    Some(BASE),
    [
        text("api_key", None, false),
        secret("api_secret", None, false),
        secret("signature_secret", Some(""), false),
        choice("signature_method", &["md5hash", "sha1", "sha256", "sha512"], "md5hash", true),
        choice("api", &["sms", "messages"], "sms", true),
        text("application_id", Some(""), true),
        secret("private_key", Some(""), true),
    ]
);

const REFUSALS: &[Errand] = &[
    (1, Throttle, Code::Throttled),
    (2, Message, Code::CarrierRejected),
    (3, Message, Code::BadAddress),
    (4, Link, Code::CarrierRejected),
    (5, Temporary, Code::TemporaryFault),
    (6, Message, Code::CarrierRejected),
    (7, Message, Code::OperatorBlocked),
    (8, Link, Code::CarrierRejected),
    (9, Temporary, Code::CarrierRejected),
    (10, Throttle, Code::Throttled),
    (11, Link, Code::CarrierRejected),
    (12, Message, Code::EncodingImpossible),
    (14, Link, Code::CarrierRejected),
    (15, Route, Code::SenderNotAllowed),
    (22, Route, Code::CarrierRejected),
    (23, Link, Code::CarrierRejected),
    (29, Route, Code::CarrierRejected),
    (32, Link, Code::CarrierRejected),
    (33, Message, Code::UnknownSubscriber),
];

pub(crate) const REASONS: &[(u32, Code)] = &[
    (1, Code::UnknownCode),
    (2, Code::AbsentSubscriber),
    (3, Code::UnknownSubscriber),
    (4, Code::Barred),
    (5, Code::UnknownSubscriber),
    (6, Code::ContentRefused),
    (7, Code::AbsentSubscriber),
    (8, Code::TemporaryFault),
    (9, Code::SuppressedCarrier),
    (10, Code::ContentRefused),
    (11, Code::CarrierRejected),
    (12, Code::AbsentSubscriber),
    (13, Code::Barred),
    (14, Code::OperatorBlocked),
    (15, Code::Barred),
    (16, Code::Throttled),
    (50, Code::OperatorBlocked),
    (51, Code::SenderNotAllowed),
    (52, Code::ContentRefused),
    (53, Code::OperatorBlocked),
    (54, Code::CarrierRejected),
    (99, Code::UnknownCode),
];

pub(crate) struct Vonage {
    base: String,
    key: String,
    secret: String,
    signs: String,
    way: VonageWay,
    errors: Errors,
}

impl Vonage {
    pub(crate) fn of(own: &Own<'_>) -> Vonage {
        Vonage {
            base: own.base(BASE),
            key: own.text("api_key"),
            secret: own.text("api_secret"),
            signs: own.text("signature_secret"),
            way: match own.text("signature_method").as_str() {
                "sha1" => VonageWay::Sha1,
                "sha256" => VonageWay::Sha256,
                "sha512" => VonageWay::Sha512,
                _ => VonageWay::Md5Hash,
            },
            errors: own.errors.clone(),
        }
    }
}

/// The fields of a webhook, whichever of the three shapes the account has chosen.
fn fields(hook: &Hook<'_>) -> Pairs {
    if hook.method == "GET" {
        return hook.query();
    }
    match serde_json::from_slice::<Value>(hook.body) {
        Ok(Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), read::said(value))).collect(),
        _ => hook.form(),
    }
}

impl Provider for Vonage {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let ttl = (mail.valid_s * 1_000).clamp(20_000, 604_800_000).to_string();
        let mut fields = vec![
            ("api_key", self.key.as_str()),
            ("api_secret", &self.secret),
            ("from", mail.sender_bare()),
            ("to", mail.to_digits()),
            ("text", &mail.text),
            ("type", if mail.unicode { "unicode" } else { "text" }),
            ("ttl", &ttl),
            ("status-report-req", "1"),
            ("client-ref", &mail.name),
        ];
        if !mail.hook.is_empty() {
            fields.push(("callback", &mail.hook));
        }
        Ok(read::post_form(format!("{}/sms/json", self.base), &fields))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        if !(200..300).contains(&reply.status) {
            return read::by_status(reply);
        }
        let json = read::json(&reply.body);
        let Some(parts) = json["messages"].as_array().filter(|parts| !parts.is_empty()) else {
            return Said::Unknown("HTTP 200 without messages".into());
        };
        let status = |part: &Value| read::whole(&part["status"]);
        let refused = parts.iter().find(|part| status(part) != Some(0));
        if let Some(part) = refused.filter(|_| parts.iter().all(|part| status(part) != Some(0))) {
            let words = read::clean(&read::said(&part["error-text"]));
            let known = status(part).and_then(|n| read::refusal(&self.errors, REFUSALS, n, words.clone()));
            return known.unwrap_or_else(|| Said::refused(Message, Code::UnknownCode, words));
        }
        // Once a part is taken the message must not go again: a part that was refused has no name, and no report.
        Said::Taken(parts.iter().map(|part| read::said(&part["message-id"])).collect())
    }

    fn probe(&self) -> Option<Call> {
        let query = read::form([("api_key", self.key.as_str()), ("api_secret", &self.secret)]);
        Some(read::get_of(format!("{}/account/get-balance?{query}", self.base)))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        if self.signs.is_empty() {
            return Proof::Holds(None);
        }
        let fields = fields(hook);
        let (mark, at) = (get(&fields, "sig").to_ascii_lowercase(), get(&fields, "timestamp"));
        if mark.is_empty() {
            return Proof::Fails("it carries no signature: switch it on for the account");
        }
        if !read::is_near(at, hook.now) {
            return Proof::Fails("it is older than five minutes, or one of the two clocks is wrong");
        }
        let own = proof::vonage(self.way, &self.signs, &fields);
        if proof::equal(own.as_bytes(), mark.as_bytes()) {
            Proof::Holds(Some(mark))
        } else {
            Proof::Fails("its signature does not fit the signature secret and method")
        }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let fields = fields(hook);
        let of = |name: &str| get(&fields, name).to_owned();
        let id = of("messageId");
        if hook.place == "inbound" || of("status").is_empty() && !of("type").is_empty() {
            if of("msisdn").is_empty() {
                return Err("it names no phone");
            }
            let number = |name: &str| get(&fields, name).parse::<i64>().ok();
            let place = || {
                Some(Concat {
                    reference: number("concat-ref")?,
                    total: number("concat-total").filter(|n| (1..=255).contains(n))?,
                    seq: number("concat-part")?,
                })
            };
            let concat = if of("concat") == "true" { place() } else { None };
            let message = Incoming { id, from: of("msisdn"), to: of("to"), text: of("text"), concat };
            return Ok(Read::of([News::Message(message)]));
        }
        if id.is_empty() {
            return Err("it names no message");
        }
        let status = match of("status").as_str() {
            "delivered" => Status::Delivered,
            "expired" => Status::Expired,
            "failed" => Status::Undelivered,
            "rejected" => Status::Rejected,
            "buffered" => Status::Buffered,
            "accepted" | "unknown" | "submitted" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let number = of("err-code").parse::<u32>().unwrap_or_default();
        let code = match (status, number) {
            (Status::Delivered, _) | (_, 0) => Code::None,
            (Status::Expired, _) => Code::ExpiredAtCarrier,
            (_, number) => read::reason(REASONS, number),
        };
        let report = Report {
            id,
            status,
            code,
            detail: of("err-code"),
            phone: of("msisdn"),
            sender: of("to"),
            name: of("client-ref"),
            part: None,
        };
        Ok(Read::of([News::Report(report)]))
    }
}
