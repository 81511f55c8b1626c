//! Alphabets and parts: octets as text in every alphabet, and any text cut into parts and put together again.

use crate::{Seen, Target, hold};
use sms::alphabet::{Shift, gsm7, ucs2};
use sms::parts::{self, Encoding, Joining, Manner, Reference};
use sms::udh;
use wire::cimd;
use wire::smpp::coding;

pub(super) const TARGET: Target = Target {
    name: "text",
    about: "alphabets, packing, cutting into parts and joining: no text changes on its way",
    seeds: || {
        [
            "hello @_$ é € [x] {y} ~ | ^ \\",
            "שלום נועה, ההזמנה שלך מוכנה 🌍",
            "👨‍👩‍👧‍👦 🇮🇱 👍🏽 e\u{301} ש\u{5B8}",
            "İyi günler, şişli ığdır çay ĞŞ 5€",
            "Ação não é você? À tarde, três avós: ÁÍÓÚ",
            "नमस्ते भारत। कैसे हैं? १२",
            "árvíztűrő tükörfúrógép ‘’ “” – …",
        ]
        .iter()
        .flat_map(|text| [[&[0], text.as_bytes()].concat(), [&[3], text.repeat(9).as_bytes()].concat()])
        .collect()
    },
    words: &[
        "€".as_bytes(),
        "🌍".as_bytes(),
        "\u{200d}".as_bytes(),
        "\u{301}".as_bytes(),
        "ש".as_bytes(),
        "\u{5B8}".as_bytes(),
        "ğ".as_bytes(),
        "हिन्दी".as_bytes(),
        b"[",
        b"\x1b",
        b"@",
        b"\0",
        b"\r",
        b"\n",
        &[0xD8, 0x3D],
        &[0xDC, 0x00],
        &[0xFF, 0xFE],
        b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
    mend: None,
    run,
    memory: (400, 200_000),
    longest: 1_500,
    cases: 1_500,
};

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let Some((manner, octets)) = case.split_first() else { return Ok(()) };
    read(octets, seen)?;
    let text = String::from_utf8_lossy(octets);
    let shifts = if manner & 1 != 0 {
        "turkish portuguese hindi spanish".parse().unwrap_or_default()
    } else {
        Default::default()
    };
    let reference = if manner & 2 != 0 { Reference::Sixteen(0xBEEF) } else { Reference::Eight(7) };
    let manner = Manner { joining: Joining::Header(reference), shifts, ..Manner::default() };
    let size = parts::size_as(&text, &manner);
    let split = match parts::split_as(&text, &manner) {
        Ok(split) => split,
        Err(too_many) => {
            seen.mark("too many");
            return hold(too_many.parts == size.parts, || "refused for another number of parts".into());
        }
    };
    seen.mark((split.encoding as u8, split.shift, split.parts.len().min(12)));
    hold(split.parts.len() == size.parts, || {
        format!("{} parts, {} were counted", split.parts.len(), size.parts)
    })?;
    hold(split.encoding == size.encoding, || "counted in another alphabet".into())?;
    let mut joined = String::new();
    for part in &split.parts {
        let octets = part.udh.len()
            + if split.encoding == Encoding::Gsm7 {
                (part.body.len() * 7).div_ceil(8)
            } else {
                part.body.len()
            };
        hold(octets <= 140, || format!("a part of {octets} octets"))?;
        let shift = udh::parse(&part.udh).map_or(Shift::NONE, |header| header.shift());
        let own = match split.encoding {
            Encoding::Gsm7 => gsm7::decode_with(&part.body, shift.tables()),
            Encoding::Ucs2 => ucs2::decode(&part.body),
            Encoding::Octets => return Err("a text became octets".into()),
        };
        joined.push_str(&own);
    }
    hold(joined == text, || format!("«{text}» came out as «{joined}»"))
}

/// Octets in every alphabet there is.
fn read(octets: &[u8], seen: &mut Seen) -> Result<(), String> {
    for data_coding in [0, 1, 2, 3, 4, 6, 7, 8, 0x10, 0x18, 0xC8, 0xE0, 0xF0, 0xF4] {
        let text = coding::decode(data_coding, octets);
        seen.mark((data_coding, text.is_some_and(|text| text.contains('\u{FFFD}'))));
    }
    let septets: Vec<u8> = octets.iter().map(|octet| octet & 0x7F).collect();
    for fill in 0..7 {
        let packed = gsm7::pack(&septets, fill);
        hold(gsm7::unpack(&packed, fill, septets.len()) == septets, || {
            format!("septets packed with {fill} bits of fill are others")
        })?;
    }
    let text = gsm7::decode(&septets);
    if let Some(again) = gsm7::encode(&text) {
        hold(gsm7::decode(&again) == text, || format!("«{text}» written and read is another text"))?;
    }
    let escaped = cimd::text::encode(&septets);
    hold(cimd::text::decode(&escaped) == text, || "septets written for CIMD2 read otherwise".into())?;
    let _ = cimd::text::decode(octets);
    let units = ucs2::decode(octets);
    hold(ucs2::decode(&ucs2::encode(&units)) == units, || "UTF-16 written and read is another text".into())
}
