//! Kannel's sendsms: a GET in, a line out, and calls whose address the client wrote with percent signs.

use std::sync::Arc;

use sms::{Code, Status};

use super::Setup;
use super::shape::{Asked, Call, Face, Refusal, Reply, Sent, Told, Wanted, Written, form, get};

pub(super) struct Kannel;

/// An escape of one value.
fn escaped(text: &str) -> String {
    form(&[("", text)]).trim_start_matches('=').to_owned()
}

impl Face for Kannel {
    fn read(&self, setup: &Setup, asked: &Asked) -> Result<Option<Vec<Wanted>>, Refusal> {
        let of = |name| get(&asked.query, name).to_owned();
        if of("username") != setup.user || of("password") != setup.password {
            return Err(Refusal::Login);
        }
        if asked.path != "/cgi-bin/sendsms" {
            return Err(Refusal::Nowhere);
        }
        let (from, to, text) = (of("from"), of("to"), of("text"));
        Ok(Some(vec![Wanted { from, to, text, hook: of("dlr-url"), name: of("dlr-mask") }]))
    }

    fn account(&self, _: &Setup) -> Reply {
        Reply::text(200, "")
    }

    fn taken(&self, sent: &[Result<Arc<Sent>, Refusal>], asked: &Asked) -> Reply {
        match sent.first() {
            Some(Ok(_)) => Reply::text(202, "0: Accepted for delivery"),
            Some(Err(refusal)) => self.refused(refusal, asked),
            None => Reply::text(400, "Missing receiver number, rejected."),
        }
    }

    fn refused(&self, refusal: &Refusal, _: &Asked) -> Reply {
        match refusal {
            Refusal::Login => Reply::text(403, "Authorization failed for sendsms"),
            Refusal::Number => Reply::text(400, "Missing receiver number, rejected."),
            Refusal::Text => Reply::text(400, "Message too long, rejected."),
            Refusal::Slow(_) | Refusal::Failed => Reply::text(503, "Temporal failure, try again later."),
            Refusal::Nowhere => Reply::text(404, "Unknown request."),
        }
    }

    fn id(&self, chance: u64) -> String {
        format!("{:08x}-99b1-4a93-9cd1-{:012x}", chance >> 32, chance & 0xffff_ffff)
    }

    fn report(&self, _: &Setup, sent: &Sent, told: &Told, _: i64) -> Vec<Call> {
        let mask = sent.wanted.name.parse::<u8>().unwrap_or_default();
        let (kind, state) = match told.status {
            Status::Delivered => (1, "DELIVRD"),
            Status::Buffered => (4, "ENROUTE"),
            Status::Submitted => (8, "ACCEPTD"),
            Status::Rejected => (16, "REJECTD"),
            Status::Expired => (2, "EXPIRED"),
            _ => (2, "UNDELIV"),
        };
        if mask & kind == 0 {
            return Vec::new();
        }
        let err = if told.code == Code::UnknownSubscriber { "001" } else { "000" };
        let answer = format!(
            "id:{} sub:001 dlvrd:000 submit date:2611220900 done date:2611220901 stat:{state} err:{err} text:",
            sent.id
        );
        let url = sent
            .wanted
            .hook
            .replace("%d", &kind.to_string())
            .replace("%A", &escaped(&answer))
            .replace("%p", &escaped(&sent.wanted.to))
            .replace("%P", &escaped(&sent.wanted.from));
        vec![Call { method: "GET", url, ..Call::default() }]
    }

    fn inbound(&self, setup: &Setup, written: &Written, _: i64) -> Call {
        let url = if setup.hook.is_empty() { String::new() } else { format!("{}/inbound", setup.hook) };
        let fields = [
            ("from", written.from.as_str()),
            ("to", &written.to),
            ("text", &written.text),
            ("id", &written.id),
        ];
        Call::get(&url, &fields)
    }
}
