//! Sinch's SMS API: a batch per message, which with the number is the message's name; webhooks signed where the plan
//! says so.

use super::read;
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use serde_json::{Value, json};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Message, Route, Temporary};

const BASE: &str = "https://us.sms.api.sinch.com";

pub(crate) const KIND: KindInfo = provider!(
    "sinch",
    Some(BASE),
    [text("plan", None, false), secret("api_token", None, false), secret("hook_secret", Some(""), false)]
);

const REASONS: &[(u32, Code)] = &[
    (402, Code::CarrierRejected),
    (403, Code::TemporaryFault),
    (404, Code::AbsentSubscriber),
    (405, Code::CarrierRejected),
    (406, Code::ExpiredAtCarrier),
    (407, Code::DeletedAtCarrier),
    (408, Code::CarrierRejected),
    (410, Code::SenderNotAllowed),
    (411, Code::EncodingImpossible),
    (412, Code::CarrierRejected),
    (413, Code::OperatorBlocked),
    (414, Code::BadAddress),
    (415, Code::CarrierRejected),
    (416, Code::CarrierRejected),
    (417, Code::UnknownSubscriber),
    (418, Code::ContentRefused),
];

pub(crate) struct Sinch {
    base: String,
    plan: String,
    token: String,
    secret: String,
    errors: Errors,
}

/// A batch and a number as one name.
fn name_of(batch: &str, number: &str) -> String {
    format!("{batch}:{}", number.trim_start_matches('+'))
}

impl Sinch {
    pub(crate) fn of(own: &Own<'_>) -> Sinch {
        Sinch {
            base: own.base(BASE),
            plan: own.text("plan"),
            token: own.text("api_token"),
            secret: own.text("hook_secret"),
            errors: own.errors.clone(),
        }
    }

    fn batches(&self) -> String {
        format!("{}/xms/v1/{}/batches", self.base, read::escaped(&self.plan))
    }

    fn let_in(&self, call: Call) -> Call {
        call.with("Authorization", format!("Bearer {}", self.token))
    }
}

impl Provider for Sinch {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let mut body = json!({
            "from": mail.from, "to": [mail.to], "body": mail.text, "delivery_report": "per_recipient",
            "client_reference": mail.name, "expire_at": read::moment(mail.valid_until),
        });
        if !mail.hook.is_empty() {
            body["callback_url"] = mail.hook.as_str().into();
        }
        Ok(self.let_in(read::post_json(self.batches(), &body)))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            let (batch, to) = (read::said(&json["id"]), read::said(&json["to"][0]));
            return match batch.is_empty() || to.is_empty() {
                true => Said::Unknown(format!("HTTP {} without an id", reply.status)),
                false => Said::Taken(vec![name_of(&batch, &to)]),
            };
        }
        if let Some(said) = read::refusal(&self.errors, &[], reply.status.into(), read::words(reply)) {
            return said;
        }
        let words = read::words(reply);
        match (reply.status, json["code"].as_str().unwrap_or_default()) {
            (403, code) if code.contains("originator") || code.contains("from") => {
                Said::refused(Route, Code::SenderNotAllowed, words)
            }
            (403, "insufficient_funds" | "no_credit") => {
                Said::refused(Temporary, Code::CarrierRejected, words)
            }
            (400, code) if code.contains("phone_number") || words.contains("phone number") => {
                Said::refused(Message, Code::BadAddress, words)
            }
            _ => read::by_status(reply),
        }
    }

    fn probe(&self) -> Option<Call> {
        Some(self.let_in(read::get_of(format!("{}?page_size=1", self.batches()))))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        if self.secret.is_empty() {
            return Proof::Holds(None);
        }
        let of = |name: &str| hook.header(name).unwrap_or_default();
        let (mark, nonce) = (of("x-sinch-webhook-signature"), of("x-sinch-webhook-signature-nonce"));
        let at = of("x-sinch-webhook-signature-timestamp");
        if mark.is_empty() || nonce.is_empty() {
            return Proof::Fails("it carries no signature: switch it on for the plan");
        }
        if !read::is_near(at, hook.now) {
            return Proof::Fails("it is older than five minutes, or one of the two clocks is wrong");
        }
        let own = proof::sinch(&self.secret, hook.body, nonce, at);
        if proof::equal(own.as_bytes(), mark.as_bytes()) {
            Proof::Holds(Some(nonce.to_owned()))
        } else {
            Proof::Fails("its signature does not fit the secret")
        }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let json: Value = serde_json::from_slice(hook.body).map_err(|_| "its body is no JSON")?;
        let of = |name: &str| read::said(&json[name]);
        match json["type"].as_str().unwrap_or_default() {
            "mo_text" => {
                let text = json["body"].as_str().ok_or("it has no text")?.to_owned();
                let (from, to) = (of("from"), of("to"));
                if from.is_empty() {
                    return Err("it names no phone");
                }
                Ok(Read::of([News::Message(Incoming { id: of("id"), from, to, text, concat: None })]))
            }
            "recipient_delivery_report_sms" => {
                let (batch, phone) = (of("batch_id"), of("recipient"));
                if batch.is_empty() || phone.is_empty() {
                    return Err("it names no message");
                }
                let status = match of("status").as_str() {
                    "Delivered" => Status::Delivered,
                    "Failed" | "Unknown" => Status::Undelivered,
                    "Rejected" | "Aborted" => Status::Rejected,
                    "Expired" => Status::Expired,
                    "Cancelled" | "Deleted" => Status::Cancelled,
                    "Queued" | "Dispatched" => return Ok(Read::default()),
                    _ => return Err("it tells a state that is not known"),
                };
                let number = read::whole(&json["code"]).unwrap_or_default();
                let code =
                    if status == Status::Delivered { Code::None } else { read::reason(REASONS, number) };
                Ok(Read::of([News::Report(Report {
                    id: name_of(&batch, &phone),
                    status,
                    code,
                    detail: number.to_string(),
                    phone,
                    sender: String::new(),
                    name: of("client_reference"),
                    part: None,
                })]))
            }
            _ => Err("it is of a type that is not known"),
        }
    }
}
