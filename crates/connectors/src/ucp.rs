//! EMI/UCP as a client of a carrier.

use crate::errors::Errors;
use crate::framed::{self, Line, Reads};
use crate::incoming::{id_text, key};
use crate::letter::Encode;
use crate::talk::{Delivery, Settings, Talk, Tongue};
use sms::{Code, Status};
use std::sync::Arc;
use store::Db;
use store::machine::outbox::Ready;
use store::machine::settle::Receipt;
use wire::framed::{Credentials, Protocol};
use wire::smpp::Meaning;
use wire::ucp::{Ec, Field, Message, Request, State, Ucp, time};

/// NT: reports on what was delivered and what was not; those in between only repeat what is known.
const REPORTS: &str = "3";

/// What the account's form says.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) ton: u8,
    pub(crate) npi: u8,
    pub(crate) errors: Errors,
    /// What stands before an international number.
    pub(crate) plus: &'static str,
    /// How far the carrier's clock is ahead of UTC; `None` leaves the end of a message's validity to the carrier.
    pub(crate) zone_min: Option<i64>,
}

impl Tongue for Account {
    fn talk(&self, settings: &Settings, _: &Db, now: i64) -> Box<dyn Talk> {
        let who = Credentials {
            user: self.user.clone().into_bytes(),
            password: self.password.clone().into_bytes(),
            ton: self.ton,
            npi: self.npi,
            window: None,
        };
        Box::new(Line::<Ucp>::new(who, &self.errors, settings, now))
    }

    fn encoder(&self, _: &Db) -> Encode {
        let (plus, zone_min) = (self.plus, self.zone_min);
        Arc::new(move |ready| bodies(ready, plus, zone_min))
    }
}

/// A row as operations 51, one a part.
fn bodies(ready: &Ready, plus: &str, zone_min: Option<i64>) -> Result<Vec<Vec<u8>>, String> {
    let mut out = Vec::new();
    for data in framed::cut(ready)? {
        let mut message = Message::default();
        message.set_recipient(&ready.recipient, plus).map_err(|ec| ec.to_string())?;
        message.set_originator(&ready.sender);
        message.set(Field::NRq, "1").set(Field::NT, REPORTS);
        if let Some(zone) = zone_min {
            message.set(Field::VP, time::minute(ready.valid_until, zone));
        }
        message.set_user_data(&data).map_err(|ec| ec.to_string())?;
        out.push(Ucp::body(&Request::Submit(Box::new(message))));
    }
    Ok(out)
}

impl Reads for Ucp {
    const DIALECT: wire::trace::Dialect = wire::trace::Dialect::Ucp;

    fn delivery(request: &Request) -> Result<Delivery, u16> {
        match request {
            Request::Notify(message) => report(message).ok_or(Ec::SYNTAX.0),
            Request::Deliver(message) => {
                let data = message.user_data().map_err(|ec| ec.0)?;
                Ok(framed::message(&message.originator(), id_text(message.get(Field::AdC)), &data))
            }
            _ => Err(Ec::UNSUPPORTED.0),
        }
    }

    fn meaning(error: u16) -> Meaning {
        Ec(error).meaning()
    }

    fn reason(error: u16) -> Code {
        Ec(error).reason()
    }

    fn words(error: u16) -> String {
        Ec(error).to_string()
    }

    fn id(id: &[u8]) -> String {
        let id = id_text(id);
        id.rsplit_once(':').map_or_else(|| id.clone(), |(number, stamp)| framed::name(number, stamp))
    }

    fn fields(request: &Request) -> String {
        let Request::Submit(message) = request else { return String::new() };
        let said = |field| String::from_utf8_lossy(message.get(field)).into_owned();
        let length = |field| framed::length(message.get(field));
        framed::lines([
            ("AdC", length(Field::AdC)),
            ("OAdC", length(Field::OAdC)),
            ("OTOA", said(Field::OTOA)),
            ("NRq", said(Field::NRq)),
            ("NT", said(Field::NT)),
            ("VP", said(Field::VP)),
            ("MT", said(Field::MT)),
            ("NB", said(Field::NB)),
            ("MCLs", said(Field::MCLs)),
            ("Msg", length(Field::Msg)),
            ("XSer", length(Field::XSer)),
        ])
    }

    fn wrong_proof(error: u16) -> bool {
        Ec(error) == Ec::AUTHENTICATION
    }
}

/// Operation 53; `None` where it says no state.
fn report(message: &Message) -> Option<Delivery> {
    let report = message.report()?;
    let (recipient, stamp) = (id_text(&report.recipient), id_text(&report.stamp));
    let (status, code) = match report.state {
        State::Delivered => (Status::Delivered, Code::None),
        State::Buffered => (Status::Buffered, report.reason.reason()),
        State::NotDelivered => (Status::Undelivered, report.reason.reason()),
    };
    // Without a stamp it names a number, and no message.
    let smsc_id = if stamp.is_empty() { String::new() } else { framed::name(&recipient, &stamp) };
    Some(Delivery::Receipt(Receipt {
        h: key(smsc_id.as_bytes()),
        smsc_id,
        status,
        code,
        detail: format!("{:03}", report.reason.0),
        from: recipient,
        to: id_text(message.get(Field::AdC)),
        text: message.user_data().ok().and_then(|data| data.text()).unwrap_or_default(),
    }))
}
