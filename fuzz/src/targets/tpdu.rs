//! TPDUs of both directions with the service centre before them. What was read and is written reads the same.

use super::octets;
use crate::{Seen, Target, hold};
use sms::tpdu::{
    Address, Command, Deliver, DeliverReport, Fault, FromCentre, FromHandset, StatusReport, Submit,
    SubmitReport, Ton, centre,
};

pub(super) const TARGET: Target = Target {
    name: "tpdu",
    about: "TPDUs of 23.040 in both directions and the centre before them: read and written again they are the same",
    seeds,
    words: &[
        &[0x91],
        &[0xD0],
        &[0x81],
        &[0x0B, 0x91],
        &[0x08],
        &[0x04],
        &[0xF6],
        &[0xC8],
        &[0x11],
        &[0x24, 1, 1],
        &[0x25, 1, 1],
        &[5, 0, 3, 7, 2, 1],
        &[6, 8, 4, 0, 7, 2, 1],
        &[0x01],
        &[0x40],
        &[0x31],
        &[0x02],
        &[0x06],
        &[0xA7],
        &[0xA0],
        &[0x8C],
        &[0x62, 0x11, 0x12, 0x21, 0x43, 0x64, 0],
        &[0x07],
        &[0x80],
    ],
    mend: None,
    run,
    memory: (60, 8_192),
    longest: 300,
    cases: 30_000,
};

fn seeds() -> Vec<Vec<u8>> {
    // What gsmmodem, node-pdu, Kannel and smstools wrote, and what came from the air.
    let written = include_str!("../../../crates/sms/tests/vectors/submit.tsv");
    let rows =
        written.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').nth(3));
    let mut out: Vec<Vec<u8>> = rows.flat_map(|pdus| pdus.split(',')).map(octets).collect();
    out.extend(
        [
            "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37",
            "07917283010010F5040BD0C3B0B9002A0000993092516195800AE8329BFD4697D9EC37",
            "0006010C917952103254766211122143640062111221436400 00",
            "0006010C91795210325476621112214364006211122143640041",
            "00020201000100010B91795210325476F5 00",
            "00010062111221436400",
            "000000",
            "0000 0700 04 0568656c6c6f",
        ]
        .map(octets),
    );
    out
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let split = centre::split(case);
    seen.mark(
        split.as_ref().map(|(centre, _)| centre.as_ref().map(Address::ton)).map_err(ToString::to_string),
    );
    if let Ok((centre, tpdu)) = split {
        seen.size("centre", centre.map_or(0, |c| c.display().len()));
        both(tpdu, seen)?;
    }
    both(case, seen)
}

fn both(tpdu: &[u8], seen: &mut Seen) -> Result<(), String> {
    let down = FromCentre::decode(tpdu);
    seen.mark(down.as_ref().map(std::mem::discriminant).map_err(ToString::to_string));
    match down {
        Ok(FromCentre::Deliver(read)) => {
            seen.mark((
                read.dcs.0,
                read.user.torn,
                read.text().is_some(),
                read.is_silent(),
                read.taken_at.unix_ms().is_some(),
            ));
            user(&read.user, seen);
            let whole = !read.user.torn && plain(&read.originator);
            same(whole, &read, Deliver::encode, Deliver::decode)?;
        }
        Ok(FromCentre::StatusReport(read)) => {
            seen.mark((read.status, read.meaning().1.name(), read.extras.user.is_some()));
            let whole = plain(&read.recipient) && read.extras.user.as_ref().is_none_or(|u| !u.torn);
            same(whole, &read, StatusReport::encode, StatusReport::decode)?;
        }
        Ok(FromCentre::SubmitReport(read)) => answer(&read, tpdu)?,
        Err(_) => {}
    }
    let up = FromHandset::decode(tpdu);
    seen.mark(up.as_ref().map(std::mem::discriminant).map_err(ToString::to_string));
    match up {
        Ok(FromHandset::Submit(read)) => {
            seen.mark((
                read.dcs.0,
                read.user.torn,
                read.validity.seconds().is_some(),
                read.user.text(read.dcs).is_some(),
            ));
            user(&read.user, seen);
            let whole = !read.user.torn && plain(&read.destination);
            same(whole, &read, Submit::encode, Submit::decode)
        }
        Ok(FromHandset::Command(read)) => {
            same(plain(&read.destination), &read, Command::encode, Command::decode)
        }
        Ok(FromHandset::DeliverReport(read)) => {
            let whole = read.extras.user.as_ref().is_none_or(|user| !user.torn);
            same(whole, &read, DeliverReport::encode, |octets| DeliverReport::decode(octets, false))
        }
        Err(_) => Ok(()),
    }
}

fn answer(read: &SubmitReport, tpdu: &[u8]) -> Result<(), String> {
    let whole = read.extras.user.as_ref().is_none_or(|user| !user.torn);
    same(whole, read, SubmitReport::encode, |octets| SubmitReport::decode(octets, false))?;
    let Ok(refused) = SubmitReport::decode(tpdu, true) else { return Ok(()) };
    let whole = refused.extras.user.as_ref().is_none_or(|user| !user.torn);
    same(whole, &refused, SubmitReport::encode, |octets| SubmitReport::decode(octets, true))
}

fn user(user: &sms::tpdu::UserData, seen: &mut Seen) {
    seen.size("text", user.body.len());
    seen.mark(user.elements().map(|e| (e.sound, e.concat().is_some(), e.ports().is_some(), e.shift())));
}

/// Whether an address can be written as it was read: a name that ends within an octet, or in a letter for which its
/// table has two septets, comes back shorter or longer.
fn plain(address: &Address) -> bool {
    address.ton() != Ton::Alphanumeric
}

fn same<T: PartialEq + std::fmt::Debug>(
    whole: bool,
    read: &T,
    encode: impl Fn(&T) -> Result<Vec<u8>, Fault>,
    decode: impl Fn(&[u8]) -> Result<T, Fault>,
) -> Result<(), String> {
    // What came torn or longer than the clause allows is read as far as it goes, and may not fit when it is written.
    let Ok(written) = encode(read) else { return Ok(()) };
    let again = decode(&written);
    hold(again.is_ok(), || "written again it is refused".into())?;
    hold(!whole || again.as_ref() == Ok(read), || {
        format!("written again it reads {again:?} instead of {read:?}")
    })
}
