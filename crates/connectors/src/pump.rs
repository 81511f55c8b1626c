//! The pump of one link: draws from the feed, commits the intent, hands out what may be written, settles what is learnt.
//!
//! It knows no protocol: parts come in encoded by the link, leave by token, and end by [`Pump::ended`]. At most twice the
//! window of intents are open at one time; a tenth of the window is never given to bulk.

use crate::feed::{Feed, Room};
use crate::letter::{Encode, Letter, Rode, Taken, careful};
use crate::pace::Pace;
use crate::rider::LaneRider;
use crate::settler::Learnt;
use crate::steady;
use crate::whole;
use sms::{Class, Lane};
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use store::machine::outbox::{self, Chosen, Taker};
use store::machine::settle::{Known, Outcome, Settled};
use store::{Bell, Db, Error, Seat, failpoint};
use tokio::sync::mpsc;

/// Rows one intent commits at the most.
const TAKE_MAX: usize = 1_000;

/// One part, encoded.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) message: i64,
    pub(crate) part: i64,
    pub(crate) attempt: i64,
    pub(crate) class: Class,
    /// Its lane's rank.
    pub(crate) lane: i64,
    /// Its stream.
    pub(crate) stream: i64,
    /// Parts of the whole message.
    pub(crate) whole: i64,
    /// Parts that travel in it besides: a message that leaves whole ends with all of them.
    pub(crate) also: Vec<i64>,
    /// Parts of it that were committed with this one.
    pub(crate) of: usize,
    /// When it was committed, later when it was written (steady clock).
    pub(crate) at: i64,
    /// What settles it without a look, where it is the only part.
    pub(crate) known: Option<Known>,
    /// The protocol's own octets.
    pub(crate) body: Vec<u8>,
}

impl Part {
    /// What became of it, and of the parts that travel in it.
    fn settled(&self, outcome: Outcome) -> Vec<Settled> {
        let (message, attempt, known) = (self.message, self.attempt, self.known);
        let of = |part, outcome| Settled { message, part, attempt, outcome, known };
        if self.also.is_empty() {
            return vec![of(self.part, whole::of_one(outcome))];
        }
        let parts = std::iter::once(self.part).chain(self.also.iter().copied());
        parts.map(|part| of(part, whole::of_part(&outcome, part))).collect()
    }

    /// Parts that it carries.
    fn count(&self) -> usize {
        1 + self.also.len()
    }
}

/// What may ride along with those who insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    Nothing,
    /// What is strict, while the pump draws the rest.
    Strict,
    /// Everything, for nothing else waits here.
    All,
}

type Taking = Pin<Box<dyn Future<Output = Result<Taken, Error>> + Send>>;

/// The pump of one link.
pub(crate) struct Pump {
    db: Db,
    feed: Arc<Feed>,
    taker: Taker,
    window: usize,
    reserve: usize,
    pub(crate) pace: Pace,
    /// Committed and not yet written, by lane rank.
    ready: [VecDeque<Part>; 5],
    /// Written and not yet answered, by token.
    written: HashMap<u64, Part>,
    /// Given up as ambiguous: an answer may still come.
    lost: HashMap<u64, Part>,
    next_token: u64,
    /// Intents whose end is not stored yet.
    open: usize,
    learnt: mpsc::UnboundedSender<Learnt>,
    /// The intent under way.
    taking: Option<Taking>,
    /// Parts that it may come to.
    drawing: usize,
    rider: Option<Seat<LaneRider>>,
    arrived: mpsc::UnboundedReceiver<Taken>,
    /// Nothing new is drawn.
    pub(crate) draining: bool,
    /// Intents were given back because nothing moved; until something does, none is committed.
    pub(crate) still: bool,
    /// A long message waits until an intent has ended.
    waits: bool,
    /// Messages leave whole.
    whole: bool,
}

impl Pump {
    pub(crate) fn new(
        db: &Db,
        feed: Arc<Feed>,
        taker: Taker,
        window: usize,
        rate: i64,
        encode: &Encode,
        learnt: mpsc::UnboundedSender<Learnt>,
    ) -> Pump {
        let (send, arrived) = mpsc::unbounded_channel();
        let rider = LaneRider::new(taker, Arc::clone(encode), feed.bell(), send);
        let rider = Some(db.ride(Bell::Outbox(taker.connector), rider));
        let reserve = if window >= 4 { (window / 10).max(1) } else { 0 };
        Pump {
            db: db.clone(),
            feed,
            taker,
            window,
            reserve,
            pace: Pace::new(rate, steady::now_ms()),
            ready: Default::default(),
            written: HashMap::new(),
            lost: HashMap::new(),
            next_token: 1,
            open: 0,
            learnt,
            taking: None,
            drawing: 0,
            rider,
            arrived,
            draining: false,
            still: false,
            waits: false,
            whole: false,
        }
    }

    /// The same for a carrier that cuts messages itself.
    pub(crate) fn of_whole_messages(self, whole: bool) -> Pump {
        Pump { whole, ..self }
    }

    /// Starts an intent for `most` parts when there is room for one and none is under way.
    pub(crate) fn want(&mut self, encode: &Encode, most: usize) {
        self.offer(Offer::Strict);
        if self.taking.is_some() || self.draining || self.still || self.waits {
            return;
        }
        // What rode until now takes its room first.
        while let Ok(rode) = self.arrived.try_recv() {
            self.taken(rode);
        }
        let parts = self.room(steady::now_ms(), most);
        if parts == 0 {
            return;
        }
        let bulk = parts.saturating_sub(self.reserve.min(parts.saturating_sub(1)));
        // A disk without room for it: advertising waits, everything else goes.
        let bulk = if self.without_bulk() { 0 } else { bulk };
        let room = Room { parts, bulk, slots: self.slots(), empty: self.open == 0 };
        // One that begins with nothing under way may be a message longer than all slots.
        self.drawing = if room.empty { 2 * self.window } else { room.slots };
        let (db, feed, taker, encode) =
            (self.db.clone(), Arc::clone(&self.feed), self.taker, Arc::clone(encode));
        self.taking = Some(Box::pin(async move {
            let drawn = feed.draw(room).await?;
            let (rows, waits) = (drawn.rows, drawn.waits);
            let letters: Vec<Letter> =
                rows.into_iter().map(|ready| Letter { parts: careful(&encode, &ready), ready }).collect();
            if letters.is_empty() {
                return Ok(Taken { letters, go: HashMap::new(), waits, rode: Rode::Not });
            }
            failpoint::here("lane.drawn");
            // While these are committed, the next are read.
            tokio::spawn(async move { feed.read_ahead().await });
            let chosen: Vec<Chosen> = letters.iter().map(|l| l.ready.chosen()).collect();
            let go = db.write("take", move |tx| outbox::take(tx, taker, &chosen)).await?;
            Ok(Taken { letters, go, waits, rode: Rode::Not })
        }));
    }

    /// Whether advertising waits for room on the disk.
    pub(crate) fn without_bulk(&self) -> bool {
        self.db.disk() >= store::disk::Level::NoBulk
    }

    /// Parts that an intent may commit now, so that no more than `most` wait to be written.
    fn room(&mut self, now: i64, most: usize) -> usize {
        let waiting: usize = self.ready.iter().map(VecDeque::len).sum();
        self.slots().min(TAKE_MAX).min(self.pace.ahead(now).min(most).saturating_sub(waiting))
    }

    /// Parts that may be under way besides those that are, and those that may ride at any time.
    fn slots(&self) -> usize {
        (2 * self.window).saturating_sub(self.open + self.riding() + self.reserve)
    }

    /// Parts that ride and have not come here.
    fn riding(&self) -> usize {
        self.rider.as_ref().map_or(0, |seat| seat.rider().riding())
    }

    /// Says what may ride along with those who insert: everything only while nothing else waits here.
    pub(crate) fn offer(&mut self, what: Offer) {
        let rides = !self.draining && !self.still && self.rider.is_some();
        // That way does not tell lanes apart: without room for advertising, all goes the way that can.
        let all = rides && what == Offer::All && self.taking.is_none() && !self.without_bulk();
        let now = steady::now_ms();
        let room = if all { self.room(now, usize::MAX) } else { 0 };
        let under_way = self.open + self.riding() + self.drawing;
        let free = (2 * self.window).saturating_sub(under_way).min(self.reserve).min(self.pace.ahead(now));
        let strict = if rides && what == Offer::Strict { free } else { 0 };
        if let Some(seat) = &self.rider {
            seat.rider().offer(room, strict);
        }
    }

    /// The bell rang, and another lane may have what fits. Whether it told of nothing that the rider left behind.
    pub(crate) fn rung(&mut self, rung: u64) -> bool {
        self.waits = false;
        self.rider.as_ref().is_some_and(|seat| seat.rider().has_swept(rung))
    }

    /// The next intent that is committed, whichever way it came.
    pub(crate) async fn intent(&mut self) -> Result<Taken, Error> {
        let drawn = async {
            match &mut self.taking {
                Some(taking) => taking.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(taken) = self.arrived.recv() => Ok(taken),
            out = drawn => {
                (self.taking, self.drawing) = (None, 0);
                out
            }
        }
    }

    /// Whether an intent is under way.
    pub(crate) fn is_taking(&self) -> bool {
        self.taking.is_some()
    }

    /// Waits until no intent is under way any more, and takes in what they committed.
    pub(crate) async fn settle_down(&mut self) {
        self.offer(Offer::Nothing);
        if let Some(seat) = self.rider.take() {
            seat.leave().await;
        }
        while let Ok(taken) = self.arrived.try_recv() {
            self.taken(taken);
        }
        if let Some(taking) = self.taking.take()
            && let Ok(taken) = taking.await
        {
            self.taken(taken);
        }
    }

    /// Takes in what the intent committed. `false` when nothing was due.
    pub(crate) fn taken(&mut self, mut taken: Taken) -> bool {
        let any = !taken.letters.is_empty() || taken.waits;
        if let (Rode::All | Rode::Strict, Some(seat)) = (taken.rode, &self.rider) {
            seat.rider().got_off(taken.parts());
        }
        self.waits = taken.waits && self.open > 0;
        let at = steady::now_ms();
        if !taken.go.is_empty() {
            failpoint::here("intent.committed");
        }
        for letter in taken.letters {
            let (row, whole, known) = (letter.ready.row, letter.ready.whole, Known::of(&letter.ready));
            let Some(parts) = taken.go.remove(&row.id) else { continue };
            self.open += parts.len();
            let bodies = match letter.parts {
                Ok(bodies) if self.whole && bodies.len() == 1 => bodies,
                Ok(bodies) if i64::try_from(bodies.len()) == Ok(whole) => bodies,
                Ok(bodies) => {
                    let why = format!("{whole} parts became {}", bodies.len());
                    self.unfit(row.id, letter.ready.attempt, &parts, &why);
                    continue;
                }
                Err(why) => {
                    self.unfit(row.id, letter.ready.attempt, &parts, &why);
                    continue;
                }
            };
            let lane = row.lane.rem_euclid(8);
            let Some(queue) = usize::try_from(lane).ok().and_then(|l| self.ready.get_mut(l)) else {
                continue;
            };
            let first = if self.whole { parts.first().copied().unwrap_or_default() } else { 0 };
            for (n, body) in (first..).zip(bodies).filter(|(n, _)| parts.contains(n)) {
                let (class, attempt) = (letter.ready.class, letter.ready.attempt);
                let also = if self.whole { parts.get(1..).unwrap_or_default().to_vec() } else { Vec::new() };
                let (message, stream, of) = (row.id, row.stream, parts.len() - also.len());
                queue.push_back(Part {
                    message,
                    part: n,
                    attempt,
                    class,
                    lane,
                    stream,
                    whole,
                    also,
                    of,
                    at,
                    known,
                    body,
                });
            }
        }
        any
    }

    /// A text that cannot be written: it is refused here and never stands in the way again.
    fn unfit(&mut self, message: i64, attempt: i64, parts: &[i64], why: &str) {
        for part in parts {
            let outcome = Outcome::Rejected { code: sms::Code::EncodingImpossible, detail: why.to_owned() };
            self.tell(Learnt::Outcome(Settled { message, part: *part, attempt, outcome, known: None }));
        }
    }

    /// The next part to write, strictest lane first, when there is `room`; with the token it is answered by. Bulk waits
    /// while no more than the reserve of the window is `free`.
    pub(crate) fn next(&mut self, room: usize, free: usize) -> Option<(u64, Part)> {
        let now = steady::now_ms();
        if room == 0 || self.pace.room(now) == 0 {
            return None;
        }
        let bulk_open = free > self.reserve;
        let queue = self.ready.iter_mut().enumerate().find_map(|(rank, q)| {
            let may = rank as i64 != Lane::Bulk.number() || bulk_open;
            (may && !q.is_empty()).then_some(q)
        })?;
        let part = queue.pop_front()?;
        let token = self.next_token;
        self.next_token += 1;
        Some((token, part))
    }

    /// It is in the session's hands now.
    pub(crate) fn wrote(&mut self, token: u64, part: Part) {
        self.pace.wrote(part.count());
        self.still = false;
        self.written.insert(token, Part { at: steady::now_ms(), ..part });
    }

    /// Gives back what was committed and could not be written for `most_ms`: another link may have room, and a pause or
    /// refusal must find it in its lane. What an intent took of a message stays together once one of it is written.
    pub(crate) fn give_back_stale(&mut self, most_ms: i64) {
        let edge = steady::now_ms() - most_ms;
        let mut stale: HashMap<i64, usize> = HashMap::new();
        for part in self.ready.iter().flatten().filter(|p| p.at < edge) {
            *stale.entry(part.message).or_default() += 1;
        }
        if stale.is_empty() {
            return;
        }
        let mut gone = Vec::new();
        for queue in &mut self.ready {
            let whole = |p: &Part| stale.get(&p.message) == Some(&p.of);
            let (back, rest): (VecDeque<Part>, VecDeque<Part>) = queue.drain(..).partition(whole);
            *queue = rest;
            gone.extend(back);
        }
        self.still |= !gone.is_empty();
        for part in gone {
            self.settle(&part, Outcome::Back { due: 0 });
        }
    }

    /// The session would not take it after all: it is written next time.
    pub(crate) fn put_back(&mut self, part: Part) {
        if let Some(queue) = usize::try_from(part.lane).ok().and_then(|l| self.ready.get_mut(l)) {
            queue.push_front(part);
        }
    }

    /// The part of a token, as long as it waits for its answer.
    pub(crate) fn part(&self, token: u64) -> Option<&Part> {
        self.written.get(&token)
    }

    /// The part of a token that was given up and is answered after all.
    pub(crate) fn late(&mut self, token: u64) -> Option<Part> {
        self.lost.remove(&token)
    }

    /// What became of a written part.
    pub(crate) fn ended(&mut self, token: u64, outcome: Outcome) {
        let Some(part) = self.written.remove(&token) else { return };
        self.still = false;
        let ambiguous = matches!(outcome, Outcome::Ambiguous { .. });
        let refused = matches!(outcome, Outcome::Rejected { .. } | Outcome::Elsewhere { .. });
        self.settle(&part, outcome);
        if refused && part.whole > 1 {
            self.withhold(&part);
        } else if ambiguous {
            self.lost.insert(token, part);
        }
    }

    /// A part was refused here: what is not written of its message stays here, nobody could read it.
    fn withhold(&mut self, refused: &Part) {
        let Some(queue) = usize::try_from(refused.lane).ok().and_then(|l| self.ready.get_mut(l)) else {
            return;
        };
        let message = refused.message;
        let rest: Vec<Settled> = queue
            .iter()
            .filter(|p| p.message == message)
            .flat_map(|p| p.settled(Outcome::Back { due: 0 }))
            .collect();
        queue.retain(|p| p.message != message);
        for settled in rest {
            self.tell(Learnt::Outcome(settled));
        }
    }

    /// Gives back what was committed and not written, and what the session never let out.
    pub(crate) fn give_back(&mut self, unsent: &[u64]) {
        let never: Vec<Part> = self.ready.iter_mut().flat_map(|q| q.drain(..)).collect();
        for part in never {
            self.settle(&part, Outcome::Back { due: 0 });
        }
        for token in unsent {
            self.ended(*token, Outcome::Back { due: 0 });
        }
    }

    /// The rest of a dead link: all that was written stays unanswered.
    pub(crate) fn abandon(&mut self, detail: &str) {
        let mut tokens: Vec<u64> = self.written.keys().copied().collect();
        tokens.sort_unstable(); // in the order they were written
        for token in tokens {
            self.ended(token, Outcome::Ambiguous { detail: detail.to_owned() });
        }
    }

    pub(crate) fn tell(&self, learnt: Learnt) {
        if self.learnt.send(learnt).is_err() {
            tracing::error!(connector = self.taker.connector, "an outcome came after the settler had ended");
        }
    }

    fn settle(&self, part: &Part, outcome: Outcome) {
        part.settled(outcome).into_iter().for_each(|one| self.tell(Learnt::Outcome(one)));
    }

    /// `n` ends are stored.
    pub(crate) fn stored(&mut self, n: usize) {
        self.open = self.open.saturating_sub(n);
        self.waits &= n == 0;
    }

    /// Intents whose end is not stored yet.
    pub(crate) fn open(&self) -> usize {
        self.open
    }

    /// Parts written and not answered.
    pub(crate) fn in_flight(&self) -> usize {
        self.written.len()
    }

    /// Whether something committed waits to be written.
    pub(crate) fn has_ready(&self) -> bool {
        self.ready.iter().any(|q| !q.is_empty())
    }
}
