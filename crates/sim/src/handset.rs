//! What virtual phones show: parts joined, alphabets read, a bounded inbox each.

use std::collections::{HashMap, VecDeque};

use sms::alphabet::Shift;
use sms::udh;
use wire::smpp::{Sm, coding};

/// A message as a handset shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// When its last part came, ms since 1970.
    pub at: i64,
    /// The sender as shown.
    pub from: String,
    /// The whole text.
    pub text: String,
    /// Parts it came in.
    pub parts: u8,
    /// The carrier's id of its last part to come.
    pub id: String,
}

/// Which long message a part belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Long {
    from: String,
    reference: u32,
    total: u8,
}

#[derive(Debug)]
struct Joining {
    long: Long,
    coding: u8,
    shift: Shift,
    parts: Vec<Option<Vec<u8>>>,
}

#[derive(Debug, Default)]
struct Handset {
    inbox: VecDeque<(Shown, bool)>,
    joining: VecDeque<Joining>,
}

/// Long messages a phone waits for at one time; the oldest is forgotten.
const JOINING: usize = 8;

/// One part taken out of its PDU.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) total: u8,
    pub(crate) number: u8,
    reference: u32,
    shift: Shift,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    /// Finds the part's place by its user data header, or by the sar TLVs.
    pub(crate) fn of(sm: &Sm<'a>) -> Part<'a> {
        let (header, body) = sm.split();
        let header = udh::parse(header);
        let shift = header.as_ref().map_or(Shift::NONE, udh::Header::shift);
        let concat = header.and_then(|h| h.concat()).filter(|c| c.total > 1);
        if let Some(c) = concat {
            let reference = match c.reference {
                udh::Reference::Eight(r) => u32::from(r),
                udh::Reference::Sixteen(r) => 1 << 16 | u32::from(r),
            };
            return Part { total: c.total, number: c.seq, reference, shift, body };
        }
        match sm.tlvs.sar() {
            Some((r, total, number)) => {
                Part { total, number, reference: 2 << 16 | u32::from(r), shift, body }
            }
            None => Part { total: 1, number: 1, reference: 0, shift, body },
        }
    }

    /// The text of this part alone.
    pub(crate) fn text(&self, data_coding: u8) -> String {
        text(data_coding, self.shift, self.body)
    }
}

/// Octets that are no text are shown as a phone's log would: in hex.
fn text(data_coding: u8, shift: Shift, octets: &[u8]) -> String {
    coding::decode_with(data_coding, octets, shift)
        .unwrap_or_else(|| octets.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" "))
}

/// Numbers with and without their plus are the same phone.
pub(crate) fn key(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

/// All phones.
#[derive(Debug)]
pub(crate) struct Handsets {
    phones: HashMap<String, Handset>,
    order: VecDeque<String>,
    inbox_keep: usize,
    phones_keep: usize,
}

impl Handsets {
    pub(crate) fn new(inbox_keep: usize, phones_keep: usize) -> Self {
        Handsets {
            phones: HashMap::new(),
            order: VecDeque::new(),
            inbox_keep,
            phones_keep: phones_keep.max(1),
        }
    }

    fn phone(&mut self, number: &str) -> &mut Handset {
        let number = key(number);
        if !self.phones.contains_key(number) {
            if self.order.len() >= self.phones_keep
                && let Some(oldest) = self.order.pop_front()
            {
                self.phones.remove(&oldest);
            }
            self.order.push_back(number.to_owned());
        }
        self.phones.entry(number.to_owned()).or_default()
    }

    /// A part arrives. Gives the message if it is whole now.
    pub(crate) fn take(&mut self, sm: &Sm<'_>, id: String, at: i64) -> Option<Shown> {
        let (from, to) = (sm.source.display().into_owned(), sm.destination.display());
        let part = Part::of(sm);
        let keep = self.inbox_keep;
        let phone = self.phone(&to);
        let (text, parts) = if part.total == 1 {
            (part.text(sm.data_coding), 1)
        } else {
            let long = Long { from: from.clone(), reference: part.reference, total: part.total };
            let whole = phone.join(long, sm.data_coding, &part)?;
            let octets: Vec<u8> = whole.parts.into_iter().flatten().flatten().collect();
            (text(whole.coding, whole.shift, &octets), part.total)
        };
        let shown = Shown { at, from, text, parts, id };
        if phone.inbox.len() >= keep {
            phone.inbox.pop_front();
        }
        phone.inbox.push_back((shown.clone(), false));
        Some(shown)
    }

    /// What a phone holds, oldest first.
    pub(crate) fn inbox(&self, number: &str) -> Vec<Shown> {
        let phone = self.phones.get(key(number));
        phone.map_or_else(Vec::new, |p| p.inbox.iter().map(|(shown, _)| shown.clone()).collect())
    }

    /// The first message that was not found before and pleases; it is found then.
    pub(crate) fn find(&mut self, number: &str, pleases: impl Fn(&Shown) -> bool) -> Option<Shown> {
        let phone = self.phones.get_mut(key(number))?;
        let (shown, found) = phone.inbox.iter_mut().find(|(shown, found)| !*found && pleases(shown))?;
        *found = true;
        Some(shown.clone())
    }
}

impl Handset {
    /// Puts a part to its others; gives them when all are there. A repeated part changes nothing.
    fn join(&mut self, long: Long, coding: u8, part: &Part<'_>) -> Option<Joining> {
        let at = match self.joining.iter().position(|j| j.long == long) {
            Some(at) => at,
            None => {
                if self.joining.len() >= JOINING {
                    self.joining.pop_front();
                }
                let parts = vec![None; usize::from(long.total)];
                self.joining.push_back(Joining { long, coding, shift: part.shift, parts });
                self.joining.len() - 1
            }
        };
        let joining = self.joining.get_mut(at)?;
        let place = joining.parts.get_mut(usize::from(part.number).checked_sub(1)?)?;
        *place = Some(part.body.to_vec());
        if joining.parts.iter().any(Option::is_none) {
            return None;
        }
        self.joining.remove(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sms::parts::{Reference, split};
    use wire::smpp::{TlvBuf, UDHI, destination, source, tlv};

    fn handsets() -> Handsets {
        Handsets::new(3, 2)
    }

    #[test]
    fn parts_in_any_order_and_doubled_are_shown_once_and_whole() {
        let text = "שלום 🌍 ".repeat(40);
        let cut = split(&text, Reference::Eight(7), 255).unwrap();
        assert!(cut.parts.len() > 3);
        let mut handsets = handsets();
        let mut shown = Vec::new();
        for part in cut.parts.iter().rev().chain(&cut.parts[1..2]) {
            let octets = [&part.udh[..], &part.body].concat();
            let sm = Sm {
                source: source("Shop"),
                destination: destination("+972501234567"),
                esm_class: UDHI,
                data_coding: coding::UCS2,
                short_message: &octets,
                ..Sm::default()
            };
            shown.extend(handsets.take(&sm, String::new(), 5));
        }
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].text.as_str(), usize::from(shown[0].parts)), (text.as_str(), cut.parts.len()));
        assert_eq!(handsets.inbox("972501234567"), shown);
    }

    #[test]
    fn texts_by_national_tables_are_read_by_them() {
        let manner = sms::parts::Manner { shifts: "turkish".parse().unwrap(), ..Default::default() };
        let text = "İyi günler, şişli ığdır çay. ".repeat(9);
        let cut = sms::parts::split_as(&text, &manner).unwrap();
        assert!(cut.encoding == sms::Encoding::Gsm7 && cut.parts.len() == 2);
        let mut handsets = handsets();
        let mut shown = None;
        for part in &cut.parts {
            let octets = [&part.udh[..], &part.body].concat();
            let sm = Sm { esm_class: UDHI, short_message: &octets, ..Sm::default() };
            shown = handsets.take(&sm, String::new(), 5);
        }
        assert_eq!(shown.unwrap().text, text);
    }

    #[test]
    fn sar_tlvs_join_and_two_senders_do_not_mix() {
        let mut handsets = handsets();
        let mut take = |from: &str, number: u8, octets: &[u8]| {
            let mut tlvs = TlvBuf::new();
            tlvs.push(tlv::SAR_MSG_REF_NUM, &[0, 9]).push(tlv::SAR_TOTAL_SEGMENTS, &[2]);
            tlvs.push(tlv::SAR_SEGMENT_SEQNUM, &[number]);
            let sm = Sm {
                source: source(from),
                destination: destination("+1555"),
                short_message: octets,
                tlvs: tlvs.view(),
                ..Sm::default()
            };
            handsets.take(&sm, String::new(), 1).map(|s| s.text)
        };
        assert_eq!(take("A", 1, b"a1"), None);
        assert_eq!(take("B", 2, b"b2"), None);
        assert_eq!(take("A", 2, b"a2").as_deref(), Some("a1a2"));
        assert_eq!(take("B", 1, b"b1").as_deref(), Some("b1b2"));
    }

    #[test]
    fn inboxes_and_phones_are_bounded_and_a_message_is_found_once() {
        let mut handsets = handsets();
        let mut take = |to: &str, text: &[u8]| {
            let sm = Sm { destination: destination(to), short_message: text, ..Sm::default() };
            handsets.take(&sm, String::new(), 1).unwrap();
        };
        (b'a'..=b'e').for_each(|letter| take("+1001", &[letter]));
        let texts = |h: &Handsets, n| h.inbox(n).into_iter().map(|s| s.text).collect::<String>();
        assert_eq!(texts(&handsets, "+1001"), "cde");
        assert!(handsets.find("+1001", |s| s.text == "d").is_some());
        assert!(handsets.find("+1001", |s| s.text == "d").is_none());
        for to in ["+1002", "+1003"] {
            let sm = Sm { destination: destination(to), short_message: b"x", ..Sm::default() };
            handsets.take(&sm, String::new(), 1).unwrap();
        }
        assert_eq!(texts(&handsets, "+1001"), "", "the oldest phone is forgotten");
        assert_eq!(texts(&handsets, "+1003"), "x");
    }
}
