//! The three binds and their answers, clause 4.1.

use super::codec::{Fault, Reader, put_text};
use super::{Address, Tlvs, command, tlv};

/// Which way messages may flow on a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bind {
    /// From us to the carrier only.
    Transmitter,
    /// From the carrier to us only.
    Receiver,
    /// Both ways (3.4 and later).
    Transceiver,
}

impl Bind {
    /// The command id of the bind request.
    pub const fn command(self) -> u32 {
        match self {
            Bind::Transmitter => command::BIND_TRANSMITTER,
            Bind::Receiver => command::BIND_RECEIVER,
            Bind::Transceiver => command::BIND_TRANSCEIVER,
        }
    }

    /// The bind of a request's command id.
    pub const fn of(command: u32) -> Option<Bind> {
        match command {
            command::BIND_TRANSMITTER => Some(Bind::Transmitter),
            command::BIND_RECEIVER => Some(Bind::Receiver),
            command::BIND_TRANSCEIVER => Some(Bind::Transceiver),
            _ => None,
        }
    }

    /// Whether the ESME may submit.
    pub const fn sends(self) -> bool {
        !matches!(self, Bind::Receiver)
    }

    /// Whether the SMSC may deliver.
    pub const fn receives(self) -> bool {
        !matches!(self, Bind::Transmitter)
    }
}

/// The body of a bind request.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct BindRequest<'a> {
    /// Who binds.
    pub system_id: &'a [u8],
    /// The secret; [`std::fmt::Debug`] leaves it out.
    pub password: &'a [u8],
    /// What kind of system binds.
    pub system_type: &'a [u8],
    /// 0x33, 0x34 or 0x50; anything up to 0x33 means: no TLVs.
    pub interface_version: u8,
    /// The addresses served, as a pattern.
    pub address_range: Address<'a>,
}

impl std::fmt::Debug for BindRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BindRequest")
            .field("system_id", &String::from_utf8_lossy(self.system_id))
            .field("interface_version", &self.interface_version)
            .finish_non_exhaustive()
    }
}

impl<'a> BindRequest<'a> {
    /// Reads a bind body. What 3.3 clients leave off at the end is taken as empty.
    pub fn decode(body: &'a [u8]) -> Result<Self, Fault> {
        let mut r = Reader(body);
        let (system_id, password, system_type) = (r.text(), r.text(), r.text());
        let interface_version = r.octet()?;
        let address_range = Address::read(&mut r).unwrap_or_default();
        Ok(BindRequest { system_id, password, system_type, interface_version, address_range })
    }

    /// Writes the body.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_text(out, self.system_id);
        put_text(out, self.password);
        put_text(out, self.system_type);
        out.push(self.interface_version);
        self.address_range.write(out);
    }
}

/// The body of a bind answer; absent where the bind was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BindResponse<'a> {
    /// The carrier's name for itself.
    pub system_id: &'a [u8],
    /// `sc_interface_version` and what else there is.
    pub tlvs: Tlvs<'a>,
}

impl<'a> BindResponse<'a> {
    /// Reads whatever is there; nothing in it can be wrong enough to refuse a bind that was granted.
    pub fn decode(body: &'a [u8]) -> Self {
        let mut r = Reader(body);
        BindResponse { system_id: r.text(), tlvs: Tlvs::new(r.0) }
    }

    /// The version the carrier speaks; 3.4 where it does not say.
    pub fn version(&self) -> u8 {
        self.tlvs.octet(tlv::SC_INTERFACE_VERSION).unwrap_or(0x34)
    }
}
