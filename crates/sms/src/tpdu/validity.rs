//! How long a message is worth delivering: relative, enhanced, absolute. 3GPP 23.040 clause 9.2.3.12.

use super::reader::Reader;
use super::{Fault, Stamp};

/// The validity period of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validity {
    /// As long as the service centre likes.
    #[default]
    Absent,
    /// From its arrival there, in steps (clause 9.2.3.12.1).
    Relative(u8),
    /// Seven octets of a format of their own (clause 9.2.3.12.3).
    Enhanced(Enhanced),
    /// Until an instant (clause 9.2.3.12.2).
    Absolute(Stamp),
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;

/// Seconds of a relative step.
const fn seconds(step: u8) -> u32 {
    let step = step as u32;
    match step {
        0..=143 => (step + 1) * 5 * MINUTE,
        144..=167 => 12 * HOUR + (step - 143) * 30 * MINUTE,
        168..=196 => (step - 166) * DAY,
        _ => (step - 192) * WEEK,
    }
}

impl Validity {
    /// The longest step that is no longer than this: what is late is not delivered. The shortest is five minutes.
    pub fn lasting(wanted_s: u32) -> Validity {
        let step = (0..=u8::MAX).rev().find(|step| seconds(*step) <= wanted_s);
        Validity::Relative(step.unwrap_or(0))
    }

    /// How long from its arrival, where that is said.
    pub fn seconds(&self) -> Option<u32> {
        match self {
            Validity::Relative(step) => Some(seconds(*step)),
            Validity::Enhanced(enhanced) => enhanced.seconds(),
            Validity::Absent | Validity::Absolute(_) => None,
        }
    }

    /// Bits 4 and 3 of the first octet.
    pub(super) const fn format(&self) -> u8 {
        match self {
            Validity::Absent => 0x00,
            Validity::Enhanced(_) => 0x08,
            Validity::Relative(_) => 0x10,
            Validity::Absolute(_) => 0x18,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Validity::Absent => {}
            Validity::Relative(step) => out.push(*step),
            Validity::Enhanced(enhanced) => out.extend(enhanced.0),
            Validity::Absolute(stamp) => out.extend(stamp.0),
        }
    }

    pub(super) fn read(first: u8, reader: &mut Reader<'_>) -> Result<Validity, Fault> {
        Ok(match first & 0x18 {
            0x00 => Validity::Absent,
            0x08 => Validity::Enhanced(Enhanced(reader.seven("TP-VP")?)),
            0x10 => Validity::Relative(reader.octet("TP-VP")?),
            _ => Validity::Absolute(Stamp(reader.seven("TP-VP")?)),
        })
    }
}

/// The enhanced format, octet by octet as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub [u8; 7]);

impl Enhanced {
    /// A period of up to 255 seconds.
    pub const fn in_seconds(seconds: u8) -> Enhanced {
        Enhanced([0x02, seconds, 0, 0, 0, 0, 0])
    }

    /// Tried once and then forgotten: bit 6 of its first octet.
    pub const fn single_shot(self) -> bool {
        self.0[0] & 0x40 != 0
    }

    /// The period, where the format is one we know and says one.
    pub fn seconds(&self) -> Option<u32> {
        // A set extension bit says that more functionality follows; it does not move the period, but nobody has
        // defined it.
        let at = if self.0[0] & 0x80 == 0 { 1 } else { 2 };
        let clock = |octet: u8| u32::from(octet & 0x0F) * 10 + u32::from(octet >> 4);
        match self.0[0] & 0x07 {
            1 => Some(seconds(self.0[at])),
            2 => Some(u32::from(self.0[at])).filter(|seconds| *seconds > 0),
            3 => Some(clock(self.0[at]) * HOUR + clock(self.0[at + 1]) * MINUTE + clock(self.0[at + 2])),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_the_clause() {
        for (step, wanted) in [
            (0, 300),
            (143, 12 * HOUR),
            (144, 12 * HOUR + 1_800),
            (167, DAY),
            (168, 2 * DAY),
            (169, 3 * DAY),
            (196, 30 * DAY),
            (197, 5 * WEEK),
            (255, 63 * WEEK),
        ] {
            assert_eq!(seconds(step), wanted, "{step}");
            assert_eq!(Validity::lasting(wanted), Validity::Relative(step));
        }
        assert!((0..255_u8).all(|step| seconds(step) < seconds(step + 1)));
    }

    #[test]
    fn no_step_outlasts_what_was_wanted() {
        for (wanted, lasts) in [(1, 300), (599, 300), (600, 600), (47 * HOUR, DAY), (u32::MAX, 63 * WEEK)] {
            assert_eq!(Validity::lasting(wanted).seconds(), Some(lasts), "{wanted}");
        }
    }

    #[test]
    fn enhanced_formats() {
        assert_eq!(Enhanced::in_seconds(90).seconds(), Some(90));
        assert_eq!(Enhanced([0x43, 0x10, 0x03, 0x54, 0, 0, 0]).seconds(), Some(HOUR + 30 * MINUTE + 45));
        assert!(Enhanced([0x43, 0x10, 0x03, 0x54, 0, 0, 0]).single_shot());
        assert_eq!(Enhanced([0x01, 0xA7, 0, 0, 0, 0, 0]).seconds(), Some(DAY));
        assert_eq!(Enhanced([0x00; 7]).seconds(), None);
        assert_eq!(Enhanced([0x02, 0, 0, 0, 0, 0, 0]).seconds(), None);
    }
}
