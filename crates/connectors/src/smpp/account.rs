//! An account at a carrier that speaks SMPP: its session and its way to write messages.

use super::dialect::{ALL_REPORTS, Dialect, Long};
use super::outbind::Outbind;
use super::{encode, incoming, told, words};
use crate::errors::Errors;
use crate::incoming::id_text;
use crate::letter::Encode;
use crate::net::{Asked, Socket};
use crate::talk::{Delivery, Heard, Settings, Talk, Told, Tongue, Unheard, Unsent, Verdict};
use sms::Code;
use std::sync::Arc;
use store::Db;
use wire::smpp::{self, Bind, Event, Kind, SendError, Session, Sm, SmBuf, Stage, Status};

/// A temporary status for what could not be stored: ESME_RX_T_APPN, clause 5.1.3.
const TRY_AGAIN: Status = Status(0x64);

/// What the account's form says.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) system_id: String,
    pub(crate) password: String,
    pub(crate) system_type: String,
    pub(crate) address_range: String,
    pub(crate) role: Role,
    /// interface_version of the bind.
    pub(crate) version: u8,
    /// The carrier connects to us.
    pub(crate) outbind: Option<Arc<Outbind>>,
    pub(crate) dialect: Arc<Dialect>,
    pub(crate) simulator: bool,
    pub(crate) errors: Errors,
}

/// Which way messages flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Both,
    Sends,
    Receives,
    /// Of each two links one sends and the other receives: what 3.3 knows, which has no bind for both.
    Pair,
}

impl Role {
    fn of_link(self, link: i64) -> Bind {
        match self {
            Role::Both => Bind::Transceiver,
            Role::Pair if link % 2 == 1 => Bind::Receiver,
            Role::Sends | Role::Pair => Bind::Transmitter,
            Role::Receives => Bind::Receiver,
        }
    }
}

impl Account {
    /// The account at the built-in simulator.
    pub(crate) fn at_simulator(name: &str) -> Account {
        Account {
            system_id: name.to_owned(),
            password: String::new(),
            system_type: String::new(),
            address_range: String::new(),
            role: Role::Both,
            version: 0x34,
            outbind: None,
            dialect: Arc::new(Dialect { registered_delivery: ALL_REPORTS, ..Dialect::default() }),
            simulator: true,
            errors: Errors::default(),
        }
    }
}

impl Tongue for Account {
    fn links(&self, binds: usize) -> usize {
        if self.role == Role::Pair { 2 * binds } else { binds }
    }

    fn sends(&self, link: i64) -> bool {
        self.role.of_link(link).sends()
    }

    fn dial(&self) -> Option<Asked<'_, Box<dyn Socket>>> {
        self.outbind.as_ref().map(|outbind| outbind.accept())
    }

    fn is_called(&self) -> bool {
        self.outbind.is_some()
    }

    fn sends_whole(&self) -> bool {
        matches!(self.dialect.long, Long::Payload | Long::Whole)
    }

    fn talk(&self, settings: &Settings, _: &Db, now: i64) -> Box<dyn Talk> {
        let config = smpp::Config {
            system_id: self.system_id.clone(),
            password: self.password.clone(),
            system_type: self.system_type.clone(),
            address_range: self.address_range.clone(),
            bind: self.role.of_link(settings.link),
            interface_version: self.version,
            await_outbind: self.outbind.is_some(),
            outbind_password: self.outbind.as_ref().map(|o| o.password.clone()).unwrap_or_default(),
            window: settings.window,
            response_ms: settings.answer_ms,
            enquire_ms: settings.enquire_ms,
            session_init_ms: settings.times.bind,
            probe_ms: settings.times.probe,
            pdu_ms: settings.times.pdu,
            late_ms: settings.times.late,
            ..smpp::Config::default()
        };
        let session = Session::esme(config, now);
        Box::new(Line {
            session,
            errors: self.errors.clone(),
            dialect: Arc::clone(&self.dialect),
            simulator: self.simulator,
        })
    }

    fn encoder(&self, db: &Db) -> Encode {
        let (db, dialect) = (db.clone(), Arc::clone(&self.dialect));
        Arc::new(move |ready| encode::bodies(ready, &dialect, db.now_ms()))
    }
}

struct Line {
    session: Session,
    errors: Errors,
    dialect: Arc<Dialect>,
    simulator: bool,
}

impl Line {
    fn verdict(&self, status: Status, message_id: &[u8]) -> Verdict {
        Verdict {
            meaning: self.errors.own(status.0).unwrap_or_else(|| status.meaning()),
            code: match self.errors.optout(status.0) {
                true => Code::SuppressedCarrier,
                false => status.reason(),
            },
            words: self
                .errors
                .words(status.0)
                .map_or_else(|| words::words(status), |own| format!("{own} ({})", words::words(status))),
            id: id_text(message_id),
            doubtful: status == Status::SUBMIT_FAILED,
        }
    }

    /// What is delivered; in a report the carrier's own word for a refusal counts as in an answer.
    fn delivery(&self, sm: &SmBuf) -> Delivery {
        let mut delivery = incoming::read(sm, &self.dialect, self.simulator);
        if let Delivery::Receipt(receipt) = &mut delivery {
            let err = receipt.detail.split(' ').next().unwrap_or_default();
            if err.parse().is_ok_and(|number| self.errors.optout(number)) {
                receipt.code = Code::SuppressedCarrier;
            }
        }
        delivery
    }

    /// `None` for what a link has no use for.
    fn heard(&self, event: Event) -> Option<Heard> {
        Some(match event {
            Event::Bound { .. } => Heard::Bound,
            Event::BindRefused(status) => {
                let (state, words) = words::refused(status);
                let login = Unheard { command: "bind".into(), status: words.clone() };
                Heard::Refused { state, words, login }
            }
            Event::Answered { token, status, message_id } => {
                Heard::Answered { token, verdict: self.verdict(status, &message_id) }
            }
            Event::LateAnswer { token, status, message_id } => {
                Heard::Late { token, verdict: self.verdict(status, &message_id) }
            }
            Event::Ambiguous { token, why } => Heard::Ambiguous { token, why },
            Event::Deliver { seq, sm } => Heard::Delivered { seq, delivery: self.delivery(&sm) },
            Event::Malformed { command, status } => Heard::Malformed(Unheard {
                command: format!("0x{command:08X}"),
                status: words::words(status),
            }),
            Event::Closed { why, unsent, .. } => Heard::Closed { words: words::closed(why), unsent },
            Event::Congested(level) => Heard::Congested(level),
            Event::Outbind { .. }
            | Event::Alert { .. }
            | Event::BindAsked(_)
            | Event::Submit { .. }
            | Event::Operation { .. } => return None,
        })
    }
}

impl Talk for Line {
    fn dialect(&self) -> Option<wire::trace::Dialect> {
        Some(wire::trace::Dialect::Smpp)
    }

    fn connected(&mut self, now: i64) {
        self.session.connected(now);
    }

    fn feed(&mut self, bytes: &[u8], now: i64) {
        self.session.feed(bytes, now);
    }

    fn hear(&mut self) -> Option<Heard> {
        while let Some(event) = self.session.poll_event() {
            if let Some(heard) = self.heard(event) {
                return Some(heard);
            }
        }
        None
    }

    fn output(&self) -> &[u8] {
        self.session.output()
    }

    fn wrote(&mut self, count: usize) {
        self.session.wrote(count);
    }

    fn tick(&mut self, now: i64) -> Option<i64> {
        self.session.tick(now)
    }

    fn is_bound(&self) -> bool {
        self.session.stage() == Stage::Bound
    }

    fn is_closed(&self) -> bool {
        self.session.stage() == Stage::Closed
    }

    fn is_proven(&self) -> bool {
        self.session.is_proven()
    }

    fn room(&self) -> usize {
        self.session.room()
    }

    fn unanswered(&self) -> usize {
        self.session.unanswered()
    }

    fn ask(&mut self, now: i64) {
        self.session.ask(now);
    }

    fn describe(&self, body: &[u8]) -> Told {
        let fields = Sm::decode(Kind::Submit, body).map(|sm| told::fields(&sm)).unwrap_or_default();
        Told { command: "submit_sm".into(), fields }
    }

    fn part_first(&self) -> Option<usize> {
        let (length, rest) = self.session.output().split_first_chunk()?;
        let is_submit = rest.starts_with(&4u32.to_be_bytes()); // clause 5.1.2.1
        usize::try_from(u32::from_be_bytes(*length)).ok().filter(|_| is_submit)
    }

    fn submit(&mut self, token: u64, body: &[u8], answer_ms: i64, now: i64) -> Result<(), Unsent> {
        match self.session.send_body(Kind::Submit, token, body, answer_ms, now) {
            Ok(_) => Ok(()),
            Err(SendError::WindowFull | SendError::NotBound | SendError::WrongBind) => Err(Unsent::NotNow),
            Err(e @ (SendError::TooLong | SendError::TooOld)) => Err(Unsent::Never(e.to_string())),
        }
    }

    fn acknowledge(&mut self, seq: u32, kept: bool) {
        self.session.answer_deliver(seq, if kept { Status::OK } else { TRY_AGAIN });
    }

    fn leave(&mut self, now: i64) {
        self.session.unbind(now);
    }

    fn lost(&mut self) {
        self.session.lost();
    }

    fn unread(&mut self) {
        self.session.unread();
    }
}
