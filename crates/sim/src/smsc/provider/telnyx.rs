//! Telnyx: JSON in, JSON out, events signed with Ed25519.

use std::sync::Arc;

use serde_json::{Value, json};
use sms::{Code, Status};

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, said};

pub(super) struct Telnyx;

fn signed(setup: &Setup, url: &str, body: &Value, now: i64) -> Call {
    let call = Call::json(url, body);
    let at = (now / 1_000).to_string();
    let mark = setup.telnyx_key().map(|key| key.sign(&at, call.body.as_bytes())).unwrap_or_default();
    call.with("telnyx-signature-ed25519", mark).with("telnyx-timestamp", at)
}

fn event(kind: &str, payload: &Value, now: i64) -> Value {
    json!({ "data": { "event_type": kind, "id": format!("ev-{now}"), "record_type": "event", "payload": payload },
        "meta": { "attempt": 1 } })
}

fn error(status: u16, code: u32, title: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "code": code.to_string(), "title": title, "detail": title }] }))
}

impl Face for Telnyx {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.header("authorization") != format!("Bearer {}", setup.password) {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/v2/balance" => return Ok(None),
            "/v2/messages" => {}
            _ => return Err(Refusal::Nowhere),
        }
        let json = asked.json();
        let of = |name: &str| said(&json[name]);
        let (from, to, text, hook) = (of("from"), of("to"), of("text"), of("webhook_url"));
        Ok(Some(vec![Wanted { from, to, text, hook, name: String::new() }]))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(
            200,
            &json!({ "data": { "record_type": "balance", "balance": "300.00", "currency": "USD" } }),
        )
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => Reply::json(
                200,
                &json!({ "data": {
                    "record_type": "message", "direction": "outbound", "id": sent.id, "type": "SMS",
                    "from": { "phone_number": sent.wanted.from }, "text": sent.wanted.text,
                    "to": [{ "phone_number": sent.wanted.to, "status": "queued" }], "parts": sent.parts, "errors": [],
                } }),
            ),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => error(400, 10015, "Bad Request"),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => error(401, 10009, "Authentication failed"),
            Refusal::Number => error(400, 40310, "Invalid 'to' address"),
            Refusal::Text => error(400, 40302, "Message too large"),
            Refusal::Slow(_) => error(429, 10011, "Too many requests").after(refusal),
            Refusal::Failed => error(500, 10000, "Internal Server Error"),
            Refusal::Nowhere => error(404, 10005, "Resource not found"),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("403175a2-{:04x}-4c7a-b4ea-{:012x}", chance >> 48, chance & 0xffff_ffff_ffff)
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let (kind, status) = match told.status {
            Status::Delivered => ("message.finalized", "delivered"),
            Status::Buffered | Status::Submitted => ("message.sent", "sent"),
            Status::Rejected => ("message.finalized", "sending_failed"),
            Status::Expired => ("message.finalized", "expired"),
            _ => ("message.finalized", "delivery_failed"),
        };
        let errors = match told.code {
            Code::None => json!([]),
            Code::UnknownSubscriber => {
                json!([{ "code": "40012", "title": "Invalid messaging destination number" }])
            }
            Code::ContentRefused => json!([{ "code": "40002", "title": "Blocked as spam" }]),
            _ => json!([{ "code": "40008", "title": "Undeliverable" }]),
        };
        let url = if sent.wanted.hook.is_empty() { &setup.hook } else { &sent.wanted.hook };
        let payload = json!({
            "id": sent.id, "direction": "outbound", "from": { "phone_number": sent.wanted.from },
            "to": [{ "phone_number": sent.wanted.to, "status": status }], "errors": errors, "parts": sent.parts,
        });
        vec![signed(setup, url, &event(kind, &payload, now), now)]
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let payload = json!({
            "id": written.id, "direction": "inbound", "from": { "phone_number": written.from },
            "to": [{ "phone_number": written.to, "status": "webhook_delivered" }], "text": written.text,
            "parts": written.total, "errors": [],
        });
        signed(setup, &url, &event("message.received", &payload, now), now)
    }
}
