//! EMI/UCP: `TRN/LEN/O|R/OT/…/CC`, with the field lists of the specification's clauses 4 and 5.

use super::{Decoded, Sort, said};

const SUBMIT: &[&str] = &[
    "AdC", "OAdC", "OAC", "NRq", "NAdC", "NT", "NPID", "LRq", "LRAd", "LPID", "DD", "DDT", "VP", "RPID",
    "SCTS", "Dst", "Rsn", "DSCTS", "MT", "NB", "Msg", "MMS", "PR", "DCs", "MCLs", "RPI", "CPg", "RPLy",
    "OTOA", "HPLMN", "XSer", "RES4", "RES5",
];
const SESSION: &[&str] =
    &["OAdC", "OTON", "ONPI", "STYP", "PWD", "NPWD", "VERS", "LAdC", "LTON", "LNPI", "OPID", "RES1"];
const CALL: &[&str] = &["AdC", "OAdC", "OAC", "MT", "Msg"];
const TRANSFER: &[&str] = &["AdC", "OAdC", "OAC", "NRq", "NAdC", "NPID", "DD", "DDT", "VP", "AMsg"];
const ALERT: &[&str] = &["AdC", "PID"];

fn operation(code: &str) -> (&'static str, &'static [&'static str]) {
    match code {
        "01" => ("call input", CALL),
        "30" => ("message transfer", TRANSFER),
        "31" => ("alert", ALERT),
        "51" => ("submit short message", SUBMIT),
        "52" => ("deliver short message", SUBMIT),
        "53" => ("delivery notification", SUBMIT),
        "54" => ("modify message", SUBMIT),
        "55" => ("inquiry message", SUBMIT),
        "56" => ("delete message", SUBMIT),
        "57" => ("inquiry response", SUBMIT),
        "58" => ("delete response", SUBMIT),
        "60" => ("session management", SESSION),
        "61" => ("provisioning", SESSION),
        _ => ("", &[]),
    }
}

pub(super) fn decode(packet: &[u8]) -> Decoded {
    let from = usize::from(packet.first() == Some(&2));
    let end = packet.iter().position(|b| *b == 3).unwrap_or(packet.len()).max(from);
    let inside = &packet[from..end];
    let mut at = from;
    let pieces: Vec<(usize, &[u8])> = inside
        .split(|b| *b == b'/')
        .map(|piece| {
            let begin = at;
            at += piece.len() + 1;
            (begin, piece)
        })
        .collect();
    let word =
        |n: usize| pieces.get(n).map(|(_, p)| String::from_utf8_lossy(p).into_owned()).unwrap_or_default();
    let (code, answers) = (word(3), word(2) == "R");
    let (name, list) = operation(&code);
    let mut out = Decoded {
        command: format!("{code} {name}").trim().to_owned(),
        seq: word(0).parse().unwrap_or_default(),
        answers,
        ..Decoded::default()
    };
    out.put("TRN", word(0), Sort::Plain);
    out.put("LEN", word(1), Sort::Plain);
    // Between the operation and the checksum.
    let data = pieces.get(4..pieces.len().saturating_sub(1)).unwrap_or_default();
    if answers {
        result(data, &mut out);
    } else {
        let alpha = is_alphanumeric(data, list);
        for (n, (begin, value)) in data.iter().enumerate() {
            match list.get(n) {
                Some(name) => field(name, *begin, value, alpha, &mut out),
                None => out.put_some(&format!("field {}", n + 1), said(value), Sort::Plain),
            }
        }
    }
    let last = pieces.len().saturating_sub(1);
    out.put("CC", word(last), Sort::Plain);
    out
}

fn result(data: &[(usize, &[u8])], out: &mut Decoded) {
    let word = |n: usize| data.get(n).map(|(_, p)| said(p)).unwrap_or_default();
    out.status = if word(0) == "N" { format!("N {}", word(1)) } else { word(0) };
    let names: &[&str] = if word(0) == "N" { &["ACK", "EC", "SM"] } else { &["ACK", "MVP", "SM"] };
    for (n, (_, value)) in data.iter().enumerate() {
        // What a system says of a message names the number it goes to.
        let sort = if names.get(n) == Some(&"SM") { Sort::Address } else { Sort::Plain };
        match names.get(n) {
            Some(name) => out.put_some(name, said(value), sort),
            None => out.put_some(&format!("field {}", n + 1), said(value), sort),
        }
    }
}

/// Whether the message is written as octets in hexadecimal: of type 3 (alphanumeric) or 4 (transparent).
fn is_alphanumeric(data: &[(usize, &[u8])], list: &[&str]) -> bool {
    let at = list.iter().position(|name| *name == "MT");
    at.and_then(|at| data.get(at)).is_some_and(|(_, value)| matches!(value, [b'3' | b'4']))
}

fn field(name: &str, begin: usize, value: &[u8], alpha: bool, out: &mut Decoded) {
    if value.is_empty() {
        return;
    }
    match name {
        "PWD" | "NPWD" | "OAC" => {
            out.secrets.push(begin..begin + value.len());
            out.put(name, "", Sort::Secret);
        }
        "AdC" | "OAdC" | "NAdC" | "LRAd" | "LAdC" => out.put(name, said(value), Sort::Address),
        "Msg" | "AMsg" => {
            let octets = crate::user_data::unhex(value).filter(|_| alpha || name == "AMsg");
            match octets {
                Some(octets) => out.put(name, super::text(&octets, 0), Sort::Text),
                None => out.put(name, super::text(value, 0), Sort::Text),
            }
        }
        _ => out.put(name, said(value), Sort::Plain),
    }
}
