//! Vonage's SMS API: a form in, an answer a part out, signed webhooks as forms.

use std::sync::Arc;

use serde_json::json;
use sms::Status;
use wire::proof::{self, Pairs, VonageWay};

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, get};

pub(super) struct Vonage;

/// The id of a part.
fn of_part(id: &str, part: usize) -> String {
    format!("{id}{part:02X}")
}

fn signed(setup: &Setup, url: &str, fields: &[(&str, &str)], now: i64) -> Call {
    let at = (now / 1_000).to_string();
    let mut all = fields.to_vec();
    all.extend([("timestamp", at.as_str()), ("nonce", "5f3c")]);
    let pairs: Pairs = all.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    let sig = proof::vonage(VonageWay::Md5Hash, &setup.secret, &pairs);
    all.push(("sig", &sig));
    Call::form(url, &all)
}

fn error(status: u32, words: &str) -> Reply {
    let one = json!({ "status": status.to_string(), "error-text": words });
    Reply::json(200, &json!({ "message-count": "1", "messages": [one] }))
}

impl Face for Vonage {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        let fields = if asked.method == "GET" { asked.query.clone() } else { asked.form() };
        let of = |name| get(&fields, name).to_owned();
        if of("api_key") != setup.user || of("api_secret") != setup.password {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/account/get-balance" => Ok(None),
            "/sms/json" => {
                let (from, to, text, hook) = (of("from"), of("to"), of("text"), of("callback"));
                Ok(Some(vec![Wanted { from, to, text, hook, name: of("client-ref") }]))
            }
            _ => Err(Refusal::Nowhere),
        }
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "value": 10.28, "autoReload": false }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        let sent = match sent.first() {
            Some(Ok(sent)) => sent,
            Some(Err(refusal)) => return self.refused(refusal, asked),
            None => return error(2, "Missing params"),
        };
        let one = |part| {
            json!({
                "to": sent.wanted.to, "message-id": of_part(&sent.id, part), "status": "0",
                "remaining-balance": "10.2", "message-price": "0.03", "network": "42501",
            })
        };
        let parts: Vec<_> = (0..sent.parts).map(one).collect();
        Reply::json(200, &json!({ "message-count": sent.parts.to_string(), "messages": parts }))
    }

    fn refused(&self, refusal: &Refusal, asked: &Asked) -> Reply {
        match refusal {
            Refusal::Login if asked.path == "/sms/json" => error(4, "Bad Credentials"),
            Refusal::Login => {
                Reply::json(401, &json!({ "error-code": "401", "error-code-label": "authentication failed" }))
            }
            Refusal::Number => error(3, "to address is not numeric"),
            Refusal::Text => error(12, "Message too long"),
            Refusal::Slow(_) => error(1, "Throughput Rate Exceeded - please wait [ 250 ] and retry"),
            Refusal::Failed => Reply::text(500, ""),
            Refusal::Nowhere => Reply::text(404, ""),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("0A{chance:016X}")
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let (status, err) = match told.status {
            Status::Delivered => ("delivered", "0"),
            Status::Buffered => ("buffered", "0"),
            Status::Submitted => ("accepted", "0"),
            Status::Expired => ("expired", "2"),
            Status::Rejected => ("rejected", "52"),
            _ => ("failed", "3"),
        };
        let hook = if sent.wanted.hook.is_empty() { setup.hook.clone() } else { sent.wanted.hook.clone() };
        if hook.is_empty() {
            return Vec::new();
        }
        let one = |part| {
            let id = of_part(&sent.id, part);
            let fields = [
                ("msisdn", sent.wanted.to.trim_start_matches('+')),
                ("to", &sent.wanted.from),
                ("network-code", "42501"),
                ("messageId", &id),
                ("price", "0.03000000"),
                ("status", status),
                ("err-code", err),
                ("client-ref", &sent.wanted.name),
            ];
            signed(setup, &hook, &fields, now)
        };
        (0..sent.parts).map(one).collect()
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let (total, number) = (written.total.to_string(), written.number.to_string());
        let mut fields = vec![
            ("msisdn", written.from.trim_start_matches('+')),
            ("to", written.to.trim_start_matches('+')),
            ("messageId", written.id.as_str()),
            ("text", &written.text),
            ("type", if written.text.is_ascii() { "text" } else { "unicode" }),
            ("keyword", "HELLO"),
        ];
        if written.total > 1 {
            fields.extend([
                ("concat", "true"),
                ("concat-ref", "77"),
                ("concat-total", total.as_str()),
                ("concat-part", &number),
            ]);
        }
        signed(setup, &url, &fields, now)
    }

    fn joins(&self) -> bool {
        false
    }
}
