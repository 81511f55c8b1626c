//! Receipts in text, in TLVs and half in each: read as far as they go, never invented.

use crate::{Seen, Target, hold};
use sms::receipt::{self, Tlvs, Written};
use sms::{Code, Status};

pub(super) const TARGET: Target = Target {
    name: "receipt",
    about: "receipt texts and TLVs: nothing is invented, and what we write we read",
    seeds: || {
        [
            "id:0123456789 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:Hello there",
            "ID:7 STAT:delivrd ERR:0",
            "id: 33E95179  stat : EXPIRED  err: -1",
            "id:a-b_c-1 submit_date:26112112000000 done_date:26112112000100 state:REJECTD",
            "id:7\r\nsub:001\r\ndlvrd:000\r\nstat:ACCEPTD\r\nerr:00A",
            "stat:BUFFRED,id:7;err:27",
            "text:id:1 stat:DELIVRD",
            "id:7 submit date: done date: stat: err: text:",
            "שלום id:7 stat:UNDELIV",
        ]
        .map(|text| [&[2, 3, 0, 6], text.as_bytes()].concat())
        .to_vec()
    },
    words: &[
        b"id:",
        b"sub:",
        b"dlvrd:",
        b"submit date:",
        b"done date:",
        b"stat:",
        b"err:",
        b"text:",
        b" ",
        b"\0",
        b"\r\n",
        b",",
        b";",
        b":",
        b"DELIVRD",
        b"UNDELIV",
        b"EXPIRED",
        b"REJECTD",
        b"ACCEPTD",
        b"ENROUTE",
        b"UNKNOWN",
        b"DELETED",
        b"FAILED",
        b"NO_ROUTE",
        b"_",
        b"-",
        b"0000000001",
        b"FFFFFFFFFFFFFFFFFFFF",
        "ß".as_bytes(),
        "🌍".as_bytes(),
        b"\xff",
    ],
    mend: None,
    run,
    memory: (40, 8_192),
    longest: 1_200,
    cases: 6_000,
};

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let (head, rest) = case.split_at(case.len().min(4));
    let text = String::from_utf8_lossy(rest);
    let plain = receipt::parse_text(&text);
    seen.mark(plain.as_ref().map(|r| {
        (r.status.name(), r.code.name(), r.err.is_some(), r.text.is_some(), r.done_at_raw.is_some())
    }));
    if let Some(r) = &plain {
        let fields = [
            Some(&r.id),
            r.stat.as_ref(),
            r.err.as_ref(),
            r.submitted_at_raw.as_ref(),
            r.done_at_raw.as_ref(),
            r.text.as_ref(),
        ];
        for field in fields.into_iter().flatten() {
            hold(text.contains(field.as_str()), || format!("«{field}» does not stand in it"))?;
        }
        hold(!r.id.is_empty() || r.stat.is_some(), || "a receipt about nothing".into())?;
    }
    let state = head.first().copied();
    for id in [None, Some(rest), head.get(1..)] {
        for message_state in [None, state] {
            let tlvs = Tlvs { receipted_message_id: id, message_state, network_error_code: head.get(1..) };
            let read = receipt::read(&text, tlvs);
            seen.mark(read.as_ref().map(|r| (r.status.name(), r.id.is_empty(), r.err.is_some())));
        }
    }
    let key = receipt::id_key(rest);
    hold(
        key == receipt::id_key([b"00", rest].concat())
            || rest.first().is_none_or(u8::is_ascii_whitespace)
            || rest[0] == 0,
        || "zeros before an id make another of it".into(),
    )?;
    let _ = receipt::id_key_alternatives(rest);
    // What we write ourselves, with any words in it that a person may have chosen.
    let words: String = text.chars().filter(|c| !c.is_control()).collect();
    let (status, code) = if head.first().is_none_or(|b| b % 2 == 0) {
        (Status::Delivered, Code::None)
    } else {
        (Status::Expired, Code::ExpiredAtCarrier)
    };
    let own = receipt::format(&Written {
        id: "msg_0000000000001",
        submit_date: "2611211200",
        done_date: "2611211201",
        status,
        code,
        err: u16::from(head.get(1).copied().unwrap_or(0)),
        text: &words,
    });
    let read = receipt::parse_text(&own).ok_or("our own receipt is none")?;
    hold((read.id.as_str(), read.status) == ("msg_0000000000001", status), || {
        format!("our own receipt reads {} {:?}", read.id, read.status)
    })
}
