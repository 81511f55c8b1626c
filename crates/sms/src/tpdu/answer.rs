//! SMS-SUBMIT-REPORT and SMS-DELIVER-REPORT: the answers to a message, good or bad. 3GPP 23.040 clauses 9.2.2.1a and
//! 9.2.2.2a. Whether one is good the layer below says (RP-ACK or RP-ERROR), not a bit of its own.

use super::reader::Reader;
use super::{Dcs, Fault, Stamp, UserData, bit, kind};

/// TP-PI and what it announces (clause 9.2.3.27).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// TP-PID.
    pub protocol: Option<u8>,
    /// TP-DCS.
    pub dcs: Option<Dcs>,
    /// TP-UD.
    pub user: Option<UserData>,
}

impl Extras {
    pub(super) fn has_header(&self) -> bool {
        self.user.as_ref().is_some_and(|user| !user.header.is_empty())
    }

    fn indicator(&self) -> u8 {
        bit(self.protocol.is_some(), 0x01) | bit(self.dcs.is_some(), 0x02) | bit(self.user.is_some(), 0x04)
    }

    /// Appends what there is; nothing at all where there is nothing, as a report may end before TP-PI.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        if self.indicator() != 0 {
            out.push(self.indicator());
            self.write_values(out)?;
        }
        Ok(())
    }

    fn write_values(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        out.extend(self.protocol);
        out.extend(self.dcs.map(|dcs| dcs.0));
        match &self.user {
            Some(user) => user.write(self.dcs.unwrap_or_default(), out),
            None => Ok(()),
        }
    }

    /// Reads TP-PI and its values; what is missing at the end was not sent.
    pub(super) fn read(has_header: bool, reader: &mut Reader<'_>) -> Extras {
        match reader.octet("TP-PI") {
            Ok(indicator) => Extras::read_values(indicator, has_header, reader),
            Err(_) => Extras::default(),
        }
    }

    fn read_values(indicator: u8, has_header: bool, reader: &mut Reader<'_>) -> Extras {
        // Extended indicators are followed by more of their kind, none of which announces anything yet.
        let mut next = indicator;
        while next & 0x80 != 0 {
            next = reader.octet("TP-PI").unwrap_or(0);
        }
        let mut optional = |mask: u8, field| {
            if indicator & mask == 0 { None } else { reader.octet(field).ok() }
        };
        let protocol = optional(0x01, "TP-PID");
        let dcs = optional(0x02, "TP-DCS").map(Dcs);
        let length = optional(0x04, "TP-UDL");
        let user =
            length.map(|length| UserData::read(has_header, dcs.unwrap_or_default(), length, reader.left()));
        Extras { protocol, dcs, user }
    }
}

/// The service centre's answer to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitReport {
    /// TP-FCS, in a negative answer; [`super::cause`] has the words.
    pub cause: Option<u8>,
    /// TP-SCTS: when the centre took it, or refused it.
    pub taken_at: Stamp,
    /// What may follow.
    pub extras: Extras,
}

impl SubmitReport {
    /// Writes it.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let mut out = vec![0x01 | bit(self.extras.has_header(), 0x40)];
        out.extend(self.cause);
        out.push(self.extras.indicator());
        out.extend(self.taken_at.0);
        self.extras.write_values(&mut out)?;
        Ok(out)
    }

    /// Reads it; whether it is a negative answer, the layer below knows.
    pub fn decode(octets: &[u8], negative: bool) -> Result<SubmitReport, Fault> {
        if kind(octets)? != 1 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        let cause = if negative { Some(reader.octet("TP-FCS")?) } else { None };
        let indicator = reader.octet("TP-PI")?;
        let taken_at = Stamp(reader.seven("TP-SCTS")?);
        let extras = Extras::read_values(indicator & 0x7F, first & 0x40 != 0, &mut reader);
        Ok(SubmitReport { cause, taken_at, extras })
    }
}

/// A handset's answer to a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliverReport {
    /// TP-FCS, in a negative answer.
    pub cause: Option<u8>,
    /// What may follow.
    pub extras: Extras,
}

impl DeliverReport {
    /// Writes it.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let mut out = vec![bit(self.extras.has_header(), 0x40)];
        out.extend(self.cause);
        out.push(self.extras.indicator());
        self.extras.write_values(&mut out)?;
        Ok(out)
    }

    /// Reads it; whether it is a negative answer, the layer below knows.
    pub fn decode(octets: &[u8], negative: bool) -> Result<DeliverReport, Fault> {
        if kind(octets)? != 0 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        let cause = if negative { Some(reader.octet("TP-FCS")?) } else { None };
        Ok(DeliverReport { cause, extras: Extras::read(first & 0x40 != 0, &mut reader) })
    }
}
