//! TPDUs that other programs wrote, read and written again (`vectors/submit.tsv`, and a few of the air).

use sms::hex;
use sms::tpdu::{Address, Dcs, Deliver, FromCentre, StatusReport, Submit, Ton, UserData, Validity, centre};
use sms::{Code, Status};

fn submits(pdus: &str) -> Vec<Submit> {
    let read = |pdu: &str| {
        let octets = hex::decode(pdu).unwrap();
        let (centre, tpdu) = centre::split(&octets).unwrap();
        assert_eq!(centre, None, "{pdu}");
        let submit = Submit::decode(tpdu).unwrap();
        assert_eq!(hex::encode(&centre::join(None, &submit.encode().unwrap())), pdu);
        submit
    };
    pdus.split(',').map(read).collect()
}

#[test]
fn submissions_of_others_read_and_are_written_alike() {
    let rows = include_str!("vectors/submit.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows.map(|line| line.split('\t').collect::<Vec<_>>()) {
        let submits = submits(row[3]);
        let text: String = submits.iter().map(|submit| submit.user.text(submit.dcs).unwrap()).collect();
        assert_eq!(text, row[1], "{row:?}");
        let first = &submits[0];
        assert_eq!(first.destination.display(), row[0]);
        let asked = |word: &str| row[2].split(' ').any(|asked| asked == word);
        assert_eq!(
            (first.report, first.reject_duplicates, first.dcs.class() == Some(0)),
            (asked("report"), asked("reject"), asked("flash")),
            "{row:?}"
        );
        let valid =
            row[2].split(' ').find_map(|word| word.strip_prefix("valid_s=")).map(|s| s.parse().unwrap());
        assert_eq!(first.validity.seconds(), valid);
        if let Some(seconds) = valid {
            assert_eq!(Validity::lasting(seconds), first.validity);
        }
        for (index, submit) in submits.iter().enumerate().filter(|_| submits.len() > 1) {
            let place = submit.user.elements().unwrap().concat().unwrap();
            assert_eq!((usize::from(place.seq), usize::from(place.total)), (index + 1, submits.len()));
        }
    }
}

/// What Kannel writes, built by us from the words of its request.
#[test]
fn a_submission_is_built_as_kannel_builds_it() {
    let text = "Olé € [x]";
    let split = sms::parts::split(text, sms::parts::Reference::Eight(0), 1).unwrap();
    let destination = Address::new("+972541234567").unwrap();
    let dcs = Dcs::new(split.encoding, None);
    let submit = Submit {
        report: true,
        validity: Validity::lasting(86_400),
        ..Submit::new(destination, dcs, UserData::from(&split.parts[0]))
    };
    let pdu = centre::join(None, &submit.encode().unwrap());
    assert_eq!(hex::encode(&pdu), "0031000C917952143254760000A70C4F7601B42983363CFCC607");
    assert_eq!(pdu.len() - 1, 25, "the figure of AT+CMGS");
}

/// PDUs of public descriptions of the format, as node-pdu 2.1.1 reads them too.
#[test]
fn deliveries_of_the_air() {
    let cases = [
        (
            "07919730071111F1000B919746121611F10000811170021222230DC8329BFD6681EE6F399B1C02",
            "+79037011111",
            "+79642161111",
            "Hello, world!",
            // 2018-11-07T20:21:22+08:00
            1_541_593_282_000,
        ),
        (
            "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37",
            "+27381000015",
            "27838890001",
            "hellohello",
            // 1999-03-29T15:16:59+02:00
            922_713_419_000,
        ),
    ];
    for (pdu, smsc, from, text, at) in cases {
        let octets = hex::decode(pdu).unwrap();
        let (centre, tpdu) = centre::split(&octets).unwrap();
        assert_eq!(centre.as_ref().map(Address::display).as_deref(), Some(smsc));
        let deliver = Deliver::decode(tpdu).unwrap();
        assert_eq!((deliver.originator.display().as_str(), deliver.text().as_deref()), (from, Some(text)));
        assert_eq!(deliver.taken_at.unix_ms(), Some(at));
        assert_eq!(FromCentre::decode(tpdu), Ok(FromCentre::Deliver(deliver.clone())));
        assert_eq!(centre::join(centre.as_ref(), &deliver.encode().unwrap()), octets);
    }
}

#[test]
fn a_status_report_names_the_message_and_its_end() {
    // First octet, reference, recipient, two stamps, status; clause 9.2.2.3.
    let octets = hex::decode("06FB0C91795210325476621112023353806211120233638046").unwrap();
    let report = StatusReport::decode(&octets).unwrap();
    assert_eq!((report.reference, report.recipient.display().as_str()), (0xFB, "+972501234567"));
    assert_eq!((report.more, report.of_command), (false, false));
    assert_eq!(report.meaning(), (Status::Expired, Code::ExpiredAtCarrier));
    assert_eq!(report.done_at.unix_ms().unwrap() - report.taken_at.unix_ms().unwrap(), 1_000);
    assert_eq!(report.encode().unwrap(), octets);
}

#[test]
fn names_and_short_codes_are_addresses_too() {
    let deliver = |address: &str| {
        let pdu = format!("04{address}00006211120233538000");
        Deliver::decode(&hex::decode(pdu).unwrap()).unwrap().originator
    };
    let cafe = deliver("07D0C3B0B900");
    assert_eq!((cafe.text(), cafe.ton()), ("Café", Ton::Alphanumeric));
    let shop = Address::new("Sendwrd").unwrap();
    let written = Submit::new(shop.clone(), Dcs(0), UserData::default()).encode().unwrap();
    assert_eq!(written[2], 13, "seven septets are 49 bits, that is 13 semi-octets");
    // Seven septets fill seven octets all but seven bits: some count 13 semi-octets, some 14.
    let mut whole = hex::encode(&written[2..11]);
    assert_eq!(deliver(&whole), shop);
    whole.replace_range(..2, "0E");
    assert_eq!(deliver(&whole), shop, "a whole octet more is no @");
    for (address, ton, text) in [
        ("0481 5454", Ton::Unknown, "4545"),
        ("04B1 5454", Ton::Network, "4545"),
        ("05F1 2143F5", Ton::Reserved, "12345"),
    ] {
        let read = deliver(&address.replace(' ', ""));
        assert_eq!((read.ton(), read.display().as_str()), (ton, text));
    }
}
