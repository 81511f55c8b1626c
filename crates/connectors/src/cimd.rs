//! CIMD2 as a client of a carrier.

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
use wire::cimd::{
    Cimd, Deliver, ErrorCode, Origin, Report, Request, State, Submit, WANTED_FINAL, parameter, time,
};
use wire::framed::{Credentials, Protocol};
use wire::smpp::Meaning;

/// What the account's form says.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) errors: Errors,
    /// What stands before an international number.
    pub(crate) plus: &'static str,
}

impl Tongue for Account {
    fn talk(&self, settings: &Settings, _: &Db, now: i64) -> Box<dyn Talk> {
        let who = Credentials {
            user: self.user.clone().into_bytes(),
            password: self.password.clone().into_bytes(),
            window: u8::try_from(settings.window).ok(),
            ..Credentials::default()
        };
        Box::new(Line::<Cimd>::new(who, &self.errors, settings, now))
    }

    fn encoder(&self, db: &Db) -> Encode {
        let (plus, db) = (self.plus, db.clone());
        Arc::new(move |ready| bodies(ready, plus, db.now_ms()))
    }
}

/// A row as operations 03, one a part; `now` decides how much of its validity is left.
fn bodies(ready: &Ready, plus: &str, now: i64) -> Result<Vec<Vec<u8>>, String> {
    let to = match ready.recipient.strip_prefix('+') {
        Some(digits) => format!("{plus}{digits}"),
        None => ready.recipient.clone(),
    };
    let validity = Some(time::validity((ready.valid_until - now) / 1_000));
    let from = Some(Origin::of(&ready.sender)).filter(|from| !from.display().is_empty());
    let body = |data| {
        let submit = Submit { to: to.clone(), from: from.clone(), data, wanted: WANTED_FINAL, validity };
        Cimd::body(&Request::Submit(submit.packet()))
    };
    Ok(framed::cut(ready)?.into_iter().map(body).collect())
}

impl Reads for Cimd {
    const DIALECT: wire::trace::Dialect = wire::trace::Dialect::Cimd2;

    fn delivery(request: &Request) -> Result<Delivery, u16> {
        match request {
            Request::Report(packet) => Report::read(packet).map(report).ok_or(ErrorCode::SYNTAX.0),
            Request::Deliver(packet) => {
                let deliver = Deliver::read(packet).map_err(|error| error.0)?;
                Ok(framed::message(&deliver.from, deliver.to, &deliver.data))
            }
            _ => Err(ErrorCode::UNEXPECTED.0),
        }
    }

    fn meaning(error: u16) -> Meaning {
        ErrorCode(error).meaning()
    }

    fn reason(error: u16) -> Code {
        ErrorCode(error).reason()
    }

    fn words(error: u16) -> String {
        ErrorCode(error).to_string()
    }

    fn id(id: &[u8]) -> String {
        let id = id_text(id);
        id.rsplit_once(':').map_or_else(|| id.clone(), |(number, stamp)| framed::name(number, stamp))
    }

    fn fields(request: &Request) -> String {
        let packet = request.packet();
        let said =
            |code| packet.get(code).map(|v| String::from_utf8_lossy(v).into_owned()).unwrap_or_default();
        let length = |code| packet.get(code).map(framed::length).unwrap_or_default();
        framed::lines([
            ("destination", length(parameter::DESTINATION)),
            ("originator", length(parameter::ORIGINATOR)),
            ("alphanumeric_originator", length(parameter::ALPHANUMERIC_ORIGINATOR)),
            ("data_coding_scheme", said(parameter::DATA_CODING_SCHEME)),
            ("user_data_header", length(parameter::USER_DATA_HEADER)),
            ("user_data", length(parameter::USER_DATA)),
            ("user_data_binary", length(parameter::USER_DATA_BINARY)),
            ("validity_relative", said(parameter::VALIDITY_RELATIVE)),
            ("status_report_request", said(parameter::STATUS_REPORT_REQUEST)),
        ])
    }

    fn wrong_proof(error: u16) -> bool {
        matches!(error, 100 | 101)
    }
}

fn report(report: Report) -> Delivery {
    let (status, code) = match report.state {
        State::Delivered => (Status::Delivered, Code::None),
        State::InProcess => (Status::Buffered, report.reason()),
        State::Expired => (Status::Expired, report.reason()),
        State::Failed | State::NoResponse | State::Cancelled | State::Deleted => {
            (Status::Undelivered, report.reason())
        }
    };
    let stamped = !report.stamp.is_empty();
    let smsc_id = if stamped { framed::name(&report.recipient, &report.stamp) } else { String::new() };
    Delivery::Receipt(Receipt {
        h: key(smsc_id.as_bytes()),
        smsc_id,
        status,
        code,
        detail: report.cause.map(|cause| format!("{cause:03}")).unwrap_or_default(),
        from: report.recipient,
        to: String::new(),
        text: String::new(),
    })
}
