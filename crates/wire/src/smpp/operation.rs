//! submit_multi, query_sm, cancel_sm and replace_sm, clauses 4.5, 4.8, 4.9 and 4.10: what a client asks of a server beside
//! a plain submit.
//!
//! Bodies are read from their own slice and borrowed from it; nothing here knows whose message is meant.

use super::codec::{Fault, Reader, put_text};
use super::{Address, Sm, Status, Tlvs, command};

/// Destinations of one submit_multi, clause 4.5.1.
pub const DESTINATIONS_MAX: usize = 254;

/// One of the four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation<'a> {
    /// One text to several addresses. The destination of `sm` is empty.
    Multi {
        /// The addresses, in order.
        to: Vec<Address<'a>>,
        /// Everything else.
        sm: Sm<'a>,
    },
    /// What has become of a message.
    Query {
        /// Its id.
        id: &'a [u8],
        /// Who sent it.
        source: Address<'a>,
    },
    /// A message that waits shall not be sent.
    Cancel {
        /// Its id; empty: all from this source to this destination.
        id: &'a [u8],
        /// The service type it was sent with.
        service_type: &'a [u8],
        /// Who sent it.
        source: Address<'a>,
        /// To whom.
        destination: Address<'a>,
    },
    /// A message that waits shall be another.
    Replace {
        /// Its id.
        id: &'a [u8],
        /// The new text with its times and what is to be reported. Neither alphabet nor destination stand in it: both
        /// stay as they were.
        sm: Sm<'a>,
    },
}

/// Whether a command id is one of the four.
pub(super) const fn is(command: u32) -> bool {
    matches!(command, command::SUBMIT_MULTI | command::QUERY_SM | command::CANCEL_SM | command::REPLACE_SM)
}

impl<'a> Operation<'a> {
    /// Reads the body of a command.
    pub fn decode(command: u32, body: &'a [u8]) -> Result<Self, Fault> {
        let mut r = Reader(body);
        match command {
            command::SUBMIT_MULTI => multi(&mut r),
            command::QUERY_SM => Ok(Operation::Query { id: r.text(), source: Address::read(&mut r)? }),
            command::CANCEL_SM => Ok(Operation::Cancel {
                service_type: r.text(),
                id: r.text(),
                source: Address::read(&mut r)?,
                destination: Address::read(&mut r)?,
            }),
            command::REPLACE_SM => replace(&mut r),
            _ => Err(Fault(Status::INVALID_COMMAND)),
        }
    }

    /// The command it came as.
    pub const fn command(&self) -> u32 {
        match self {
            Operation::Multi { .. } => command::SUBMIT_MULTI,
            Operation::Query { .. } => command::QUERY_SM,
            Operation::Cancel { .. } => command::CANCEL_SM,
            Operation::Replace { .. } => command::REPLACE_SM,
        }
    }
}

fn multi<'a>(r: &mut Reader<'a>) -> Result<Operation<'a>, Fault> {
    let (service_type, source) = (r.text(), Address::read(r)?);
    let count = usize::from(r.octet()?);
    if count == 0 || count > DESTINATIONS_MAX {
        return Err(Fault(Status::INVALID_DESTINATIONS));
    }
    let mut to = Vec::new();
    for _ in 0..count {
        match r.octet()? {
            1 => to.push(Address::read(r)?),
            2 => return Err(Fault(Status::INVALID_LIST)), // there are no distribution lists here
            _ => return Err(Fault(Status::INVALID_DESTINATION_FLAG)),
        }
    }
    let mut sm = Sm {
        service_type,
        source,
        esm_class: r.octet()?,
        protocol_id: r.octet()?,
        priority: r.octet()?,
        schedule: r.text(),
        validity: r.text(),
        registered_delivery: r.octet()?,
        replace_if_present: r.octet()?,
        data_coding: r.octet()?,
        default_message_id: r.octet()?,
        ..Sm::default()
    };
    let length = usize::from(r.octet()?);
    sm.short_message = r.octets(length)?;
    sm.tlvs = Tlvs::new(r.0);
    if sm.tlvs.torn() {
        return Err(Fault(Status::INVALID_TLV_STREAM));
    }
    Ok(Operation::Multi { to, sm })
}

fn replace<'a>(r: &mut Reader<'a>) -> Result<Operation<'a>, Fault> {
    let id = r.text();
    let mut sm = Sm {
        source: Address::read(r)?,
        schedule: r.text(),
        validity: r.text(),
        registered_delivery: r.octet()?,
        default_message_id: r.octet()?,
        ..Sm::default()
    };
    let length = usize::from(r.octet()?);
    sm.short_message = r.octets(length)?;
    sm.tlvs = Tlvs::new(r.0);
    Ok(Operation::Replace { id, sm })
}

/// One of them that outlives its frame: a copy of the body, read again when looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct OperationBuf {
    command: u32,
    body: Box<[u8]>,
}

impl OperationBuf {
    /// Copies a body that reads well.
    pub fn new(command: u32, body: &[u8]) -> Result<Self, Fault> {
        Operation::decode(command, body)?;
        Ok(OperationBuf { command, body: body.into() })
    }

    /// The command it came as.
    pub const fn command(&self) -> u32 {
        self.command
    }

    /// What is asked.
    pub fn view(&self) -> Operation<'_> {
        // It read well when it was made and has not changed since, so the other branch is never taken.
        Operation::decode(self.command, &self.body)
            .unwrap_or(Operation::Query { id: b"", source: Address::default() })
    }
}

impl std::fmt::Debug for OperationBuf {
    /// Neither numbers nor text: this ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OperationBuf").field(&command::name(self.command)).finish()
    }
}

/// The body of query_sm_resp, clause 4.8.2.
pub fn query_answer(id: &[u8], final_date: &[u8], state: u8, error: u8) -> Vec<u8> {
    let mut out = Vec::new();
    put_text(&mut out, id);
    put_text(&mut out, final_date);
    out.extend_from_slice(&[state, error]);
    out
}

/// The body of submit_multi_resp, clause 4.5.2: the id of what was taken, and each address that was refused.
pub fn multi_answer(id: &[u8], refused: &[(Address<'_>, Status)]) -> Vec<u8> {
    let mut out = Vec::new();
    put_text(&mut out, id);
    out.push(refused.len().min(usize::from(u8::MAX)) as u8);
    for (address, status) in refused.iter().take(usize::from(u8::MAX)) {
        address.write(&mut out);
        out.extend_from_slice(&status.0.to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MULTI: &[u8] =
        b"\0\x05\0Shop\0\x02\x01\x01\x01972501\0\x01\x01\x01972502\0\0\0\0\0\0\x01\0\0\0\x02hi";

    #[test]
    fn a_multi_names_everybody_and_one_text() {
        let Ok(Operation::Multi { to, sm }) = Operation::decode(command::SUBMIT_MULTI, MULTI) else {
            panic!("it reads well");
        };
        let to: Vec<&[u8]> = to.iter().map(|a| a.addr).collect();
        assert_eq!(to, [&b"972501"[..], b"972502"]);
        assert_eq!((sm.source.addr, sm.short_message, sm.registered_delivery), (&b"Shop"[..], &b"hi"[..], 1));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let with = |at: usize, octet: u8| {
            let mut body = MULTI.to_vec();
            body[at] = octet;
            Operation::decode(command::SUBMIT_MULTI, &body).unwrap_err().0
        };
        assert_eq!(with(8, 0), Status::INVALID_DESTINATIONS);
        assert_eq!(with(8, 255), Status::INVALID_DESTINATIONS);
        assert_eq!(with(9, 2), Status::INVALID_LIST);
        assert_eq!(with(9, 7), Status::INVALID_DESTINATION_FLAG);
        let cut = Operation::decode(command::SUBMIT_MULTI, &MULTI[..MULTI.len() - 1]).unwrap_err().0;
        assert_eq!(cut, Status::INVALID_MESSAGE_LENGTH);
        for end in 0..MULTI.len() {
            assert!(Operation::decode(command::SUBMIT_MULTI, &MULTI[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn the_short_ones_read_their_fields() {
        let query = Operation::decode(command::QUERY_SM, b"msg_1\0\x01\x01972\0").unwrap();
        let source = Address { ton: 1, npi: 1, addr: b"972" };
        assert_eq!(query, Operation::Query { id: b"msg_1", source });
        let cancel = Operation::decode(command::CANCEL_SM, b"\0msg_1\0\x01\x01972\0\0\0\0").unwrap();
        let destination = Address::default();
        assert_eq!(cancel, Operation::Cancel { id: b"msg_1", service_type: b"", source, destination });
        let body = b"msg_1\0\x01\x01972\0\0\0\x01\0\x02hi";
        let Ok(Operation::Replace { id, sm }) = Operation::decode(command::REPLACE_SM, body) else {
            panic!("it reads well");
        };
        assert_eq!((id, sm.short_message), (&b"msg_1"[..], &b"hi"[..]));
    }

    #[test]
    fn answers_are_written_by_their_clauses() {
        assert_eq!(query_answer(b"m", b"", 2, 0), b"m\0\0\x02\0");
        let refused = [(Address { ton: 1, npi: 1, addr: b"97" }, Status::INVALID_DESTINATION)];
        assert_eq!(multi_answer(b"m", &refused), b"m\0\x01\x01\x0197\0\0\0\0\x0b");
    }
}
