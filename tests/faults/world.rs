//! A store, carriers with a bad road before each, and the connectors between them; judged by two ledgers at the end.

use connectors::{Options, Supervisor, Times};
use sim::proxy::Proxy;
use sim::smsc::{Handle, Smsc};
use sms::{Class, Code, Encoding, Status};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store::machine::outbox::{self, Row};
use store::machine::stream::{self, Key};
use store::machine::tally::Tally;
use store::machine::{alarm, flight};
use store::message::{self, Message, NewMessage};
use store::workspace::{self, Mode};
use store::{Clock, Db, Error, connector, live};

/// How long anything is waited for. It costs nothing where it comes sooner.
const PATIENCE: Duration = Duration::from_secs(30);

/// Short times for carriers on the same machine.
pub(crate) const QUICK: Times = Times {
    connect: 3_000,
    bind: 3_000,
    answer: 800,
    otp_answer: 800,
    enquire: 600,
    probe: 400,
    pdu: 500,
    write: 500,
    late: 20_000,
    ready: 300,
    flap: 2_000,
    link: (30, 200),
    refused: (60_000, 600_000),
    retry: (30, 200),
    circuit: 30_000,
    circuit_pause: (200, 800),
    relane: 300,
    modem: wire::at::Patience::USUAL,
};

/// One carrier, the road to it, and its connector.
pub(crate) struct Way {
    pub(crate) smsc: Handle,
    pub(crate) proxy: Proxy,
    pub(crate) connector: i64,
}

pub(crate) struct World {
    dir: tempfile::TempDir,
    pub(crate) db: Db,
    pub(crate) ways: Vec<Way>,
    pub(crate) workspace: i64,
    pub(crate) campaign: i64,
    options: Options,
    supervisor: Option<Supervisor>,
    next: AtomicI64,
    accepted: std::sync::Mutex<Vec<i64>>,
    url: Option<String>,
}

/// What a world is made of.
pub(crate) struct Plan {
    pub(crate) carriers: Vec<sim::Config>,
    pub(crate) settings: Vec<(&'static str, &'static str)>,
    pub(crate) options: Options,
    pub(crate) url: Option<String>,
    pub(crate) clock: Clock,
}

impl Default for Plan {
    fn default() -> Plan {
        let options = Options { times: QUICK, ..Options::default() };
        Plan { carriers: vec![quick()], settings: vec![], options, url: None, clock: Clock::default() }
    }
}

/// A carrier whose reports come at once.
pub(crate) fn quick() -> sim::Config {
    sim::Config { receipt_ms: (20, 40), hurry: 50, journal_keep: 100_000, ..sim::Config::default() }
}

impl World {
    /// One carrier, window 10.
    pub(crate) async fn start() -> World {
        World::of(Plan::default()).await
    }

    pub(crate) async fn of(plan: Plan) -> World {
        let mut world = World::asleep(plan).await;
        world.wake();
        world
    }

    /// The same with nothing running yet.
    pub(crate) async fn asleep(plan: Plan) -> World {
        let dir = tempfile::tempdir().unwrap();
        let db = open(dir.path(), plan.url.clone(), plan.clock).await;
        let workspace = db
            .write("setup", |tx| {
                let new = workspace::New {
                    name: "shop".into(),
                    country: "IL".into(),
                    language: "en".into(),
                    zone: "Asia/Jerusalem".into(),
                    mode: Mode::Live,
                    parts_max: 10,
                };
                Ok::<_, Error>(workspace::insert(tx, &new)?.id)
            })
            .await
            .unwrap();
        let campaign = running_campaign(&db, workspace).await;
        let mut ways = Vec::new();
        for config in plan.carriers {
            let smsc = Smsc::start(config).await.unwrap();
            let proxy = Proxy::start(smsc.addr()).await.unwrap();
            let mut settings: BTreeMap<String, String> = BTreeMap::new();
            let port = proxy.addr().port().to_string();
            let base = [("host", "127.0.0.1"), ("port", &port), ("system_id", "esme"), ("window", "10")];
            for (name, value) in base.into_iter().chain(plan.settings.iter().copied()) {
                settings.insert(name.to_owned(), value.to_owned());
            }
            let name = format!("carrier {}", ways.len());
            let connector = db
                .write("connector", move |tx| connector::add(tx, &name, "smpp", &settings, &BTreeMap::new()))
                .await
                .unwrap();
            ways.push(Way { smsc, proxy, connector });
        }
        let next = AtomicI64::new(1_000_000);
        let (options, url) = (plan.options, plan.url);
        let accepted = std::sync::Mutex::default();
        World { dir, db, ways, workspace, campaign, options, supervisor: None, next, accepted, url }
    }

    pub(crate) fn wake(&mut self) {
        self.supervisor = Some(Supervisor::start(self.db.clone(), self.options.clone()));
    }

    pub(crate) async fn sleep(&mut self) {
        if let Some(supervisor) = self.supervisor.take() {
            supervisor.stop().await;
        }
    }

    /// The same store under another clock.
    pub(crate) async fn reopen(&mut self, clock: Clock) {
        self.sleep().await;
        let other = tempfile::tempdir().unwrap();
        self.db = open(other.path(), None, Clock::default()).await; // lets go of the old one
        self.db = open(self.dir.path(), self.url.clone(), clock).await;
    }

    pub(crate) fn smsc(&self) -> &Handle {
        &self.ways[0].smsc
    }

    pub(crate) fn proxy(&self) -> &Proxy {
        &self.ways[0].proxy
    }

    /// Accepts one message for each text, each to a number of its own.
    pub(crate) async fn put(&self, class: Class, count: usize) -> Vec<i64> {
        self.put_texts(class, &vec!["hello".to_owned(); count], 3_600_000, 0).await
    }

    pub(crate) async fn one(&self, class: Class) -> i64 {
        self.put(class, 1).await[0]
    }

    pub(crate) async fn put_texts(
        &self,
        class: Class,
        texts: &[String],
        valid_ms: i64,
        way: usize,
    ) -> Vec<i64> {
        let (workspace, campaign) = (self.workspace, self.campaign);
        let connector = self.ways[way].connector;
        let listed: Vec<String> = self.ways[way..].iter().map(|w| w.connector.to_string()).collect();
        let first = self.next.fetch_add(texts.len() as i64, Ordering::Relaxed);
        let texts: Vec<(String, String)> =
            (first..).zip(texts).map(|(n, text)| (format!("+97250{n:07}"), text.clone())).collect();
        let ids = self
            .db
            .write("put", move |tx| {
                let now = tx.now();
                let campaign = if class.needs_consent() { campaign } else { 0 };
                let lane = class.lane(campaign != 0).of(connector);
                let key = Key { lane, workspace, campaign, class, law_epoch: 0 };
                let stream = stream::id_of(tx, &key)?;
                let rows: Vec<NewMessage> = texts
                    .iter()
                    .map(|(to, text)| NewMessage {
                        id: tx.id(),
                        workspace,
                        campaign,
                        contact: 0,
                        thread: 0,
                        class,
                        connector,
                        candidates: listed.join(","),
                        route: 0,
                        price: 0,
                        sender: "SHOP".into(),
                        tag: tx.tag(to),
                        recipient: to.clone(),
                        text: text.clone(),
                        spelling: Encoding::Gsm7.into(),
                        parts: sms::parts::size(text).parts as i64,
                        status: Status::Queued,
                        on_ambiguous: class.on_ambiguous(),
                        test: false,
                        source: "rest".into(),
                        client_ref: String::new(),
                        due: now,
                        until: now + valid_ms,
                        notify: 0,
                        tlvs: String::new(),
                    })
                    .collect();
                message::insert(tx, &rows)?;
                let mut tally = Tally::default();
                let row = |m: &NewMessage| Row {
                    lane,
                    stream,
                    due: now,
                    id: m.id,
                    tag: m.tag,
                    until: m.until,
                    parts: m.parts,
                };
                outbox::put(tx, &rows.iter().map(row).collect::<Vec<_>>(), &mut tally)?;
                tally.flush(tx);
                Ok::<_, Error>(rows.iter().map(|m| m.id).collect::<Vec<i64>>())
            })
            .await
            .unwrap();
        self.accepted.lock().unwrap().extend(&ids);
        ids
    }

    pub(crate) async fn message(&self, id: i64) -> Message {
        let workspace = self.workspace;
        self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap()
    }

    /// Waits until a message stands there, and gives it.
    pub(crate) async fn until(&self, id: i64, wanted: Status) -> Message {
        let what = format!("message is {}", wanted.name());
        self.wait(&what, async || Some(self.message(id).await).filter(|m| m.status == wanted)).await
    }

    pub(crate) async fn all(&self, ids: &[i64], wanted: Status) {
        for id in ids {
            self.until(*id, wanted).await;
        }
    }

    /// Waits until every message has come to an end or is unknown; gives how many are where.
    pub(crate) async fn settled(&self, ids: &[i64]) -> HashMap<Status, usize> {
        let mut count = HashMap::new();
        for id in ids {
            let ended = |m: &Message| m.status.is_final() || m.status == Status::Unknown;
            let m = self.wait("all have ended", async || Some(self.message(*id).await).filter(ended)).await;
            *count.entry(m.status).or_default() += 1;
        }
        count
    }

    /// Looks again and again until there is something.
    pub(crate) async fn wait<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if Instant::now() > end {
                let states = self.db.read(live::states).await.unwrap();
                let mut seen: HashMap<(Status, Code), usize> = HashMap::new();
                let accepted = self.accepted.lock().unwrap().clone();
                for id in accepted {
                    let m = self.message(id).await;
                    *seen.entry((m.status, m.code)).or_default() += 1;
                }
                panic!("waited in vain until {what}; {seen:?}; {states:?}");
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    pub(crate) async fn orphans(&self) -> i64 {
        self.db.read(store::machine::orphan::count).await.unwrap()
    }

    pub(crate) async fn alarms(&self) -> Vec<alarm::Alarm> {
        self.db.read(alarm::open).await.unwrap()
    }

    /// The kinds of a message's timeline, oldest first.
    pub(crate) async fn timeline(&self, id: i64) -> Vec<String> {
        let workspace = self.workspace;
        let events = self.db.read(move |tx| message::events(tx, workspace, id)).await.unwrap();
        events.into_iter().map(|e| e.kind).collect()
    }

    /// How often each number was taken by the carriers.
    pub(crate) fn seen(&self) -> HashMap<String, usize> {
        let mut seen = HashMap::new();
        for entry in self.ways.iter().flat_map(|w| w.smsc.journal()) {
            if entry.what == sim::What::Submit && entry.state.is_empty() {
                let digits: String = entry.to.chars().filter(char::is_ascii_digit).collect();
                *seen.entry(digits).or_default() += 1;
            }
        }
        seen
    }

    /// Stops, and compares what was accepted with what the carriers saw.
    pub(crate) async fn judge(mut self) {
        self.sleep().await;
        for way in &self.ways {
            let connector = way.connector;
            let open = self.db.read(move |tx| flight::count(tx, connector)).await.unwrap();
            assert_eq!(open, 0, "an intent has no outcome");
        }
        let mut seen = self.seen();
        let accepted = self.accepted.lock().unwrap().clone();
        for id in accepted {
            let m = self.message(id).await;
            let copies = seen.remove(m.recipient.trim_start_matches('+')).unwrap_or(0);
            let parts = usize::try_from(m.parts).unwrap();
            let told = format!("{} {:?} {} copies, {}", m.status.name(), m.code, copies, m.detail);
            match m.status {
                Status::Delivered | Status::Submitted | Status::Undelivered => {
                    assert!(copies >= parts, "never sent: {told}")
                }
                Status::Rejected | Status::Expired | Status::Cancelled | Status::Suppressed => {
                    assert!(m.code != Code::None, "no reason: {told}")
                }
                Status::Unknown => assert!(m.code != Code::None, "no reason: {told}"),
                Status::Queued | Status::Scheduled | Status::Accepted | Status::Submitting => {
                    assert!(copies == 0 || m.possible_duplicate, "sent and still waiting: {told}");
                }
                Status::Buffered => {}
            }
            assert!(copies <= parts || m.possible_duplicate, "a silent duplicate: {told}");
            assert!(copies <= 2 * parts, "more than one copy by policy: {told}");
        }
        assert!(seen.is_empty(), "the carrier saw what nobody accepted: {seen:?}");
    }
}

async fn open(dir: &std::path::Path, url: Option<String>, clock: Clock) -> Db {
    let path = dir.to_path_buf();
    let opening = move || {
        // The last handle of a store lets go of its lock a moment after it is dropped.
        let end = Instant::now() + PATIENCE;
        loop {
            match Db::open(&store::Options { dir: path.clone(), url: url.clone(), clock: clock.clone() }) {
                Ok(db) => return db,
                Err(e) => assert!(Instant::now() < end, "{e}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    tokio::task::spawn_blocking(opening).await.unwrap()
}

async fn running_campaign(db: &Db, workspace: i64) -> i64 {
    use store::campaign::{self, Draft, State};
    db.write("campaign", move |tx| {
        let draft = Draft {
            name: "Sale".into(),
            text: "hello".into(),
            sender: String::new(),
            class: Class::Marketing,
            topic: 0,
            list: 0,
            due: 0,
        };
        let id = campaign::add(tx, workspace, &draft)?;
        campaign::step(tx, workspace, id, &[State::Draft], State::Running)?;
        Ok::<_, Error>(id)
    })
    .await
    .unwrap()
}
