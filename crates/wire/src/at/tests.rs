use proptest::prelude::*;
use sms::Code;
use sms::tpdu::{Address, Dcs, Deliver, Stamp, Submit, UserData, centre};

use super::*;

const PDU: &str = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37";

fn events(modem: &mut Modem, said: &str) -> Vec<Event> {
    let mut events = Vec::new();
    modem.feed(said.as_bytes(), &mut events);
    events
}

fn answer(command: &str, result: Result<(), Failure>, lines: &[&str]) -> Event {
    let lines = lines.iter().map(|line| line.to_string()).collect();
    Event::Answer(Answer { command: command.into(), result, lines })
}

fn octets(hex: &str) -> Vec<u8> {
    sms::hex::decode(hex).unwrap()
}

#[test]
fn answers_with_and_without_echo() {
    for said in ["\r\n+CSQ: 17,99\r\n\r\nOK\r\n", "AT+CSQ\r\r\n+CSQ: 17,99\r\n\r\nOK\r\n", "+CSQ:17,99\nOK\n"]
    {
        let mut modem = Modem::new();
        assert_eq!(modem.command("+CSQ").unwrap(), b"AT+CSQ\r");
        let events = events(&mut modem, said);
        let [Event::Answer(answer)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((answer.command.as_str(), &answer.result), ("+CSQ", &Ok(())));
        assert_eq!(signal_dbm(&answer.lines[0]), Some(-79));
        assert!(!modem.is_busy());
    }
    assert_eq!(signal_dbm("+CSQ: 99,99"), None);
}

#[test]
fn one_command_at_a_time() {
    let mut modem = Modem::new();
    modem.command("E0").unwrap();
    assert_eq!(modem.command("+CSQ"), Err(Busy));
    assert_eq!(modem.give_up(), [0x1B]);
    assert!(modem.command("+CSQ").is_ok());
}

/// MDM-01, MDM-02: the prompt with and without its blank, echo on and off; failure at the prompt and after the PDU.
#[test]
fn a_message_is_sent_through_a_prompt() {
    let to = Address::new("+972541234567").unwrap();
    let tpdu =
        Submit::new(to, Dcs(0), UserData { body: b"hi".to_vec(), ..UserData::default() }).encode().unwrap();
    for (prompt, echo) in [("\r\n> ", false), ("\r\n>", false), ("AT+CMGS=15\r\r\n> ", true), (">", false)] {
        let mut modem = Modem::new();
        assert_eq!(modem.send(&tpdu).unwrap(), b"AT+CMGS=15\r");
        assert_eq!(events(&mut modem, prompt), [Event::Prompt], "{prompt:?}");
        let body = modem.body(&centre::join(None, &tpdu));
        assert_eq!(body.last(), Some(&0x1A));
        if echo {
            let echoed = String::from_utf8(body).unwrap();
            assert_eq!(events(&mut modem, &echoed), []);
        }
        let done = events(&mut modem, "\r\n+CMGS: 250\r\n\r\nOK\r\n");
        assert_eq!(done, [answer("+CMGS=15", Ok(()), &["+CMGS: 250"])]);
        assert_eq!(reference(&["+CMGS:250".to_owned()]), Some(250));
    }
    let mut modem = Modem::new();
    modem.send(&tpdu).unwrap();
    let refused = events(&mut modem, "\r\n+CMS ERROR: 310\r\n");
    assert_eq!(refused, [answer("+CMGS=15", Err(Failure::Cms(Some(310))), &[])]);
    modem.send(&tpdu).unwrap();
    assert_eq!(events(&mut modem, "> "), [Event::Prompt]);
    modem.body(&tpdu);
    let failed = events(&mut modem, "\r\n+CMS ERROR: 38\r\n");
    assert_eq!(failed, [answer("+CMGS=15", Err(Failure::Cms(Some(38))), &[])]);
}

/// MDM-03, MDM-04.
#[test]
fn failures_have_words_and_reasons() {
    let cases = [
        ("ERROR", Failure::Error, Code::UnknownCode),
        ("+CMS ERROR: 322", Failure::Cms(Some(322)), Code::TemporaryFault),
        ("+CMS ERROR: 208", Failure::Cms(Some(208)), Code::MemoryFull),
        ("+CMS ERROR: 1", Failure::Cms(Some(1)), Code::UnknownSubscriber),
        ("+CMS ERROR: 331", Failure::Cms(Some(331)), Code::LinkDown),
        ("+CMS ERROR: SIM busy", Failure::Cms(Some(314)), Code::TemporaryFault),
        ("+CMS ERROR: 65535", Failure::Cms(Some(65535)), Code::UnknownCode),
        ("+CMS ERROR: odd", Failure::Cms(None), Code::UnknownCode),
        ("+CME ERROR: 11", Failure::Cme(Some(11)), Code::LinkDown),
        ("+CME ERROR: SIM PIN required", Failure::Cme(Some(11)), Code::LinkDown),
        ("NO CARRIER", Failure::NoCarrier, Code::LinkDown),
    ];
    for (line, failure, code) in cases {
        let mut modem = Modem::new();
        modem.command("+CPIN?").unwrap();
        let said = events(&mut modem, &format!("\r\n{line}\r\n"));
        assert_eq!(said, [answer("+CPIN?", Err(failure.clone()), &[])]);
        assert_eq!(failure.code(), code, "{line}");
        assert!(!failure.words().is_empty());
    }
    assert_eq!(Failure::Cms(Some(208)).words(), "SIM storage full");
}

#[test]
fn what_comes_unasked_is_told_from_answers_wherever_it_stands() {
    let mut modem = Modem::new();
    modem.command("+CMGL=4").unwrap();
    let said = format!(
        "\r\n+CMGL: 3,1,,28\r\n+CMTI: \"SM\",7\r\n{PDU}\r\n^RSSI:17\r\n+CMGL: 4,0,,28\r\n\
         +CMT: ,28\r\n{PDU}\r\n{PDU}\r\nRING\r\n+CREG: 5\r\n+CMGL: 5,1,,99\r\n+CDSI: \"SR\",1\r\n\r\nOK\r\n"
    );
    let said = events(&mut modem, &said);
    let lines = ["+CMGL: 3,1,,28", PDU, "+CMGL: 4,0,,28", PDU, "+CMGL: 5,1,,99"];
    let slot = |memory: &str, index| Slot { memory: memory.into(), index };
    let wanted = [
        Event::Stored(slot("SM", 7)),
        Event::Unasked("^RSSI:17".into()),
        Event::Message(octets(PDU)),
        Event::Unasked("RING".into()),
        Event::Registered(Registration::Roaming),
        Event::ReportStored(slot("SR", 1)),
        answer("+CMGL=4", Ok(()), &lines),
    ];
    assert_eq!(said, wanted);
    let list = listed(&lines.map(str::to_owned));
    let shape: Vec<_> = list.iter().map(|l| (l.index, l.status, l.pdu.is_some())).collect();
    assert_eq!(shape, [(3, 1, true), (4, 0, true), (5, 1, false)]);
    let (_, tpdu) = centre::split(list[0].pdu.as_ref().unwrap()).unwrap();
    assert_eq!(Deliver::decode(tpdu).unwrap().text().as_deref(), Some("hellohello"));
}

#[test]
fn reports_come_with_their_pdu_and_a_missing_one_is_noise() {
    let mut modem = Modem::new();
    let report = "0006FB0C91795210325476621112023353806211120233638046";
    assert_eq!(events(&mut modem, &format!("+CDS: 25\r\n{report}\r\n")), [Event::Report(octets(report))]);
    // An odd digit was lost on the way.
    assert_eq!(events(&mut modem, &format!("+CMT: ,28\r\n{}\r\n", &PDU[1..])), [Event::Noise]);
    // A header without a PDU takes no line of an answer.
    modem.command("+CPIN?").unwrap();
    let said = events(&mut modem, "+CMT: ,28\r\n+CPIN: READY\r\nOK\r\n");
    assert_eq!(said, [answer("+CPIN?", Ok(()), &["+CPIN: READY"])]);
}

/// MDM-08.
#[test]
fn boot_messages_and_registration() {
    let mut modem = Modem::new();
    let said = events(&mut modem, "\0\0RDY\r\nSMS DONE\r\n+CREG: 2\r\n");
    let searching = Event::Registered(Registration::Searching);
    assert_eq!(said, [Event::Unasked("RDY".into()), Event::Unasked("SMS DONE".into()), searching]);
    modem.command("+CREG?").unwrap();
    let said = events(&mut modem, "+CREG: 0,1\r\nRDY\r\nOK\r\n");
    assert_eq!(said, [Event::Unasked("RDY".into()), answer("+CREG?", Ok(()), &["+CREG: 0,1"])]);
    for (line, wanted) in [
        ("+CREG: 0,1", Registration::Home),
        ("+CREG: 2,5,\"00C3\",\"0001\"", Registration::Roaming),
        ("+CEREG: 1,\"00C3\",\"0001\",7", Registration::Home),
        ("+CREG:3", Registration::Denied),
        ("+CGREG: 0,4", Registration::Unknown),
    ] {
        assert_eq!(registration(line), Some(wanted), "{line}");
    }
}

#[test]
fn ussd_in_the_forms_of_modems() {
    let cases = [
        ("+CUSD: 0,\"Balance: 12.50, thanks\",15", UssdState::Done, "Balance: 12.50, thanks"),
        ("+CUSD: 1,\"C2303BEC0E83CEA7B10B\",15", UssdState::Asks, ""),
        ("+CUSD: 0,\"05D905EA05E805D4\",72", UssdState::Done, "יתרה"),
        ("+CUSD: 0,\"05D905EA05E805D\",72", UssdState::Done, "05D905EA05E805D"),
        ("+CUSD: 0,\"12345678\",15", UssdState::Done, "12345678"),
        ("+CUSD: 4", UssdState::Unsupported, ""),
        ("+CUSD: 2,\"\"", UssdState::Ended, ""),
    ];
    for (line, state, text) in cases {
        let mut modem = Modem::new();
        let said = events(&mut modem, &format!("{line}\r\n"));
        let [Event::Ussd(ussd)] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!(ussd.state, state, "{line}");
        if !text.is_empty() {
            assert_eq!(ussd.text(), text, "{line}");
        }
    }
    let raw = sms::hex::encode(&sms::alphabet::gsm7::pack_padded(b"Your balance is 7"));
    let ussd = Ussd { state: UssdState::Done, raw, dcs: Some(15) };
    assert_eq!((ussd.text().as_str(), ussd.text_as(Form::Ucs2).is_some()), ("Your balance is 7", false));
}

#[test]
fn values_in_quotation_marks_keep_their_commas() {
    let wanted = ["1", "a, b", "", "x"].map(str::to_owned).to_vec();
    assert_eq!(fields("+X: 1,\"a, b\",, x", "+X"), Some(wanted));
    assert_eq!((fields("+XY: 1", "+X"), fields("+X 1", "+X")), (None, None));
}

#[test]
fn a_line_without_an_end_is_dropped_and_the_next_is_read() {
    let mut modem = Modem::new();
    assert_eq!(events(&mut modem, &"x".repeat(1 << 20)), []);
    assert_eq!(events(&mut modem, "\r\nRING\r\n"), [Event::Noise, Event::Unasked("RING".into())]);
}

#[test]
fn a_delivery_built_here_is_read_there() {
    let deliver = Deliver {
        more: false,
        forwarded: false,
        report: false,
        reply_path: false,
        originator: Address::new("Shop").unwrap(),
        protocol: 0,
        dcs: Dcs(8),
        taken_at: Stamp::at(1_795_286_015_000, 8),
        user: UserData { body: sms::alphabet::ucs2::encode("שלום"), ..UserData::default() },
    };
    let pdu = centre::join(None, &deliver.encode().unwrap());
    let said = format!("\r\n+CMT: ,{}\r\n{}\r\n", pdu.len() - 1, sms::hex::encode(&pdu));
    let mut modem = Modem::new();
    let [Event::Message(read)] = &events(&mut modem, &said)[..] else { panic!() };
    assert_eq!(Deliver::decode(centre::split(read).unwrap().1), Ok(deliver));
}

proptest! {
    /// What a conversation says in pieces of any size is what it says at once.
    #[test]
    fn pieces_of_any_size_say_the_same(sizes in proptest::collection::vec(1_usize..9, 1..80), echo in any::<bool>()) {
        let echo = if echo { "AT+CMGL=4\r" } else { "" };
        let said = format!("{echo}\r\n+CMGL: 3,1,,28\r\n{PDU}\r\n+CMT: ,28\r\n{PDU}\r\n+CMTI: \"SM\",7\r\nOK\r\nRING\r\n");
        let mut whole = Modem::new();
        whole.command("+CMGL=4").unwrap();
        let wanted = events(&mut whole, &said);
        prop_assert_eq!(wanted.len(), 4);
        let mut modem = Modem::new();
        modem.command("+CMGL=4").unwrap();
        let (mut rest, mut heard) = (said.as_bytes(), Vec::new());
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            modem.feed(piece, &mut heard);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(heard, wanted);
    }

    #[test]
    fn noise_is_survived_and_the_next_answer_is_read(
        noise in proptest::collection::vec(any::<u8>(), 0..600), open in any::<bool>(),
    ) {
        let mut modem = Modem::new();
        if open {
            modem.send(&[0; 20]).unwrap();
        }
        let mut heard = Vec::new();
        modem.feed(&noise, &mut heard);
        modem.give_up();
        modem.feed(b"\r\n", &mut heard);
        heard.clear();
        modem.command("+CSQ").unwrap();
        modem.feed(b"\r\n+CSQ: 9,99\r\n\r\nOK\r\n", &mut heard);
        prop_assert_eq!(heard.last(), Some(&answer("+CSQ", Ok(()), &["+CSQ: 9,99"])));
    }

    #[test]
    fn lines_of_any_kind_are_read(line in "\\+?[A-Z]{0,6}:? ?[0-9,\"A-Fa-f ]{0,60}") {
        let mut modem = Modem::new();
        let said = events(&mut modem, &format!("{line}\r\n"));
        for event in said {
            if let Event::Ussd(ussd) = event {
                let _ = ussd.text();
            }
        }
        let _ = (registration(&line), signal_dbm(&line), listed(std::slice::from_ref(&line)));
    }
}
