//! Sessions of SMPP, both sides: a stream means the same in any cut, and a PDU that is bad costs itself alone: what
//! comes after it is read as if it had not been there.

use super::smpp;
use crate::{Seen, Target, hold, in_any_pieces};
use wire::smpp::{Config, Event, HEADER, Kind, Session, Sm, Stage, Status, command};

pub(super) const TARGET: Target = Target {
    name: "session",
    about: "SMPP sessions of both sides: a stream in any cut, and whether they stay in step after a bad PDU",
    seeds,
    words: smpp::WORDS,
    mend: None,
    run,
    memory: (400, 150_000),
    longest: 1_200,
    cases: 5_000,
};

/// The sequence number of the question that must be answered.
const PROBE: u32 = 0x0F0F_0F0F;

fn seeds() -> Vec<Vec<u8>> {
    let mut out = smpp::seeds();
    out.push(smpp::seeds().concat());
    out
}

/// What a session told and wrote.
#[derive(Debug, PartialEq)]
struct Said {
    events: Vec<Event>,
    output: Vec<u8>,
    closed: bool,
}

fn bare(id: u32, sequence: u32) -> Vec<u8> {
    [HEADER as u32, id, 0, sequence].iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn pdu(id: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut out = bare(id, sequence);
    out.extend_from_slice(body);
    smpp::mend(&mut out);
    out
}

fn take(session: &mut Session) -> Vec<Event> {
    let events = std::iter::from_fn(|| session.poll_event()).collect();
    let written = session.output().len();
    session.wrote(written);
    events
}

/// The carrier's side, bound and with two messages of its own open.
fn carrier() -> Session {
    let mut session = Session::smsc(Config { operations: true, ..Config::default() }, 0);
    session.feed(&pdu(command::BIND_TRANSCEIVER, 1, b"shop\0secret\0\0\x34\0\0\0"), 0);
    session.answer_bind(Status::OK, 0);
    open(&mut session, Kind::Deliver);
    session
}

/// The client's side, bound and with two messages open.
fn client() -> Session {
    let mut session = Session::esme(Config { system_id: "shop".into(), ..Config::default() }, 0);
    take(&mut session);
    session.feed(&pdu(command::BIND_TRANSCEIVER | command::RESPONSE, 1, b"SMSC\0"), 0);
    open(&mut session, Kind::Submit);
    session
}

fn open(session: &mut Session, kind: Kind) {
    for token in [1, 2] {
        let _ = session.send(kind, token, &Sm { short_message: b"hi", ..Sm::default() }, 60_000, 0);
    }
    take(session);
}

fn said(mut session: Session, pieces: &mut dyn Iterator<Item = &[u8]>) -> Said {
    pieces.for_each(|piece| session.feed(piece, 5));
    let events = std::iter::from_fn(|| session.poll_event()).collect();
    Said { events, output: session.output().to_vec(), closed: session.stage() == Stage::Closed }
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    for (side, session) in [("carrier", carrier as fn() -> Session), ("client", client)] {
        let whole =
            in_any_pieces(case, |pieces| said(session(), pieces)).map_err(|why| format!("{side}: {why}"))?;
        for event in &whole.events {
            seen.mark((side, std::mem::discriminant(event)));
            if let Event::Malformed { command, status } = event {
                seen.mark((side, command, status.0));
            }
        }
        seen.mark((side, whole.closed, whole.output.len() / HEADER));
        in_step(case, side, session())?;
    }
    Ok(())
}

/// Whatever stands in the body of a well-framed PDU, the next one is read.
fn in_step(case: &[u8], side: &str, session: Session) -> Result<(), String> {
    let mut stream = case.to_vec();
    if stream.len() < HEADER {
        return Ok(());
    }
    smpp::mend(&mut stream);
    stream.extend(bare(command::ENQUIRE_LINK, PROBE));
    let said = said(session, &mut std::iter::once(stream.as_slice()));
    let answer = bare(command::ENQUIRE_LINK | command::RESPONSE, PROBE);
    hold(said.closed || said.output.ends_with(&answer), || format!("{side}: out of step after a PDU"))?;
    // Only a goodbye, or a word that the peer lost count of us, ends it.
    let id = u32::from_be_bytes([case[4], case[5], case[6], case[7]]);
    let ends = [command::UNBIND, command::UNBIND | command::RESPONSE, command::GENERIC_NACK];
    hold(!said.closed || ends.contains(&id), || format!("{side}: one PDU ended the session"))
}
