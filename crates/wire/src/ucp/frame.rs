//! `TRN/LEN/O|R/OT/data/CC` between STX and ETX: length, checksum, fields. Specification clause 3.

use super::error::Ec;
use crate::framed::Fault;
use crate::user_data::{hex, number, unhex};

/// Octets of `TRN/LEN/O/OT/`.
const HEADER: usize = 14;
/// Octets of the checksum.
const CHECKSUM: usize = 2;

/// A frame taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Pairs a result with its operation: 00 to 99.
    pub trn: u8,
    /// It answers an operation.
    pub is_result: bool,
    /// Which operation.
    pub operation: u8,
    /// What stood between the slashes.
    pub fields: Vec<&'a [u8]>,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.is_result { 'R' } else { 'O' };
        write!(f, "{:02}/{kind}/{:02} with {} fields", self.trn, self.operation, self.fields.len())
    }
}

impl<'a> Frame<'a> {
    /// Reads what stands between STX and ETX. A header that cannot be read names nobody who could be told.
    pub fn read(inside: &'a [u8]) -> Result<Frame<'a>, Fault> {
        let lost = Fault { number: None, operation: 0, code: Ec::SYNTAX.0 };
        let (header, rest) = inside.split_at_checked(HEADER).ok_or(lost)?;
        let slashes = [2, 8, 10, 13].iter().all(|at| header.get(*at) == Some(&b'/'));
        let part = |from: usize, to: usize| header.get(from..to).and_then(number);
        let (Some(trn), Some(length), Some(operation), true) =
            (part(0, 2), part(3, 8), part(11, 13), slashes)
        else {
            return Err(lost);
        };
        let is_result = match header.get(9) {
            Some(b'O') => false,
            Some(b'R') => true,
            _ => return Err(lost),
        };
        let (trn, operation) = (trn as u8, operation as u8);
        let fault =
            |code: Ec| Fault { number: (!is_result).then_some(u32::from(trn)), operation, code: code.0 };
        if length as usize != inside.len() {
            return Err(fault(Ec::SYNTAX));
        }
        let split = rest.len().checked_sub(CHECKSUM).ok_or(fault(Ec::SYNTAX))?;
        let (data, written) = rest.split_at(split);
        let (Some((b'/', data)), Some(written)) = (data.split_last(), unhex(written)) else {
            return Err(fault(Ec::SYNTAX));
        };
        if written != [checksum(inside, CHECKSUM)] {
            return Err(fault(Ec::CHECKSUM));
        }
        let fields = data.split(|b| *b == b'/').collect();
        Ok(Frame { trn, is_result, operation, fields })
    }

    /// The octets of a field; empty where the peer speaks of a version that has it not.
    pub fn field(&self, at: usize) -> &'a [u8] {
        self.fields.get(at).copied().unwrap_or_default()
    }
}

/// The sum of all octets but the last so many, modulo 256, clause 3.4. STX does not count.
fn checksum(octets: &[u8], last: usize) -> u8 {
    let end = octets.len().saturating_sub(last);
    octets.iter().take(end).fold(0, |sum, b| sum.wrapping_add(*b))
}

/// The body of a packet: `O/OT/field/field/…/`. A slash or a mark inside a field would begin another one.
pub(super) fn body<'a>(kind: u8, operation: u8, fields: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = vec![kind, b'/', b'0' + operation / 10 % 10, b'0' + operation % 10, b'/'];
    for field in fields {
        out.extend(field.iter().filter(|b| !matches!(b, b'/' | 0x02 | 0x03)));
        out.push(b'/');
    }
    out
}

/// The whole frame of a body.
pub(super) fn seal(trn: u32, body: &[u8], out: &mut Vec<u8>) {
    // `TRN/LEN/` has nine octets, the checksum two.
    let length = 9 + body.len() + CHECKSUM;
    out.push(0x02);
    let start = out.len();
    out.extend_from_slice(format!("{:02}/{length:05}/", trn % 100).as_bytes());
    out.extend_from_slice(body);
    let sum = checksum(&out[start..], 0);
    out.extend_from_slice(&hex(&[sum]));
    out.push(0x03);
}
