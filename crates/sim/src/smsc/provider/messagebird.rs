//! MessageBird: JSON in, JSON out, reports as GET, a token over address and body with each webhook.

use std::sync::Arc;

use serde_json::json;
use sms::{Code, Status};
use wire::proof;

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, said};

pub(super) struct MessageBird;

fn signed(setup: &Setup, call: Call, now: i64) -> Call {
    let at = now / 1_000;
    let hash = |octets: &[u8]| proof::hex(&proof::sha256(octets));
    let mut claims = json!({
        "iss": "MessageBird", "nbf": at, "iat": at, "exp": at + 60, "url_hash": hash(call.url.as_bytes()),
        "jti": hash(format!("{now}{}{}", call.url, call.body).as_bytes()),
    });
    if !call.body.is_empty() {
        claims["payload_hash"] = hash(call.body.as_bytes()).into();
    }
    let token = proof::jwt(claims.to_string().as_bytes(), &setup.secret);
    call.with("messagebird-signature-jwt", token)
}

fn error(status: u16, code: u32, words: &str, parameter: &str) -> Reply {
    let one = json!({ "code": code, "description": words, "parameter": parameter });
    Reply::json(status, &json!({ "errors": [one] }))
}

impl Face for MessageBird {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.header("authorization") != format!("AccessKey {}", setup.password) {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/balance" => return Ok(None),
            "/messages" => {}
            _ => return Err(Refusal::Nowhere),
        }
        let json = asked.json();
        let of = |name: &str| said(&json[name]);
        let (from, to, text) = (of("originator"), said(&json["recipients"][0]), of("body"));
        Ok(Some(vec![Wanted { from, to, text, hook: of("reportUrl"), name: of("reference") }]))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "payment": "prepaid", "type": "credits", "amount": 9.2 }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => {
                let item = json!({
                    "recipient": sent.wanted.to.trim_start_matches('+').parse::<u64>().unwrap_or_default(),
                    "status": "sent", "messagePartCount": sent.parts,
                });
                let recipients = json!({ "totalCount": 1, "totalSentCount": 1, "items": [item] });
                Reply::json(
                    201,
                    &json!({ "id": sent.id, "direction": "mt", "type": "sms", "originator": sent.wanted.from,
                        "body": sent.wanted.text, "reference": sent.wanted.name, "recipients": recipients }),
                )
            }
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => error(422, 9, "no (correct) recipients found", "recipients"),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => error(401, 2, "Request not allowed (incorrect access_key)", "access_key"),
            Refusal::Number => error(422, 9, "no (correct) recipients found", "recipients"),
            Refusal::Text => error(422, 10, "body is too long", "body"),
            Refusal::Slow(_) => error(429, 101, "Too many requests", "").after(refusal),
            Refusal::Failed => error(500, 99, "internal error", ""),
            Refusal::Nowhere => error(404, 20, "not found", ""),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("e8077d803532c0b5{chance:016x}")
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let status = match told.status {
            Status::Delivered => "delivered",
            Status::Buffered => "buffered",
            Status::Submitted => "sent",
            Status::Expired => "expired",
            _ => "delivery_failed",
        };
        let number = match told.code {
            Code::UnknownSubscriber => "1",
            Code::AbsentSubscriber => "27",
            Code::MemoryFull => "32",
            _ => "",
        };
        if sent.wanted.hook.is_empty() {
            return Vec::new();
        }
        let mut fields = vec![
            ("id", sent.id.as_str()),
            ("reference", &sent.wanted.name),
            ("recipient", sent.wanted.to.trim_start_matches('+')),
            ("status", status),
        ];
        if !number.is_empty() {
            fields.push(("statusErrorCode", number));
        }
        vec![signed(setup, Call::get(&sent.wanted.hook, &fields), now)]
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let fields = [
            ("id", written.id.as_str()),
            ("originator", written.from.trim_start_matches('+')),
            ("recipient", written.to.trim_start_matches('+')),
            ("body", &written.text),
        ];
        signed(setup, Call::form(&url, &fields), now)
    }
}
