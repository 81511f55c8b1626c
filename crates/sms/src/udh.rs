//! The user data header: 3GPP 23.040 clause 9.2.3.24 and the elements of its subclauses.
//!
//! Reads anything without failing: what cannot be an element ends the list and is kept as it came. It never decides
//! what a part belongs to; that is [`crate::reassembly`].

mod concat;
mod view;

use crate::alphabet::{Language, Shift};

pub use concat::{Concat, Reference};
pub use view::{Ports, View, Waiting, WaitingFor};

/// The element that replaces the extension table, clause 9.2.3.24.15.
const SINGLE_SHIFT: u8 = 0x24;
/// The element that replaces the base table, clause 9.2.3.24.16.
const LOCKING_SHIFT: u8 = 0x25;

/// One information element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Which element (0x00 concatenation, 0x05 ports, 0x24/0x25 national tables …).
    pub id: u8,
    /// Its data.
    pub data: &'a [u8],
}

/// A header and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// The elements in order, unknown ones included.
    pub elements: Vec<Element<'a>>,
    /// Octets at the end of the header that are no element.
    pub tail: &'a [u8],
    /// The octets after the header.
    pub body: &'a [u8],
    /// Whether the elements fill the header exactly.
    pub sound: bool,
}

impl Header<'_> {
    /// The concatenation; of a repeated element the last counts (clause 9.2.3.24).
    pub fn concat(&self) -> Option<Concat> {
        self.elements.iter().rev().find_map(Concat::read)
    }

    /// The application ports; the last element that names them counts.
    pub fn ports(&self) -> Option<Ports> {
        self.elements.iter().rev().find_map(Ports::read)
    }

    /// The national tables its text is read with. Of a language we do not know, the default table stays in place
    /// (23.038 clause 6.2.1.2.4).
    pub fn shift(&self) -> Shift {
        let language = |id: u8| {
            let mut found = self.elements.iter().rev().filter(|element| element.id == id);
            found.find_map(|element| element.data.first().copied().and_then(Language::of_id))
        };
        Shift { locking: language(LOCKING_SHIFT), single: language(SINGLE_SHIFT) }
    }

    /// The header as it came, length octet first.
    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![0];
        for Element { id, data } in &self.elements {
            // `parse` took the length from one octet.
            out.extend([*id, data.len() as u8]);
            out.extend_from_slice(data);
        }
        out.extend_from_slice(self.tail);
        out[0] = (out.len() - 1) as u8;
        out
    }
}

/// Parts user data into its header and the rest; `None` when the length octet points past the end.
pub fn parse(data: &[u8]) -> Option<Header<'_>> {
    let (&length, rest) = data.split_first()?;
    let (mut tail, body) = rest.split_at_checked(usize::from(length))?;
    let mut elements = Vec::new();
    while let [id, length, rest @ ..] = tail {
        let Some((data, after)) = rest.split_at_checked(usize::from(*length)) else { break };
        elements.push(Element { id: *id, data });
        tail = after;
    }
    Some(Header { elements, tail, body, sound: tail.is_empty() })
}

/// Writes a header, length octet first; `None` when it does not fit one message (140 octets).
pub fn build(elements: &[Element<'_>]) -> Option<Vec<u8>> {
    let mut out = vec![0];
    for element in elements {
        out.extend([element.id, u8::try_from(element.data.len()).ok()?]);
        out.extend_from_slice(element.data);
    }
    out[0] = u8::try_from(out.len() - 1).ok().filter(|length| *length < 140)?;
    Some(out)
}

/// Appends the elements that announce national tables.
pub(crate) fn write_shift(shift: Shift, out: &mut Vec<u8>) {
    for (id, language) in [(SINGLE_SHIFT, shift.single), (LOCKING_SHIFT, shift.locking)] {
        out.extend(language.into_iter().flat_map(|language| [id, 1, language.id()]));
    }
}

#[cfg(test)]
mod tests;
