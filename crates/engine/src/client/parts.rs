//! What a client sends in parts is one message: parts are kept as rows until all are there.
//!
//! A part is answered when it is kept, so it survives what the answer promises. The last one submits the whole text
//! in the same transaction. Parts whose others never come end as expired, and their client is told.

use super::machine::{self, Part};
use super::{Notify, client_out};
use crate::Result;
use crate::submit::{self, Accepted, Refusal, Submission};
use sms::reassembly::{Limits, Reassembly, Taken};
use sms::udh::{Concat, Reference};
use sms::{Code, Status};
use store::Tx;
use store::decision::{self, Decision};

/// A part on its way in, or a whole message that its client knows by another id than ours.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The client.
    pub client: i64,
    /// Its number in the notify column.
    pub serial: i64,
    /// Its workspace.
    pub workspace: i64,
    /// From whom to whom, as the client writes it, and whatever else parts of one text share.
    pub name: String,
    /// Its place in the text; `None`: it is the whole.
    pub place: Option<Concat>,
    /// What the client asked to be told: flags of [`Notify`].
    pub wants: i64,
    /// Its data_coding.
    pub coding: u8,
    /// Its user data header.
    pub header: Vec<u8>,
    /// What follows it.
    pub octets: Vec<u8>,
    /// Whether the client takes ids of eight digits only (SMPP 3.3).
    pub short_ids: bool,
}

/// Makes the message of parts that are whole; `None` where their octets are no text.
pub type Whole<'w> = &'w dyn Fn(&[Part]) -> Option<Submission>;

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is kept, and others are missing; or it was here already. Under this id.
    Kept(String),
    /// It was the last: the text is a message. Under this id.
    Done(String, Accepted),
    /// It was the last, and the text was refused.
    Refused(Refusal),
    /// It was the last, and the octets are no text.
    NoText,
}

/// What [`Reassembly`] compares.
#[derive(Debug, Clone)]
struct Piled(Part);

impl AsRef<[u8]> for Piled {
    fn as_ref(&self) -> &[u8] {
        &self.0.octets
    }
}

/// Takes a part, or a whole message that needs another id.
pub fn put(tx: &mut Tx<'_>, piece: &Piece, whole: Whole<'_>) -> Result<Put> {
    tx.may_accept()?;
    let id = tx.id();
    let mut part = Part {
        id,
        seq: piece.place.map_or(1, |p| i64::from(p.seq)),
        given: String::new(),
        wants: piece.wants,
        coding: i64::from(piece.coding),
        header: piece.header.clone(),
        octets: piece.octets.clone(),
    };
    let Some(place) = piece.place else {
        part.given = given(tx, piece, id)?;
        return submit_whole(tx, piece, &[part], whole);
    };
    let name = name_of(piece, place);
    let mut pile = Reassembly::new(Limits { age_ms: i64::MAX, repeat_ms: 0, ..Limits::default() });
    let here = machine::parts(tx, piece.client, &name)?;
    for (turn, one) in (0..).zip(&here) {
        let seq = u8::try_from(one.seq).unwrap_or(1);
        pile.take((), Concat { seq, ..place }, Piled(one.clone()), turn);
    }
    part.given = given(tx, piece, id)?;
    match pile.take((), place, Piled(part.clone()), i64::MAX).0 {
        Taken::Waits { .. } => {
            machine::keep(tx, piece.workspace, piece.client, &name, &part)?;
            Ok(Put::Kept(part.given))
        }
        Taken::Repeat => {
            let same = here.into_iter().find(|p| p.seq == part.seq && p.octets == part.octets);
            Ok(Put::Kept(same.map_or(part.given, |p| p.given)))
        }
        Taken::Whole(parts) => {
            let parts: Vec<Part> = parts.into_iter().map(|p| p.0).collect();
            let ids: Vec<i64> = parts.iter().map(|p| p.id).collect();
            machine::drop_parts(tx, &ids)?;
            submit_whole(tx, piece, &parts, whole)
        }
    }
}

fn name_of(piece: &Piece, place: Concat) -> String {
    let (width, reference) = match place.reference {
        Reference::Eight(n) => (8, u32::from(n)),
        Reference::Sixteen(n) => (16, u32::from(n)),
    };
    format!("{}\u{1f}{width}\u{1f}{reference}\u{1f}{}", piece.name, place.total)
}

/// The id a client is given for what is not the message itself.
fn given(tx: &mut Tx<'_>, piece: &Piece, id: i64) -> Result<String> {
    if !piece.short_ids {
        return Ok(super::id_text(id));
    }
    // Eight hex digits of what changes fastest in an id; one that the client holds already is passed over.
    let (high, low) = (id >> 22, id & 0x3F_FFFF);
    let mut number = ((high << 10) ^ low) as u32;
    loop {
        let text = format!("{number:08X}");
        if machine::of_given(tx, piece.client, &text)?.is_none() {
            return Ok(text);
        }
        number = number.wrapping_add(1);
    }
}

fn submit_whole(tx: &mut Tx<'_>, piece: &Piece, parts: &[Part], whole: Whole<'_>) -> Result<Put> {
    let newest = parts.iter().max_by_key(|p| p.id);
    let (last, given) = newest.map_or((0, String::new()), |p| (p.id, p.given.clone()));
    let wants = parts.iter().fold(Notify::GIVEN, |all, p| all | p.wants);
    let submission = whole(parts).map(|one| Submission { notify: Notify::of(piece.serial, wants).0, ..one });
    let Some(submission) = submission else {
        tell(tx, piece, parts.iter().filter(|p| p.id != last), Status::Rejected, Code::EncodingImpossible)?;
        return Ok(Put::NoText);
    };
    let verdict = submit::submit(tx, std::slice::from_ref(&submission))?.pop();
    match verdict {
        Some(Ok(accepted)) => {
            let all: Vec<(String, i64)> = parts.iter().map(|p| (p.given.clone(), p.wants)).collect();
            machine::give(tx, piece.workspace, piece.client, accepted.id, &all)?;
            Ok(Put::Done(given, accepted))
        }
        Some(Err(refusal)) => {
            tell(tx, piece, parts.iter().filter(|p| p.id != last), Status::Rejected, refusal.code)?;
            Ok(Put::Refused(refusal))
        }
        None => Err(store::Error::Undone.into()),
    }
}

/// Parts that were answered and come to nothing: their client is told, where it asked.
fn tell<'p>(
    tx: &mut Tx<'_>,
    piece: &Piece,
    parts: impl Iterator<Item = &'p Part>,
    status: Status,
    code: Code,
) -> Result<()> {
    let rows: Vec<client_out::New> = parts
        .filter(|p| Notify(p.wants).wants(status, code))
        .map(|p| client_out::New {
            client: piece.client,
            inbound: false,
            about: 0,
            given: p.given.clone(),
            status,
            code,
            detail: piece.name.clone(),
        })
        .collect();
    if rows.is_empty() { Ok(()) } else { Ok(client_out::put(tx, &rows)?) }
}

/// What never became a message has nobody but its own parts to say from whom to whom it was.
pub(super) fn address(waiting: &mut client_out::Waiting) {
    if waiting.about == 0 {
        let mut words = waiting.detail.split('\u{1f}').map(str::to_owned);
        waiting.sender = words.next().unwrap_or_default();
        waiting.recipient = words.next().unwrap_or_default();
        waiting.accepted_at = waiting.at;
    }
}

/// Ends parts that have waited too long for the others; gives how many.
pub(super) fn give_up(tx: &mut Tx<'_>, wait_ms: i64, limit: i64) -> Result<usize> {
    let before = tx.steady_now() - wait_ms;
    let lost = machine::lost_parts(tx, before, limit)?;
    if lost.is_empty() {
        return Ok(0);
    }
    let decisions: Vec<Decision> = lost
        .iter()
        .map(|part| Decision {
            id: tx.id(),
            workspace: part.workspace,
            tag: 0,
            class: sms::Class::Transactional,
            code: Code::ExpiredHere,
            rule: "parts.missing".into(),
            source: "smpp".into(),
            at: tx.now(),
            law: String::new(),
            inputs: String::new(),
        })
        .collect();
    decision::insert(tx, &decisions)?;
    let told: Vec<client_out::New> = lost
        .iter()
        .filter(|p| Notify(p.wants).wants(Status::Expired, Code::ExpiredHere))
        .map(|p| client_out::New {
            client: p.client,
            inbound: false,
            about: 0,
            given: p.given.clone(),
            status: Status::Expired,
            code: Code::ExpiredHere,
            detail: p.name.clone(),
        })
        .collect();
    if !told.is_empty() {
        client_out::put(tx, &told)?;
    }
    let ids: Vec<i64> = lost.iter().map(|p| p.id).collect();
    machine::drop_parts(tx, &ids)?;
    Ok(lost.len())
}
