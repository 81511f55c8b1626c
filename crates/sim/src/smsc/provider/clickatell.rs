//! Clickatell's platform: JSON in, JSON out, callbacks in batches, no proof of its own.

use std::sync::Arc;

use serde_json::{Value, json};
use sms::Status;

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, all_refused, said};

pub(super) struct Clickatell;

fn failed(code: u32, words: &str) -> Value {
    json!({ "apiMessageId": null, "accepted": false, "error": { "code": code, "description": words } })
}

impl Face for Clickatell {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.header("authorization") != setup.password {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/public-client/balance" => return Ok(None),
            "/v1/message" => {}
            _ => return Err(Refusal::Nowhere),
        }
        let json = asked.json();
        let all = json["messages"].as_array().cloned().unwrap_or_default();
        let one = |m: &Value| Wanted {
            from: said(&m["from"]),
            to: said(&m["to"]),
            text: said(&m["content"]),
            hook: String::new(),
            name: said(&m["clientMessageId"]),
        };
        Ok(Some(all.iter().map(one).collect()))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "balance": 12.5, "currency": "USD" }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        if let Some(refusal) = all_refused(sent) {
            return self.refused(refusal, asked);
        }
        let one = |sent: &Result<Arc<Sent>, Refusal>| match sent {
            Ok(sent) => {
                json!({ "apiMessageId": sent.id, "accepted": true, "to": sent.wanted.to, "error": null })
            }
            Err(Refusal::Number) => failed(105, "Invalid Destination Address"),
            Err(Refusal::Slow(_)) => failed(130, "Too many messages"),
            Err(Refusal::Failed) => failed(165, "Temporary failure"),
            Err(_) => failed(113, "Maximum message parts exceeded"),
        };
        let all: Vec<Value> = sent.iter().map(one).collect();
        Reply::json(202, &json!({ "messages": all, "error": null }))
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        let error = |status, code: u32, words: &str| {
            Reply::json(status, &json!({ "messages": [], "error": { "code": code, "description": words } }))
        };
        match refusal {
            Refusal::Login => error(401, 1, "Invalid or missing integration API Key."),
            Refusal::Slow(_) => error(429, 130, "Too many requests").after(refusal),
            Refusal::Failed => Reply::text(500, ""),
            Refusal::Nowhere => Reply::text(404, ""),
            Refusal::Number | Refusal::Text => error(400, 101, "Invalid or missing parameters."),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("77fb29998253415fa5{chance:016x}")
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let (code, status) = match told.status {
            Status::Delivered => (4, "RECEIVED_BY_RECIPIENT"),
            Status::Buffered | Status::Submitted => (3, "DELIVERED_TO_GATEWAY"),
            Status::Expired => (10, "MESSAGE_EXPIRED"),
            Status::Rejected => (9, "ROUTING_ERROR"),
            _ => (7, "DELIVERY_FAILURE"),
        };
        if setup.hook.is_empty() {
            return Vec::new();
        }
        let one = json!({
            "channel": "sms", "messageId": sent.id, "clientMessageId": sent.wanted.name, "statusCode": code,
            "status": status, "to": sent.wanted.to.trim_start_matches('+'), "timestamp": now,
        });
        let url = format!("{}/status", setup.hook);
        vec![Call::json(&url, &json!({ "event": { "statusUpdate": [one, { "statusCode": [] }] } }))]
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let one = json!({
            "channel": "sms", "messageId": written.id, "from": written.from.trim_start_matches('+'),
            "to": written.to.trim_start_matches('+'), "content": written.text, "timestamp": now, "charset": "UTF-8",
        });
        Call::json(&url, &json!({ "event": { "moText": [one] } }))
    }
}
