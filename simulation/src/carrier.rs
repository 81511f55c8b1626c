//! A carrier with a temper: real SMPP on its side of the link, and everything a carrier does that it should not.
//!
//! It keeps its half of the outer ledger: which parts reached it, which it took, which receipts it was told to be kept.

use crate::agenda::{Agenda, Deed, Event, Letter};
use crate::dice::Dice;
use crate::ledger::{self, Copy, Ledger, Reported};
use crate::line::Lines;
use crate::plan::Temper;
use crate::trace::Trace;
use sms::{Code, Status as State};
use std::collections::{BTreeMap, VecDeque};
use wire::smpp::{self, Event as Said, Session, Sm, SmBuf, Stage, Status, TlvBuf, UDHI, tlv};

/// What a carrier does with one submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Throttle,
    QueueFull,
    Temporary,
    Permanent,
    WrongSender,
    /// Takes it and never answers.
    SilentTaken,
    /// Loses it and never answers.
    SilentLost,
    /// Takes it and answers when nobody waits any more.
    Late,
    /// Takes it and answers twice.
    Twice,
    /// Takes it, and answers another one that nobody asked.
    Stray,
    /// Refuses it by a generic_nack.
    Nack,
    /// Takes it and resets the connection.
    ResetTaken,
    /// Says goodbye in the middle.
    Unbind,
}

const MOODS: [Mood; 14] = [
    Mood::Well,
    Mood::Throttle,
    Mood::QueueFull,
    Mood::Temporary,
    Mood::Permanent,
    Mood::WrongSender,
    Mood::SilentTaken,
    Mood::SilentLost,
    Mood::Late,
    Mood::Twice,
    Mood::Stray,
    Mood::Nack,
    Mood::ResetTaken,
    Mood::Unbind,
];

/// What a carrier may touch of the world.
pub(crate) struct Around<'a> {
    pub(crate) now: i64,
    pub(crate) agenda: &'a mut Agenda,
    pub(crate) lines: &'a mut Lines,
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) trace: &'a mut Trace,
}

struct Link {
    session: Session,
    out: BTreeMap<u64, Letter>,
    token: u64,
    tick_at: i64,
    raw: Vec<u8>,
}

/// One carrier.
pub(crate) struct Carrier {
    index: usize,
    pub(crate) temper: Temper,
    dice: Dice,
    links: BTreeMap<u64, Link>,
    letters: VecDeque<Letter>,
    /// Letters that come back later: not handed over yet, for who asks whether all is quiet.
    later: usize,
    ids: u64,
}

impl Carrier {
    pub(crate) fn new(index: usize, seed: u64, temper: Temper) -> Carrier {
        let dice = Dice::of(seed, &format!("carrier {index}"));
        // All carriers count from the same number: an id means nothing without its account.
        Carrier {
            index,
            temper,
            dice,
            links: BTreeMap::new(),
            letters: VecDeque::new(),
            later: 0,
            ids: 1_000,
        }
    }

    /// Whether it has anything left to say.
    pub(crate) fn is_quiet(&self) -> bool {
        self.later == 0 && self.letters.is_empty() && self.links.values().all(|l| l.out.is_empty())
    }

    /// What it has left, in words.
    pub(crate) fn unrest(&self) -> String {
        let out: Vec<_> = self.links.values().map(|l| (l.session.stage(), l.out.len())).collect();
        format!("{} later, {} letters, links {out:?}", self.later, self.letters.len())
    }

    /// Somebody connected.
    pub(crate) fn greet(&mut self, conn: u64, around: &mut Around<'_>) {
        let config = smpp::Config {
            system_id: "carrier".into(),
            window: 50,
            response_ms: 20_000,
            late_ms: 20_000,
            ..smpp::Config::default()
        };
        let session = Session::smsc(config, around.now);
        let link = Link { session, out: BTreeMap::new(), token: 0, tick_at: 0, raw: Vec::new() };
        self.links.insert(conn, link);
        self.turn(conn, around);
    }

    /// Octets came; `step` is when they were written.
    pub(crate) fn hear(&mut self, conn: u64, bytes: &[u8], step: u64, around: &mut Around<'_>) {
        if let Some(link) = self.links.get_mut(&conn) {
            link.session.feed(bytes, around.now);
        }
        self.listen(conn, step, around);
    }

    /// The other side is gone.
    pub(crate) fn lost(&mut self, conn: u64, around: &mut Around<'_>) {
        if let Some(link) = self.links.get_mut(&conn) {
            link.session.lost();
        }
        self.listen(conn, 0, around);
    }

    /// Its time has come.
    pub(crate) fn act(&mut self, deed: Deed, around: &mut Around<'_>) {
        let conn = match deed {
            Deed::Hand(letter) => {
                self.later -= 1;
                self.letters.push_back(letter);
                return self.flush(around);
            }
            Deed::Answer { conn, .. }
            | Deed::Nack { conn, .. }
            | Deed::Bind { conn, .. }
            | Deed::Unbind { conn }
            | Deed::Tick { conn } => conn,
        };
        let Some(link) = self.links.get_mut(&conn) else { return };
        match deed {
            Deed::Answer { seq, status, id, .. } => link.session.answer_submit(seq, status, id.as_bytes()),
            Deed::Bind { status, .. } => link.session.answer_bind(status, around.now),
            Deed::Unbind { .. } => link.session.unbind(around.now),
            Deed::Nack { seq, .. } => {
                let words = [16, 0x8000_0000, Status::SYSTEM_ERROR.0, seq];
                link.raw.extend(words.iter().flat_map(|w| w.to_be_bytes()));
            }
            Deed::Tick { .. } => link.tick_at = 0,
            Deed::Hand(_) => {}
        }
        self.listen(conn, 0, around);
        self.flush(around);
    }

    /// A person writes to a number of ours.
    pub(crate) fn text(&mut self, from: &str, to: &str, text: &str, around: &mut Around<'_>) {
        self.letters.push_back(Letter::Text { from: from.into(), to: to.into(), text: text.into() });
        self.flush(around);
    }

    fn listen(&mut self, conn: u64, step: u64, around: &mut Around<'_>) {
        while let Some(said) = self.links.get_mut(&conn).and_then(|l| l.session.poll_event()) {
            self.on(conn, said, step, around);
        }
        self.turn(conn, around);
    }

    fn on(&mut self, conn: u64, said: Said, step: u64, around: &mut Around<'_>) {
        match said {
            Said::BindAsked(_) => {
                let refused = self.dice.often(self.temper.bind_refused);
                let password = self.dice.often(self.temper.bind_password);
                let status = match (password, refused) {
                    (true, _) => Status::INVALID_PASSWORD,
                    (_, true) => Status::BIND_FAILED,
                    _ => Status::OK,
                };
                let after = self.dice.within(0, 50);
                around.agenda.at(around.now + after, Event::Carrier(self.index, Deed::Bind { conn, status }));
            }
            Said::Submit { seq, sm } => self.submit(conn, seq, &sm, step, around),
            Said::Answered { token, status, .. } => {
                let Some(letter) = self.links.get_mut(&conn).and_then(|l| l.out.remove(&token)) else {
                    return;
                };
                if status.is_ok() { self.kept(letter, around) } else { self.again(letter, 2_000, around) }
            }
            Said::Ambiguous { token, .. } => {
                let letter = self.links.get_mut(&conn).and_then(|l| l.out.remove(&token));
                letter.into_iter().for_each(|letter| self.again(letter, 1_000, around));
            }
            Said::Closed { .. } => {
                let letters =
                    self.links.get_mut(&conn).map(|l| std::mem::take(&mut l.out)).unwrap_or_default();
                // A carrier that saw no answer hands it over again.
                letters.into_values().for_each(|letter| self.again(letter, 500, around));
            }
            _ => {}
        }
    }

    fn again(&mut self, letter: Letter, most_ms: i64, around: &mut Around<'_>) {
        let after = self.dice.within(100, most_ms);
        self.later += 1;
        around.agenda.at(around.now + after, Event::Carrier(self.index, Deed::Hand(letter)));
    }

    /// It was told that this is kept now.
    fn kept(&mut self, letter: Letter, around: &mut Around<'_>) {
        match letter {
            Letter::Receipt { id, status, between: false, .. } => {
                around.trace.add(around.now, format_args!("c{} receipt {id} {status} kept", self.index));
                around.ledger.count("receipts kept");
                around.ledger.reported.push(Reported { carrier: self.index, id, status });
            }
            Letter::Receipt { .. } => {}
            Letter::Text { from, text, .. } => {
                around.trace.add(around.now, format_args!("c{} text of {from} kept", self.index));
                around.ledger.inbound.push((from, text));
            }
        }
    }

    fn submit(&mut self, conn: u64, seq: u32, sm: &SmBuf, step: u64, around: &mut Around<'_>) {
        let view = sm.view();
        let number = view.destination.display().into_owned();
        let text = view.text().unwrap_or_default();
        let concat = sms::udh::parse(view.split().0).and_then(|h| h.concat());
        let part = concat.map_or(0, |c| i64::from(c.seq) - 1);
        let mood = MOODS[self.dice.weighed(&self.temper.moods)];
        let taken = matches!(
            mood,
            Mood::Well | Mood::SilentTaken | Mood::Late | Mood::Twice | Mood::Stray | Mood::ResetTaken
        );
        self.ids += u64::from(taken);
        let id = if taken { self.ids.to_string() } else { String::new() };
        let word = ledger::word_of(&text).unwrap_or_default().to_owned();
        around
            .trace
            .add(around.now, format_args!("c{} {word} {number} part {part}: {mood:?} {id}", self.index));
        around.ledger.count(if taken { "parts taken" } else { "parts refused or lost" });
        if word.is_empty() {
            around.ledger.nameless += 1;
        } else {
            let copy = Copy { step, taken };
            around.ledger.copies.entry(((word, number.clone()), part)).or_default().push(copy);
        }
        let (low, high) = self.temper.answer_ms;
        let answer = around.now + self.dice.within(low, high);
        self.answer(conn, seq, mood, &id, answer, around);
        if taken && view.wants_receipt() {
            self.report(&id, number, answer, around);
        }
    }

    fn answer(&mut self, conn: u64, seq: u32, mood: Mood, id: &str, at: i64, around: &mut Around<'_>) {
        let answer = |status, seq| Deed::Answer { conn, seq, status, id: id.to_owned() };
        let deed = match mood {
            Mood::Well => answer(Status::OK, seq),
            Mood::Throttle => answer(Status::THROTTLED, seq),
            Mood::QueueFull => answer(Status::QUEUE_FULL, seq),
            Mood::Temporary => answer(Status::SYSTEM_ERROR, seq),
            Mood::Permanent => answer(Status::INVALID_DESTINATION, seq),
            Mood::WrongSender => answer(Status::INVALID_SOURCE, seq),
            Mood::SilentTaken | Mood::SilentLost => return,
            Mood::Late => {
                let late = at + self.dice.within(4_000, 90_000);
                return around.agenda.at(late, Event::Carrier(self.index, answer(Status::OK, seq)));
            }
            Mood::Twice => {
                let twice = at + self.dice.within(0, 200);
                around.agenda.at(twice, Event::Carrier(self.index, answer(Status::OK, seq)));
                answer(Status::OK, seq)
            }
            Mood::Stray => {
                let nobody = seq.wrapping_add(7_777);
                around.agenda.at(at, Event::Carrier(self.index, answer(Status::OK, nobody)));
                answer(Status::OK, seq)
            }
            Mood::Nack => Deed::Nack { conn, seq },
            Mood::ResetTaken => return around.lines.cut(conn, true, around.now, around.agenda),
            Mood::Unbind => Deed::Unbind { conn },
        };
        around.agenda.at(at, Event::Carrier(self.index, deed));
    }

    /// Plans what is said of a message that was taken.
    fn report(&mut self, id: &str, number: String, answered: i64, around: &mut Around<'_>) {
        let t = self.temper.clone();
        let d = &mut self.dice;
        let status = if d.often(t.undelivered) { State::Undelivered } else { State::Delivered };
        let mut at = answered + d.within(t.receipt_ms.0, t.receipt_ms.1);
        if d.often(t.receipt_early) {
            at = around.now;
        }
        if d.often(t.receipt_late) {
            at += d.within(10_000, 90_000);
        }
        let mut plan = Vec::new();
        let letter = |id: &str, status, between| Letter::Receipt {
            id: id.to_owned(),
            status,
            number: number.clone(),
            between,
        };
        if d.often(t.receipt_between) {
            plan.push((around.now + d.within(0, 5_000), letter(id, State::Buffered, true)));
        }
        if !d.often(t.receipt_lost) {
            plan.push((at, letter(id, status, false)));
            if d.often(t.receipt_twice) {
                plan.push((at + d.within(0, 3_000), letter(id, status, false)));
            }
            if d.often(t.receipt_contradicted) {
                let other = d.pick(&[State::Delivered, State::Undelivered, State::Expired]);
                plan.push((at + d.within(0, 5_000), letter(id, other, false)));
            }
        }
        if d.often(t.receipt_foreign) {
            let nobody = format!("9{:06}", d.within(0, 999_999));
            plan.push((at, letter(&nobody, State::Delivered, false)));
        }
        for (at, letter) in plan {
            self.later += 1;
            around.agenda.at(at, Event::Carrier(self.index, Deed::Hand(letter)));
        }
    }

    /// Hands over what waits, as far as there is a link with room.
    fn flush(&mut self, around: &mut Around<'_>) {
        let ready: Vec<u64> = self
            .links
            .iter()
            .filter(|(_, l)| l.session.stage() == Stage::Bound && l.session.bind().receives())
            .map(|(conn, _)| *conn)
            .collect();
        let mut touched = Vec::new();
        while !ready.is_empty()
            && let Some(letter) = self.letters.pop_front()
        {
            let conn = self.dice.pick(&ready);
            let Some(link) = self.links.get_mut(&conn) else { break };
            link.token += 1;
            if deliver(&mut link.session, link.token, &letter, around.now) {
                link.out.insert(link.token, letter);
                touched.push(conn);
            } else {
                self.letters.push_front(letter);
                break;
            }
        }
        touched.dedup();
        for conn in touched {
            self.turn(conn, around);
        }
    }

    /// Timers, then whatever is to be written.
    fn turn(&mut self, conn: u64, around: &mut Around<'_>) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        let deadline = link.session.tick(around.now);
        while let Some(said) = link.session.poll_event() {
            if let Said::Closed { .. } = said {
                let letters = std::mem::take(&mut link.out);
                self.later += letters.len();
                for letter in letters.into_values() {
                    around.agenda.at(around.now + 700, Event::Carrier(self.index, Deed::Hand(letter)));
                }
            }
        }
        let bytes = [link.session.output(), &link.raw].concat();
        link.session.wrote(link.session.output().len());
        link.raw.clear();
        let was_bound = link.session.stage() == Stage::Bound;
        if !bytes.is_empty() {
            around.lines.hand_over(conn, bytes, around.now, around.agenda);
        }
        if link.session.stage() == Stage::Closed {
            around.lines.cut(conn, false, around.now, around.agenda);
            self.links.remove(&conn);
            return;
        }
        if let Some(at) = deadline
            && (link.tick_at == 0 || at < link.tick_at)
        {
            link.tick_at = at.max(around.now + 1);
            around.agenda.at(link.tick_at, Event::Carrier(self.index, Deed::Tick { conn }));
        }
        if was_bound && !self.letters.is_empty() {
            self.flush(around);
        }
    }
}

fn deliver(session: &mut Session, token: u64, letter: &Letter, now: i64) -> bool {
    match letter {
        Letter::Text { from, to, text } => {
            let sm = Sm {
                source: smpp::source(from),
                destination: smpp::destination(to),
                short_message: text.as_bytes(),
                ..Sm::default()
            };
            debug_assert!(sm.esm_class & UDHI == 0);
            session.deliver(token, &sm, now).is_ok()
        }
        Letter::Receipt { id, status, number, between } => {
            let date = "2606010900";
            let text = sms::receipt::format(&sms::receipt::Written {
                id,
                submit_date: date,
                done_date: date,
                status: if *between { State::Submitted } else { *status },
                code: Code::None,
                err: 0,
                text: "",
            });
            let mut tlvs = TlvBuf::new();
            tlvs.push_text(tlv::RECEIPTED_MESSAGE_ID, id.as_bytes());
            let sm = Sm {
                source: smpp::destination(number),
                destination: smpp::source("4545"),
                esm_class: if *between { 0x20 } else { 0x04 },
                short_message: text.as_bytes(),
                tlvs: tlvs.view(),
                ..Sm::default()
            };
            session.deliver(token, &sm, now).is_ok()
        }
    }
}
