//! SMPP beside a second opinion, the `rusmpp` crate: whatever both read, both understand alike; whatever one alone reads
//! is on the list below with the clause that makes it right, or is a fault of ours.

use super::smpp;
use crate::{Seen, Target, hold};
use bytes::BytesMut;
use rusmpp::Command;
use rusmpp::decode::DecodeWithLength;
use rusmpp::encode::{Encode, Length};
use wire::smpp::{BindRequest, Fault, HEADER, Header, Kind, Operation, Sm, command, frame_length};

pub(super) const TARGET: Target = Target {
    name: "rusmpp",
    about: "SMPP bodies read by rusmpp too: every disagreement is on a list with its clause, or is found",
    seeds: smpp::seeds,
    words: smpp::WORDS,
    mend: Some(smpp::mend),
    run,
    memory: (200, 64_000),
    longest: 700,
    cases: 15_000,
};

/// What rusmpp made of a frame.
enum Theirs {
    /// Its octets as it writes them again, after the header.
    Read(Vec<u8>),
    /// It took fewer or more octets than the frame has.
    OutOfStep,
    Refused,
}

fn theirs(frame: &[u8]) -> Theirs {
    // Its own stream codec takes command_length off before.
    let mut octets = BytesMut::from(&frame[4..]);
    let length = octets.len();
    match Command::decode(&mut octets, length) {
        Ok((_, taken)) if taken != length || !octets.is_empty() => Theirs::OutOfStep,
        Ok((command, _)) => {
            let mut out = vec![0; command.length()];
            let written = command.encode(&mut out);
            out.truncate(written);
            Theirs::Read(out.split_off(HEADER - 4))
        }
        Err(_) => Theirs::Refused,
    }
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let Ok(Some(length)) = frame_length(case, smpp::PDU_MAX) else { return Ok(()) };
    let Some(frame) = case.get(..length) else { return Ok(()) };
    let Some(header) = Header::read(frame) else { return Ok(()) };
    let body = &frame[HEADER..];
    let kind = [Kind::Submit, Kind::Deliver, Kind::Data].into_iter().find(|k| k.command() == header.command);
    let (sides, why) = match (header.command, kind) {
        (_, Some(kind)) => message(kind, frame, body)?,
        (command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER, _) => {
            bind(frame, body)?
        }
        (command::SUBMIT_MULTI | command::QUERY_SM | command::CANCEL_SM | command::REPLACE_SM, _) => {
            operation(header.command, frame, body)?
        }
        _ => return Ok(()),
    };
    seen.mark((header.command, sides, why));
    Ok(())
}

/// Who read it, and why not both.
type Verdict = (&'static str, &'static str);

fn message(kind: Kind, frame: &[u8], body: &[u8]) -> Result<Verdict, String> {
    let ours = Sm::decode(kind, body);
    match (ours, theirs(frame)) {
        (Ok(ours), Theirs::Read(written)) => {
            let theirs = Sm::decode(kind, &written)
                .map_err(|f| format!("we do not read what rusmpp writes: {f:?}"))?;
            agree(&ours, &theirs)
        }
        (Ok(ours), Theirs::Refused | Theirs::OutOfStep) => lenient(&ours, body),
        (Err(_), Theirs::Refused | Theirs::OutOfStep) => Ok(("neither", "")),
        // Clause 4.4.1 and its like: a request has all its mandatory fields, and rusmpp takes one without a body.
        (Err(_), Theirs::Read(_)) if body.is_empty() => Ok(("theirs", "no body")),
        (Err(fault), Theirs::Read(_)) => {
            Err(format!("rusmpp reads what we refuse with {fault:?}: {body:x?}"))
        }
    }
}

/// Both have read it: every field that both keep is the same.
fn agree(ours: &Sm<'_>, theirs: &Sm<'_>) -> Result<Verdict, String> {
    let plain = |sm: &Sm<'_>| {
        let (from, to) = (sm.source, sm.destination);
        let addresses = [from, to].map(|a| (a.ton, a.npi, a.addr.to_vec()));
        let octets =
            [sm.protocol_id, sm.priority, sm.replace_if_present, sm.data_coding, sm.default_message_id];
        let texts = [sm.service_type, sm.schedule, sm.validity, sm.short_message].map(<[u8]>::to_vec);
        (addresses, octets, texts)
    };
    hold(plain(ours) == plain(theirs), || format!("{:?} and to rusmpp {:?}", plain(ours), plain(theirs)))?;
    // Values that 3.4 reserves it keeps as a kind of its own and writes as they came.
    hold(
        (ours.esm_class, ours.registered_delivery) == (theirs.esm_class, theirs.registered_delivery),
        || {
            let of = |sm: &Sm<'_>| (sm.esm_class, sm.registered_delivery);
            format!("esm_class and registered_delivery {:?}, to rusmpp {:?}", of(ours), of(theirs))
        },
    )?;
    let known = |sm: &Sm<'_>| sm.tlvs.iter().map(|(tag, value)| (tag, value.to_vec())).collect::<Vec<_>>();
    let (ours, theirs) = (known(ours), known(theirs));
    hold(ours == theirs, || format!("TLVs {ours:x?}, to rusmpp {theirs:x?}"))?;
    Ok(("both", "alike"))
}

/// We alone have read it. Why that is right; `Err` where nobody knows.
fn lenient(sm: &Sm<'_>, body: &[u8]) -> Result<Verdict, String> {
    let times = [sm.schedule, sm.validity];
    let reasons: &[(bool, &'static str)] = &[
        // Clause 5.2.8 caps addresses at 21 octets, 4.7.1 in data_sm at 65, where rusmpp has 21 too; carriers send longer
        // ones, and refusing loses a message that names its sender.
        (sm.source.addr.len() >= 21 || sm.destination.addr.len() >= 21, "long address"),
        // Clause 5.2.11 gives service_type six octets; vendors use more.
        (sm.service_type.len() >= 6, "long service type"),
        // Clause 2.7: C-octet strings are ASCII, and Latin-1 senders are everywhere.
        (
            [sm.source.addr, sm.destination.addr, sm.service_type, sm.schedule, sm.validity]
                .iter()
                .any(|s| !s.is_ascii()),
            "no ASCII",
        ),
        // Clause 7.1: sixteen digits or none; shorter ones are read as they are meant.
        (times.iter().any(|t| !matches!(t.len(), 0 | 16)), "short time"),
        // Clause 3.2.4.1: a TLV that is torn, or not of the length of its clause (5.3.2), spoils itself alone. The
        // server's session answers RINVOPTPARSTREAM to a torn one.
        (!sm.tlvs.raw().is_empty(), "TLVs that are no TLVs of the clause"),
        // Clause 5.2.1: C-octet strings end with NUL; the last one of a body may lack it.
        (!body.contains(&0), "no NUL"),
    ];
    let known = reasons.iter().find(|(holds, _)| *holds).map(|(_, why)| ("ours", *why));
    known.ok_or_else(|| format!("we read what rusmpp refuses, and nobody knows why: {sm:?}"))
}

fn bind(frame: &[u8], body: &[u8]) -> Result<Verdict, String> {
    match (BindRequest::decode(body), theirs(frame)) {
        (Ok(ours), Theirs::Read(written)) => {
            let theirs = BindRequest::decode(&written)
                .map_err(|f| format!("we do not read what rusmpp writes: {f:?}"))?;
            hold(ours == theirs, || format!("a bind {ours:?}, to rusmpp {theirs:?}"))?;
            Ok(("both", "alike"))
        }
        // Clause 5.2.1 to 5.2.3: names and secrets are longer in the field; 3.3 clients leave the range off; surplus
        // octets are no reason to lock somebody out.
        (Ok(_), _) => Ok(("ours", "a bind of the field")),
        (Err(_), Theirs::Read(_)) if body.is_empty() => Ok(("theirs", "no body")),
        (Err(_), Theirs::Read(_)) => Err("rusmpp reads a bind that we refuse".into()),
        (Err(_), _) => Ok(("neither", "")),
    }
}

fn operation(id: u32, frame: &[u8], body: &[u8]) -> Result<Verdict, String> {
    match (Operation::decode(id, body), theirs(frame)) {
        (Ok(ours), Theirs::Read(written)) => {
            let theirs = Operation::decode(id, &written)
                .map_err(|f| format!("we do not read what rusmpp writes: {f:?}"))?;
            hold(ours == theirs, || format!("an operation {ours:?}, to rusmpp {theirs:?}"))?;
            Ok(("both", "alike"))
        }
        (Ok(_), _) => Ok(("ours", "an operation of the field")),
        (Err(_), Theirs::Read(_)) if body.is_empty() => Ok(("theirs", "no body")),
        (Err(fault), Theirs::Read(_)) => refused(id, fault, body),
        (Err(_), _) => Ok(("neither", "")),
    }
}

/// rusmpp alone has read it. Why we are right not to.
fn refused(id: u32, fault: Fault, body: &[u8]) -> Result<Verdict, String> {
    use wire::smpp::Status;
    let known = match fault.0 {
        // Clause 4.5.1: number_of_dests is 1 to 254.
        Status::INVALID_DESTINATIONS if id == command::SUBMIT_MULTI => Some("no destination"),
        // Clause 4.5.1.2: there are no distribution lists here, and RINVDLNAME says so.
        Status::INVALID_LIST if id == command::SUBMIT_MULTI => Some("a list"),
        _ => None,
    };
    known
        .map(|why| ("theirs", why))
        .ok_or_else(|| format!("rusmpp reads what we refuse with {fault:?}: {body:x?}"))
}
