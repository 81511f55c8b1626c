//! Conversations written down: what is said to a modem, in which order, and what follows from its answers.

use super::*;
use crate::at::{Answer, Card};
use sms::alphabet::gsm7;
use sms::tpdu::{Address, Dcs, Submit, UserData, centre};

/// A modem that answers by a list; commands that are not in it are answered OK.
struct Desk {
    session: Session,
    now: i64,
    said: Vec<String>,
    answers: Vec<(&'static str, &'static str)>,
}

const USUAL: &[(&str, &str)] = &[
    ("AT+CPIN?", "+CPIN: READY"),
    ("AT+CGSN", "352099001761481"),
    ("AT+CIMI", "425010123456789"),
    ("AT+CREG?", "+CREG: 0,1"),
    ("AT+CPMS?", "+CPMS: \"SM\",1,10,\"SM\",1,10,\"SM\",1,10"),
    ("AT+CSQ", "+CSQ: 17,99"),
];

impl Desk {
    fn new(config: Config, answers: &[(&'static str, &'static str)]) -> Desk {
        let mut desk = Desk {
            session: Session::new(config, 0),
            now: 0,
            said: Vec::new(),
            answers: answers.iter().chain(USUAL).copied().collect(),
        };
        desk.run();
        desk
    }

    /// Answers until nothing more is asked.
    fn run(&mut self) {
        loop {
            self.session.tick(self.now);
            let octets = self.session.output().to_vec();
            self.session.wrote(octets.len());
            let text = String::from_utf8_lossy(&octets).replace('\u{1b}', "");
            if text.is_empty() {
                return;
            }
            for line in text.split_terminator(['\r', '\u{1a}']).filter(|line| !line.is_empty()) {
                self.said.push(line.to_owned());
                let answer = self.answers.iter().find(|(asked, _)| *asked == line).map(|(_, answer)| *answer);
                match answer {
                    Some("silence") => {}
                    Some(answer) if answer.contains("ERROR") => self.hear(&format!("\r\n{answer}\r\n")),
                    Some(answer) => self.hear(&format!("\r\n{answer}\r\n\r\nOK\r\n")),
                    None if line.starts_with("AT+CMGS=") => self.hear("\r\n> "),
                    None if line.starts_with("AT") => self.hear("\r\nOK\r\n"),
                    None => self.hear("\r\n+CMGS: 7\r\n\r\nOK\r\n"),
                }
            }
        }
    }

    fn hear(&mut self, said: &str) {
        self.session.feed(said.as_bytes(), self.now);
    }

    fn later(&mut self, ms: i64) {
        self.now += ms;
        self.run();
    }

    fn news(&mut self) -> Vec<News> {
        let mut all = Vec::new();
        while let Some(news) = self.session.poll_news() {
            if !matches!(news, News::Facts(_)) {
                all.push(news);
            }
        }
        all
    }
}

fn pdu() -> (Vec<u8>, usize) {
    let to = Address::new("+972541234567").unwrap();
    let user = UserData { body: gsm7::encode("hello").unwrap(), ..UserData::default() };
    let tpdu = Submit::new(to, Dcs(0), user).encode().unwrap();
    (centre::join(None, &tpdu), tpdu.len())
}

#[test]
fn it_opens_in_the_order_that_finds_faults_early() {
    let mut desk = Desk::new(Config { reports: true, ..Config::default() }, &[]);
    assert_eq!(desk.news(), [News::Ready]);
    let at = |command: &str| desk.said.iter().position(|said| said == command);
    let order =
        ["AT", "ATE0", "AT+CMEE=1", "AT+CPIN?", "AT+CIMI", "AT+CMGF=0", "AT+CSMS=1", "AT+CNMI=2,1,0,1,0"];
    let places: Vec<_> =
        order.iter().map(|command| at(command).unwrap_or_else(|| panic!("{command}"))).collect();
    assert!(places.is_sorted(), "{:?}", desk.said);
    assert!(at("AT+CREG?") > at("AT+CNMI=2,1,0,1,0") && at("AT+CMGL=4").is_some());
    let facts = desk.session.facts();
    assert_eq!((facts.card, facts.signal_dbm, facts.memory.total), (Card::Ready, Some(-79), 10));
    assert_eq!(desk.session.room(), 1);
}

#[test]
fn a_modem_that_knows_less_is_asked_for_less() {
    let answers = [
        ("AT+CNMI=2,1,0,1,0", "+CMS ERROR: 303"),
        ("AT+CNMI=2,1,0,2,0", "ERROR"),
        ("AT+CSMS=1", "ERROR"),
        ("AT+CREG?", "ERROR"),
        ("AT+CEREG?", "+CEREG: 0,5"),
    ];
    let mut desk = Desk::new(Config { reports: true, ..Config::default() }, &answers);
    assert_eq!(desk.news(), [News::Ready], "a modem that knows LTE alone carries too");
    assert!(desk.said.iter().any(|said| said == "AT+CNMI=1,1,0,1,0"));
    let mut desk = Desk::new(Config::default(), &[("AT+CMGF=0", "ERROR")]);
    let closed = News::Closed { why: Ended::Trouble(Trouble::NoPduMode), unsent: Vec::new() };
    assert_eq!(desk.news(), [closed]);
}

#[test]
fn a_pin_is_entered_after_it_was_permitted_and_once() {
    let config = || Config { pin: Some("4711".into()), ..Config::default() };
    let locked = [("AT+CPIN?", "+CPIN: SIM PIN"), ("AT+CPINR=\"SIM PIN\"", "+CPINR: SIM PIN,2,3")];
    let mut desk = Desk::new(config(), &locked);
    assert_eq!(desk.news(), [News::PinWanted]);
    assert_eq!(desk.session.facts().pin_left, Some(2));
    desk.later(600_000);
    assert!(!desk.said.iter().any(|said| said.contains("4711")), "nobody has said that it may");
    desk.session.permit_pin(true, desk.now);
    desk.run();
    desk.later(2_000);
    assert_eq!(desk.said.iter().filter(|said| said.contains("4711")).count(), 1);
    // The card still asks: it is not told a second time.
    let tried = News::PinTried { accepted: true };
    let closed = News::Closed { why: Ended::Trouble(Trouble::PinMissing), unsent: Vec::new() };
    assert_eq!(desk.news(), [tried, closed]);
    let mut desk = Desk::new(config(), &locked);
    desk.news();
    desk.session.permit_pin(false, desk.now);
    let held = News::Closed { why: Ended::Trouble(Trouble::PinHeld), unsent: Vec::new() };
    assert_eq!(desk.news(), [held]);
    assert!(!desk.said.iter().any(|said| said.contains("4711")));
}

#[test]
fn a_part_that_was_not_wholly_written_was_not_sent() {
    for written in [0, 10, usize::MAX] {
        let mut desk = Desk::new(Config::default(), &[("AT+CMGS=18", "silence")]);
        desk.news();
        let (pdu, tpdu) = pdu();
        desk.session.send(5, &pdu, tpdu, desk.now).unwrap();
        desk.run();
        desk.hear("\r\n> ");
        let left = desk.session.output().len();
        desk.session.wrote(written.min(left));
        desk.session.lost();
        let news = desk.news();
        let closed = |unsent| News::Closed { why: Ended::Lost, unsent };
        match written {
            usize::MAX => assert_eq!(news, [News::Ambiguous { token: 5 }, closed(Vec::new())]),
            _ => assert_eq!(news, [closed(vec![5])], "{written}"),
        }
    }
}

#[test]
fn what_comes_in_is_deleted_only_after_it_is_kept() {
    let list =
        "+CMGL: 3,0,,28\r\n07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07";
    let mut desk = Desk::new(Config::default(), &[("AT+CMGL=4", list)]);
    let handed = desk.news().into_iter().find_map(|news| match news {
        News::Handed { seq, pdu } => Some((seq, pdu.is_some())),
        _ => None,
    });
    let (seq, whole) = handed.expect("something was handed over");
    assert!(whole);
    // Looks go by; it is neither deleted nor handed over again.
    for _ in 0..5 {
        desk.later(61_000);
    }
    assert!(desk.news().is_empty() && !desk.said.iter().any(|said| said.starts_with("AT+CMGD")));
    desk.session.acknowledge(seq, true, desk.now);
    desk.run();
    assert!(desk.said.iter().any(|said| said == "AT+CMGD=3"));
    // Not kept: the next look hands it over again.
    let mut desk = Desk::new(Config::default(), &[("AT+CMGL=4", list)]);
    let Some(News::Handed { seq, .. }) = desk.news().into_iter().rfind(|n| matches!(n, News::Handed { .. }))
    else {
        panic!("nothing was handed over")
    };
    desk.session.acknowledge(seq, false, desk.now);
    desk.later(61_000);
    assert!(desk.news().iter().any(|news| matches!(news, News::Handed { .. })));
}

#[test]
fn a_report_that_overtakes_the_answer_is_told_after_it() {
    let mut desk = Desk::new(Config::default(), &[("AT+CMGS=18", "silence")]);
    desk.news();
    let (pdu, tpdu) = pdu();
    desk.session.send(5, &pdu, tpdu, desk.now).unwrap();
    desk.run();
    desk.hear("\r\n> ");
    let octets = desk.session.output().len();
    desk.session.wrote(octets);
    let report = "0006FB0C91795210325476621112023353806211120233638046";
    desk.hear(&format!("\r\n+CDS: 25\r\n{report}\r\n"));
    assert!(desk.news().is_empty());
    desk.hear("\r\n+CMGS: 251\r\n\r\nOK\r\n");
    let news = desk.news();
    assert_eq!(news[0], News::Sent { token: 5, answer: Ok(Some(251)) });
    assert!(matches!(news[1], News::Handed { .. }));
}

#[test]
fn the_ladder_of_a_modem_that_does_not_answer() {
    let mut desk = Desk::new(Config::default(), &[]);
    desk.news();
    desk.answers =
        vec![("AT", "silence"), ("AT+CSQ", "silence"), ("AT+CREG?", "silence"), ("AT+CFUN=1,1", "silence")];
    desk.said.clear();
    for _ in 0..200 {
        desk.later(1_000);
    }
    assert_eq!(desk.said.iter().filter(|said| *said == "AT+CFUN=1,1").count(), 1, "{:?}", desk.said);
    let closed = News::Closed { why: Ended::Dead, unsent: Vec::new() };
    assert_eq!(desk.news().last(), Some(&closed));
}

#[test]
fn facts_are_told_once_and_answers_are_compared_by_value() {
    let answer = Answer { command: "+CSQ".into(), result: Ok(()), lines: vec!["+CSQ: 1,99".into()] };
    assert_eq!(answer.clone(), answer);
    let mut desk = Desk::new(Config::default(), &[]);
    let mut told = 0;
    while let Some(news) = desk.session.poll_news() {
        told += usize::from(matches!(news, News::Facts(_)));
    }
    for _ in 0..30 {
        desk.later(20_000);
    }
    let mut again = 0;
    while let Some(news) = desk.session.poll_news() {
        again += usize::from(matches!(news, News::Facts(_)));
    }
    assert!(told <= 3 && again == 0, "{told} {again}: nothing has changed");
}
