//! Infobip: JSON in, JSON out, reports in batches, no proof of its own.

use std::sync::Arc;

use serde_json::{Value, json};
use sms::{Code, Status};

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, all_refused, said};

pub(super) struct Infobip;

fn error(status: u16, name: &str, words: &str) -> Reply {
    let body = json!({ "requestError": { "serviceException": { "messageId": name, "text": words } } });
    Reply::json(status, &body)
}

fn rejected(id: u32, words: &str) -> Value {
    json!({ "messageId": "", "status": { "groupId": 5, "groupName": "REJECTED", "id": id, "description": words } })
}

impl Face for Infobip {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.header("authorization") != format!("App {}", setup.password) {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/account/1/balance" => return Ok(None),
            "/sms/3/messages" => {}
            _ => return Err(Refusal::Nowhere),
        }
        let json = asked.json();
        let all = json["messages"].as_array().cloned().unwrap_or_default();
        let one = |m: &Value| {
            let hooks = &m["webhooks"];
            Wanted {
                from: said(&m["sender"]),
                to: said(&m["destinations"][0]["to"]),
                text: said(&m["content"]["text"]),
                hook: said(&hooks["delivery"]["url"]),
                name: format!(
                    "{}\n{}",
                    said(&m["destinations"][0]["messageId"]),
                    said(&hooks["callbackData"])
                ),
            }
        };
        Ok(Some(all.iter().map(one).collect()))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "balance": 47.7, "currency": "EUR" }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        if let Some(refusal) = all_refused(sent) {
            return self.refused(refusal, asked);
        }
        let one = |sent: &Result<Arc<Sent>, Refusal>| match sent {
            Ok(sent) => json!({
                "messageId": name(sent).0, "destination": sent.wanted.to,
                "status": { "groupId": 1, "groupName": "PENDING", "id": 26, "name": "MESSAGE_ACCEPTED",
                    "description": "Message sent to next instance" },
                "details": { "messageCount": sent.parts },
            }),
            Err(Refusal::Number) => rejected(52, "Invalid destination address."),
            Err(Refusal::Slow(_)) => rejected(20, "Too many messages."),
            Err(Refusal::Failed) => rejected(21, "Error processing the message."),
            Err(_) => rejected(24, "Message too long"),
        };
        let all: Vec<Value> = sent.iter().map(one).collect();
        Reply::json(200, &json!({ "bulkId": "2034072219640523072", "messages": all }))
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => error(401, "UNAUTHORIZED", "Invalid login details"),
            Refusal::Slow(_) => error(429, "TOO_MANY_REQUESTS", "Too many requests").after(refusal),
            Refusal::Failed => error(500, "GENERAL_ERROR", "Something went wrong."),
            Refusal::Nowhere => error(404, "NOT_FOUND", "Requested URL not found"),
            Refusal::Number | Refusal::Text => error(400, "BAD_REQUEST", "Bad Request"),
        }
    }

    fn id(&self, chance: u64) -> String {
        chance.to_string()
    }

    fn report(&self, _: &Setup, sent: &Sent, told: &Told, _: i64) -> Vec<Call> {
        let (group, id, status) = match told.status {
            Status::Delivered => (3, 5, "DELIVERED_TO_HANDSET"),
            Status::Buffered | Status::Submitted => (1, 7, "PENDING_ENROUTE"),
            Status::Expired => (4, 15, "EXPIRED_EXPIRED"),
            Status::Rejected => (5, 6, "REJECTED_NETWORK"),
            _ => (2, 9, "UNDELIVERABLE_NOT_DELIVERED"),
        };
        let error = match told.code {
            Code::UnknownSubscriber => json!({ "id": 1, "name": "EC_UNKNOWN_SUBSCRIBER", "permanent": true }),
            Code::MemoryFull => {
                json!({ "id": 256, "name": "EC_SM_DF_MEMORYCAPACITYEXCEEDED", "permanent": false })
            }
            Code::None => json!({ "id": 0, "name": "NO_ERROR", "permanent": false }),
            _ => json!({ "id": 27, "name": "EC_ABSENT_SUBSCRIBER", "permanent": false }),
        };
        if sent.wanted.hook.is_empty() {
            return Vec::new();
        }
        let (id_given, callback) = name(sent);
        let one = json!({
            "messageId": id_given, "to": sent.wanted.to.trim_start_matches('+'), "smsCount": sent.parts,
            "status": { "groupId": group, "id": id, "name": status }, "error": error, "callbackData": callback,
        });
        // An element that nobody can read stands before it.
        vec![Call::json(&sent.wanted.hook, &json!({ "results": [{ "status": { "groupId": "?" } }, one] }))]
    }

    fn inbound(&self, setup: &Setup, written: &Written, _: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let one = json!({
            "messageId": written.id, "from": written.from.trim_start_matches('+'),
            "to": written.to.trim_start_matches('+'), "text": written.text, "cleanText": written.text,
            "keyword": "", "smsCount": written.total,
        });
        Call::json(&url, &json!({ "results": [one], "messageCount": 1, "pendingMessageCount": 0 }))
    }
}

/// What the client calls a message, and what is to come back with it.
fn name(sent: &Sent) -> (&str, &str) {
    sent.wanted.name.split_once('\n').unwrap_or((&sent.id, ""))
}
