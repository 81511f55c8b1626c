//! Vonage's Messages API: JSON per message under a token that the application's own key signs, webhooks with a token that
//! the account's signature secret signs over their body.
//!
//! It is the kind `vonage` with `api=messages`; the balance is asked for by key and secret, as with the SMS API.

use super::read::{self, Errand};
use super::vonage::REASONS;
use super::{Call, Hook, Incoming, Mail, News, Own, Proof, Provider, Read, Reply, Report, Said};
use crate::errors::Errors;
use serde_json::{Value, json};
use sms::{Code, Status};
use wire::proof::{self, RsaKey};
use wire::smpp::Meaning::{Link, Message, Route, Temporary, Throttle};

const BASE: &str = "https://api.nexmo.com";
/// How long a token of ours holds, seconds.
const TOKEN_S: i64 = 900;

/// Errors of the interface by the number in their `title` or `type`.
const REFUSALS: &[Errand] = &[
    (1000, Throttle, Code::Throttled),
    (1010, Message, Code::CarrierRejected),
    (1020, Message, Code::CarrierRejected),
    (1021, Message, Code::CarrierRejected),
    (1022, Message, Code::BadAddress),
    (1030, Temporary, Code::TemporaryFault),
    (1050, Message, Code::OperatorBlocked),
    (1060, Link, Code::CarrierRejected),
    (1070, Temporary, Code::CarrierRejected),
    (1080, Route, Code::CarrierRejected),
    (1120, Route, Code::SenderNotAllowed),
    (1160, Message, Code::ContentRefused),
    (1170, Message, Code::BadAddress),
    (1240, Route, Code::SenderNotAllowed),
    (1250, Message, Code::Barred),
    (1320, Message, Code::CarrierRejected),
    (1420, Route, Code::SenderNotAllowed),
    (1430, Temporary, Code::TemporaryFault),
];

pub(crate) struct Messages {
    base: String,
    probe: String,
    api_key: String,
    secret: String,
    application: String,
    key: Option<RsaKey>,
    signs: String,
    errors: Errors,
}

impl Messages {
    pub(crate) fn of(own: &Own<'_>) -> Messages {
        let base = own.base(super::vonage::BASE);
        // A base that a person wrote down is for everything; else each interface has its own.
        let own_base = base == super::vonage::BASE;
        Messages {
            base: if own_base { BASE.to_owned() } else { base.clone() },
            probe: base,
            api_key: own.text("api_key"),
            secret: own.text("api_secret"),
            application: own.text("application_id"),
            key: RsaKey::read(&own.text("private_key")),
            signs: own.text("signature_secret"),
            errors: own.errors.clone(),
        }
    }

    /// A token of the application for a request made now.
    fn token(&self, now_s: i64, name: &str) -> Option<String> {
        let claims = json!({
            "application_id": self.application, "iat": now_s - 5, "exp": now_s + TOKEN_S, "jti": name,
        });
        self.key.as_ref()?.jwt(claims.to_string().as_bytes())
    }
}

/// The number of an error: its title, or the end of its type.
fn number(error: &Value) -> Option<u32> {
    read::whole(&error["title"]).or_else(|| error["type"].as_str()?.rsplit_once('#')?.1.parse().ok())
}

impl Provider for Messages {
    fn request(&self, mail: &Mail) -> Result<Call, String> {
        let token = self.token(mail.valid_until / 1_000 - mail.valid_s, &mail.name);
        let token = token.ok_or("application_id and private_key (PEM) are needed for the Messages API")?;
        let mut body = json!({
            "message_type": "text", "channel": "sms",
            "from": mail.sender_bare(), "to": mail.to_digits(), "text": mail.text,
            "client_ref": mail.name, "ttl": mail.valid_s.clamp(20, 604_800),
            "sms": { "encoding_type": if mail.unicode { "unicode" } else { "text" } },
        });
        if !mail.hook.is_empty() {
            body["webhook_url"] = mail.hook.clone().into();
            body["webhook_version"] = "v1".into();
        }
        let call = read::post_json(format!("{}/v1/messages", self.base), &body);
        Ok(call.with("Authorization", format!("Bearer {token}")))
    }

    fn meaning(&self, _: &str, reply: &Reply) -> Said {
        let json = read::json(&reply.body);
        if (200..300).contains(&reply.status) {
            let id = read::said(&json["message_uuid"]);
            return if id.is_empty() {
                Said::Unknown(format!("HTTP {} without a message_uuid", reply.status))
            } else {
                Said::Taken(vec![id])
            };
        }
        let words = read::clean(&read::said(&json["detail"]));
        let known = number(&json).and_then(|n| read::refusal(&self.errors, REFUSALS, n, words));
        known.unwrap_or_else(|| read::by_status(reply))
    }

    fn probe(&self) -> Option<Call> {
        let query = read::form([("api_key", self.api_key.as_str()), ("api_secret", &self.secret)]);
        Some(read::get_of(format!("{}/account/get-balance?{query}", self.probe)))
    }

    fn login(&self, reply: &Reply) -> Result<(), String> {
        match reply.status {
            401 | 403 => Err(format!("the carrier refused the login: {}", read::words(reply))),
            _ if self.key.is_none() => Err("private_key is no PEM of a private key".to_owned()),
            _ if self.application.is_empty() => {
                Err("application_id is needed for the Messages API".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn proof(&self, hook: &Hook<'_>) -> Proof {
        if self.signs.is_empty() {
            return Proof::Holds(None);
        }
        let Some(token) = hook.header("Authorization").and_then(|h| h.strip_prefix("Bearer ")) else {
            return Proof::Fails("it carries no token: switch signed webhooks on for the account");
        };
        let Some(claims) = proof::jwt_claims(token.trim(), &self.signs) else {
            return Proof::Fails("its token does not fit the signature secret");
        };
        let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
        if !read::is_near(&read::said(&claims["iat"]), hook.now) {
            return Proof::Fails("it is older than five minutes, or one of the two clocks is wrong");
        }
        let said = claims["payload_hash"].as_str().unwrap_or_default().to_ascii_lowercase();
        if !proof::equal(said.as_bytes(), proof::hex(&proof::sha256(hook.body)).as_bytes()) {
            return Proof::Fails("its body is not the one that was signed");
        }
        match claims["jti"].as_str() {
            Some(mark) if !mark.is_empty() => Proof::Holds(Some(mark.to_owned())),
            _ => Proof::Fails("its token has no name of its own"),
        }
    }

    fn read(&self, hook: &Hook<'_>) -> Result<Read, &'static str> {
        let json: Value = serde_json::from_slice(hook.body).map_err(|_| "its body is no JSON")?;
        let of = |name: &str| read::said(&json[name]);
        let id = of("message_uuid");
        if json["status"].is_null() && json["text"].is_string() {
            if of("from").is_empty() {
                return Err("it names no phone");
            }
            let message = Incoming { id, from: of("from"), to: of("to"), text: of("text"), concat: None };
            return Ok(Read::of([News::Message(message)]));
        }
        if id.is_empty() {
            return Err("it names no message");
        }
        let status = match of("status").as_str() {
            "delivered" | "read" => Status::Delivered,
            "rejected" => Status::Rejected,
            "undeliverable" => Status::Undelivered,
            "submitted" => return Ok(Read::default()),
            _ => return Err("it tells a state that is not known"),
        };
        let error = number(&json["error"]);
        let code = match (status, error) {
            (Status::Delivered, _) => Code::None,
            // Reasons of the network come under the numbers of the SMS API, behind a thousand where they are the interface's.
            (_, Some(n)) if n < 1_000 => read::reason(REASONS, n),
            (_, Some(n)) => REFUSALS
                .iter()
                .find(|(known, ..)| *known == n)
                .map_or(Code::UnknownCode, |(_, _, code)| *code),
            (_, None) => Code::UnknownCode,
        };
        let detail = error.map_or_else(String::new, |n| n.to_string());
        let report = Report {
            id,
            status,
            code,
            detail,
            // Of a report the webhook's own sender is the sender of the message.
            phone: of("to"),
            sender: of("from"),
            name: of("client_ref"),
            part: None,
        };
        Ok(Read::of([News::Report(report)]))
    }
}

#[cfg(test)]
mod tests;
