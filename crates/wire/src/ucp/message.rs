//! The 33 fields of the 50-series, clause 5.1: submission, delivery and report are one shape.

use super::address::{self, Address};
use super::error::{Ec, Rsn};
use super::frame::Frame;
use super::transfer::{digits, letters};
use super::xser::{self, DCS, Service, UDH};
use crate::UserData;
use crate::smpp::coding::{self, Alphabet};
use crate::user_data::{hex, number, unhex};
use sms::alphabet::gsm7;

/// Fields of an operation of the 50-series.
const FIELDS: usize = 33;
/// Bits of a transparent message, clause 5.1: the 140 octets of a short message.
const BITS_MAX: usize = 1_120;

/// The fields in their order. Names as in the specification.
#[allow(missing_docs, reason = "they are the specification's own words")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    AdC,
    OAdC,
    AC,
    NRq,
    NAdC,
    NT,
    NPID,
    LRq,
    LRAd,
    LPID,
    DD,
    DDT,
    VP,
    RPID,
    Scts,
    Dst,
    Rsn,
    Dscts,
    MT,
    NB,
    Msg,
    MMS,
    PR,
    DCs,
    MCLs,
    RPI,
    CPg,
    RPLy,
    OTOA,
    HPLMN,
    XSer,
    RES4,
    RES5,
}

/// What a report says of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Dst 0.
    Delivered,
    /// Dst 1: the carrier still tries.
    Buffered,
    /// Dst 2.
    NotDelivered,
}

/// Operation 53, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose handset it is about: OAdC.
    pub recipient: Vec<u8>,
    /// With the recipient the name of the message; empty where the carrier left it out.
    pub stamp: Vec<u8>,
    /// What became of it.
    pub state: State,
    /// Why.
    pub reason: Rsn,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("state", &self.state)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// An operation of the 50-series: its fields as they stand in the frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    fields: [Vec<u8>; FIELDS],
}

impl Default for Message {
    fn default() -> Self {
        Message { fields: std::array::from_fn(|_| Vec::new()) }
    }
}

impl std::fmt::Debug for Message {
    /// Neither numbers nor text: this ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = |at: Field| String::from_utf8_lossy(self.get(at)).into_owned();
        f.debug_struct("Message")
            .field("mt", &said(Field::MT))
            .field("octets", &self.get(Field::Msg).len())
            .field("xser", &self.get(Field::XSer).len())
            .finish_non_exhaustive()
    }
}

impl Message {
    /// Takes as many fields as there are: versions 3.x have fewer, 5.x more.
    pub(super) fn read(frame: &Frame<'_>) -> Message {
        Message { fields: std::array::from_fn(|at| frame.field(at).to_vec()) }
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(Vec::as_slice)
    }

    /// The octets of a field.
    pub fn get(&self, field: Field) -> &[u8] {
        &self.fields[field as usize]
    }

    /// Sets a field.
    pub fn set(&mut self, field: Field, octets: impl Into<Vec<u8>>) -> &mut Message {
        self.fields[field as usize] = octets.into();
        self
    }

    /// Sets the recipient; `plus` stands before an international number, mostly `00` or nothing.
    pub fn set_recipient(&mut self, number: &str, plus: &str) -> Result<(), Ec> {
        self.set(Field::AdC, address::recipient(number, plus)?);
        Ok(())
    }

    /// Sets the sender.
    pub fn set_originator(&mut self, sender: &str) {
        let Address { oadc, otoa } = Address::originator(sender);
        self.set(Field::OAdC, oadc).set(Field::OTOA, otoa);
    }

    /// The sender as a person writes it.
    pub fn originator(&self) -> String {
        let [oadc, otoa] = [Field::OAdC, Field::OTOA].map(|at| self.get(at).to_vec());
        Address { oadc, otoa }.display()
    }

    /// The extra services in their order, unknown ones included.
    pub fn services(&self) -> Result<Vec<Service>, Ec> {
        xser::read(self.get(Field::XSer))
    }

    /// Writes a text: septets as MT 3, all else as MT 4 with its coding and header in XSer.
    pub fn set_user_data(&mut self, data: &UserData) -> Result<(), Ec> {
        let mut services = Vec::new();
        if !data.header.is_empty() {
            services.push(Service { kind: UDH, data: data.header.clone() });
        }
        if data.is_gsm7() {
            self.set(Field::MT, "3").set(Field::NB, "").set(Field::MCLs, "");
        } else {
            let bits = data.octets.len() * 8;
            if bits > BITS_MAX {
                return Err(Ec::TOO_LONG);
            }
            // The class is said once, by the coding; a carrier that reads no XSer takes it from MCLs.
            self.set(Field::MT, "4").set(Field::NB, format!("{bits:04}")).set(Field::MCLs, "1");
        }
        if data.coding != coding::DEFAULT {
            services.push(Service { kind: DCS, data: vec![data.coding] });
        }
        self.set(Field::Msg, hex(&data.octets)).set(Field::XSer, xser::write(&services));
        Ok(())
    }

    /// Reads the text with header and coding.
    pub fn user_data(&self) -> Result<UserData, Ec> {
        let services = self.services()?;
        let of = |kind: u8| services.iter().rev().find(|s| s.kind == kind).map(|s| s.data.clone());
        let header = of(UDH).unwrap_or_default();
        if header.first().is_some_and(|length| usize::from(*length) + 1 != header.len()) {
            return Err(Ec::SYNTAX);
        }
        let said = match of(DCS).as_deref() {
            Some([coding]) => Some(*coding),
            Some(_) => return Err(Ec::SYNTAX),
            None => None,
        };
        let text = self.get(Field::Msg);
        let mut data = match self.get(Field::MT) {
            b"2" => digits(text)?,
            // Reports and small messages come without a type.
            b"3" | b"" => letters(text)?,
            b"4" => self.transparent(text, said.unwrap_or(coding::OCTETS), header.len())?,
            _ => return Err(Ec(23)),
        };
        // A class or a waiting light beside letters: their alphabet stays.
        if let Some(coding) = said.filter(|c| coding::alphabet(*c) == coding::alphabet(data.coding)) {
            data.coding = coding;
        }
        Ok(UserData { header, ..data })
    }

    /// TMsg with NB: octets, or septets packed as on the air.
    fn transparent(&self, text: &[u8], coding: u8, header: usize) -> Result<UserData, Ec> {
        let octets = unhex(text).ok_or(Ec::SYNTAX)?;
        let bits = match self.get(Field::NB) {
            b"" => octets.len() * 8,
            digits => number(digits).ok_or(Ec::SYNTAX)? as usize,
        };
        if bits > octets.len() * 8 {
            return Err(Ec::SYNTAX);
        }
        if bits > BITS_MAX {
            return Err(Ec::TOO_LONG);
        }
        let octets = if coding::alphabet(coding) == Alphabet::Gsm7 {
            let fill = gsm7::fill_bits(header);
            gsm7::unpack(&octets, fill, bits.saturating_sub(fill) / 7)
        } else {
            // Bits that make no whole octet are in one all the same.
            octets.get(..bits.div_ceil(8)).unwrap_or_default().to_vec()
        };
        Ok(UserData { coding, header: Vec::new(), octets })
    }

    /// Makes it a report of a carrier on a message it took at `stamp`.
    pub fn set_report(&mut self, state: State, reason: Rsn, stamp: &str, done: &str) {
        let dst = match state {
            State::Delivered => "0",
            State::Buffered => "1",
            State::NotDelivered => "2",
        };
        self.set(Field::Scts, stamp).set(Field::Dst, dst).set(Field::Rsn, format!("{:03}", reason.0));
        self.set(Field::Dscts, done);
    }

    /// What it reports, as operation 53; `None` where it says no state.
    pub fn report(&self) -> Option<Report> {
        let state = match self.get(Field::Dst) {
            b"0" => State::Delivered,
            b"1" => State::Buffered,
            b"2" => State::NotDelivered,
            _ => return None,
        };
        let reason =
            Rsn(number(self.get(Field::Rsn)).and_then(|n| u16::try_from(n).ok()).unwrap_or_default());
        let (recipient, stamp) = (self.get(Field::OAdC).to_vec(), self.get(Field::Scts).to_vec());
        Some(Report { recipient, stamp, state, reason })
    }

    /// The kinds of report that are wanted, clause 5.1: bit 0 delivered, 1 not delivered, 2 buffered.
    pub fn wants(&self) -> u8 {
        if self.get(Field::NRq) != b"1" {
            return 0;
        }
        match self.get(Field::NT) {
            [digit @ b'0'..=b'7'] => digit - b'0',
            // Asked for without saying which: the two that end a message.
            _ => 3,
        }
    }
}
