//! Plivo: JSON per message, webhooks as forms signed over the address and a nonce.

use super::read::{self, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use serde_json::json;
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Message, Route};

const BASE: &str = "https://api.plivo.com";

pub(crate) const KIND: KindInfo = provider!(
    "plivo",
    Some(BASE),
    [text("auth_id", None, false), secret("auth_token", None, false), text("powerpack", Some(""), true)]
);

const REASONS: &[(u32, Code)] = &[
    (10, Code::ContentRefused),
    (20, Code::TemporaryFault),
    (30, Code::ContentRefused),
    (40, Code::SenderNotAllowed),
    (50, Code::BadAddress),
    (60, Code::CarrierRejected),
    (70, Code::UnknownSubscriber),
    (80, Code::AbsentSubscriber),
    (90, Code::CarrierRejected),
    (100, Code::OperatorBlocked),
    (110, Code::EncodingImpossible),
    (200, Code::SuppressedCarrier),
    (201, Code::OperatorBlocked),
    (300, Code::TemporaryFault),
    (420, Code::ExpiredAtCarrier),
    (450, Code::CarrierRejected),
    (900, Code::CarrierRejected),
    (910, Code::CarrierRejected),
];

pub(crate) struct Plivo {
    base: String,
    id: String,
    token: String,
    powerpack: String,
    errors: Errors,
}

impl Plivo {
    pub(crate) fn of(own: &Own<'_>) -> Plivo {
        let (id, token, powerpack) = (own.text("auth_id"), own.text("auth_token"), own.text("powerpack"));
        Plivo { base: own.base(BASE), id, token, powerpack, errors: own.errors.clone() }
    }

    fn account(&self) -> String {
        format!("{}/v1/Account/{}", self.base, read::escaped(&self.id))
    }
}

impl Provider for Plivo {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let mut body = json!({ "dst": mail.to_digits(), "text": mail.text });
        if self.powerpack.is_empty() {
            body["src"] = mail.sender_bare().into();
        } else {
            body["powerpack_uuid"] = self.powerpack.as_str().into();
        }
        if !mail.hook.is_empty() {
            body["url"] = mail.named_hook().into();
            body["method"] = "POST".into();
        }
        let call = read::post_json(format!("{}/Message/", self.account()), &body);
        Ok(call.basic(&self.id, &self.token))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            return match json["message_uuid"][0].as_str() {
                Some(id) if !id.is_empty() => Said::Taken(vec![id.to_owned()]),
                _ => Said::Unknown(format!("HTTP {} without a message_uuid", reply.status)),
            };
        }
        // Plivo numbers no refusals: the account's own table goes by the status of HTTP.
        if let Some(said) = read::refusal(&self.errors, &[], reply.status.into(), read::words(reply)) {
            return said;
        }
        let words = read::said(&json["error"]).to_ascii_lowercase();
        match reply.status {
            400 if words.contains("dst") => Said::refused(Message, Code::BadAddress, read::words(reply)),
            400 if words.contains("src") => Said::refused(Route, Code::SenderNotAllowed, read::words(reply)),
            _ => read::by_status(reply),
        }
    }

    fn probe(&self) -> Option<Call> {
        Some(read::get_of(format!("{}/", self.account())).basic(&self.id, &self.token))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        let wrong = "its signature fits neither the auth token nor the address it was sent to";
        let any = |marks: &str, own: &str| {
            marks.split(',').any(|mark| proof::equal(mark.trim().as_bytes(), own.as_bytes()))
        };
        let v3 = hook.header("X-Plivo-Signature-V3").zip(hook.header("X-Plivo-Signature-V3-Nonce"));
        if let Some((marks, nonce)) = v3 {
            let own = proof::plivo_v3(&self.token, hook.url, &hook.query(), &hook.form(), nonce);
            return if any(marks, &own) { Proof::Holds(Some(nonce.to_owned())) } else { Proof::Fails(wrong) };
        }
        let v2 = hook.header("X-Plivo-Signature-V2").zip(hook.header("X-Plivo-Signature-V2-Nonce"));
        let Some((marks, nonce)) = v2 else { return Proof::Fails("it carries no signature of Plivo's") };
        let own = proof::plivo_v2(&self.token, hook.url, nonce);
        if any(marks, &own) { Proof::Holds(Some(nonce.to_owned())) } else { Proof::Fails(wrong) }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let form = hook.form();
        let of = |name: &str| get(&form, name).to_owned();
        let id = match of("ParentMessageUUID") {
            parent if parent.is_empty() => of("MessageUUID"),
            parent => parent,
        };
        if id.is_empty() {
            return Err("it names no message");
        }
        if hook.place == "inbound" || of("Status").is_empty() {
            let (from, to, text) = (of("From"), of("To"), of("Text"));
            return Ok(Read::of([News::Message(Incoming { id, from, to, text, concat: None })]));
        }
        let status = match of("Status").as_str() {
            "delivered" | "read" => Status::Delivered,
            "undelivered" | "failed" => Status::Undelivered,
            "rejected" => Status::Rejected,
            "queued" | "sent" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let detail = of("ErrorCode");
        let code = match (status, detail.parse::<u32>()) {
            (Status::Delivered, _) => Code::None,
            (_, Ok(number)) => read::reason(REASONS, number),
            _ => Code::UnknownCode,
        };
        // "2 of 3": each part reports under the id of all.
        let info = of("PartInfo");
        let part = info.split_once(" of ").filter(|(_, of)| *of != "1");
        let part = part.and_then(|(part, _)| part.trim().parse::<u8>().ok()).map(|part| i64::from(part) - 1);
        let name = get(&hook.query(), super::account::NAME).to_owned();
        let report = Report { id, status, code, detail, phone: of("To"), sender: of("From"), name, part };
        Ok(Read::of([News::Report(report)]))
    }
}
