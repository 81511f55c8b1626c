//! Webhooks of every provider: proof, receipts, messages, and the answers to our requests.

use crate::{Seen, Target, hold};
use connectors::testing::{heard, replied};

pub(super) const TARGET: Target = Target {
    name: "webhook",
    about: "webhooks of and answers from every HTTP provider: read or refused, never believed without a proof",
    seeds,
    words: WORDS,
    mend: None,
    run,
    memory: (200, 120_000),
    longest: 1_500,
    cases: 3_000,
};

const KINDS: &[&str] = &[
    "twilio",
    "vonage",
    "plivo",
    "infobip",
    "sinch",
    "messagebird",
    "telnyx",
    "clickatell",
    "kannel",
    "jasmin",
    "http",
];
/// Those that sign.
const SIGNED: &[&str] = &["twilio", "vonage", "plivo", "sinch", "messagebird", "telnyx"];

const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"1e999",
    b"-1",
    b"99999999999999999999",
    b"\\u0000",
    b"\\ud800",
    b"&",
    b"=",
    b"%00",
    b"%",
    b"%E2%80%AE",
    b"messageId",
    b"message-id",
    b"status",
    b"groupId",
    b"results",
    b"delivered",
    b"failed",
    b"DELIVRD",
    b"MessageSid=",
    b"MessageStatus=",
    b"ErrorCode=",
    b"concat-ref=",
    b"concat-total=",
    b"concat-part=",
    b"concat=true",
    b"PartInfo=1 of 2",
    b"sw=msg_0000000000001-0",
    b"message.finalized",
    b"message.received",
    b"mo_text",
    b"recipient_delivery_report_sms",
    b"code",
    b"timestamp=1767225600",
    b"udh=050003070201",
    b"type=1",
    b"answer=",
    b"from=",
    b"to=",
    b"text=",
    b"binary=05E9",
    b"coding=8",
    &[0],
];

/// Kind, place and method, then query, NUL, body.
fn seeds() -> Vec<Vec<u8>> {
    let all: &[(u8, u8, &str, &str)] = &[
        (
            0,
            0,
            "sw=msg_0000000000001-0",
            "MessageSid=SM1&MessageStatus=delivered&To=%2B972501234567&From=4545",
        ),
        (0, 1, "", "MessageSid=SM1&From=%2B972501234567&To=4545&Body=join&NumSegments=1"),
        (
            1,
            0,
            "msisdn=972501234567&to=4545&messageId=0A1&status=delivered&err-code=0&client-ref=msg_0000000000001-0",
            "",
        ),
        (
            1,
            1,
            "",
            "msisdn=972501234567&to=4545&messageId=0B2&text=join&type=text&concat=true&concat-ref=7&concat-total=2&concat-part=1",
        ),
        (2, 0, "", "MessageUUID=u-1&Status=delivered&PartInfo=1%20of%202&ErrorCode=000"),
        (2, 1, "", "MessageUUID=u-1&From=972501234567&To=4545&Text=join&Units=1"),
        (
            3,
            0,
            "",
            r#"{"results":[{"messageId":"i-1","to":"972501234567","status":{"groupId":3,"name":"DELIVERED_TO_HANDSET"},"error":{"id":0,"permanent":false}}]}"#,
        ),
        (
            3,
            1,
            "",
            r#"{"results":[{"messageId":"i-2","from":"972501234567","to":"4545","text":"join","cleanText":"join"}]}"#,
        ),
        (
            4,
            0,
            "",
            r#"{"type":"recipient_delivery_report_sms","batch_id":"b-1","recipient":"972501234567","code":0,"status":"Delivered"}"#,
        ),
        (4, 1, "", r#"{"type":"mo_text","id":"m-1","from":"972501234567","to":"4545","body":"join"}"#),
        (
            5,
            2,
            "id=m-1&recipient=972501234567&status=delivered&statusErrorCode=0&reference=msg_0000000000001-0",
            "",
        ),
        (5, 1, "", "id=m-2&originator=972501234567&recipient=4545&message=join"),
        (
            6,
            0,
            "",
            r#"{"data":{"event_type":"message.finalized","payload":{"id":"t-1","to":[{"phone_number":"+972501234567","status":"delivered"}],"errors":[]}}}"#,
        ),
        (
            6,
            1,
            "",
            r#"{"data":{"event_type":"message.received","payload":{"id":"t-2","from":{"phone_number":"+972501234567"},"to":[{"phone_number":"4545"}],"text":"join"}}}"#,
        ),
        (
            7,
            0,
            "",
            r#"{"event":{"statusUpdate":[{"messageId":"c-1","statusCode":4,"clientMessageId":"msg_0000000000001-0"}]}}"#,
        ),
        (
            7,
            1,
            "",
            r#"{"event":{"moText":[{"messageId":"c-2","from":"972501234567","to":"4545","content":"join"}]}}"#,
        ),
        (
            8,
            2,
            "sw=msg_0000000000001-0&type=2&answer=id%3A1%20stat%3AUNDELIV%20err%3A006&to=972501234567",
            "",
        ),
        (8, 3, "from=972501234567&to=4545&text=join&id=7", ""),
        (9, 0, "sw=msg_0000000000001-0", "id=j-1&message_status=DELIVRD&level=2&err=000"),
        (9, 1, "", "id=j-2&from=972501234567&to=4545&content=join&coding=8&binary=05E905DC"),
        (10, 0, "", r#"{"id":"h-1","state":"ok"}"#),
        (10, 1, "", r#"{"id":"h-2","from":"972501234567","to":"4545","text":"join"}"#),
    ];
    let case = |(kind, way, query, body): &(u8, u8, &str, &str)| {
        [&[*kind, *way][..], query.as_bytes(), &[0], body.as_bytes()].concat()
    };
    all.iter().map(case).collect()
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let [kind, way, rest @ ..] = case else { return Ok(()) };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let mut halves = rest.splitn(2, |b| *b == 0);
    let query = String::from_utf8_lossy(halves.next().unwrap_or_default())
        .replace(|c: char| c.is_control() || c == ' ', "+");
    let body = halves.next().unwrap_or_default();
    let place = if way & 1 == 0 { "status" } else { "inbound" };
    let method = if way & 2 == 0 { "POST" } else { "GET" };
    let heard = heard(kind, method, place, &query, body).ok_or("no such provider")?;
    seen.mark((kind, place, heard.refused));
    seen.mark((kind, heard.reports.min(3), heard.messages.min(3), heard.bad.min(3)));
    heard.states.iter().for_each(|state| seen.mark((kind, state)));
    hold(!(heard.proven && SIGNED.contains(&kind)), || format!("{kind} believes what nobody signed"))?;
    hold(heard.reports + heard.messages <= rest.len() + 1, || format!("{kind} makes much of nothing"))?;
    let text = String::from_utf8_lossy(body);
    for status in [200, 201, 202, 400, 401, 403, 412, 429, 500, 503] {
        seen.mark((kind, status, replied(kind, status, &text)));
    }
    Ok(())
}
