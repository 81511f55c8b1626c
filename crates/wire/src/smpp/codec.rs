//! Framing, the header, and the reader and writer of octets under every PDU body.

use super::Status;

/// Octets of a PDU header, clause 3.2.1.
pub const HEADER: usize = 16;

/// A body that cannot be read; the status is the answer it deserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault(pub Status);

/// The four words before every body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Octets of the PDU, header included.
    pub length: u32,
    /// What it is; see [`super::command`].
    pub command: u32,
    /// Zero in requests; the outcome in responses.
    pub status: Status,
    /// Pairs a response with its request.
    pub sequence: u32,
}

impl Header {
    /// Reads the header of a whole frame; `None` if there are fewer than sixteen octets.
    pub fn read(frame: &[u8]) -> Option<Header> {
        let word =
            |at: usize| -> Option<u32> { Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?)) };
        Some(Header { length: word(0)?, command: word(4)?, status: Status(word(8)?), sequence: word(12)? })
    }
}

/// The length of the frame that begins here: `None` while its first four octets are not all there.
///
/// An impossible length (below a header, above `max`) leaves no way to find the next PDU: the link must end.
pub fn frame_length(bytes: &[u8], max: usize) -> Result<Option<usize>, Fault> {
    let Some(first) = bytes.first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_be_bytes(*first) as usize;
    if length < HEADER || length > max {
        return Err(Fault(Status::INVALID_COMMAND_LENGTH));
    }
    Ok(Some(length))
}

/// Reads a body from the front.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn octet(&mut self) -> Result<u8, Fault> {
        let (first, rest) = self.0.split_first().ok_or(Fault(Status::INVALID_COMMAND_LENGTH))?;
        self.0 = rest;
        Ok(*first)
    }

    /// A C-octet string of any length: longer than the clause allows is the sender's fault and our knowledge.
    /// Where the body ends before the NUL the rest is the string, as sloppy peers mean it.
    pub(super) fn text(&mut self) -> &'a [u8] {
        let body = self.0;
        match body.iter().position(|b| *b == 0) {
            Some(nul) => {
                self.0 = &body[nul + 1..];
                &body[..nul]
            }
            None => {
                self.0 = &[];
                body
            }
        }
    }

    /// Octets by count; the fault is that of a message length that lies.
    pub(super) fn octets(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        if count > self.0.len() {
            return Err(Fault(Status::INVALID_MESSAGE_LENGTH));
        }
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes a C-octet string; a NUL inside would end it early and let what follows pose as the next field.
pub(super) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    let end = text.iter().position(|b| *b == 0).unwrap_or(text.len());
    out.extend_from_slice(&text[..end]);
    out.push(0);
}

/// Begins a PDU: the header with a length to be filled in by [`finish`]. Gives where it began.
pub(super) fn begin(out: &mut Vec<u8>, command: u32, status: Status, sequence: u32) -> usize {
    let start = out.len();
    let mut header = [0u8; HEADER];
    header[4..8].copy_from_slice(&command.to_be_bytes());
    header[8..12].copy_from_slice(&status.0.to_be_bytes());
    header[12..16].copy_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&header);
    start
}

/// Writes the length of the PDU that began at `start`.
pub(super) fn finish(out: &mut [u8], start: usize) {
    let length = (out.len() - start) as u32;
    if let Some(head) = out.get_mut(start..start + 4) {
        head.copy_from_slice(&length.to_be_bytes());
    }
}

/// A PDU of a header alone.
pub(super) fn bare(out: &mut Vec<u8>, command: u32, status: Status, sequence: u32) {
    let start = begin(out, command, status, sequence);
    finish(out, start);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_length_is_a_fault_and_a_short_one_a_wait() {
        let max = 64 * 1024;
        for (bytes, want) in [
            (&[][..], Ok(None)),
            (&[0, 0, 0], Ok(None)),
            (&[0, 0, 0, 16], Ok(Some(16))),
            (&[0, 1, 0, 0], Ok(Some(65536))),
            (&[0, 0, 0, 0], Err(Fault(Status::INVALID_COMMAND_LENGTH))),
            (&[0, 0, 0, 15], Err(Fault(Status::INVALID_COMMAND_LENGTH))),
            (&[0, 1, 0, 1], Err(Fault(Status::INVALID_COMMAND_LENGTH))),
            (&[0x80, 0, 0, 0], Err(Fault(Status::INVALID_COMMAND_LENGTH))),
            (&[0xFF; 4], Err(Fault(Status::INVALID_COMMAND_LENGTH))),
        ] {
            assert_eq!(frame_length(bytes, max), want, "{bytes:02x?}");
        }
    }

    #[test]
    fn a_nul_inside_a_field_cannot_begin_another_field() {
        let mut out = Vec::new();
        put_text(&mut out, b"4545\0\x01\x01evil");
        assert_eq!(out, b"4545\0");
    }
}
