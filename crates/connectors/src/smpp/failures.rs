//! The last PDUs of a link that failed, decoded for people who look into it. At most twenty, written once a second.
//!
//! Numbers and text are left out: the message they belong to has them, for those who may read it.

use super::words::words;
use std::collections::VecDeque;
use std::fmt::Write;
use store::Db;
use store::live::{self, FAILED_KEPT, Failed, NO_ANSWER};
use wire::smpp::{Kind, Sm, Status};

/// What failed since it was last written.
#[derive(Default)]
pub(crate) struct Failures(VecDeque<Failed>);

/// A submit_sm on its way, as far as it must be known to tell of it.
pub(crate) struct Sent<'a> {
    pub(crate) message: i64,
    pub(crate) part: i64,
    pub(crate) whole: i64,
    pub(crate) attempt: i64,
    pub(crate) took_ms: i64,
    pub(crate) body: &'a [u8],
}

impl Failures {
    /// A submit_sm was refused with this status, or nobody answered it.
    pub(crate) fn submit(&mut self, at: i64, sent: &Sent<'_>, status: Option<Status>) {
        let mut fields = String::new();
        let _ = writeln!(fields, "part: {}/{}", sent.part + 1, sent.whole);
        let _ = writeln!(fields, "attempt: {}", sent.attempt + 1);
        let _ = writeln!(fields, "after_ms: {}", sent.took_ms);
        if let Ok(sm) = Sm::decode(Kind::Submit, sent.body) {
            fields.push_str(&told(&sm));
        }
        let status = status.map_or_else(|| NO_ANSWER.to_owned(), words);
        self.push(Failed {
            at,
            ours: true,
            command: "submit_sm".into(),
            status,
            fields,
            message: sent.message,
        });
    }

    /// A bind was refused.
    pub(crate) fn bind(&mut self, at: i64, status: Status) {
        let command = "bind".into();
        let (fields, status) = (String::new(), words(status));
        self.push(Failed { at, ours: true, command, status, fields, message: 0 });
    }

    /// The carrier sent what could not be read, and was answered with this status.
    pub(crate) fn unread(&mut self, at: i64, command: u32, status: Status) {
        let (command, status) = (format!("0x{command:08X}"), words(status));
        self.push(Failed { at, ours: false, command, status, fields: String::new(), message: 0 });
    }

    fn push(&mut self, failed: Failed) {
        if self.0.len() as i64 >= FAILED_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(failed);
    }

    /// Writes what came since the last time, beside everything else that goes on.
    pub(crate) fn flush(&mut self, db: &Db, connector: i64) {
        if self.0.is_empty() {
            return;
        }
        let (db, failed) = (db.clone(), Vec::from(std::mem::take(&mut self.0)));
        tokio::spawn(async move {
            let out = db.write("failed_pdu", move |tx| live::put_failed(tx, connector, &failed)).await;
            if let Err(e) = out {
                tracing::warn!(connector, error = %e, "what failed could not be kept");
            }
        });
    }
}

/// Every field but the addresses' digits and the text.
fn told(sm: &Sm<'_>) -> String {
    let mut out = String::new();
    let source = (sm.source.ton, sm.source.npi, sm.source.addr.len());
    let target = (sm.destination.ton, sm.destination.npi, sm.destination.addr.len());
    for (name, (ton, npi, len)) in [("source", source), ("destination", target)] {
        let _ = writeln!(out, "{name}: ton {ton}, npi {npi}, {len} octets");
    }
    let ascii = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    for (name, value) in [
        ("service_type", ascii(sm.service_type)),
        ("esm_class", format!("0x{:02X}", sm.esm_class)),
        ("protocol_id", format!("0x{:02X}", sm.protocol_id)),
        ("priority", sm.priority.to_string()),
        ("validity", ascii(sm.validity)),
        ("registered_delivery", format!("0x{:02X}", sm.registered_delivery)),
        ("data_coding", format!("0x{:02X}", sm.data_coding)),
        ("message", format!("{} octets", sm.octets().len())),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {value}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::smpp::Address;

    #[test]
    fn a_failure_tells_its_fields_and_no_number_and_no_text() {
        let sm = Sm {
            source: Address { ton: 5, npi: 0, addr: b"SHOP" },
            destination: Address { ton: 1, npi: 1, addr: b"972501234567" },
            data_coding: 8,
            short_message: b"your code is 4711",
            ..Sm::default()
        };
        let mut body = Vec::new();
        sm.encode(Kind::Submit, &mut body);
        let mut failures = Failures::default();
        let sent = Sent { message: 9, part: 1, whole: 3, attempt: 0, took_ms: 40, body: &body };
        failures.submit(1, &sent, Some(Status(0x0B)));
        let told = failures.0.back().unwrap();
        assert_eq!((told.status.as_str(), told.message), ("ESME_RINVDSTADR 0xB", 9));
        for field in
            ["part: 2/3", "after_ms: 40", "destination: ton 1, npi 1, 12 octets", "data_coding: 0x08"]
        {
            assert!(told.fields.contains(field), "{field} is not in {}", told.fields);
        }
        assert!(
            !told.fields.contains("97250") && !told.fields.contains("4711") && !told.fields.contains("SHOP")
        );
        (0..100).for_each(|at| failures.bind(at, Status(0x0E)));
        assert_eq!((failures.0.len() as i64, failures.0[0].at), (FAILED_KEPT, 80));
    }
}
