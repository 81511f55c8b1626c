//! Sinch: a batch in, its id out, callbacks signed over body, nonce and time.

use std::sync::Arc;

use serde_json::{Value, json};
use sms::{Code, Status};
use wire::proof;

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, nonce, said};

pub(super) struct Sinch;

fn signed(setup: &Setup, url: &str, body: &Value, now: i64) -> Call {
    let call = Call::json(url, body);
    let (nonce, at) = (nonce(&call, now), (now / 1_000).to_string());
    let mark = proof::sinch(&setup.secret, call.body.as_bytes(), &nonce, &at);
    call.with("x-sinch-webhook-signature", mark)
        .with("x-sinch-webhook-signature-algorithm", "HmacSHA256".into())
        .with("x-sinch-webhook-signature-nonce", nonce)
        .with("x-sinch-webhook-signature-timestamp", at)
}

impl Face for Sinch {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.header("authorization") != format!("Bearer {}", setup.password) {
            return Err(Refusal::Login);
        }
        if asked.path != format!("/xms/v1/{}/batches", setup.user) {
            return Err(Refusal::Nowhere);
        }
        if asked.method == "GET" {
            return Ok(None);
        }
        let json = asked.json();
        let of = |name: &str| said(&json[name]);
        let (from, to, text) = (of("from"), said(&json["to"][0]), of("body"));
        Ok(Some(vec![Wanted { from, to, text, hook: of("callback_url"), name: of("client_reference") }]))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "count": 0, "page": 0, "page_size": 1, "batches": [] }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => Reply::json(
                201,
                &json!({
                    "id": sent.id, "to": [sent.wanted.to.trim_start_matches('+')], "from": sent.wanted.from,
                    "canceled": false, "body": sent.wanted.text, "type": "mt_text",
                    "delivery_report": "per_recipient", "client_reference": sent.wanted.name,
                }),
            ),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => self.refused(&Refusal::Number, asked),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        let error =
            |status, code: &str, text: &str| Reply::json(status, &json!({ "code": code, "text": text }));
        match refusal {
            Refusal::Login => Reply::text(401, "Unauthorized"),
            Refusal::Number => {
                error(400, "syntax_invalid_parameter_format", "Invalid phone number in recipients")
            }
            Refusal::Text => error(400, "syntax_constraint_violation", "body is too long"),
            Refusal::Slow(_) => error(429, "throttled", "Too many requests").after(refusal),
            Refusal::Failed => Reply::text(500, ""),
            Refusal::Nowhere => error(404, "not_found", "not found"),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("01FC66621XXXXX{:012X}", chance & 0xffff_ffff_ffff)
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let status = match told.status {
            Status::Delivered => "Delivered",
            Status::Buffered | Status::Submitted => "Dispatched",
            Status::Expired => "Expired",
            Status::Rejected => "Rejected",
            _ => "Failed",
        };
        let code = match (told.status, told.code) {
            (Status::Delivered, _) => 0,
            (Status::Buffered | Status::Submitted, _) => 401,
            (_, Code::UnknownSubscriber) => 417,
            (_, Code::ContentRefused) => 418,
            _ => 404,
        };
        let url = if sent.wanted.hook.is_empty() { &setup.hook } else { &sent.wanted.hook };
        let body = json!({
            "type": "recipient_delivery_report_sms", "batch_id": sent.id, "code": code, "status": status,
            "recipient": sent.wanted.to.trim_start_matches('+'), "client_reference": sent.wanted.name,
        });
        vec![signed(setup, url, &body, now)]
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let body = json!({
            "type": "mo_text", "id": written.id, "from": written.from.trim_start_matches('+'),
            "to": written.to.trim_start_matches('+'), "body": written.text, "operator_id": "42501",
        });
        signed(setup, &url, &body, now)
    }
}
