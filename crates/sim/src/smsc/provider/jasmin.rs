//! Jasmin's /send: a form in, an id in words out, callbacks that want ACK/Jasmin.

use std::sync::Arc;

use serde_json::json;
use sms::{Code, Status};
use wire::proof;

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, get};

pub(super) struct Jasmin;

fn error(status: u16, words: &str) -> Reply {
    Reply::text(status, &format!("Error \"{words}\""))
}

impl Face for Jasmin {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        let fields = if asked.method == "GET" { asked.query.clone() } else { asked.form() };
        let of = |name| get(&fields, name).to_owned();
        if of("username") != setup.user || of("password") != setup.password {
            return Err(Refusal::Login);
        }
        match asked.path.as_str() {
            "/balance" => return Ok(None),
            "/send" => {}
            _ => return Err(Refusal::Nowhere),
        }
        let text = match proof::unhex(&of("hex-content")).filter(|octets| !octets.is_empty()) {
            Some(octets) => {
                let units: Vec<u16> =
                    octets.chunks(2).map(|pair| pair.iter().fold(0, |n, b| n << 8 | u16::from(*b))).collect();
                String::from_utf16_lossy(&units)
            }
            None => of("content"),
        };
        Ok(Some(vec![Wanted {
            from: of("from"),
            to: of("to"),
            text,
            hook: of("dlr-url"),
            name: String::new(),
        }]))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::json(200, &json!({ "balance": 100.0, "sms_count": "ND" }))
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(sent)) => Reply::text(200, &format!("Success \"{}\"", sent.id)),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => error(400, "Mandatory argument [to] is not found."),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => error(403, "Authentication failure for username"),
            Refusal::Number => error(400, "Argument [to] has an invalid value"),
            Refusal::Text => error(400, "Argument [content] has an invalid value"),
            Refusal::Slow(_) => error(403, "Cannot send MT messages: throughput limit exceeded"),
            Refusal::Failed => error(500, "Unknown error"),
            Refusal::Nowhere => error(404, "No Such Resource"),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("{:08x}-ba68-4e88-94ee-{:012x}", chance >> 32, chance & 0xffff_ffff)
    }

    fn report(&self, _: &Setup, sent: &Sent, told: &Told, _: i64) -> Vec<Call> {
        let state = match told.status {
            Status::Delivered => "DELIVRD",
            Status::Buffered | Status::Submitted => return Vec::new(),
            Status::Expired => "EXPIRED",
            Status::Rejected => "REJECTD",
            _ => "UNDELIV",
        };
        if sent.wanted.hook.is_empty() {
            return Vec::new();
        }
        let err = if told.code == Code::UnknownSubscriber { "001" } else { "000" };
        let fields = [
            ("id", sent.id.as_str()),
            ("message_status", state),
            ("level", "2"),
            ("id_smsc", "77"),
            ("connector", "smpp-01"),
            ("sub", "001"),
            ("dlvrd", "001"),
            ("err", err),
        ];
        vec![Call::form(&sent.wanted.hook, &fields)]
    }

    fn inbound(&self, setup: &Setup, written: &Written, _: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let septets = sms::alphabet::gsm7::encode(&written.text);
        let units = || written.text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        // The octet itself, as it writes it, and not its number.
        let coding = if septets.is_some() { "\0" } else { "\u{8}" };
        let binary = proof::hex(&septets.unwrap_or_else(units));
        let fields = [
            ("id", written.id.as_str()),
            ("from", &written.from),
            ("to", &written.to),
            ("origin-connector", "smpp-01"),
            ("coding", coding),
            ("content", &written.text),
            ("binary", &binary),
        ];
        Call::form(&url, &fields)
    }
}
