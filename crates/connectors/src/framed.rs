//! What the clients of UCP and CIMD2 have in common: a [`wire::framed`] session in the words of [`crate::talk`].

use crate::errors::Errors;
use crate::talk::{Delivery, Heard, Settings, Talk, Told, Unheard, Unsent, Verdict};
use sms::live::LinkState;
use sms::parts;
use sms::{Code, Encoding};
use store::machine::outbox::Ready;
use wire::UserData;
use wire::framed::{
    Answer, Asks, Config, Credentials, Event, Packet, Protocol, SendError, Session, Stage, WhyClosed,
};
use wire::smpp::{Meaning, coding};

/// What a client reads in its protocol.
pub(crate) trait Reads: Protocol {
    /// How its packets are taken apart for who looks at the wire.
    const DIALECT: wire::trace::Dialect;
    /// What the carrier hands over; `Err` is the answer it deserves.
    fn delivery(request: &Self::Request) -> Result<Delivery, u16>;
    /// What an error asks of us.
    fn meaning(error: u16) -> Meaning;
    /// The reason a person reads.
    fn reason(error: u16) -> Code;
    /// The error as the specification calls it.
    fn words(error: u16) -> String;
    /// The message's name in an answer as its report will say it.
    fn id(id: &[u8]) -> String;
    /// The fields of a request, a line each, without numbers and text.
    fn fields(request: &Self::Request) -> String;
    /// Whether a login was refused for its name or password.
    fn wrong_proof(error: u16) -> bool;
}

pub(crate) struct Line<P: Protocol> {
    session: Session<P>,
    errors: Errors,
}

impl<P: Reads> Line<P> {
    pub(crate) fn new(who: Credentials, errors: &Errors, settings: &Settings, now: i64) -> Line<P> {
        let config = Config {
            credentials: who,
            window: settings.window,
            response_ms: settings.answer_ms,
            enquire_ms: settings.enquire_ms,
            session_init_ms: settings.times.bind,
            probe_ms: settings.times.probe,
            frame_ms: settings.times.pdu,
            late_ms: settings.times.late,
            ..Config::default()
        };
        Line { session: Session::client(config, now), errors: errors.clone() }
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let Some(error) = answer.error else {
            let (meaning, code) = (Meaning::Ok, Code::None);
            return Verdict { meaning, code, words: String::new(), id: P::id(&answer.id), doubtful: false };
        };
        let said: String = String::from_utf8_lossy(&answer.words).chars().take(200).collect();
        let own = self.errors.own(u32::from(error));
        let slow = own.is_none() && says_slow(&said);
        let (meaning, code) = match own {
            Some(meaning) if self.errors.optout(u32::from(error)) => (meaning, Code::SuppressedCarrier),
            Some(meaning) => (meaning, P::reason(error)),
            None if slow => (Meaning::Throttle, Code::Throttled),
            None => (P::meaning(error), P::reason(error)),
        };
        let words = P::words(error);
        let words = if said.is_empty() || words.contains(&said) { words } else { format!("{words}: {said}") };
        Verdict { meaning, code, words, id: String::new(), doubtful: meaning == Meaning::Temporary }
    }

    fn heard(&mut self, event: Event<P::Request>) -> Option<Heard> {
        Some(match event {
            Event::LoggedIn => Heard::Bound,
            Event::LoginRefused(answer) => {
                let wrong_proof = answer.error.is_some_and(P::wrong_proof);
                let state = if wrong_proof { LinkState::AuthFailed } else { LinkState::Down };
                let status = self.verdict(&answer).words;
                let words = format!("{} refused: {status}", P::NAME);
                Heard::Refused { state, words, login: Unheard { command: "login".into(), status } }
            }
            Event::Answered { token, answer } => Heard::Answered { token, verdict: self.verdict(&answer) },
            Event::LateAnswer { token, answer } => Heard::Late { token, verdict: self.verdict(&answer) },
            Event::Ambiguous { token, why } => Heard::Ambiguous { token, why },
            Event::Request { number, request } => match P::delivery(&request) {
                Ok(delivery) => Heard::Delivered { seq: number, delivery },
                Err(code) => {
                    self.session.answer(number, &Answer { error: Some(code), ..Answer::default() });
                    Heard::Malformed(unread::<P>(P::operation(&P::body(&request)), code))
                }
            },
            Event::Malformed { operation, code } => Heard::Malformed(unread::<P>(operation, code)),
            Event::Closed { why, unsent, .. } => Heard::Closed { words: closed(why), unsent },
            Event::LoginAsked(_) => return None,
        })
    }
}

/// An operation in the words of its specification.
fn named(operation: u8) -> String {
    format!("operation {operation:02}")
}

/// A request of ours for people.
fn told<P: Reads>(body: &[u8]) -> Told {
    let mut frame = Vec::new();
    P::seal(0, body, &mut frame);
    let inside = frame.get(1..frame.len().saturating_sub(1)).unwrap_or_default(); // between STX and ETX
    let fields = match P::read(inside) {
        Ok(Packet::Request { asks: Asks::Message(request), .. }) => P::fields(&request),
        _ => String::new(),
    };
    Told { command: named(P::operation(body)), fields }
}

fn unread<P: Reads>(operation: u8, error: u16) -> Unheard {
    Unheard { command: named(operation), status: P::words(error) }
}

/// A field of which only its length may be told.
pub(crate) fn length(field: &[u8]) -> String {
    if field.is_empty() { String::new() } else { format!("{} octets", field.len()) }
}

/// Lines of a request's fields; those that are empty are left out.
pub(crate) fn lines<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| format!("{name}: {value}\n")).collect()
}

/// Neither protocol has a number for "too fast": carriers say it in words beside a number that means something else.
fn says_slow(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["throttl", "throughput", "too fast", "too many messages", "rate exceeded", "queue full", "exceed"]
        .iter()
        .any(|mark| words.contains(mark))
}

fn closed(why: WhyClosed) -> &'static str {
    match why {
        WhyClosed::LoggedOut => "logged out",
        WhyClosed::PeerLoggedOut => "the carrier ended the session",
        WhyClosed::Refused => "the carrier refused the login",
        WhyClosed::NoLogin => "the carrier did not answer the login",
        WhyClosed::Dead => "the carrier stopped answering",
        WhyClosed::Stalled => "more than half of the window is not answered any more",
        WhyClosed::Torn => "the carrier began a message and did not end it",
        WhyClosed::Flooded => "the carrier does not read",
        WhyClosed::Lost => "the connection was cut",
    }
}

impl<P: Reads + Send> Talk for Line<P>
where
    P::Request: Send,
{
    fn dialect(&self) -> Option<wire::trace::Dialect> {
        Some(P::DIALECT)
    }

    fn connected(&mut self, now: i64) {
        self.session.connected(now);
    }

    fn feed(&mut self, bytes: &[u8], now: i64) {
        self.session.feed(bytes, now);
    }

    fn hear(&mut self) -> Option<Heard> {
        while let Some(event) = self.session.poll_event() {
            if let Some(heard) = self.heard(event) {
                return Some(heard);
            }
        }
        None
    }

    fn output(&self) -> &[u8] {
        self.session.output()
    }

    fn wrote(&mut self, count: usize) {
        self.session.wrote(count);
    }

    fn tick(&mut self, now: i64) -> Option<i64> {
        self.session.tick(now)
    }

    fn is_bound(&self) -> bool {
        self.session.stage() == Stage::Bound
    }

    fn is_closed(&self) -> bool {
        self.session.stage() == Stage::Closed
    }

    fn is_proven(&self) -> bool {
        self.session.is_proven()
    }

    fn room(&self) -> usize {
        self.session.room()
    }

    fn unanswered(&self) -> usize {
        self.session.unanswered()
    }

    fn ask(&mut self, now: i64) {
        self.session.ask(now);
    }

    fn describe(&self, body: &[u8]) -> Told {
        told::<P>(body)
    }

    fn submit(&mut self, token: u64, body: &[u8], answer_ms: i64, now: i64) -> Result<(), Unsent> {
        match self.session.send_body(token, body, answer_ms, now) {
            Ok(_) => Ok(()),
            Err(SendError::WindowFull | SendError::NotLoggedIn) => Err(Unsent::NotNow),
        }
    }

    /// Neither protocol has a "not now" that every carrier reads as one: what was not stored gets no answer, and the
    /// carrier says it again.
    fn acknowledge(&mut self, seq: u32, kept: bool) {
        if kept {
            self.session.answer(seq, &Answer::default());
        } else {
            self.session.ignore(seq);
        }
    }

    fn leave(&mut self, now: i64) {
        self.session.leave(now);
    }

    fn lost(&mut self) {
        self.session.lost();
    }

    fn unread(&mut self) {
        self.session.unread();
    }
}

/// A row as user data, one a part. Parts of a later try join those of an earlier one.
pub(crate) fn cut(ready: &Ready) -> Result<Vec<UserData>, String> {
    let split = crate::letter::cut(ready)?;
    let coding = match split.encoding {
        Encoding::Gsm7 => coding::DEFAULT,
        Encoding::Ucs2 => coding::UCS2,
        Encoding::Octets => coding::OCTETS,
    };
    let data = |part: parts::Part| UserData { coding, header: part.udh, octets: part.body };
    Ok(split.parts.into_iter().map(data).collect())
}

/// A message from a phone.
pub(crate) fn message(from: &str, to: String, data: &UserData) -> Delivery {
    let from = international(from);
    match data.text() {
        Some(text) => Delivery::Message {
            from,
            to,
            text,
            concat: crate::incoming::place(&data.header),
            tlvs: String::new(),
        },
        None => Delivery::Nothing,
    }
}

/// Digits of a short code rather than of a whole number, at the most.
const SHORT_MAX: usize = 8;

/// A phone's number with its plus: carriers write it with two zeros, or with nothing before the country.
fn international(address: &str) -> String {
    let digits = !address.is_empty() && address.bytes().all(|b| b.is_ascii_digit());
    match address.strip_prefix("00") {
        Some(rest) if digits && rest.len() > SHORT_MAX => format!("+{rest}"),
        None if digits && address.len() > SHORT_MAX && !address.starts_with('0') => format!("+{address}"),
        _ => address.to_owned(),
    }
}

/// A message's name of number and stamp: carriers write the number with and without what stands before a country.
pub(crate) fn name(number: &str, stamp: &str) -> String {
    format!("{}:{stamp}", number.trim_start_matches(['+', '0']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{cimd, ucp};

    #[test]
    fn names_are_one_whatever_stands_before_the_country() {
        for number in ["+972541234567", "00972541234567", "972541234567"] {
            assert_eq!(name(number, "211126203335"), "972541234567:211126203335");
        }
    }

    #[test]
    fn a_phone_is_one_person_however_its_number_is_written() {
        for (written, read) in [
            ("+972541234567", "+972541234567"),
            ("00972541234567", "+972541234567"),
            ("972541234567", "+972541234567"),
            ("0541234567", "0541234567"),
            ("4545", "4545"),
            ("004545", "004545"),
            ("Shop", "Shop"),
            ("", ""),
        ] {
            assert_eq!(international(written), read);
        }
    }

    #[test]
    fn a_request_tells_its_fields_and_no_number_and_no_text() {
        let data =
            UserData { coding: coding::DEFAULT, header: Vec::new(), octets: b"your code is 4711".into() };
        let mut message = ucp::Message::default();
        message.set_recipient("+972541234567", "00").unwrap();
        message.set_originator("SHOP");
        message.set(ucp::Field::NT, "3").set_user_data(&data).unwrap();
        let of_ucp = told::<ucp::Ucp>(&ucp::Ucp::body(&ucp::Request::Submit(Box::new(message))));
        let from = Some(cimd::Origin::of("SHOP"));
        let submit = cimd::Submit { to: "+972541234567".into(), from, data, wanted: 62, validity: None };
        let of_cimd = told::<cimd::Cimd>(&cimd::Cimd::body(&cimd::Request::Submit(submit.packet())));
        for (told, command, fields) in [
            (of_ucp, "operation 51", ["AdC: 14 octets", "NT: 3", "MT: 3"]),
            (
                of_cimd,
                "operation 03",
                ["destination: 13 octets", "alphanumeric_originator: 4 octets", "status_report_request: 62"],
            ),
        ] {
            assert_eq!(told.command, command);
            for field in fields {
                assert!(told.fields.lines().any(|line| line == field), "{field} is not in {}", told.fields);
            }
            for secret in ["97254", "4711", "SHOP", "34373131", "code"] {
                assert!(!told.fields.contains(secret), "{secret} is in {}", told.fields);
            }
        }
    }

    #[test]
    fn only_words_of_speed_slow_a_link() {
        for (words, slow) in [
            ("Throughput exceeded", true),
            ("message THROTTLED", true),
            ("queue full", true),
            ("operation not allowed", false),
            ("", false),
        ] {
            assert_eq!(says_slow(words), slow, "{words}");
        }
    }
}
