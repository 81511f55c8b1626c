//! One connection: reads, asks the gate, answers after the commit, hands over what waits. Its memory is small while it
//! rests: buffers are given back when they are empty, and octets are read through the stack.

use super::desk::Desk;
use super::exchange::exchange;
use super::hand_in::take;
use super::looks::{Tap, Whose};
use super::read::{self, From};
use super::write::Delivery;
use super::{Count, House, lock, orders, status};
use engine::client::{self, Account, Knock, Waiting};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use wire::smpp::{Asked, Config, Event, Meaning, Session, SmBuf, Status};

/// Unwritten octets beyond which nothing is read: the client does not listen.
const UNWRITTEN: usize = 256 * 1024;
/// A client that does not read for so long is left.
const DEAF_MS: i64 = 60_000;
/// Refusals for haste in one second beyond which the client is not read for the rest of it.
const HASTE: u32 = 50;
/// A client that cannot take anything is asked again after this.
const PAUSE_MS: i64 = 1_000;
/// Binds and other work of a session that is not bound yet.
const UNBOUND_WORK: usize = 4;

/// What ends after a commit.
pub(super) enum Done {
    Bind(Result<Box<Account>, Status>),
    Submit { seq: u32, answer: Result<String, Status> },
    Operation { seq: u32, command: u32, answer: Result<Vec<u8>, Status> },
}

pub(super) type Work = Pin<Box<dyn Future<Output = Done> + Send>>;

/// What a bound session has.
struct Bound {
    account: Arc<Account>,
    desk: Arc<Desk>,
    rung: watch::Receiver<u64>,
    count: Arc<Count>,
    /// What was handed over and is not answered, by its row.
    handed: HashMap<u64, Waiting>,
    receives: bool,
    old: bool,
    /// What stands on its wire, while somebody looks; and the change of who looks that was seen last.
    tap: Option<Box<Tap>>,
    looks: u64,
}

impl Bound {
    fn whose(&self) -> Whose {
        let Account { client, workspace, session, .. } = *self.account;
        Whose { client, workspace, session }
    }
}

struct Link<'h> {
    house: &'h Arc<House>,
    session: Session,
    address: IpAddr,
    tls: bool,
    version: u8,
    bound: Option<Box<Bound>>,
    work: FuturesUnordered<Work>,
    /// Refusals for haste in the second that began then.
    haste: (i64, u32),
    deaf_since: Option<i64>,
    waits_at_gate: bool,
    leaving: bool,
}

/// Serves a connection until it ends.
pub(super) async fn serve<S>(house: &Arc<House>, stream: S, address: IpAddr, tls: bool)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let timers = house.timers;
    let config = Config {
        system_id: "sendword".into(),
        interface_version: 0x50,
        window: 1,
        session_init_ms: timers.bind_ms,
        enquire_ms: timers.enquire_ms,
        response_ms: timers.answer_ms,
        inactivity_ms: timers.inactivity_ms,
        operations: true,
        ..Config::default()
    };
    let mut link = Link {
        house,
        session: Session::smsc(config, house.now()),
        address,
        tls,
        version: 0x34,
        bound: None,
        work: FuturesUnordered::new(),
        haste: (0, 0),
        deaf_since: None,
        waits_at_gate: true,
        leaving: false,
    };
    link.run(stream).await;
    link.end().await;
}

impl Link<'_> {
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, mut stream: S) {
        let mut stopping = self.house.stopping.clone();
        loop {
            let now = self.house.now();
            let next = self.turn(now);
            if next.is_none() {
                // The last words, as far as the client takes them.
                let last = exchange(&mut stream, &mut self.session, self.house, false, None);
                let _ = tokio::time::timeout(std::time::Duration::from_secs(1), last).await;
                return;
            }
            let reads = self.reads(now);
            self.look();
            let wake = self.wake(next.unwrap_or(now), now, reads);
            if self.work.is_empty() {
                self.session.rest();
            }
            let Link { session, work, bound, house, .. } = self;
            let (rung, tap) = match bound {
                Some(bound) => (Some(&mut bound.rung), bound.tap.as_deref_mut()),
                None => (None, None),
            };
            let rung = async {
                match rung {
                    Some(rung) => drop(rung.changed().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                moved = exchange(&mut stream, session, house, reads, tap) => {
                    if moved.is_err() {
                        self.session.lost();
                        self.turn(now);
                        return;
                    }
                }
                Some(done) = work.next(), if !work.is_empty() => self.done(done, now),
                () = rung => {}
                () = tokio::time::sleep_until(house.instant(wake)) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Begins or ends the tap as people look or cease to; where nothing changed, one number is compared.
    fn look(&mut self) {
        let Some(bound) = &mut self.bound else { return };
        let change = self.house.wires.change();
        if bound.looks != change {
            bound.looks = change;
            bound.tap = self.house.wires.tap(bound.whose(), self.house.db().now_ms());
        }
    }

    /// A request was refused, or could not be read: it is kept among the last that were.
    fn failed(&self, command: u32, status: Status, body: &[u8]) {
        if let Some(bound) = &self.bound
            && status.meaning() != Meaning::Throttle
        {
            self.house.wires.failed(bound.whose(), self.house.db().now_ms(), command, status, body);
        }
    }

    /// Whether the client is read now.
    fn reads(&mut self, now: i64) -> bool {
        let flooded = self.session.output().len() > UNWRITTEN;
        if !flooded {
            self.deaf_since = None;
        } else if now - *self.deaf_since.get_or_insert(now) > DEAF_MS {
            self.session.unread();
        }
        let hasty = self.haste.1 > HASTE && now - self.haste.0 < 1_000;
        let most = self.window() * 2 + UNBOUND_WORK;
        !flooded && !hasty && self.work.len() < most && self.session.unanswered() < most
    }

    fn window(&self) -> usize {
        let terms = self.bound.as_ref().and_then(|b| b.desk.terms());
        terms.map_or(0, |t| t.window)
    }

    /// When to look again, at the latest.
    fn wake(&self, next: i64, now: i64, reads: bool) -> i64 {
        let resumes = self.bound.as_ref().filter(|b| b.receives).and_then(|b| b.desk.resumes(now));
        let unheard = if reads { None } else { Some(now + 100) };
        [Some(next), resumes, unheard].into_iter().flatten().min().unwrap_or(next)
    }

    /// Does all there is to do and gives the instant of the next look; `None` when the session is over.
    fn turn(&mut self, now: i64) -> Option<i64> {
        while let Some(event) = self.session.poll_event() {
            self.event(event, now);
        }
        let dismissed = self.bound.as_ref().is_some_and(|b| b.desk.terms().is_none());
        if (dismissed || *self.house.stopping.borrow()) && self.work.is_empty() && !self.leaving {
            self.leaving = true;
            self.session.unbind(now);
        }
        if !self.leaving {
            self.hand_over(now);
        }
        let next = self.session.tick(now);
        while let Some(event) = self.session.poll_event() {
            self.event(event, now);
        }
        next
    }

    fn event(&mut self, event: Event, now: i64) {
        match event {
            Event::BindAsked(asked) => self.bind(&asked),
            Event::Submit { seq, sm } => self.submit(seq, &sm, now),
            Event::Operation { seq, operation } => {
                let old = self.bound.as_ref().is_some_and(|b| b.old);
                match self.admitted(now) {
                    Some(account) => self.work.push(orders::work(self.house, account, seq, &operation, old)),
                    None => self.session.answer_operation(operation.command(), seq, Status::THROTTLED, b""),
                }
            }
            Event::Answered { token, status, .. } => self.answered(token, status, now),
            Event::LateAnswer { token, status, .. } if status.is_ok() => {
                if let Some(bound) = &mut self.bound {
                    bound.handed.remove(&token);
                    bound.desk.taken(token as i64);
                }
            }
            Event::Ambiguous { token, .. } => {
                if let Some(bound) = &mut self.bound {
                    let handed = bound.handed.remove(&token);
                    bound.desk.give_back(handed.into_iter().collect());
                }
            }
            Event::Malformed { command, status } => {
                self.house.stats().malformed.add();
                self.failed(command, status, b"");
                tracing::debug!(command = wire::smpp::command::name(command), %status, "a PDU could not be read");
            }
            // What was handed over and not answered is given back in `end`, whatever ended the session.
            _ => {}
        }
    }

    // Binding.

    fn bind(&mut self, asked: &Asked) {
        self.version = asked.version;
        let knock = Knock {
            system_id: String::from_utf8_lossy(&asked.system_id).into_owned(),
            password: asked.password.clone(),
            address: self.address,
            bind: match (asked.bind.sends(), asked.bind.receives()) {
                (true, false) => 0,
                (false, _) => 1,
                (true, true) => 2,
            },
            version: i64::from(asked.version),
            tls: self.tls,
        };
        let db = self.house.db().clone();
        let work = async move {
            let own = knock.clone();
            match db.write("smpp_bind", move |tx| client::bind(tx, &own)).await {
                Ok(Ok(account)) => Done::Bind(Ok(Box::new(account))),
                Ok(Err(no)) => {
                    tracing::info!(address = %knock.address, why = ?no, "a bind was refused");
                    if let Err(e) = db.write("smpp_refused", move |tx| client::refused(tx, &knock, no)).await
                    {
                        tracing::warn!(error = %e, "a refused bind could not be counted");
                    }
                    Done::Bind(Err(status::of_no(no)))
                }
                Err(e) => {
                    tracing::warn!(error = %e, "nobody can bind now");
                    Done::Bind(Err(Status::SYSTEM_ERROR))
                }
            }
        };
        self.work.push(work.boxed());
    }

    fn bound(&mut self, answer: Result<Box<Account>, Status>, now: i64) {
        if std::mem::take(&mut self.waits_at_gate) {
            lock(&self.house.gate).settled(self.address);
        }
        match answer {
            Ok(account) => {
                self.house.stats().binds.add();
                self.house.stats().sessions.add();
                let receives = self.session.bind().receives();
                let desk = self.house.join(&account, receives);
                let count = Arc::new(Count::default());
                lock(&self.house.bound).insert(account.session, Arc::clone(&count));
                self.session.set_window(account.terms.window);
                self.bound = Some(Box::new(Bound {
                    rung: desk.listen(),
                    desk,
                    count,
                    handed: HashMap::new(),
                    receives,
                    old: self.version < 0x34,
                    tap: None,
                    looks: 0,
                    account: Arc::new(*account),
                }));
                self.session.answer_bind(Status::OK, now);
            }
            Err(status) => {
                self.house.stats().binds_refused.add();
                self.session.answer_bind(status, now);
            }
        }
    }

    /// The session is over: what it was handed waits for another, and its place is free.
    async fn end(&mut self) {
        if self.waits_at_gate {
            lock(&self.house.gate).settled(self.address);
        }
        // A bind that is being decided still takes a place.
        while let Some(done) = self.work.next().await {
            if let Done::Bind(Ok(account)) = done {
                close(self.house, account.session, account.workspace).await;
            }
        }
        let Some(bound) = self.bound.take() else { return };
        self.house.stats().sessions.less();
        bound.desk.leave(bound.receives, bound.handed.into_values().collect());
        close(self.house, bound.account.session, bound.account.workspace).await;
        lock(&self.house.bound).remove(&bound.account.session);
    }

    // What comes.

    /// Whether one more request is taken now: inside the window, and not too fast.
    fn admitted(&mut self, now: i64) -> Option<Arc<Account>> {
        let bound = self.bound.as_ref()?;
        let terms = bound.desk.terms()?;
        if self.work.len() < terms.window && bound.desk.may_submit(now) {
            // The terms may have changed since the bind.
            return Some(if bound.account.terms == *terms {
                Arc::clone(&bound.account)
            } else {
                Arc::new(Account { terms: (*terms).clone(), ..(*bound.account).clone() })
            });
        }
        self.house.stats().throttled.add();
        if now - self.haste.0 >= 1_000 {
            self.haste = (now, 0);
        }
        self.haste.1 += 1;
        None
    }

    fn submit(&mut self, seq: u32, sm: &SmBuf, now: i64) {
        let Some(account) = self.admitted(now) else {
            return self.session.answer_submit(seq, Status::THROTTLED, b"");
        };
        let view = sm.view();
        let old = self.bound.as_ref().is_some_and(|b| b.old);
        let from = From { account: &account, now: self.house.db().now_ms(), old };
        match read::wish(&view, from) {
            Ok(wish) => {
                let replaces = view.replace_if_present == 1;
                let work = take(self.house, account, wish, replaces);
                self.work.push(work.map(move |answer| Done::Submit { seq, answer }).boxed());
            }
            Err(status) => {
                self.failed(wire::smpp::command::SUBMIT_SM, status, sm.body());
                self.submitted(seq, Err(status));
            }
        }
    }

    fn submitted(&mut self, seq: u32, answer: Result<String, Status>) {
        let (status, id) = match &answer {
            Ok(id) => (Status::OK, id.as_bytes()),
            Err(status) => (*status, &b""[..]),
        };
        self.counted(status);
        self.session.answer_submit(seq, status, id);
    }

    fn counted(&self, status: Status) {
        let stats = self.house.stats();
        if status.is_ok() {
            stats.accepted.add()
        } else {
            stats.refused.add()
        }
        if let Some(bound) = &self.bound {
            let count = if status.is_ok() { &bound.count.accepted } else { &bound.count.refused };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn done(&mut self, done: Done, now: i64) {
        match done {
            Done::Bind(answer) => self.bound(answer, now),
            Done::Submit { seq, answer } => {
                if let Err(status) = &answer {
                    self.failed(wire::smpp::command::SUBMIT_SM, *status, b"");
                }
                self.submitted(seq, answer);
            }
            Done::Operation { seq, command, answer } => {
                let (status, body) = match &answer {
                    Ok(body) => (Status::OK, body.as_slice()),
                    Err(status) => (*status, &b""[..]),
                };
                if command == wire::smpp::command::SUBMIT_MULTI {
                    self.counted(status);
                }
                self.session.answer_operation(command, seq, status, body);
            }
        }
    }

    // What goes.

    fn hand_over(&mut self, now: i64) {
        let Some(bound) = self.bound.as_mut().filter(|b| b.receives) else { return };
        let Some(terms) = bound.desk.terms() else { return };
        self.session.set_window(terms.window);
        while self.session.room() > 0 {
            let Some(waiting) = bound.desk.next(now) else { return };
            let delivery = Delivery::of(&waiting, terms.charset, bound.old);
            let token = waiting.id as u64;
            match self.session.deliver(token, &delivery.view(), now) {
                Ok(_) => drop(bound.handed.insert(token, waiting)),
                Err(e) => {
                    // Only what can never be written comes here: it must not stand before the others.
                    tracing::warn!(error = %e, "something cannot be handed to a client; it is tried again later");
                    bound.desk.refused(&waiting, self.house.db().now_ms());
                }
            }
        }
    }

    fn answered(&mut self, token: u64, status: Status, now: i64) {
        let Some(bound) = &mut self.bound else { return };
        let Some(waiting) = bound.handed.remove(&token) else { return };
        if status.is_ok() {
            self.house.stats().delivered.add();
            return bound.desk.taken(waiting.id);
        }
        self.house.stats().delivery_refused.add();
        tracing::debug!(%status, "a client refused what it was handed");
        match status.meaning() {
            Meaning::Throttle => {
                bound.desk.pause(now + PAUSE_MS);
                bound.desk.give_back(vec![waiting]);
            }
            _ => bound.desk.refused(&waiting, self.house.db().now_ms()),
        }
    }
}

async fn close(house: &House, session: i64, workspace: i64) {
    let closed = house.db().write("smpp_close", move |tx| client::closed(tx, &[session], workspace));
    if let Err(e) = closed.await {
        tracing::debug!(error = %e, "a session could not be taken off the list; the next start does it");
    }
}
