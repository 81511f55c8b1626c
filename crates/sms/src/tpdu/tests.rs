use proptest::prelude::*;

use super::*;
use crate::alphabet::{Language, Shift, gsm7};
use crate::parts::{self, Encoding, Joining, Manner, Reference};

fn addresses() -> impl Strategy<Value = Address> {
    prop_oneof![
        "\\+[0-9]{5,15}",
        "[0-9*#]{3,8}",
        // A name of eight septets that ends in @ cannot be told from one of seven.
        "[A-Z][a-zA-Z0-9 €é]{0,4}[a-z]",
    ]
    .prop_map(|text| Address::new(&text).unwrap())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9 €\\[\\]@£é]{0,400}", "[א-ת ]{0,200}", "[a-zığşçİ €]{0,300}", "[अ-ह ]{0,200}"]
}

proptest! {
    #[test]
    fn every_part_of_a_text_goes_through_submit_and_deliver(
        to in addresses(), text in texts(), national in any::<bool>(), sixteen in any::<bool>(),
        class in proptest::option::of(0_u8..4), flags in any::<[bool; 4]>(), step in any::<u8>(), seconds in 0_i64..1_900_000_000,
    ) {
        let reference = if sixteen { Reference::Sixteen(0xBEEF) } else { Reference::Eight(0xEE) };
        let shifts = if national { "turkish hindi".parse().unwrap() } else { Default::default() };
        let manner = Manner { joining: Joining::Header(reference), shifts, ..Manner::default() };
        let split = parts::split_as(&text, &manner).unwrap();
        let dcs = Dcs::new(split.encoding, class);
        let mut read = String::new();
        for part in &split.parts {
            let user = UserData::from(part);
            let validity = match step % 4 {
                0 => Validity::Absent,
                1 => Validity::Relative(step),
                2 => Validity::Absolute(Stamp::at(seconds * 1_000, 8)),
                _ => Validity::Enhanced(Enhanced::in_seconds(step)),
            };
            let submit = Submit {
                report: flags[0], reject_duplicates: flags[1], reply_path: flags[2], reference: step, protocol: step / 3,
                validity,
                ..Submit::new(to.clone(), dcs, user.clone())
            };
            let octets = submit.encode().unwrap();
            prop_assert!(octets.len() <= 175);
            prop_assert_eq!(Submit::decode(&octets), Ok(submit.clone()));
            prop_assert_eq!(FromHandset::decode(&octets), Ok(FromHandset::Submit(submit)));
            let deliver = Deliver {
                more: flags[0], forwarded: flags[1], report: flags[2], reply_path: flags[3], originator: to.clone(),
                protocol: step, dcs, taken_at: Stamp::at(seconds * 1_000, -20), user,
            };
            let octets = deliver.encode().unwrap();
            prop_assert_eq!(FromCentre::decode(&octets), Ok(FromCentre::Deliver(deliver.clone())));
            read.push_str(&deliver.text().unwrap());
        }
        prop_assert_eq!(read, text);
    }

    #[test]
    fn reports_and_answers_go_there_and_back(
        to in addresses(), bytes in any::<[u8; 4]>(), stamps in any::<[[u8; 7]; 2]>(), flags in any::<[bool; 3]>(),
        protocol in proptest::option::of(any::<u8>()), text in proptest::option::of("[a-z@]{0,20}"),
        cause in proptest::option::of(any::<u8>()), header in any::<bool>(),
    ) {
        let user = text.map(|text| UserData {
            header: if header { vec![3, 0x24, 1, 1] } else { Vec::new() },
            body: gsm7::encode(&text).unwrap(),
            torn: false,
        });
        let extras = answer::Extras { protocol, dcs: user.as_ref().map(|_| Dcs(0)), user };
        let report = StatusReport {
            more: flags[0], forwarded: flags[1], of_command: flags[2], reference: bytes[0], recipient: to.clone(),
            taken_at: Stamp(stamps[0]), done_at: Stamp(stamps[1]), status: bytes[1], extras: extras.clone(),
        };
        prop_assert_eq!(StatusReport::decode(&report.encode().unwrap()), Ok(report));
        let accepted = SubmitReport { cause, taken_at: Stamp(stamps[0]), extras: extras.clone() };
        prop_assert_eq!(SubmitReport::decode(&accepted.encode().unwrap(), cause.is_some()), Ok(accepted));
        let taken = DeliverReport { cause, extras };
        prop_assert_eq!(DeliverReport::decode(&taken.encode().unwrap(), cause.is_some()), Ok(taken));
        let command = Command {
            report: flags[0], has_header: flags[1], reference: bytes[0], protocol: bytes[1], order: bytes[2],
            message: bytes[3], destination: to, data: stamps[0].to_vec(),
        };
        prop_assert_eq!(Command::decode(&command.encode().unwrap()), Ok(command));
    }

    /// Whatever comes is read within its own size, and what was read can be written and read again.
    #[test]
    fn any_octets_are_read_without_a_fall(octets in proptest::collection::vec(any::<u8>(), 0..220)) {
        if let Ok(message) = FromCentre::decode(&octets) {
            match message {
                FromCentre::Deliver(deliver) => {
                    let _ = deliver.text();
                    prop_assert!(deliver.user.body.len() + deliver.user.header.len() <= octets.len() * 8 / 7 + 1);
                    if let Ok(again) = deliver.encode() {
                        prop_assert!(Deliver::decode(&again).is_ok());
                    }
                }
                FromCentre::StatusReport(report) => drop(report.encode()),
                FromCentre::SubmitReport(report) => drop(report.encode()),
            }
        }
        match FromHandset::decode(&octets) {
            Ok(FromHandset::Submit(submit)) => drop((submit.user.text(submit.dcs), submit.encode())),
            Ok(FromHandset::Command(command)) => drop(command.encode()),
            Ok(FromHandset::DeliverReport(report)) => drop(report.encode()),
            Err(_) => {}
        }
        let _ = (SubmitReport::decode(&octets, true), DeliverReport::decode(&octets, true), centre::split(&octets));
    }

    /// Every truncation of a good message is a fault or a torn text, and never another text.
    #[test]
    fn a_message_cut_short_is_a_fault_or_torn(cut in 0_usize..60) {
        let user = UserData { header: vec![3, 0x24, 1, 1], body: gsm7::encode(&"x".repeat(40)).unwrap(), torn: false };
        let whole = Submit::new(Address::new("+972501234567").unwrap(), Dcs(0), user).encode().unwrap();
        let cut = cut.min(whole.len() - 1);
        let wanted = "x".repeat(40);
        match Submit::decode(&whole[..cut]) {
            Err(fault) => prop_assert!(matches!(fault, Fault::Short(_))),
            Ok(submit) => {
                let text = submit.user.text(Dcs(0)).unwrap();
                prop_assert!(submit.user.torn && wanted.starts_with(&text), "{}", text);
            }
        }
    }
}

#[test]
fn what_is_no_address() {
    for (text, why) in [
        ("", BadAddress::Empty),
        ("+", BadAddress::Empty),
        ("123456789012345678901", BadAddress::Long),
        ("Twelve signs", BadAddress::Long),
        ("€€€€€€", BadAddress::Long),
        ("חנות", BadAddress::Letters),
    ] {
        assert_eq!(Address::new(text), Err(why), "{text}");
    }
    let code = Address::new("4545").unwrap().with_kind(Ton::Network, 0);
    assert_eq!((code.ton(), code.plan(), code.display().as_str()), (Ton::Network, 0, "4545"));
    assert_eq!(Address::new("Shop").unwrap().with_kind(Ton::National, 1).ton(), Ton::Alphanumeric);
}

/// Clause 9.2.3.24: the text begins on a septet after the header, and UDL counts header, fill bits and text.
#[test]
fn a_header_before_septets_is_filled_up() {
    let shift = Shift { locking: None, single: Some(Language::Spanish) };
    let body = gsm7::encode_with("¿Cuándo?", shift.tables()).unwrap();
    let user = UserData { header: vec![3, 0x24, 1, 2], body, torn: false };
    let mut out = Vec::new();
    user.write(Dcs(0), &mut out).unwrap();
    // 4 octets of header are 5 septets with 3 fill bits; 9 septets of text.
    assert_eq!((out[0], out.len()), (14, 14));
    assert_eq!(UserData::read(true, Dcs(0), out[0], &out[1..]), user);
    assert_eq!(user.text(Dcs(0)).as_deref(), Some("¿Cuándo?"));
    assert_eq!(user.text(Dcs(0x20)), None, "compressed");
}

#[test]
fn user_data_that_does_not_fit_is_refused() {
    let to = Address::new("+972501234567").unwrap();
    for (encoding, length, fits) in [
        (Encoding::Gsm7, 160, true),
        (Encoding::Gsm7, 161, false),
        (Encoding::Octets, 140, true),
        (Encoding::Octets, 141, false),
    ] {
        let user = UserData { body: vec![0x41; length], ..UserData::default() };
        let submit = Submit::new(to.clone(), Dcs::new(encoding, None), user);
        assert_eq!(submit.encode().is_ok(), fits, "{encoding} {length}");
    }
}

#[test]
fn a_header_longer_than_the_message_leaves_the_text_as_it_is() {
    let user = UserData::read(true, Dcs(4), 3, &[200, 1, 2]);
    assert_eq!((user.torn, user.header.is_empty(), user.body.as_slice()), (true, true, &[200, 1, 2][..]));
}
