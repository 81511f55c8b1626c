//! CIMD2: packets, parameters, escaped texts, reports; and sessions that hear a stream of them.

use super::framed;
use crate::{Seen, Target, hold};
use wire::cimd::{Cimd, Deliver, Packet as Parameters, Report, Request, Submit};
use wire::framed::{Asks, Packet, Protocol};

pub(super) const TARGET: Target = Target {
    name: "cimd2",
    about: "CIMD2: operations read and written again, texts with their escapes, reports; sessions in any cut",
    seeds,
    words: &[
        b"\t",
        b":",
        b"01:",
        b"03:",
        b"20:",
        b"23:",
        b"40:",
        b"53:",
        b"70:",
        b"98:",
        b"99:",
        b"\t021:",
        b"\t023:",
        b"\t027:",
        b"\t030:",
        b"\t032:",
        b"\t033:",
        b"\t034:",
        b"\t050:",
        b"\t056:",
        b"\t060:",
        b"\t061:",
        b"\t062:",
        b"\t063:",
        b"\t900:",
        b"_Oa",
        b"_XXe",
        b"_--",
        b"_zz",
        b"_",
        b"05E9",
        b"050003070201",
        b"8",
        b"4",
        b"245",
        &[2],
        &[3],
        b"\xe9",
        "ש".as_bytes(),
    ],
    mend: Some(mend),
    run,
    memory: (400, 120_000),
    longest: 1_500,
    cases: 3_000,
};

fn seeds() -> Vec<Vec<u8>> {
    let frames: &[&[u8]] = &[
        // Kannel 1.4.5, then the carrier's side.
        b"01:001\t010:user\t011:pass\t56",
        b"40:005\t3E",
        b"03:003\t021:+972541234567\t023:4545\t033:Ol_e' _XXe _Oa [x_XX>\t056:14\t",
        b"03:007\t021:+972541234567\t027:Caf\xc3\xa9\t030:8\t034:05E905DC05D505DD\t050:167\t",
        b"03:009\t021:+972541234567\t032:050003070201\t033:part one\t",
        b"53:003\t021:+972541234567\t060:261121203335\t",
        b"53:003\t900:302\t901:bad user data\t",
        b"20:002\t021:4545\t023:+972541234567\t060:261121203335\t033:join\t",
        b"23:004\t021:+972541234567\t060:261121203335\t061:4\t063:261121203336\t",
        b"23:006\t021:+972541234567\t060:261121203335\t061:3\t062:1\t063:261121203336\t",
        b"98:003\t900:1\t",
        b"99:003\t",
        b"02:011\t",
    ];
    let mut out: Vec<Vec<u8>> = frames.iter().map(|inside| [&[2], *inside, &[3]].concat()).collect();
    let all = [b"Welcome\r\n".to_vec(), out.concat()].concat();
    out.push(all);
    out
}

/// Writes the checksum of the first frame, where it has one.
fn mend(case: &mut [u8]) {
    let Some(start) = case.iter().position(|b| *b == 2) else { return };
    let end = case[start..].iter().position(|b| *b == 3).map_or(case.len(), |at| start + at);
    let Some(tab) = case[start..end].iter().rposition(|b| *b == b'\t').map(|at| start + at) else { return };
    if end - tab == 3 {
        let sum = case[start..=tab].iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
        case[tab + 1..end].copy_from_slice(format!("{sum:02X}").as_bytes());
    }
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    for inside in case.split(|b| matches!(b, 2 | 3)) {
        frame(inside, seen)?;
    }
    framed::sessions::<Cimd>(case, seen)
}

fn frame(inside: &[u8], seen: &mut Seen) -> Result<(), String> {
    let packet = match Cimd::read(inside) {
        Ok(packet) => packet,
        Err(fault) => {
            seen.mark((fault.operation, fault.code, fault.number.is_some()));
            return Ok(());
        }
    };
    match &packet {
        Packet::Request { number, operation, asks: Asks::Message(request) } => {
            meaning(request, seen)?;
            seen.mark((operation, "asks"));
            let mut sealed = Vec::new();
            Cimd::seal(*number, &Cimd::body(request), &mut sealed);
            let again = Cimd::read(&sealed[1..sealed.len() - 1]);
            hold(again.as_ref() == Ok(&packet), || {
                format!("written again it reads {again:?} instead of {packet:?}")
            })
        }
        Packet::Request { operation, asks, .. } => {
            seen.mark((operation, std::mem::discriminant(asks)));
            Ok(())
        }
        Packet::Answer { operation, answer, .. } => {
            seen.mark((operation, answer.error, answer.id.is_empty()));
            Ok(())
        }
        other => {
            seen.mark(std::mem::discriminant(other));
            Ok(())
        }
    }
}

/// What a message says; said again by us it says the same.
fn meaning(request: &Request, seen: &mut Seen) -> Result<(), String> {
    let packet: &Parameters = request.packet();
    match request {
        Request::Submit(_) => {
            let read = Submit::read(packet);
            seen.mark(
                read.as_ref()
                    .map(|s| (s.data.coding, s.data.header.len(), s.data.text().is_some()))
                    .map_err(|e| e.0),
            );
            let Ok(submit) = read else { return Ok(()) };
            let again = Submit::read(&submit.packet());
            hold(again.as_ref() == Ok(&submit), || "a submit said again says something else".into())
        }
        Request::Deliver(_) => {
            let read = Deliver::read(packet);
            seen.mark(read.as_ref().map(|d| (d.data.coding, d.data.text().is_some())).map_err(|e| e.0));
            Ok(())
        }
        Request::Report(_) => {
            let read = Report::read(packet);
            seen.mark(read.as_ref().map(|r| (r.state, r.reason().name())));
            let Some(report) = read else { return Ok(()) };
            hold(Report::read(&report.packet()).as_ref() == Some(&report), || {
                "a report said again says something else".into()
            })
        }
        Request::Other(_) => Ok(()),
    }
}
