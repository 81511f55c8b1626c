//! One number as one row mentions it, packed for the way through the sorting: some 80 octets of what a person is later
//! made of. Pure.

/// What a row says of the person behind one of its numbers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention<'a> {
    /// The tag of the number.
    pub(super) tag: i64,
    /// The row, from 1.
    pub(super) row: u64,
    /// Rows that are done when it is written: its own, if it is the first number of it.
    pub(super) rows: u64,
    /// How many later mentions of the same number were folded into it.
    pub(super) repeats: u64,
    /// The number, E.164.
    pub(super) number: &'a str,
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    /// What the consent column says, if it says yes or no.
    pub(super) consent: Option<bool>,
    /// When they answered, ms since 1970, where the row says so.
    pub(super) said_at: Option<i64>,
}

const YES: u8 = 1;
const NO: u8 = 2;
const DATED: u8 = 4;

/// Writes a mention and its fields, each a place among the names and a value, behind what `out` holds.
pub(super) fn pack<'f>(
    out: &mut Vec<u8>,
    mention: &Mention<'_>,
    fields: impl ExactSizeIterator<Item = (u16, &'f str)>,
) {
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    let flags = flag(mention.consent == Some(true), YES)
        | flag(mention.consent == Some(false), NO)
        | flag(mention.said_at.is_some(), DATED);
    out.push(flags);
    out.extend_from_slice(&mention.tag.to_le_bytes());
    for n in [mention.row, mention.rows, mention.repeats] {
        size(out, n);
    }
    if let Some(at) = mention.said_at {
        out.extend_from_slice(&at.to_le_bytes());
    }
    for text in [mention.number, mention.first_name, mention.last_name] {
        put(out, text);
    }
    size(out, fields.len() as u64);
    for (name, value) in fields {
        size(out, u64::from(name));
        put(out, value);
    }
}

fn put(out: &mut Vec<u8>, text: &str) {
    size(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// A number in as few octets as it needs, seven bits each.
fn size(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Reads mentions back. `None` where the octets are not what [`pack`] wrote, which only a failing disk brings about.
pub(super) struct Unpack<'a>(pub(super) &'a [u8]);

impl<'a> Unpack<'a> {
    /// The next mention; its fields are read by [`Unpack::fields`] right behind it.
    pub(super) fn mention(&mut self) -> Option<Mention<'a>> {
        let (&flags, rest) = self.0.split_first()?;
        self.0 = rest;
        let tag = self.fixed()?;
        let (row, rows, repeats) = (self.size()?, self.size()?, self.size()?);
        let said_at = if flags & DATED == 0 { None } else { Some(self.fixed()?) };
        let consent = match (flags & YES != 0, flags & NO != 0) {
            (true, _) => Some(true),
            (_, no) => no.then_some(false),
        };
        let (number, first_name, last_name) = (self.text()?, self.text()?, self.text()?);
        Some(Mention { tag, row, rows, repeats, number, first_name, last_name, consent, said_at })
    }

    /// The tag of the next mention, passing over the rest of it.
    pub(super) fn pass(&mut self) -> Option<i64> {
        let tag = self.mention()?.tag;
        for _ in 0..self.size()? {
            self.size()?;
            self.text()?;
        }
        Some(tag)
    }

    /// The fields of the mention that was just read.
    pub(super) fn fields(&mut self) -> Option<Vec<(u16, String)>> {
        let n = self.size()?;
        let mut fields = Vec::with_capacity(usize::try_from(n).ok()?.min(self.0.len()));
        for _ in 0..n {
            let name = u16::try_from(self.size()?).ok()?;
            fields.push((name, self.text()?.to_owned()));
        }
        Some(fields)
    }

    fn fixed(&mut self) -> Option<i64> {
        let (octets, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*octets))
    }

    fn size(&mut self) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let (&octet, rest) = self.0.split_first()?;
            self.0 = rest;
            n |= u64::from(octet & 0x7F) << shift;
            if octet & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.size()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(row: u64, consent: Option<bool>, said_at: Option<i64>) -> Mention<'static> {
        Mention {
            tag: -7 - row as i64,
            row,
            rows: row % 2,
            repeats: row / 3,
            number: "+972502345671",
            first_name: "נועה",
            last_name: "",
            consent,
            said_at,
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let long = "x".repeat(1_000);
        let fields = [(0u16, "Haifa"), (300, long.as_str()), (65_535, "")];
        let all = [some(1, None, None), some(300, Some(true), Some(-1)), some(u64::MAX, Some(false), None)];
        let mut out = Vec::new();
        for mention in &all {
            pack(&mut out, mention, fields.into_iter());
        }
        let mut packed = Unpack(&out);
        for mention in &all {
            assert_eq!(packed.mention().as_ref(), Some(mention));
            let read = packed.fields().unwrap();
            assert!(read.iter().map(|(n, v)| (*n, v.as_str())).eq(fields));
        }
        assert!(packed.0.is_empty() && packed.mention().is_none());
        let mut passed = Unpack(&out);
        assert!(all.iter().all(|mention| passed.pass() == Some(mention.tag)) && passed.0.is_empty());
    }

    #[test]
    fn octets_that_were_cut_off_are_no_mention() {
        let mut out = Vec::new();
        pack(&mut out, &some(3, None, Some(5)), [(1u16, "Acre")].into_iter());
        for len in 0..out.len() {
            let mut packed = Unpack(&out[..len]);
            assert!(packed.mention().and_then(|_| packed.fields()).is_none(), "{len}");
        }
    }
}
