//! A client's submit_sm or data_sm as a message of ours: addresses, alphabet, times, class, what it wants to be told.
//!
//! Pure. What cannot be carried is refused with the status that says so; nothing is carried as something else.

use super::status;
use engine::Submission;
use engine::client::{Account, Charset, Notify, Part, Piece, Receipts};
use sms::Code;
use sms::alphabet::{Shift, latin1};
use sms::number::Kind;
use sms::udh::{self, Concat, Reference};
use wire::smpp::time::{self, Time};
use wire::smpp::{Address, Sm, Status, UDHI, coding, tlv};

/// The longest a message may stay worth delivering, in seconds: a week.
const VALIDITY_MAX_S: i64 = 604_800;
/// Tags that vendors give a meaning to (SMPP 3.4 clause 5.3.2).
const VENDORS: std::ops::RangeInclusive<u16> = 0x1400..=0x3FFF;
/// Elements of a user data header that may stand before a text: concatenation and national tables.
const CARRIED: [u8; 4] = [0x00, 0x08, 0x24, 0x25];
/// registered_delivery, clause 5.2.17.
const FINAL: u8 = 0x03;
const PROGRESS: u8 = 0x10;
/// Digits from which a number without its plus is taken for one with its country.
const FULL_LEAST: usize = 10;

/// What a client hands in.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// A message.
    Plain(Submission),
    /// A part, or a message whose id must be short; with everything of the message but its text.
    Piece(Piece, Submission),
}

/// Who hands in, when, and how it speaks.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub(super) account: &'a Account,
    /// Now by the wall, ms.
    pub(super) now: i64,
    /// SMPP 3.3: ids have eight digits.
    pub(super) old: bool,
}

/// Reads one message to its own destination.
pub(super) fn wish(sm: &Sm<'_>, from: From<'_>) -> Result<Wish, Status> {
    wish_to(sm, sm.destination, from)
}

/// The same to another destination (submit_multi).
pub(super) fn wish_to(sm: &Sm<'_>, to: Address<'_>, from: From<'_>) -> Result<Wish, Status> {
    let (header, octets) = sm.parted();
    let place = place(sm, header)?;
    let mut submission = frame(sm, to, from)?;
    if place.is_none() && !from.old {
        let shift = udh::parse(header).map_or(Shift::NONE, |h| h.shift());
        submission.text = text(sm.data_coding, octets, shift, from.account.terms.charset)?;
        return Ok(Wish::Plain(submission));
    }
    let piece = Piece {
        client: from.account.client,
        serial: from.account.serial,
        workspace: from.account.workspace,
        name: format!("{}\u{1f}{}", sm.source.display(), to.display()),
        place,
        wants: submission.notify & 0xFF,
        coding: sm.data_coding,
        header: header.to_vec(),
        octets: octets.to_vec(),
        short_ids: from.old,
    };
    Ok(Wish::Piece(piece, submission))
}

/// Everything of a message but its text.
fn frame(sm: &Sm<'_>, to: Address<'_>, from: From<'_>) -> Result<Submission, Status> {
    let account = from.account;
    if sm.default_message_id != 0 {
        return Err(Status::INVALID_DEFAULT_MESSAGE);
    }
    let sender = sender(&sm.source);
    if !account.terms.may_show(&sender) {
        return Err(status::of_code(Code::SenderNotAllowed));
    }
    let service = String::from_utf8_lossy(sm.service_type);
    let class = account.terms.class_of(&service).ok_or(Status::INVALID_SERVICE_TYPE)?;
    let (send_at, validity_s) = times(sm, from.now)?;
    Ok(Submission {
        workspace: account.workspace,
        to: recipient(&to, &account.country)?,
        from: Some(sender).filter(|s| !s.is_empty()),
        class: Some(class),
        send_at,
        validity_s,
        source: "smpp",
        flash: sm.is_flash(),
        tlvs: own_tlvs(sm),
        notify: Notify::of(account.serial, wants(sm.registered_delivery, account)).0,
        ..Submission::default()
    })
}

/// Parameters of vendors, which mean something to the carrier: registered entities and templates, above all.
fn own_tlvs(sm: &Sm<'_>) -> String {
    let own = sm.tlvs.iter().filter(|(tag, _)| VENDORS.contains(tag));
    let lines = own.map(|(tag, value)| sms::tlv::line(tag, value)).collect::<Vec<_>>().join("\n");
    // What would be too much for a carrier stays here: the message goes all the same.
    if sms::tlv::read(&lines).is_ok() { lines } else { String::new() }
}

/// What the client wants to be told, as its account allows.
fn wants(registered: u8, account: &Account) -> i64 {
    let both = Notify::DELIVERED | Notify::FAILED;
    let asked = match registered & FINAL {
        1 => both,
        2 => Notify::FAILED,
        3 => Notify::DELIVERED,
        _ => 0,
    };
    let progress = if registered & PROGRESS != 0 { Notify::PROGRESS } else { 0 };
    match account.terms.receipts {
        Receipts::Never => 0,
        Receipts::Always => both | progress,
        Receipts::Asked => asked | progress,
    }
}

/// When it is to go, and how long it is worth it.
pub(super) fn times(sm: &Sm<'_>, now: i64) -> Result<(Option<i64>, Option<i64>), Status> {
    let at = |text: &[u8], wrong: Status| match time::parse(text) {
        Some(Time::Default) => Ok(None),
        Some(Time::After(seconds)) => Ok(Some(now + seconds * 1_000)),
        Some(Time::At(at)) => Ok(Some(at)),
        None => Err(wrong),
    };
    let send_at = at(sm.schedule, Status::INVALID_SCHEDULE)?.filter(|at| *at > now);
    let Some(until) = at(sm.validity, Status::INVALID_EXPIRY)? else { return Ok((send_at, None)) };
    let seconds = (until - send_at.unwrap_or(now)) / 1_000;
    if seconds <= 0 {
        return Err(Status::INVALID_EXPIRY);
    }
    Ok((send_at, Some(seconds.min(VALIDITY_MAX_S))))
}

/// What handsets show: digits with a plus where the type of number says so, letters as they are.
fn sender(source: &Address<'_>) -> String {
    let shown = source.display().trim().to_owned();
    match source.ton {
        1 if shown.starts_with("00") => format!("+{}", &shown[2..]),
        _ => shown,
    }
}

/// To whom: as a number of the workspace's country, or as a whole one that lacks its plus.
pub(super) fn recipient(to: &Address<'_>, country: &str) -> Result<String, Status> {
    let shown = to.display().trim().to_owned();
    if shown.is_empty() {
        return Err(Status::INVALID_DESTINATION);
    }
    let bare = shown.trim_start_matches('+');
    let whole = format!("+{}", bare.strip_prefix("00").unwrap_or(bare));
    if to.ton == 1 {
        return Ok(whole);
    }
    let known = |text: &str| sms::number::normalise(text, country).kind != Kind::Invalid;
    // A range that no plan knows yet may be one all the same: the gate decides about what is written in full.
    let full = bare.len() >= FULL_LEAST && bare.bytes().all(|b| b.is_ascii_digit());
    let as_whole = !known(&shown) && !bare.starts_with('0') && (full || known(&whole));
    Ok(if as_whole { whole } else { shown })
}

/// Where the message stands among its parts. A header that says more than a text needs cannot be carried.
fn place(sm: &Sm<'_>, header: &[u8]) -> Result<Option<Concat>, Status> {
    let read = udh::parse(header);
    if sm.esm_class & UDHI != 0 && read.is_none() {
        return Err(Status::INVALID_ESM_CLASS);
    }
    let foreign = read.as_ref().is_some_and(|h| h.elements.iter().any(|e| !CARRIED.contains(&e.id)));
    let ports = [tlv::SOURCE_PORT, tlv::DESTINATION_PORT].iter().any(|tag| sm.tlvs.get(*tag).is_some());
    if foreign || ports {
        return Err(Status::INVALID_ESM_CLASS);
    }
    let of_header = read.and_then(|h| h.concat()).filter(|c| c.total > 1);
    let of_tlvs = sm.tlvs.sar().map(|(reference, total, seq)| Concat {
        reference: Reference::Sixteen(reference),
        total,
        seq,
    });
    Ok(of_header.or(of_tlvs))
}

/// The text of octets.
pub(super) fn text(data_coding: u8, octets: &[u8], shift: Shift, charset: Charset) -> Result<String, Status> {
    let read = match (data_coding, charset) {
        (coding::DEFAULT, Charset::Latin1) => Some(latin1::decode(octets)),
        (coding::DEFAULT, Charset::Utf8) => Some(String::from_utf8_lossy(octets).into_owned()),
        _ => coding::decode_with(data_coding, octets, shift),
    };
    read.ok_or(Status::INVALID_CODING)
}

/// The text of parts that are whole: one run of octets where all are in one alphabet, so that what was cut within a
/// character is one again.
pub(super) fn joined(parts: &[Part], charset: Charset) -> Option<String> {
    let first = parts.first()?;
    let shift = |part: &Part| udh::parse(&part.header).map_or(Shift::NONE, |h| h.shift());
    let coding = |part: &Part| u8::try_from(part.coding).unwrap_or(coding::OCTETS);
    if parts.iter().all(|p| p.coding == first.coding && shift(p) == shift(first)) {
        let octets: Vec<u8> = parts.iter().flat_map(|p| p.octets.iter().copied()).collect();
        return text(coding(first), &octets, shift(first), charset).ok();
    }
    parts.iter().map(|p| text(coding(p), &p.octets, shift(p), charset).ok()).collect()
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
