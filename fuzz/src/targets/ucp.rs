//! UCP: frames, their fields, texts, reports; and sessions that hear a stream of them.

use super::framed;
use crate::{Seen, Target, hold};
use wire::framed::{Answer, Asks, Packet, Protocol};
use wire::ucp::{Request, Ucp};

pub(super) const TARGET: Target = Target {
    name: "ucp",
    about: "UCP: operations and results read and written again, texts, reports; sessions in any cut",
    seeds,
    words: &[
        b"/",
        b"//",
        b"O",
        b"R",
        b"01",
        b"30",
        b"31",
        b"51",
        b"52",
        b"53",
        b"60",
        b"57",
        b"A",
        b"N",
        b"02",
        b"3",
        b"4",
        b"2",
        b"020108",
        b"0106050003070201",
        b"0064",
        b"05E905DC",
        b"5039",
        b"1139",
        b"07C3B0B900",
        b"211126203335",
        b"000",
        b"107",
        &[2],
        &[3],
        b"70617373",
        b"1B65",
        b"0A",
        b"FF",
    ],
    mend: Some(mend),
    run,
    memory: (400, 120_000),
    longest: 1_500,
    cases: 3_000,
};

/// Written by Kannel 1.4.5, and results in the forms that carriers give.
const FRAMES: &[&str] = &[
    "00/00047/O/60/user/6/5/1/70617373//0100//////BE",
    "00/00026/O/31/user/0539/B5",
    "01/00104/O/51/00972541234567/07C3B0B900//1//7/////////////3//4F6C05201B65201B3C781B3E////////5039/////80",
    "03/00093/O/51/972541234567/1234/////////////////4/0064/05E905DC05D505DD////1//////020108///14",
    "00/00019/R/60/A//6D",
    "01/00047/R/51/A//00972541234567:211126203335/0C",
    "07/00000/O/53/07C3B0B900/00972541234567/////////////211126203335/0/000/211126203335/3//64656C69////////////00",
    "08/00000/O/52/4545/972541234567/////////////211126203335////3//68656C6C6F////////////00",
    "09/00000/O/01/0541234567/4545//3/6869/00",
    "10/00000/O/30/0541234567/4545//1/0100/////6869/00",
    "11/00000/R/51/N/04/not allowed/00",
    "12/00000/O/57/0541234567/4545///////////////211126203335/////////////////00",
    "13/00000/O/51/0541234567/4545/////////////////4/0096/0102030405FF////1//////0106050003070201020104///00",
];

fn seeds() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = FRAMES
        .iter()
        .map(|inside| {
            let mut frame = vec![2];
            frame.extend_from_slice(inside.as_bytes());
            frame.push(3);
            mend(&mut frame);
            frame
        })
        .collect();
    let all = out.concat();
    out.push(all);
    out
}

/// Writes the length and the checksum of the first frame right.
fn mend(case: &mut [u8]) {
    let Some(start) = case.iter().position(|b| *b == 2).map(|at| at + 1) else { return };
    let end = case[start..].iter().position(|b| *b == 3).map_or(case.len(), |at| start + at);
    let length = end - start;
    if !(16..=99_999).contains(&length) {
        return;
    }
    case[start + 3..start + 8].copy_from_slice(format!("{length:05}").as_bytes());
    let sum = case[start..end - 2].iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    case[end - 2..end].copy_from_slice(format!("{sum:02X}").as_bytes());
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    for inside in case.split(|b| matches!(b, 2 | 3)) {
        frame(inside, seen)?;
    }
    framed::sessions::<Ucp>(case, seen)
}

fn frame(inside: &[u8], seen: &mut Seen) -> Result<(), String> {
    let packet = match Ucp::read(inside) {
        Ok(packet) => packet,
        Err(fault) => {
            seen.mark((fault.operation, fault.code, fault.number.is_some()));
            return Ok(());
        }
    };
    let body = match &packet {
        Packet::Request { operation, asks, .. } => {
            seen.mark((operation, std::mem::discriminant(asks)));
            match asks {
                Asks::Message(request) => {
                    message(request, seen);
                    // A kind of two digits or none is none of the clause, and is written as one digit.
                    if matches!(request, Request::Call(call) if call.kind > 9) {
                        return Ok(());
                    }
                    Ucp::body(request)
                }
                _ => return Ok(()),
            }
        }
        Packet::Answer { operation, answer, .. } => {
            seen.mark((operation, answer.error));
            return answered(*operation, answer);
        }
        Packet::Nack { .. } | Packet::Trouble { .. } => return Err("UCP has no such packet".into()),
    };
    let Packet::Request { number, .. } = packet else { return Ok(()) };
    let again = read_again(number, &body)?;
    hold(again == packet, || format!("written again it reads {again:?} instead of {packet:?}"))
}

fn read_again(number: u32, body: &[u8]) -> Result<Packet<Request>, String> {
    let mut sealed = Vec::new();
    Ucp::seal(number, body, &mut sealed);
    Ucp::read(&sealed[1..sealed.len() - 1]).map_err(|fault| format!("written again it is refused: {fault:?}"))
}

/// An answer that says anything says the same again. That of operation 31 has no place for words.
fn answered(operation: u8, answer: &Answer) -> Result<(), String> {
    if operation == 31 {
        return Ok(());
    }
    match read_again(1, &Ucp::answer(operation, answer))? {
        Packet::Answer { answer: again, .. } => {
            hold(again == *answer, || "an answer written again reads otherwise".into())
        }
        _ => Err("an answer written again is none".into()),
    }
}

fn message(request: &Request, seen: &mut Seen) {
    let data = match request {
        Request::Call(call) => call.user_data(),
        Request::Transfer(transfer) => transfer.user_data(),
        Request::Submit(m) | Request::Deliver(m) | Request::Notify(m) | Request::Other(_, m) => {
            seen.mark(("report", m.report().map(|r| (r.state, r.reason.reason().name()))));
            seen.mark(("services", m.services().map(|s| s.len()).map_err(|e| e.0), m.wants()));
            seen.size("originator", m.originator().len());
            m.user_data()
        }
    };
    seen.mark(data.map(|data| (data.coding, data.header.len(), data.text().is_some())).map_err(|e| e.0));
}
