//! What all links of one pretend carrier share: accounts, phones, journal, and the timers of what is under way.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use sms::parts::TooManyParts;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use wire::smpp::{Sm, SmBuf, Status};

use super::account::{Account, Cargo, Mo, Outgoing, Report, lock};
use super::plan;
use super::timers::Timers;
use crate::config::{AtPart, Config, Faults, Ids};
use crate::handset::{self, Handsets, Part};
use crate::journal::{Entry, Journal, What};
use crate::outcome::Outcome;

/// Wall time that never jumps: read once, then carried by the monotonic clock.
#[derive(Debug)]
struct Clock {
    wall: i64,
    start: Instant,
}

/// How many of each there were.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) binds: AtomicU64,
    pub(super) submitted: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) shown: AtomicU64,
    pub(super) reported: AtomicU64,
    pub(super) replies: AtomicU64,
    pub(super) given_up: AtomicU64,
    pub(super) asked: AtomicU64,
}

pub(super) fn bump(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// An accepted message on its way.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) account: Arc<Account>,
    pub(super) sm: SmBuf,
    pub(super) id: u64,
    /// Its name where the protocol makes names of number and second; else empty.
    pub(super) name: String,
    pub(super) took_at: i64,
    outcome: Outcome,
    /// The number asked for its outcome by its ending.
    asked: bool,
}

#[derive(Debug)]
enum Job {
    Step(Arc<Arrival>, usize),
    Push(Arc<Account>, Outgoing),
    Answer { account: Arc<Account>, from: String, to: String, text: String },
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) config: Config,
    pub(super) journal: Journal,
    pub(super) tally: Tally,
    pub(super) handsets: Mutex<Handsets>,
    /// Counts what handsets showed, for who waits.
    pub(super) shown: watch::Sender<u64>,
    /// Counts cuts; every link listens.
    pub(super) cut: watch::Sender<u64>,
    pub(super) stop: watch::Sender<bool>,
    clock: Clock,
    faults: Mutex<Faults>,
    accounts: Mutex<HashMap<String, Arc<Account>>>,
    /// Who last sent from an address: a phone's answer goes there.
    senders: Mutex<HashMap<String, Arc<Account>>>,
    /// Answers of phones while nobody is bound at all.
    lobby: Mutex<VecDeque<Outgoing>>,
    throttled: Mutex<HashMap<String, i64>>,
    /// The last second that named a message to a number.
    seconds: Mutex<HashMap<String, i64>>,
    timers: Timers<Job>,
    ids: AtomicU64,
}

/// Addresses, and throttled numbers, that are remembered at one time.
const REMEMBERED: usize = 100_000;
/// Answers kept while nobody is bound.
const LOBBY: usize = 10_000;
/// How often reports that are kept back are looked at.
const HOLD_MS: i64 = 30;
/// Deliveries of one message before the carrier gives it up.
const TRIES: u8 = 20;

impl World {
    pub(super) fn new(config: Config) -> io::Result<World> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64);
        Ok(World {
            journal: Journal::open(config.journal_keep, config.journal_file.as_deref())?,
            tally: Tally::default(),
            handsets: Mutex::new(Handsets::new(config.inbox_keep, config.phones_keep)),
            shown: watch::Sender::new(0),
            cut: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            clock: Clock { wall, start: Instant::now() },
            faults: Mutex::new(config.faults),
            accounts: Mutex::default(),
            senders: Mutex::default(),
            lobby: Mutex::default(),
            throttled: Mutex::default(),
            seconds: Mutex::default(),
            timers: Timers::new(),
            // Ids of two runs never meet: a run would have to take a million messages a second to catch up.
            ids: AtomicU64::new(wall as u64 * 1000),
            config,
        })
    }

    /// Ms since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.wall + self.clock.start.elapsed().as_millis() as i64
    }

    /// When the runtime's clock shows so many ms since 1970.
    pub(super) fn instant(&self, at: i64) -> Instant {
        self.clock.start + std::time::Duration::from_millis(at.saturating_sub(self.clock.wall).max(0) as u64)
    }

    pub(super) fn faults(&self) -> Faults {
        *lock(&self.faults)
    }

    /// How ids are written in answers now.
    pub(super) fn ids(&self) -> Ids {
        self.faults().ids.unwrap_or(self.config.ids)
    }

    pub(super) fn change_faults(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut lock(&self.faults));
    }

    /// The mishap of this part, if it is the one; no other part meets it then.
    pub(super) fn mishap(&self, part: &Part<'_>) -> Option<AtPart> {
        let mut faults = lock(&self.faults);
        let (_, what) = faults.at_part.filter(|(number, _)| part.total > 1 && part.number == *number)?;
        faults.at_part = None;
        Some(what)
    }

    pub(super) fn pending(&self) -> usize {
        self.timers.pending()
    }

    /// The same, and what waits for a link to come.
    pub(super) fn under_way(&self) -> usize {
        let waiting: usize = lock(&self.accounts).values().map(|account| account.waiting()).sum();
        self.pending() + waiting + lock(&self.lobby).len()
    }

    /// The account of a system_id; `None` if there are more than any carrier has clients.
    pub(super) fn account(&self, system_id: &str) -> Option<Arc<Account>> {
        let mut accounts = lock(&self.accounts);
        if accounts.len() >= REMEMBERED && !accounts.contains_key(system_id) {
            return None;
        }
        let account = accounts.entry(system_id.to_owned());
        Some(account.or_insert_with(|| Arc::new(Account::new(system_id))).clone())
    }

    /// A link that can deliver is there: what waited for anybody is its.
    pub(super) fn greet(&self, account: &Account) {
        let waiting: Vec<_> = lock(&self.lobby).drain(..).collect();
        account.push(waiting);
    }

    // The way out: what a client hands in.

    /// Judges a submit. Gives the id of an accepted one, which is under way then.
    pub(super) fn take(&self, account: &Arc<Account>, sm: &SmBuf, now: i64) -> Result<u64, Status> {
        self.accept(account, sm, now, |_| String::new()).map(|arrival| arrival.id)
    }

    /// A second that names no other message to this number: two of one second would share a name.
    pub(super) fn second(&self, number: &str, now: i64) -> i64 {
        let now = now / 1_000;
        let mut seconds = lock(&self.seconds);
        if seconds.len() >= REMEMBERED {
            seconds.retain(|_, last| *last >= now);
        }
        let last = seconds.entry(number.to_owned()).or_insert(0);
        *last = now.max(*last + 1);
        *last
    }

    /// A number that was not given before.
    pub(super) fn fresh(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Judges a submit and names an accepted one.
    pub(super) fn accept(
        &self,
        account: &Arc<Account>,
        sm: &SmBuf,
        now: i64,
        name: impl FnOnce(&World) -> String,
    ) -> Result<Arc<Arrival>, Status> {
        let view = sm.view();
        if view.destination.addr.is_empty() {
            return Err(Status::INVALID_DESTINATION);
        }
        let faults = self.faults();
        if faults.status != 0 {
            return Err(Status(faults.status));
        }
        if faults.throttle || self.config.rate.is_some_and(|rate| !account.admits(rate, now)) {
            return Err(Status::THROTTLED);
        }
        if self.pending() >= self.config.pending_max {
            return Err(Status::QUEUE_FULL);
        }
        let number = view.destination.display();
        let asked = Outcome::of_number(&number);
        let outcome = asked.unwrap_or_else(|| self.config.mix.of(self.config.seed, &number));
        if outcome == Outcome::Throttled && self.holds_back(&number, now) {
            return Err(Status::THROTTLED);
        }
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let id = id.checked_rem(faults.ids_repeat_after).map_or(id, |short| short + 1);
        let arrival = Arc::new(Arrival {
            account: account.clone(),
            sm: sm.clone(),
            id,
            name: name(self),
            took_at: now,
            outcome,
            asked: asked.is_some(),
        });
        self.schedule_step(arrival.clone(), 0);
        Ok(arrival)
    }

    /// Five seconds of throttling from the first try; the ten after them let all parts through.
    fn holds_back(&self, number: &str, now: i64) -> bool {
        let hold = 5000 / self.config.hurry.max(1) as i64;
        let mut throttled = lock(&self.throttled);
        if throttled.len() >= REMEMBERED {
            throttled.retain(|_, first| now < *first + 3 * hold);
        }
        let first = throttled.entry(number.to_owned()).or_insert(now);
        if now >= *first + 3 * hold {
            *first = now;
        }
        now < *first + hold
    }

    /// Writes down what came in and who sends from which address.
    pub(super) fn note_submit(
        &self,
        account: &Arc<Account>,
        sm: &Sm<'_>,
        outcome: Result<String, String>,
        now: i64,
        entries: &mut Vec<Entry>,
    ) {
        let part = Part::of(sm);
        let from = sm.source.display().into_owned();
        let mut senders = lock(&self.senders);
        if senders.len() < REMEMBERED || senders.contains_key(handset::key(&from)) {
            senders.insert(handset::key(&from).to_owned(), account.clone());
        }
        entries.push(Entry {
            at: now,
            what: What::Submit,
            from,
            to: sm.destination.display().into_owned(),
            id: outcome.as_deref().unwrap_or_default().to_owned(),
            text: part.text(sm.data_coding),
            parts: part.total,
            part: if part.total == 1 { 0 } else { part.number },
            state: outcome.err().unwrap_or_default(),
        });
    }

    // Time.

    fn schedule_step(&self, arrival: Arc<Arrival>, at: usize) {
        let step = plan::step(&self.config, arrival.outcome, arrival.asked, arrival.id, at);
        if let Some(step) = step {
            self.timers.add(arrival.took_at + step.after, Job::Step(arrival, at));
        }
    }

    /// Runs what is due until the world stops.
    pub(super) async fn run(self: Arc<Self>) {
        let mut stop = self.stop.subscribe();
        let mut due = Vec::new();
        while !*stop.borrow() {
            let now = self.now();
            let next = self.timers.collect(now, &mut due);
            self.act(&mut due, now);
            let wait = async {
                match next {
                    Some(at) => tokio::time::sleep_until(self.instant(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.timers.rung() => {}
                _ = stop.changed() => {}
            }
        }
    }

    fn act(&self, due: &mut Vec<Job>, now: i64) {
        let mut entries = Vec::new();
        let mut leaving: Vec<(Arc<Account>, Vec<Outgoing>)> = Vec::new();
        let mut leave = |account: &Arc<Account>, outgoing: Outgoing| match leaving
            .iter_mut()
            .find(|(a, _)| Arc::ptr_eq(a, account))
        {
            Some((_, cargo)) => cargo.push(outgoing),
            None => leaving.push((account.clone(), vec![outgoing])),
        };
        let faults = self.faults();
        let silent = faults.no_receipts;
        let mut shown = 0;
        for job in due.drain(..) {
            match job {
                Job::Push(account, outgoing) if faults.reports.hold && outgoing.is_report() => {
                    self.timers.add(now + HOLD_MS, Job::Push(account, outgoing));
                }
                Job::Push(account, outgoing) => leave(&account, outgoing),
                Job::Answer { account, from, to, text } => {
                    // A person's answer of ten parts and more is cut off by the handset, not by us.
                    for mo in Mo::cut(&from, &to, &text, now).unwrap_or_default() {
                        leave(&account, Outgoing::new(Cargo::Mo(mo)));
                    }
                }
                Job::Step(arrival, at) => {
                    let config = &self.config;
                    let step = plan::step(config, arrival.outcome, arrival.asked, arrival.id, at);
                    let Some(step) = step else { continue };
                    if step.show && config.record {
                        shown += u64::from(self.show(&arrival, now, &mut entries));
                    }
                    if let Some(says) = step.says
                        && !silent
                        && wanted(arrival.sm.view().registered_delivery, says)
                    {
                        for _ in 0..faults.reports.times.max(1) {
                            let report = Report { arrival: arrival.clone(), says, done_at: now };
                            let outgoing = Outgoing::new(Cargo::Report(report));
                            if faults.reports.hold {
                                self.timers.add(now + HOLD_MS, Job::Push(arrival.account.clone(), outgoing));
                            } else {
                                leave(&arrival.account, outgoing);
                            }
                        }
                    }
                    self.schedule_step(arrival, at + 1);
                }
            }
        }
        self.journal.add(&mut entries);
        if shown > 0 {
            self.tally.shown.fetch_add(shown, Ordering::Relaxed);
            self.shown.send_modify(|n| *n += shown);
        }
        for (account, mut cargo) in leaving {
            if faults.reports.reversed {
                cargo.reverse();
            }
            self.timers.count(cargo.len());
            account.push(cargo);
        }
    }

    /// The handset has a part; says whether it shows a message for it.
    fn show(&self, arrival: &Arrival, now: i64, entries: &mut Vec<Entry>) -> bool {
        let sm = arrival.sm.view();
        let own = || written(self.config.ids, arrival.id);
        let id = if arrival.name.is_empty() { own() } else { arrival.name.clone() };
        let Some(shown) = lock(&self.handsets).take(&sm, id, now) else { return false };
        let to = sm.destination.display().into_owned();
        if let Some(text) = plan::reply(arrival.outcome, &shown.text) {
            let (from, to) = (to.clone(), shown.from.clone());
            let due = now + 500 / self.config.hurry.max(1) as i64;
            self.timers.add(due, Job::Answer { account: arrival.account.clone(), from, to, text });
        }
        entries.push(Entry {
            at: now,
            what: What::Shown,
            from: shown.from,
            to,
            id: shown.id,
            text: shown.text,
            parts: shown.parts,
            part: 0,
            state: String::new(),
        });
        true
    }

    /// An address is this account's before it has sent anything.
    pub(super) fn settle_at(&self, address: &str, account: &Arc<Account>) {
        lock(&self.senders).insert(handset::key(address).to_owned(), account.clone());
    }

    // The way in: what phones say.

    /// A phone sends. The parts wait for a link; each answer comes over its channel.
    pub(super) fn reply(
        &self,
        from: &str,
        to: &str,
        text: &str,
        via: Option<&str>,
    ) -> Result<Vec<oneshot::Receiver<Status>>, TooManyParts> {
        let mut answers = Vec::new();
        let mut parcels = Vec::new();
        for mut mo in Mo::cut(from, to, text, self.ids.fetch_add(1, Ordering::Relaxed) as i64)? {
            let (sender, receiver) = oneshot::channel();
            mo.taken = Some(sender);
            answers.push(receiver);
            parcels.push(Outgoing::new(Cargo::Mo(mo)));
        }
        self.timers.count(parcels.len());
        match self.home_of(to, via) {
            Some(account) => account.push(parcels),
            None => {
                let mut lobby = lock(&self.lobby);
                lobby.extend(parcels);
                let excess = lobby.len().saturating_sub(LOBBY);
                lobby.drain(..excess);
                self.timers.discount(excess);
            }
        }
        Ok(answers)
    }

    /// Whose an address is: the named account's, else of who last sent from it, else of anybody who listens.
    fn home_of(&self, to: &str, via: Option<&str>) -> Option<Arc<Account>> {
        if let Some(system_id) = via {
            return self.account(system_id);
        }
        let sender = lock(&self.senders).get(handset::key(to)).cloned();
        sender.or_else(|| {
            let accounts = lock(&self.accounts);
            let listening = accounts.values().filter(|a| a.receivers() > 0);
            listening.min_by(|a, b| a.system_id.cmp(&b.system_id)).cloned()
        })
    }

    /// What left and was not taken: again in a second, or given up.
    pub(super) fn again(&self, account: &Arc<Account>, mut outgoing: Outgoing, now: i64) {
        outgoing.tries += 1;
        if outgoing.tries >= TRIES {
            return bump(&self.tally.given_up);
        }
        self.timers.add(now + 1000 / self.config.hurry.max(1) as i64, Job::Push(account.clone(), outgoing));
    }

    /// Takes what waits for a receiving link.
    pub(super) fn next_for(&self, account: &Account, room: usize, out: &mut Vec<Outgoing>) {
        account.pull(room, out);
        self.timers.discount(out.len());
    }
}

/// Clause 5.2.17: which reports were asked for.
const fn wanted(registered_delivery: u8, says: plan::Says) -> bool {
    if says.intermediate {
        return registered_delivery & 0x10 != 0;
    }
    let delivered = matches!(says.status, sms::Status::Delivered);
    match registered_delivery & 0x03 {
        0 => false,
        1 => true,
        2 => !delivered,
        _ => delivered,
    }
}

/// An id as it is written in answers or reports.
pub(super) fn written(ids: Ids, id: u64) -> String {
    match ids {
        Ids::Decimal => format!("{id:016}"),
        Ids::Hex => format!("{id:x}"),
        Ids::HexPadded => format!("{id:016X}"),
        Ids::Padded => format!("{id:020}"),
    }
}
