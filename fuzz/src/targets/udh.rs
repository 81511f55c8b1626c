//! User data headers: elements, their views, places of parts, and reassembly of what they say.

use crate::{Seen, Target, hold};
use sms::udh;

pub(super) const TARGET: Target = Target {
    name: "udh",
    about: "user data headers: every element and what it says; read and written again they are the same",
    seeds: || {
        [
            "050003070201",
            "0608040007 0201",
            "0B050415811581 0003070201",
            "03240101",
            "06240101250101",
            "0401020300",
            "0A22080B917952103254F6",
            "00",
            "02700061",
            "FF0003",
        ]
        .map(super::octets)
        .to_vec()
    },
    words: &[
        &[0, 3, 7, 2, 1],
        &[8, 4, 0, 7, 2, 1],
        &[5, 4, 0x15, 0x81, 0x15, 0x81],
        &[4, 2, 1, 2],
        &[0x24, 1, 1],
        &[0x25, 1, 13],
        &[1, 2, 0x80, 3],
        &[0x22, 8],
        &[0x70, 0],
        &[0xC0, 1, 2],
        &[0x0A, 3],
        &[6, 1, 1],
        &[7, 1, 2],
        &[0x20, 1, 5],
        &[0],
    ],
    mend: Some(|case| {
        // A header that reaches to the end of what is there.
        let length = case.len().saturating_sub(1).min(255) as u8;
        if let Some(first) = case.first_mut() {
            *first = length;
        }
    }),
    run,
    memory: (100, 4_096),
    longest: 300,
    cases: 30_000,
};

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let Some(header) = udh::parse(case) else {
        seen.mark("none");
        return Ok(());
    };
    seen.mark((
        header.sound,
        header.elements.len().min(9),
        header.concat().is_some(),
        header.ports().is_some(),
        header.shift(),
    ));
    for element in &header.elements {
        seen.mark((element.id, std::mem::discriminant(&element.view())));
    }
    if let Some(place) = header.concat() {
        hold(place.seq >= 1 && place.seq <= place.total, || "a part stands outside of its message".into())?;
        let again = place.header();
        let said = udh::parse(&again).and_then(|h| h.concat());
        hold(said == Some(place), || "a place written again is another".into())?;
    }
    let whole = header.write();
    let length = case.len() - header.body.len();
    hold(whole == case[..length], || "written again it is other octets".into())?;
    if header.sound {
        let built = udh::build(&header.elements);
        hold(built.is_none_or(|built| built == whole), || "built of its elements it is other octets".into())?;
    }
    Ok(())
}
