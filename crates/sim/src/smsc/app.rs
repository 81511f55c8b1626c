//! The pretend app at work: pairs, asks, sends into the world of phones, tells, and tells again until it is heard.
//!
//! It keeps the rules of docs/phone-protocol.md: an id is sent once, whatever the server says; nothing is begun after
//! its time; what is told is kept until the server has it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use wire::smpp::{Kind as Spelling, Sm, SmBuf, Status, coding, destination, source};

use super::account::{Account, Cargo, Outgoing, lock};
use super::world::{World, bump};
use super::{Guard, Handle};
use crate::app::{App, AppFaults};

/// How long a request may take beyond what a question waits.
const PATIENCE: Duration = Duration::from_secs(15);
/// Before it tries again what failed.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
struct State {
    token: String,
    got: String,
    /// Ids it has taken: none is sent twice.
    known: HashSet<String>,
    /// What the server is to be told, by the place it is told at.
    telling: VecDeque<(&'static str, Value)>,
    /// Parts of phones' long messages that wait for the others.
    joining: HashMap<String, Vec<(u8, String)>>,
    /// Why it ended.
    ended: Option<String>,
}

#[derive(Debug)]
struct Phone {
    world: Arc<World>,
    account: Arc<Account>,
    app: App,
    faults: Mutex<AppFaults>,
    state: Mutex<State>,
    /// Something is to be told, or a fault has changed.
    news: watch::Sender<u64>,
    client: reqwest::Client,
}

/// A running app. It ends with its last handle, or with its world.
#[derive(Debug, Clone)]
pub struct AppHandle {
    phone: Arc<Phone>,
    _end: Arc<End>,
    _guard: Arc<Guard>,
}

#[derive(Debug)]
struct End(watch::Sender<bool>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

impl Handle {
    /// Starts an app on a phone of this world, paired by its code or let in by its token.
    pub async fn app(&self, app: App) -> io::Result<AppHandle> {
        let world = self.world.clone();
        let account = world
            .account(&format!("app {}", app.install))
            .ok_or_else(|| io::Error::other("this world has too many clients"))?;
        for number in &app.numbers {
            world.settle_at(number, &account);
        }
        account.arrive();
        let client = reqwest::Client::builder().no_proxy().build().map_err(io::Error::other)?;
        let state = State { token: app.token.clone(), ..State::default() };
        let phone = Arc::new(Phone {
            world,
            account,
            app,
            faults: Mutex::default(),
            state: Mutex::new(state),
            news: watch::Sender::new(0),
            client,
        });
        if phone.app.token.is_empty() {
            phone.pair().await?;
        }
        let end = Arc::new(End(watch::Sender::new(false)));
        for task in [0, 1, 2] {
            let (phone, mut stop) = (Arc::clone(&phone), end.0.subscribe());
            let mut gone = phone.world.stop.subscribe();
            tokio::spawn(async move {
                let work = async {
                    match task {
                        0 => phone.ask().await,
                        1 => phone.tell().await,
                        _ => phone.listen().await,
                    }
                };
                tokio::select! {
                    () = work => {}
                    _ = stop.changed() => {}
                    _ = gone.wait_for(|gone| *gone) => {}
                }
            });
        }
        Ok(AppHandle { phone, _end: end, _guard: self._guard.clone() })
    }
}

impl AppHandle {
    /// Makes something wrong, or right again.
    pub fn fault(&self, change: impl FnOnce(&mut AppFaults)) {
        change(&mut lock(&self.phone.faults));
        self.phone.news.send_modify(|n| *n += 1);
    }

    /// What opens the server to it.
    pub fn token(&self) -> String {
        lock(&self.phone.state).token.clone()
    }

    /// Why it asks no more, if it does not.
    pub fn ended(&self) -> Option<String> {
        lock(&self.phone.state).ended.clone()
    }

    /// Ids it was ever given.
    pub fn taken(&self) -> usize {
        lock(&self.phone.state).known.len()
    }

    /// What it has to tell and the server has not taken.
    pub fn untold(&self) -> usize {
        lock(&self.phone.state).telling.len()
    }
}

impl Phone {
    fn faults(&self) -> AppFaults {
        *lock(&self.faults)
    }

    fn clock_ms(&self) -> i64 {
        self.world.now() + self.faults().clock_ahead_ms
    }

    async fn post(&self, place: &str, body: &Value, patience: Duration) -> io::Result<(u16, Value)> {
        let token = lock(&self.state).token.clone();
        let request = self.client.post(format!("{}/phone/v1/{place}", self.app.server)).timeout(patience);
        let request = request.header("content-type", "application/json").bearer_auth(token);
        let reply = request.body(body.to_string()).send().await.map_err(io::Error::other)?;
        let status = reply.status().as_u16();
        let text = reply.text().await.map_err(io::Error::other)?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    async fn pair(&self) -> io::Result<()> {
        let body = json!({ "code": self.app.code, "install": self.app.install });
        let (status, reply) = self.post("pair", &body, PATIENCE).await?;
        match reply["token"].as_str() {
            Some(token) if status == 200 => token.clone_into(&mut lock(&self.state).token),
            _ => return Err(io::Error::other(format!("the server does not pair: {status} {reply}"))),
        }
        Ok(())
    }

    fn about(&self) -> Value {
        let ready = !self.faults().no_service;
        let sims: Vec<Value> = (1..)
            .zip(&self.app.numbers)
            .map(|(slot, number)| {
                json!({ "slot": slot, "carrier": "Pretend", "number": number, "bars": 3, "ready": ready })
            })
            .collect();
        json!({
            "model": "Pretend One", "android": "16", "app": "1.0", "battery": 87, "charging": false, "sims": sims
        })
    }

    /// Sleeps until a fault changes, or for a while.
    async fn rest(&self, pause: Duration) {
        let mut news = self.news.subscribe();
        let _ = tokio::time::timeout(pause, news.changed()).await;
    }

    /// Asks for as long as it is let in.
    async fn ask(&self) {
        loop {
            if self.faults().offline {
                self.rest(Duration::from_secs(60)).await;
                continue;
            }
            let wait = Duration::from_secs(self.app.wait_s);
            let got = lock(&self.state).got.clone();
            let body = json!({
                "clock_ms": self.clock_ms(), "room": self.app.room, "wait_s": self.app.wait_s, "got": got,
                "phone": self.about(),
            });
            let mut news = self.news.subscribe();
            // Whoever loses the network, or whose cards change, asks anew.
            let before = self.faults();
            let reply = tokio::select! {
                reply = self.post("poll", &body, wait + PATIENCE) => reply,
                () = async {
                    while news.changed().await.is_ok() {
                        let now = self.faults();
                        if now.offline || now.no_service != before.no_service {
                            return;
                        }
                    }
                } => continue,
            };
            match reply {
                Ok((200, _)) if self.faults().lose_answers => tokio::time::sleep(PAUSE).await,
                Ok((200, reply)) => self.take(&reply),
                Ok((401, reply)) => {
                    lock(&self.state).ended = Some(reply["error"].as_str().unwrap_or_default().to_owned());
                    return;
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Keeps what came before anything of it is sent.
    fn take(&self, reply: &Value) {
        let mut new = Vec::new();
        {
            let mut state = lock(&self.state);
            for message in reply["messages"].as_array().into_iter().flatten() {
                let id = message["id"].as_str().unwrap_or_default().to_owned();
                if state.known.insert(id) {
                    new.push(message.clone());
                }
            }
            if let Some(batch) = reply["batch"].as_str() {
                batch.clone_into(&mut state.got);
            }
        }
        for message in new {
            self.send(&message);
        }
    }

    fn send(&self, message: &Value) {
        let faults = self.faults();
        let word = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let id = word("id");
        if faults.stuck {
            return;
        }
        if faults.result != 0 {
            let mut report = json!({ "id": id, "state": "failed", "code": faults.result });
            if faults.cause != 0 {
                report["cause"] = faults.cause.into();
            }
            return self.report(report);
        }
        let slot = message["sim"].as_u64().unwrap_or(1).saturating_sub(1);
        let own = usize::try_from(slot).ok().and_then(|slot| self.app.numbers.get(slot));
        let from = own.cloned().unwrap_or_default();
        let left = self.leaves(&from, &word("to"), &word("text"), &id);
        match left {
            Ok(()) if faults.crashes => self.report(json!({ "id": id, "state": "unknown" })),
            Ok(()) => self.report(json!({ "id": id, "state": "sent" })),
            Err(Status::THROTTLED) => self.report(json!({ "id": id, "state": "failed", "code": 5 })),
            Err(_) => self.report(json!({ "id": id, "state": "failed", "code": 1, "cause": 28 })),
        }
    }

    /// The network takes it.
    fn leaves(&self, from: &str, to: &str, text: &str, id: &str) -> Result<(), Status> {
        let now = self.world.now();
        let split = sms::parts::split(text, sms::parts::Reference::Eight(1), u8::MAX);
        let split = split.map_err(|_| Status(1))?;
        let octets: Vec<u8> = split.parts.into_iter().flat_map(|p| p.body).collect();
        let mut body = Vec::new();
        Sm {
            source: source(from),
            destination: destination(to),
            registered_delivery: 0x01,
            data_coding: coding::of(split.encoding),
            short_message: &octets,
            ..Sm::default()
        }
        .encode(Spelling::Submit, &mut body);
        let sm = SmBuf::new(Spelling::Submit, &body).map_err(|_| Status(1))?;
        let taken = self.world.accept(&self.account, &sm, now, |_| id.to_owned());
        bump(if taken.is_ok() { &self.world.tally.submitted } else { &self.world.tally.refused });
        let said = taken.as_ref().map(|arrival| arrival.name.clone()).map_err(|status| status.0.to_string());
        let mut entries = Vec::new();
        self.world.note_submit(&self.account, &sm.view(), said, now, &mut entries);
        self.world.journal.add(&mut entries);
        taken.map(drop)
    }

    fn report(&self, report: Value) {
        self.will_tell("report", json!({ "reports": [report] }));
    }

    fn will_tell(&self, place: &'static str, body: Value) {
        lock(&self.state).telling.push_back((place, body));
        self.news.send_modify(|n| *n += 1);
    }

    /// Tells what is to be told, in its order, each until the server has it.
    async fn tell(&self) {
        let mut lost = false;
        loop {
            let next = lock(&self.state).telling.front().cloned();
            let Some((place, mut body)) = next.filter(|_| !self.faults().offline) else {
                self.rest(PAUSE).await;
                continue;
            };
            body["clock_ms"] = self.clock_ms().into();
            let faults = self.faults();
            let told = self.post(place, &body, PATIENCE).await.is_ok_and(|(status, _)| status == 200);
            if told && faults.doubles {
                let _ = self.post(place, &body, PATIENCE).await; // its first telling counted
            }
            // Each answer is lost once.
            lost = told && faults.lose_thanks && !lost;
            if told && !lost {
                lock(&self.state).telling.pop_front();
            } else {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Hears what the network brings: reports, and what people write.
    async fn listen(&self) {
        let mut bell = self.account.bell.subscribe();
        loop {
            let mut pulled = Vec::new();
            self.world.next_for(&self.account, 64, &mut pulled);
            for outgoing in pulled {
                self.hear(outgoing);
            }
            if bell.changed().await.is_err() {
                return;
            }
        }
    }

    fn hear(&self, outgoing: Outgoing) {
        match outgoing.cargo {
            Cargo::Report(report) => {
                let id = report.arrival.name.clone();
                let (state, tp) = match report.says.status {
                    sms::Status::Delivered => ("delivered", 0x00),
                    sms::Status::Expired => ("undelivered", 0x46),
                    _ => ("undelivered", 0x43),
                };
                self.report(json!({ "id": id, "state": state, "tp_status": tp }));
            }
            Cargo::Mo(mut mo) => {
                let key = format!("{} {}", mo.from, mo.to);
                let whole = {
                    let mut state = lock(&self.state);
                    let parts = state.joining.entry(key.clone()).or_default();
                    parts.push((mo.number, mo.text()));
                    let whole = parts.len() >= usize::from(mo.total);
                    parts.sort_unstable();
                    let text: String = parts.iter().map(|(_, text)| text.as_str()).collect();
                    if whole {
                        state.joining.remove(&key);
                    }
                    whole.then_some(text)
                };
                if let Some(taken) = mo.taken.take() {
                    // Who sent it may have stopped waiting.
                    let _ = taken.send(Status(0));
                }
                let Some(text) = whole else { return };
                let slot = self.app.numbers.iter().position(|number| *number == mo.to).map_or(1, |n| n + 1);
                let id = format!("in-{}-{}", self.app.install, self.world.fresh());
                let written =
                    json!({ "id": id, "sim": slot, "from": mo.from, "text": text, "at_ms": self.clock_ms() });
                self.will_tell("inbound", json!({ "messages": [written] }));
            }
        }
    }
}
