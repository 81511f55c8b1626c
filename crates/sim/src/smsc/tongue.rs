//! What the pretend carrier says in UCP and in CIMD2, and what it understands.
//!
//! The world behind it knows one shape of message, [`SmBuf`]; here is the way there and back, and nothing of sockets.

use sms::Status as State;
use wire::UserData;
use wire::cimd::{self, Cimd, ErrorCode};
use wire::framed::{Answer, Protocol};
use wire::smpp::{Kind, Meaning, Sm, SmBuf, Status, UDHI, destination, source};
use wire::ucp::{self, Ec, Field, Rsn, Ucp};

use super::account::{Mo, Report};

/// A message as a client handed it in.
pub(super) struct Handed {
    /// As the world takes it.
    pub(super) sm: SmBuf,
    /// The recipient as the client wrote it.
    pub(super) recipient: String,
}

/// A protocol the pretend carrier speaks.
pub(super) trait Tongue: Protocol {
    /// A message handed in; `Err` is the answer it deserves.
    fn handed(request: &Self::Request) -> Result<Handed, u16>;
    /// The time stamp of a second since 1970.
    fn stamp(second: i64) -> String;
    /// The report of a message.
    fn report(report: &Report) -> Self::Request;
    /// A part from a phone.
    fn reply(mo: &Mo, now: i64) -> Self::Request;
    /// What the world refused with.
    fn refusal(status: Status) -> Answer;
    /// Wrong name or password.
    fn wrong_proof() -> Answer;
    /// Nobody is let in.
    fn closed() -> Answer;
    /// What a client's refusal asks of us.
    fn meaning(error: u16) -> Meaning;
}

/// Builds what the world takes; `reports` as registered_delivery of SMPP 3.4 clause 5.2.17.
pub(super) fn message(from: &str, to: &str, data: &UserData, reports: u8) -> Option<SmBuf> {
    let octets = [&data.header[..], &data.octets].concat();
    let sm = Sm {
        source: source(from),
        destination: destination(to),
        esm_class: if data.header.is_empty() { 0 } else { UDHI },
        registered_delivery: reports,
        data_coding: data.coding,
        short_message: &octets,
        ..Sm::default()
    };
    let mut body = Vec::new();
    sm.encode(Kind::Submit, &mut body);
    SmBuf::new(Kind::Submit, &body).ok()
}

/// registered_delivery for the reports that are wanted.
pub(super) const fn reports(delivered: bool, failed: bool, between: bool) -> u8 {
    let last = match (delivered, failed) {
        (true, true) => 1,
        (false, true) => 2,
        (true, false) => 3,
        (false, false) => 0,
    };
    if between { last | 0x10 } else { last }
}

/// The two zeros before an international number are its plus.
fn international(digits: &str) -> String {
    digits.strip_prefix("00").map_or_else(|| digits.to_owned(), |rest| format!("+{rest}"))
}

/// Recipient and stamp of a name.
fn parts(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or((name, ""))
}

fn data_of(mo: &Mo) -> UserData {
    let header = if mo.headed { mo.octets.first().map_or(0, |n| usize::from(*n) + 1) } else { 0 };
    let (header, octets) = mo.octets.split_at_checked(header).unwrap_or((&[], &mo.octets));
    UserData { coding: mo.data_coding, header: header.to_vec(), octets: octets.to_vec() }
}

fn latin(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

impl Tongue for Ucp {
    fn handed(request: &ucp::Request) -> Result<Handed, u16> {
        let (from, recipient, data, wants) = match request {
            ucp::Request::Submit(m) => (m.originator(), m.get(Field::AdC), m.user_data(), m.wants()),
            ucp::Request::Call(c) => (latin(&c.originator), &c.recipient[..], c.user_data(), 0),
            ucp::Request::Transfer(t) => {
                let wants = if t.wants_report { 3 } else { 0 };
                (latin(&t.originator), &t.recipient[..], t.user_data(), wants)
            }
            _ => return Err(Ec::UNSUPPORTED.0),
        };
        let recipient = latin(recipient);
        if recipient.is_empty() || !recipient.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Ec::ADDRESS.0);
        }
        let reports = reports(wants & 1 != 0, wants & 2 != 0, wants & 4 != 0);
        let data = data.map_err(|ec| ec.0)?;
        let sm = message(&from, &international(&recipient), &data, reports).ok_or(Ec::TOO_LONG.0)?;
        Ok(Handed { sm, recipient })
    }

    fn stamp(second: i64) -> String {
        ucp::time::stamp(second * 1_000, 0)
    }

    fn report(report: &Report) -> ucp::Request {
        let (recipient, stamp) = parts(&report.arrival.name);
        let state = match report.says.status {
            State::Delivered => ucp::State::Delivered,
            State::Buffered | State::Submitted => ucp::State::Buffered,
            _ => ucp::State::NotDelivered,
        };
        let client = report.arrival.sm.view().source.display().into_owned();
        let mut message = ucp::Message::default();
        // A report goes to digits; a client that sent under letters knows its message by the other two fields.
        let digits: String = client.chars().filter(char::is_ascii_digit).collect();
        message.set(Field::AdC, digits).set(Field::OAdC, recipient);
        let done = ucp::time::stamp(report.done_at, 0);
        message.set_report(state, Rsn::of(report.says.code), stamp, &done);
        message.set(Field::MT, "3");
        ucp::Request::Notify(Box::new(message))
    }

    fn reply(mo: &Mo, now: i64) -> ucp::Request {
        let mut message = ucp::Message::default();
        message.set(Field::AdC, mo.to.trim_start_matches('+'));
        message.set_originator(&mo.from);
        message.set(Field::Scts, ucp::time::stamp(now, 0));
        // A handset's part is never longer than a message.
        if message.set_user_data(&data_of(mo)).is_err() {
            message.set(Field::MT, "3");
        }
        ucp::Request::Deliver(Box::new(message))
    }

    fn refusal(status: Status) -> Answer {
        match status {
            Status::INVALID_DESTINATION => Answer::refused(Ec::ADDRESS.0, ""),
            // No code of its own: the words say it.
            Status::THROTTLED => Answer::refused(Ec::NOT_ALLOWED.0, "throughput exceeded"),
            Status::QUEUE_FULL => Answer::refused(Ec::NOT_ALLOWED.0, "queue full"),
            _ => Answer::refused(Ec::NOT_ALLOWED.0, ""),
        }
    }

    fn wrong_proof() -> Answer {
        Answer::refused(Ec::AUTHENTICATION.0, "")
    }

    fn closed() -> Answer {
        Answer::refused(Ec::NOT_ALLOWED.0, "closed")
    }

    fn meaning(error: u16) -> Meaning {
        Ec(error).meaning()
    }
}

impl Tongue for Cimd {
    fn handed(request: &cimd::Request) -> Result<Handed, u16> {
        let cimd::Request::Submit(packet) = request else { return Err(ErrorCode::UNEXPECTED.0) };
        let submit = cimd::Submit::read(packet).map_err(|e| e.0)?;
        let from = submit.from.as_ref().map(|from| from.display()).unwrap_or_default();
        let wants = |bits: u8| submit.wanted & bits != 0;
        let reports = reports(wants(8), wants(2 + 4), wants(1));
        let sm = message(from, &international(&submit.to), &submit.data, reports);
        Ok(Handed { sm: sm.ok_or(ErrorCode::USER_DATA.0)?, recipient: submit.to })
    }

    fn stamp(second: i64) -> String {
        cimd::time::stamp(second * 1_000, 0)
    }

    fn report(report: &Report) -> cimd::Request {
        let (recipient, stamp) = parts(&report.arrival.name);
        let state = match report.says.status {
            State::Delivered => cimd::State::Delivered,
            State::Buffered | State::Submitted => cimd::State::InProcess,
            State::Expired => cimd::State::Expired,
            _ => cimd::State::Failed,
        };
        let (recipient, stamp) = (recipient.to_owned(), stamp.to_owned());
        let cause = Some(report.says.err).filter(|err| *err != 0);
        let done = cimd::time::stamp(report.done_at, 0);
        cimd::Request::Report(cimd::Report { recipient, stamp, state, cause, done }.packet())
    }

    fn reply(mo: &Mo, now: i64) -> cimd::Request {
        let (to, from) = (mo.to.clone(), mo.from.clone());
        let stamp = cimd::time::stamp(now, 0);
        cimd::Request::Deliver(cimd::Deliver { to, from, data: data_of(mo), stamp }.packet())
    }

    fn refusal(status: Status) -> Answer {
        match status {
            Status::INVALID_DESTINATION => Answer::refused(ErrorCode::DESTINATION.0, ""),
            Status::THROTTLED => Answer::refused(ErrorCode::FAILED.0, "throughput exceeded"),
            Status::QUEUE_FULL => Answer::refused(ErrorCode::FAILED.0, "queue full"),
            _ => Answer::refused(ErrorCode::FAILED.0, ""),
        }
    }

    fn wrong_proof() -> Answer {
        Answer::refused(ErrorCode::INVALID_LOGIN.0, "")
    }

    fn closed() -> Answer {
        Answer::refused(ErrorCode::LOGIN_REFUSED.0, "")
    }

    fn meaning(error: u16) -> Meaning {
        ErrorCode(error).meaning()
    }
}
