//! CIMD2: `OO:SSS TAB PPP:value TAB … CC`, with the names of tables 1 and 2 of the specification.

use super::{Decoded, Sort, said};

fn operation(code: u8) -> &'static str {
    match code % 50 {
        1 => "login",
        2 => "logout",
        3 => "submit",
        4 => "enquire message status",
        5 => "delivery request",
        6 => "cancel message",
        8 => "set",
        9 => "get",
        20 => "deliver message",
        23 => "deliver status report",
        40 => "alive",
        48 => "general error",
        49 => "nack",
        _ => "",
    }
}

/// Parameters by their code, with what they hold.
const NAMES: &[(&str, &str, Sort)] = &[
    ("010", "user identity", Sort::Plain),
    ("011", "password", Sort::Secret),
    ("012", "subaddress", Sort::Plain),
    ("019", "window size", Sort::Plain),
    ("021", "destination address", Sort::Address),
    ("023", "originating address", Sort::Address),
    ("026", "originating IMSI", Sort::Address),
    ("027", "alphanumeric originating address", Sort::Address),
    ("028", "originated visited MSC", Sort::Plain),
    ("030", "data coding scheme", Sort::Plain),
    ("032", "user data header", Sort::Plain),
    ("033", "user data", Sort::Text),
    ("034", "user data binary", Sort::Text),
    ("044", "more messages to send", Sort::Plain),
    ("050", "validity period relative", Sort::Plain),
    ("051", "validity period absolute", Sort::Plain),
    ("052", "protocol identifier", Sort::Plain),
    ("053", "first delivery time relative", Sort::Plain),
    ("054", "first delivery time absolute", Sort::Plain),
    ("055", "reply path", Sort::Plain),
    ("056", "status report request", Sort::Plain),
    ("058", "cancel enabled", Sort::Plain),
    ("059", "cancel mode", Sort::Plain),
    ("060", "service centre time stamp", Sort::Plain),
    ("061", "status code", Sort::Plain),
    ("062", "status error code", Sort::Plain),
    ("063", "discharge time", Sort::Plain),
    ("064", "tariff class", Sort::Plain),
    ("065", "service description", Sort::Plain),
    ("066", "message count", Sort::Plain),
    ("067", "priority", Sort::Plain),
    ("068", "delivery request mode", Sort::Plain),
    ("069", "service center address", Sort::Address),
    ("500", "get parameter", Sort::Plain),
    ("501", "MC time", Sort::Plain),
    ("900", "error code", Sort::Plain),
    ("901", "error text", Sort::Plain),
];

pub(super) fn decode(packet: &[u8]) -> Decoded {
    let from = usize::from(packet.first() == Some(&2));
    let end = packet.iter().position(|b| *b == 3).unwrap_or(packet.len()).max(from);
    let inside = &packet[from..end];
    let mut at = from;
    let mut pieces = inside.split(|b| *b == b'\t').map(|piece| {
        let begin = at;
        at += piece.len() + 1;
        (begin, piece)
    });
    let header = pieces.next().map(|(_, p)| String::from_utf8_lossy(p).into_owned()).unwrap_or_default();
    let (code, number) = header.split_once(':').unwrap_or((header.as_str(), ""));
    let value: u8 = code.parse().unwrap_or_default();
    let mut out = Decoded {
        command: format!("{code} {}", operation(value)).trim().to_owned(),
        seq: number.parse().unwrap_or_default(),
        answers: value >= 50,
        ..Decoded::default()
    };
    if out.answers {
        out.status = "ok".into();
    }
    for (begin, piece) in pieces {
        let Some(split) = piece.iter().position(|b| *b == b':') else {
            out.put_some("checksum", said(piece), Sort::Plain);
            continue;
        };
        let (code, value) = (String::from_utf8_lossy(&piece[..split]).into_owned(), &piece[split + 1..]);
        let (name, sort) = NAMES
            .iter()
            .find(|(known, ..)| *known == code)
            .map_or(("", Sort::Plain), |(_, name, sort)| (*name, *sort));
        let name = format!("{code} {name}").trim().to_owned();
        match sort {
            Sort::Secret => {
                let start = begin + split + 1;
                out.secrets.push(start..start + value.len());
                out.put(&name, "", Sort::Secret);
            }
            Sort::Text => out.put(&name, super::text(value, 0), Sort::Text),
            sort => out.put(&name, said(value), sort),
        }
        if code == "900" {
            out.status = format!("error {}", said(value));
        }
    }
    out
}
