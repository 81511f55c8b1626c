//! Finds the frames in a stream: what stands between STX and ETX. What stands between ETX and STX is nobody's.

const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// A frame, without its STX and ETX.
    Whole,
    /// A frame that another STX interrupted.
    Torn,
    /// More octets than a frame may have.
    Overlong,
}

#[derive(Debug, Default)]
pub(super) struct Frames {
    held: Vec<u8>,
    inside: bool,
    /// What was held has been given out.
    spent: bool,
    /// Octets that stood outside of any frame.
    pub(super) skipped: u64,
}

impl Frames {
    /// Whether a frame has begun and not ended.
    pub(super) fn is_inside(&self) -> bool {
        self.inside
    }

    /// The octets of what [`Frames::next`] found.
    pub(super) fn frame(&self) -> &[u8] {
        &self.held
    }

    /// Reads up to the end of the next frame. `None` when more octets are needed; then `bytes` is empty.
    pub(super) fn next(&mut self, bytes: &mut &[u8], max: usize) -> Option<Cut> {
        if std::mem::take(&mut self.spent) {
            self.held.clear();
        }
        if !self.inside {
            let start = bytes.iter().position(|b| *b == STX);
            self.skipped += start.unwrap_or(bytes.len()) as u64;
            *bytes = start.and_then(|at| bytes.get(at + 1..)).unwrap_or_default();
            self.inside = start.is_some();
        }
        if !self.inside {
            return None;
        }
        let end = bytes.iter().position(|b| matches!(*b, STX | ETX));
        let (piece, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
        *bytes = rest.get(1..).unwrap_or_default();
        if self.held.len() + piece.len() > max {
            self.spent = true;
            // Where the long one ends is the next mark, or still to be found.
            self.inside = rest.first() == Some(&STX);
            return Some(Cut::Overlong);
        }
        self.held.extend_from_slice(piece);
        let mark = rest.first()?;
        self.spent = true;
        self.inside = *mark == STX;
        Some(if self.inside { Cut::Torn } else { Cut::Whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&[u8]]) -> Vec<(Cut, Vec<u8>)> {
        let mut frames = Frames::default();
        let mut out = Vec::new();
        for piece in pieces {
            let mut bytes = *piece;
            while let Some(cut) = frames.next(&mut bytes, 5) {
                out.push((cut, frames.frame().to_vec()));
            }
            assert!(bytes.is_empty());
        }
        out
    }

    #[test]
    fn frames_are_found_in_any_cut_and_between_any_noise() {
        let stream = b"hello\r\n\x02ab\x03noise\x02\x03\x02cd\x02ef\x03\x02toolong\x03x\x02gh\x03";
        let whole = [
            (Cut::Whole, b"ab".to_vec()),
            (Cut::Whole, vec![]),
            (Cut::Torn, b"cd".to_vec()),
            (Cut::Whole, b"ef".to_vec()),
        ];
        for size in 1..stream.len() {
            let pieces: Vec<&[u8]> = stream.chunks(size).collect();
            let found = all(&pieces);
            assert_eq!(found[..4], whole, "pieces of {size}");
            assert_eq!(found[4].0, Cut::Overlong, "pieces of {size}");
            assert_eq!(found[5..], [(Cut::Whole, b"gh".to_vec())], "pieces of {size}");
        }
    }
}
