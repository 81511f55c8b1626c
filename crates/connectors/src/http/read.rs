//! How requests are written and answers read, for all providers alike: forms, queries, JSON, words for people.
//!
//! Whatever comes in is read within bounds, and nothing of it is trusted to be what it says.

use super::{Call, Proof, Reply, Said};
use crate::errors::Errors;
use serde_json::Value;
use sms::Code;
use std::fmt::Write;
use wire::proof::{self, Pairs};
use wire::smpp::Meaning;

/// Characters of a provider's words that are kept.
const WORDS_MAX: usize = 200;

/// One word of a form or query, escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Fields as a form's body or a query.
pub(crate) fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

/// A form's body or a query as its fields; what is no UTF-8 is shown as such.
pub(crate) fn pairs(text: &[u8]) -> Pairs {
    let decode = |piece: &[u8]| {
        let (mut out, mut at) = (Vec::with_capacity(piece.len()), 0);
        while let Some(byte) = piece.get(at) {
            let hex = piece.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
            let hex = hex.filter(|_| *byte == b'%').and_then(proof::unhex);
            match (byte, hex.as_deref()) {
                (_, Some([octet])) => {
                    out.push(*octet);
                    at += 3;
                    continue;
                }
                (b'+', _) => out.push(b' '),
                _ => out.push(*byte),
            }
            at += 1;
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    text.split(|b| *b == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let cut = piece.iter().position(|b| *b == b'=').unwrap_or(piece.len());
            (decode(&piece[..cut]), decode(piece.get(cut + 1..).unwrap_or_default()))
        })
        .collect()
}

/// The value of a field; empty where there is none.
pub(crate) fn get<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
}

/// A POST of a form.
pub(crate) fn post_form(url: String, fields: &[(&str, &str)]) -> Call {
    let kind = "application/x-www-form-urlencoded".to_owned();
    let headers = vec![("Content-Type".into(), kind)];
    Call { method: "POST".into(), url, headers, body: form(fields.iter().copied()), ..Call::default() }
}

/// A POST of JSON.
pub(crate) fn post_json(url: String, body: &Value) -> Call {
    let kind = "application/json".to_owned();
    Call {
        method: "POST".into(),
        url,
        headers: vec![("Content-Type".into(), kind), ("Accept".into(), "application/json".into())],
        body: body.to_string(),
        ..Call::default()
    }
}

/// A GET.
pub(crate) fn get_of(url: String) -> Call {
    let headers = vec![("Accept".into(), "application/json".into())];
    Call { method: "GET".into(), url, headers, ..Call::default() }
}

impl Call {
    /// With one more header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Call {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With basic authentication.
    pub(crate) fn basic(self, user: &str, password: &str) -> Call {
        let pair = proof::base64(format!("{user}:{password}").as_bytes());
        self.with("Authorization", format!("Basic {pair}"))
    }
}

/// A moment as ISO 8601 in UTC.
pub(crate) fn moment(ms: i64) -> String {
    let (days, seconds) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000) / 1_000);
    // Days since 0000-03-01, so that leap days stand at the end of a year.
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * m + 2) / 5 + 1, if m < 10 { m + 3 } else { m - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (h, min, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{min:02}:{s:02}Z")
}

/// A body of JSON; `Null` where it is none.
pub(crate) fn json(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}

/// A value of JSON as text, whether it is written as text or as a number.
pub(crate) fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        _ => String::new(),
    }
}

/// A whole number of JSON, whether it is written as text or as a number.
pub(crate) fn whole(value: &Value) -> Option<u32> {
    said(value).trim().parse().ok()
}

/// A reply's own words for people: cut, and without line breaks or marks that turn text round.
pub(crate) fn words(reply: &Reply) -> String {
    let json = json(&reply.body);
    let places = [
        "/message",
        "/error/message",
        "/errors/0/detail",
        "/errors/0/description",
        "/errors/0/title",
        "/error",
        "/title",
        "/detail",
        "/text",
        "/requestError/serviceException/text",
        "/description",
    ];
    let told = places.iter().find_map(|p| json.pointer(p).and_then(Value::as_str));
    let told = clean(told.unwrap_or(if json.is_null() { &reply.body } else { "" }));
    if told.is_empty() { format!("HTTP {}", reply.status) } else { format!("HTTP {}: {told}", reply.status) }
}

/// Somebody else's words, fit for a page and a line of the log.
pub(crate) fn clean(text: &str) -> String {
    let marks =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !marks(*c));
    plain.take(WORDS_MAX).collect::<String>().trim().to_owned()
}

/// A provider's error, what it asks of us and the reason a person reads.
pub(crate) type Errand = (u32, Meaning, Code);

/// What an error number of a provider means: the account's own table first, then the provider's.
pub(crate) fn refusal(own: &Errors, table: &[Errand], number: u32, words: String) -> Option<Said> {
    let known = table.iter().find(|(n, ..)| *n == number);
    let meaning = own.own(number).or(known.map(|(_, meaning, _)| *meaning))?;
    let code = match own.optout(number) {
        true => Code::SuppressedCarrier,
        false => known.map_or(Code::UnknownCode, |(_, _, code)| *code),
    };
    let words = format!("{number} {words}").trim().to_owned();
    Some(match meaning {
        Meaning::Link => Said::Locked(words),
        meaning => Said::Refused { meaning, code, words },
    })
}

/// The reason behind an error number in a report.
pub(crate) fn reason(table: &[(u32, Code)], number: u32) -> Code {
    table.iter().find(|(n, _)| *n == number).map_or(Code::UnknownCode, |(_, code)| *code)
}

/// What a reply means by its HTTP status alone. A bare 5xx says nothing of the message.
pub(crate) fn by_status(reply: &Reply) -> Said {
    let words = words(reply);
    match reply.status {
        429 => Said::refused(Meaning::Throttle, Code::Throttled, words),
        401 | 403 => Said::Locked(format!("the carrier refused the login: {words}")),
        402 => Said::refused(Meaning::Temporary, Code::CarrierRejected, words),
        404 | 405 => Said::Locked(format!("there is no such address at the carrier: {words}")),
        300..=399 => Said::Locked(format!("the carrier sends us elsewhere: {words}")),
        413 | 414 => Said::refused(Meaning::Message, Code::EncodingImpossible, words),
        400..=499 if reply.status != 408 => Said::refused(Meaning::Message, Code::CarrierRejected, words),
        _ => Said::Unknown(words),
    }
}

/// Reasons behind the network's own numbers, which several providers hand on.
pub(crate) const NETWORK: &[(u32, Code)] = &[
    (1, Code::UnknownSubscriber),
    (5, Code::UnknownSubscriber),
    (6, Code::AbsentSubscriber),
    (9, Code::Barred),
    (10, Code::Barred),
    (11, Code::Barred),
    (12, Code::Barred),
    (13, Code::Barred),
    (21, Code::CarrierRejected),
    (27, Code::AbsentSubscriber),
    (31, Code::AbsentSubscriber),
    (32, Code::MemoryFull),
    (33, Code::AbsentSubscriber),
    (34, Code::TemporaryFault),
    (36, Code::TemporaryFault),
    (256, Code::MemoryFull),
];

/// Whether a moment that came with a proof is near enough; `moment` in seconds since 1970.
pub(crate) fn is_near(moment: &str, now_ms: i64) -> bool {
    let at = moment.trim().parse::<i64>().ok();
    at.and_then(|s| s.checked_mul(1_000)).is_some_and(|ms| (now_ms - ms).abs() <= NEAR_MS)
}

/// How far the clock of a webhook may be from ours.
const NEAR_MS: i64 = 300_000;

/// A proof that is one equality.
pub(crate) fn holds_if(holds: bool, why: &'static str) -> Proof {
    if holds { Proof::Holds(None) } else { Proof::Fails(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_read_back_what_they_wrote_and_nothing_breaks_them() {
        let fields = [("To", "+972 50"), ("Body", "שלום & 100% = \"שלום\"\n"), ("x", "")];
        let read = pairs(form(fields).as_bytes());
        let wanted: Pairs = fields.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        assert_eq!(read, wanted);
        for (odd, n) in [("", 0), ("&&", 0), ("a", 1), ("a=%", 1), ("a=%4", 1), ("a=%zz&b=%FF", 2), ("=x", 1)]
        {
            assert_eq!(pairs(odd.as_bytes()).len(), n, "{odd}");
        }
        assert_eq!(get(&pairs(b"a=%2B1+2&a=3"), "a"), "+1 2");
    }

    #[test]
    fn moments_are_written_as_their_calendar_has_them() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_000, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_767_225_600_999, "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(moment(ms), text);
        }
    }

    #[test]
    fn a_reply_without_a_word_of_the_message_is_no_answer() {
        let by = |status| by_status(&Reply { status, ..Reply::default() });
        for status in [500, 502, 503, 504, 408, 100, 0] {
            assert!(matches!(by(status), Said::Unknown(_)), "{status}");
        }
        assert!(matches!(by(429), Said::Refused { meaning: Meaning::Throttle, .. }));
        assert!(matches!(by(401), Said::Locked(_)));
        assert!(matches!(by(400), Said::Refused { meaning: Meaning::Message, .. }));
    }

    #[test]
    fn words_of_others_are_cut_and_cannot_turn_a_page_round() {
        let long = Reply {
            status: 400,
            body: format!("{{\"message\":\"a\\u202eb\\n{}\"}}", "x".repeat(999)),
            ..Reply::default()
        };
        let words = words(&long);
        assert!(words.starts_with("HTTP 400: ab x") && words.chars().count() < 220, "{words}");
        assert_eq!(super::words(&Reply { status: 502, ..Reply::default() }), "HTTP 502");
    }
}
