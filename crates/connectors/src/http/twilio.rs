//! Twilio's Programmable Messaging: a form per message, webhooks signed with the account's token over the whole address.

use super::read::{self, Errand, get};
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use crate::field::{provider, secret, text};
use sms::form::KindInfo;
use sms::{Code, Status};
use wire::proof;
use wire::smpp::Meaning::{Link, Message, Route, Temporary, Throttle};

const BASE: &str = "https://api.twilio.com";

pub(crate) const KIND: KindInfo = provider!(
    "twilio",
    Some(BASE),
    [
        text("account_sid", None, false),
        secret("auth_token", None, false),
        text("api_key", Some(""), true),
        secret("api_secret", Some(""), true),
        text("messaging_service", Some(""), true),
    ]
);

/// Refusals of a request.
const REFUSALS: &[Errand] = &[
    (20003, Link, Code::CarrierRejected),
    (20005, Link, Code::CarrierRejected),
    (20006, Link, Code::CarrierRejected),
    (20403, Link, Code::CarrierRejected),
    (20404, Link, Code::CarrierRejected),
    (20429, Throttle, Code::Throttled),
    (20503, Temporary, Code::TemporaryFault),
    (21211, Message, Code::BadAddress),
    (21212, Route, Code::SenderNotAllowed),
    (21265, Message, Code::BadAddress),
    (21408, Route, Code::CarrierRejected),
    (21601, Route, Code::SenderNotAllowed),
    (21602, Message, Code::ContentRefused),
    (21603, Route, Code::SenderNotAllowed),
    (21606, Route, Code::SenderNotAllowed),
    (21608, Route, Code::CarrierRejected),
    (21610, Message, Code::SuppressedCarrier),
    (21611, Throttle, Code::Throttled),
    (21612, Route, Code::CarrierRejected),
    (21614, Message, Code::BadAddress),
    (21617, Message, Code::EncodingImpossible),
    (21635, Message, Code::BadAddress),
    (21659, Route, Code::SenderNotAllowed),
    (21660, Route, Code::SenderNotAllowed),
    (21703, Route, Code::SenderNotAllowed),
    (21705, Route, Code::SenderNotAllowed),
    (30001, Throttle, Code::Throttled),
    (30002, Link, Code::CarrierRejected),
    (63038, Temporary, Code::Throttled),
];

/// Reasons in reports.
const REASONS: &[(u32, Code)] = &[
    (21610, Code::SuppressedCarrier),
    (30001, Code::Throttled),
    (30002, Code::CarrierRejected),
    (30003, Code::AbsentSubscriber),
    (30004, Code::OperatorBlocked),
    (30005, Code::UnknownSubscriber),
    (30006, Code::BadAddress),
    (30007, Code::ContentRefused),
    (30008, Code::UnknownCode),
    (30009, Code::TemporaryFault),
    (30010, Code::CarrierRejected),
    (30017, Code::TemporaryFault),
    (30022, Code::Throttled),
    (30023, Code::Throttled),
    (30032, Code::SenderNotAllowed),
    (30034, Code::SenderNotAllowed),
    (30036, Code::ExpiredAtCarrier),
    (30410, Code::TemporaryFault),
    (30453, Code::ContentRefused),
];

/// The longest validity it takes, seconds.
const VALID_MAX_S: i64 = 36_000;

pub(crate) struct Twilio {
    base: String,
    sid: String,
    token: String,
    user: String,
    password: String,
    service: String,
    errors: Errors,
}

impl Twilio {
    pub(crate) fn of(own: &Own<'_>) -> Twilio {
        let (sid, token) = (own.text("account_sid"), own.text("auth_token"));
        let key = own.text("api_key");
        let (user, password) =
            if key.is_empty() { (sid.clone(), token.clone()) } else { (key, own.text("api_secret")) };
        Twilio {
            base: own.base(BASE),
            sid,
            token,
            user,
            password,
            service: own.text("messaging_service"),
            errors: own.errors.clone(),
        }
    }

    fn account(&self) -> String {
        format!("{}/2010-04-01/Accounts/{}", self.base, read::escaped(&self.sid))
    }
}

impl Provider for Twilio {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let valid = mail.valid_s.clamp(1, VALID_MAX_S).to_string();
        let sender = if self.service.is_empty() {
            ("From", mail.from.as_str())
        } else {
            ("MessagingServiceSid", self.service.as_str())
        };
        let mut fields =
            vec![("To", mail.to.as_str()), sender, ("Body", &mail.text), ("ValidityPeriod", &valid)];
        let hook = mail.named_hook();
        if !hook.is_empty() {
            fields.push(("StatusCallback", &hook));
        }
        let call = read::post_form(format!("{}/Messages.json", self.account()), &fields);
        Ok(call.basic(&self.user, &self.password))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            return match json["sid"].as_str() {
                Some(sid) if !sid.is_empty() => Said::Taken(vec![sid.to_owned()]),
                _ => Said::Unknown(format!("HTTP {} without a sid", reply.status)),
            };
        }
        let known = read::whole(&json["code"]).and_then(|number| {
            read::refusal(&self.errors, REFUSALS, number, read::clean(&read::said(&json["message"])))
        });
        known.unwrap_or_else(|| read::by_status(reply))
    }

    fn probe(&self) -> Option<Call> {
        Some(read::get_of(format!("{}.json", self.account())).basic(&self.user, &self.password))
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        let Some(mark) = hook.header("X-Twilio-Signature") else {
            return Proof::Fails("it carries no X-Twilio-Signature");
        };
        let query = hook.query();
        let body_hash = get(&query, "bodySHA256");
        let form = if body_hash.is_empty() && hook.method == "POST" { hook.form() } else { Vec::new() };
        if !body_hash.is_empty() {
            let own = proof::hex(&proof::sha256(hook.body));
            if !proof::equal(own.as_bytes(), body_hash.to_ascii_lowercase().as_bytes()) {
                return Proof::Fails("its body is not the one that was signed");
            }
        }
        let fits =
            |url: &String| proof::equal(proof::twilio(&self.token, url, &form).as_bytes(), mark.as_bytes());
        let any = with_and_without_port(hook.url).iter().any(fits);
        read::holds_if(any, "its signature fits neither the auth token nor the address it was sent to")
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let form = if hook.method == "GET" { hook.query() } else { hook.form() };
        let id = match get(&form, "MessageSid") {
            "" => get(&form, "SmsSid"),
            sid => sid,
        };
        if id.is_empty() {
            return Err("it names no message");
        }
        let status = match get(&form, "MessageStatus") {
            "" => get(&form, "SmsStatus"),
            status => status,
        };
        let (from, to) = (get(&form, "From").to_owned(), get(&form, "To").to_owned());
        if hook.place == "inbound" || status == "received" {
            let text = get(&form, "Body").to_owned();
            return Ok(Read::of([News::Message(Incoming {
                id: id.to_owned(),
                from,
                to,
                text,
                concat: None,
            })]));
        }
        let status = match status {
            "delivered" | "read" => Status::Delivered,
            "undelivered" | "failed" => Status::Undelivered,
            "canceled" => Status::Cancelled,
            "accepted" | "scheduled" | "queued" | "sending" | "sent" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let number = get(&form, "ErrorCode").parse::<u32>().ok();
        let code = number.map_or(Code::None, |n| read::reason(REASONS, n));
        let code = if status == Status::Undelivered && number.is_none() { Code::UnknownCode } else { code };
        let name = get(&hook.query(), super::account::NAME).to_owned();
        let detail = number.map(|n| n.to_string()).unwrap_or_default();
        let report =
            Report { id: id.to_owned(), status, code, detail, phone: to, sender: from, name, part: None };
        Ok(Read::of([News::Report(report)]))
    }

    fn thanks(&self) -> (&'static str, String) {
        ("text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>".into())
    }
}

/// An address as it was configured, and the same with or without the port that its scheme has anyway: which of the two
/// is signed differs between Twilio's own products.
fn with_and_without_port(url: &str) -> Vec<String> {
    let mut out = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return out };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let port = if scheme == "https" { ":443" } else { ":80" };
    let named =
        host.rsplit_once(':').is_some_and(|(_, p)| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    match host.strip_suffix(port) {
        Some(bare) => out.push(format!("{scheme}://{bare}{path}")),
        None if !named => out.push(format!("{scheme}://{host}{port}{path}")),
        None => out.extend(host.rsplit_once(':').map(|(bare, _)| format!("{scheme}://{bare}{path}"))),
    }
    out
}
