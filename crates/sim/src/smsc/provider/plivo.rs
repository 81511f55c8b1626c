//! Plivo: JSON in, JSON out, forms signed over address and nonce.

use std::sync::Arc;

use serde_json::json;
use sms::{Code, Status};
use wire::proof;

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, nonce, said};

pub(super) struct Plivo;

fn signed(setup: &Setup, url: &str, fields: &[(&str, &str)], now: i64) -> Call {
    let call = Call::form(url, fields);
    let nonce = nonce(&call, now);
    let mark = proof::plivo_v2(&setup.password, url, &nonce);
    call.with("x-plivo-signature-v2", mark).with("x-plivo-signature-v2-nonce", nonce)
}

fn error(status: u16, words: &str) -> Reply {
    Reply::json(status, &json!({ "api_id": "5a9fcb68-582d-11e1-86da-6ff39efcb949", "error": words }))
}

impl Face for Plivo {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        if asked.basic() != Some((setup.user.clone(), setup.password.clone())) {
            return Err(Refusal::Login);
        }
        let account = format!("/v1/Account/{}/", setup.user);
        if asked.method == "GET" && asked.path == account {
            return Ok(None);
        }
        if asked.path != format!("{account}Message/") {
            return Err(Refusal::Nowhere);
        }
        let json = asked.json();
        let of = |name: &str| said(&json[name]);
        let (from, to, text, hook) = (of("src"), of("dst"), of("text"), of("url"));
        Ok(Some(vec![Wanted { from, to, text, hook, name: String::new() }]))
    }

    fn account(&self, setup: &Setup) -> Reply {
        Reply::json(200, &json!({ "auth_id": setup.user, "cash_credits": "10.0", "state": "active" }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => Reply::json(
                202,
                &json!({ "api_id": "db342550-7c9d-11e1", "message": "message(s) queued", "message_uuid": [sent.id] }),
            ),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => error(400, "dst parameter is required"),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => Reply::text(401, "Could not verify your access level for that URL."),
            Refusal::Number => error(400, "dst parameter is not a valid phone number"),
            Refusal::Text => error(400, "text is longer than the maximum"),
            Refusal::Slow(_) => error(429, "too many requests").after(refusal),
            Refusal::Failed => error(500, "internal server error"),
            Refusal::Nowhere => error(404, "not found"),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("{:08x}-582d-11e1-{:04x}-6ff39efcb949", chance >> 32, chance & 0xffff)
    }

    fn report(&self, setup: &Setup, sent: &Sent, told: &Told, now: i64) -> Vec<Call> {
        let status = match told.status {
            Status::Delivered => "delivered",
            Status::Buffered | Status::Submitted => "sent",
            Status::Rejected => "rejected",
            _ => "undelivered",
        };
        let number = match told.code {
            Code::UnknownSubscriber => "70",
            Code::ContentRefused => "30",
            Code::None => "000",
            _ => "80",
        };
        if sent.wanted.hook.is_empty() {
            return Vec::new();
        }
        let one = |part: usize| {
            let info = format!("{} of {}", part + 1, sent.parts);
            let own = format!("{}-{part}", sent.id);
            let fields = [
                ("Status", status),
                ("From", sent.wanted.from.as_str()),
                ("To", sent.wanted.to.trim_start_matches('+')),
                ("MessageUUID", if part == 0 { &sent.id } else { &own }),
                ("ParentMessageUUID", &sent.id),
                ("PartInfo", &info),
                ("ErrorCode", number),
                ("Units", "1"),
            ];
            signed(setup, &sent.wanted.hook, &fields, now)
        };
        (0..sent.parts).map(one).collect()
    }

    fn inbound(&self, setup: &Setup, written: &Written, now: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let units = written.total.to_string();
        let fields = [
            ("From", written.from.trim_start_matches('+')),
            ("To", written.to.trim_start_matches('+')),
            ("Text", written.text.as_str()),
            ("Type", "sms"),
            ("MessageUUID", &written.id),
            ("Units", &units),
        ];
        signed(setup, &url, &fields, now)
    }
}
