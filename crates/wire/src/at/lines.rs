//! Octets cut into lines and prompts. A line that never ends is dropped whole, so memory is bounded.

/// The longest line kept: a PDU is at most 2 × 176 digits, the longest answers a few hundred characters.
const LONGEST: usize = 4_096;

/// What stood on the wire.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A line without its end; never empty.
    Line(String),
    /// `>` at the beginning of a line, which nothing ends.
    Prompt,
    /// Octets that came without an end for too long.
    Dropped(usize),
}

#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    /// Octets thrown away of a line that is still going on.
    dropped: usize,
    /// A prompt was seen; the blank that usually follows is no line.
    after_prompt: bool,
}

impl Lines {
    /// Takes one octet. A prompt is looked for only where one is expected: `>` may begin a text.
    pub(super) fn push(&mut self, octet: u8, prompt_expected: bool) -> Option<Piece> {
        if std::mem::take(&mut self.after_prompt) && octet == b' ' {
            return None;
        }
        match octet {
            b'\r' | b'\n' => self.end(),
            // Left over from a modem that was asked to abort, or of line noise.
            0x00 | 0x1A | 0x1B => None,
            b'>' if prompt_expected && self.line.is_empty() && self.dropped == 0 => {
                self.after_prompt = true;
                Some(Piece::Prompt)
            }
            _ if self.line.len() >= LONGEST || self.dropped > 0 => {
                self.dropped += 1 + std::mem::take(&mut self.line).len();
                None
            }
            _ => {
                self.line.push(octet);
                None
            }
        }
    }

    fn end(&mut self) -> Option<Piece> {
        if self.dropped > 0 {
            return Some(Piece::Dropped(std::mem::take(&mut self.dropped)));
        }
        // Modems in other character sets than asked for write octets that are no UTF-8.
        let line = String::from_utf8_lossy(&self.line).trim().to_owned();
        self.line.clear();
        (!line.is_empty()).then_some(Piece::Line(line))
    }
}
