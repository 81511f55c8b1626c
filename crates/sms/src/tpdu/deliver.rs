//! SMS-DELIVER: a message on its way to a handset. 3GPP 23.040 clause 9.2.2.1.

use super::reader::Reader;
use super::{Address, Dcs, Fault, Stamp, UserData, bit, kind};

/// A message received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliver {
    /// TP-MMS, whose bit is set when nothing more waits.
    pub more: bool,
    /// TP-LP: forwarded, and not to be forwarded again.
    pub forwarded: bool,
    /// TP-SRI: its sender gets a status report.
    pub report: bool,
    /// TP-RP: the answer may take the same way.
    pub reply_path: bool,
    /// TP-OA.
    pub originator: Address,
    /// TP-PID.
    pub protocol: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-SCTS: when the service centre took it.
    pub taken_at: Stamp,
    /// TP-UD.
    pub user: UserData,
}

impl Deliver {
    /// The text, where it is one.
    pub fn text(&self) -> Option<String> {
        self.user.text(self.dcs)
    }

    /// A message of type 0: acknowledged, shown to nobody and not stored (clause 9.2.3.9).
    pub const fn is_silent(&self) -> bool {
        self.protocol == 0x40
    }

    /// Writes it.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(176);
        out.push(
            bit(!self.more, 0x04)
                | bit(self.forwarded, 0x08)
                | bit(self.report, 0x20)
                | bit(!self.user.header.is_empty(), 0x40)
                | bit(self.reply_path, 0x80),
        );
        self.originator.write(&mut out);
        out.extend([self.protocol, self.dcs.0]);
        out.extend(self.taken_at.0);
        self.user.write(self.dcs, &mut out)?;
        Ok(out)
    }

    /// Reads it.
    pub fn decode(octets: &[u8]) -> Result<Deliver, Fault> {
        if kind(octets)? != 0 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        let originator = Address::read(&mut reader, "TP-OA")?;
        let protocol = reader.octet("TP-PID")?;
        let dcs = Dcs(reader.octet("TP-DCS")?);
        let taken_at = Stamp(reader.seven("TP-SCTS")?);
        // A message without text may end here.
        let length = reader.octet("TP-UDL").unwrap_or(0);
        Ok(Deliver {
            more: first & 0x04 == 0,
            forwarded: first & 0x08 != 0,
            report: first & 0x20 != 0,
            reply_path: first & 0x80 != 0,
            originator,
            protocol,
            dcs,
            taken_at,
            user: UserData::read(first & 0x40 != 0, dcs, length, reader.left()),
        })
    }
}
