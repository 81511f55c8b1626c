//! The way in for phones, on every node: pairing, questions that wait, reports, what people wrote.
//!
//! Everything a phone tells is stored before it is answered, and may be told again without effect. Nothing of it reaches
//! a log: no number, no text, no token.

use super::account::Account;
use super::keeper::{answered_late, told};
use super::speech::{
    About, Inbound, MANY, Message, Pair, Paired, Poll, Polled, Report, Reports, Said, Taken, WORD_MOST,
    Written,
};
use crate::errors::Errors;
use crate::hooks::{Answer, Asked};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sms::{Code, Status};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::connector::{self, Settings};
use store::machine::inbound::{self, NewInbound};
use store::machine::phone::task::{self, Task};
use store::machine::phone::{self, Facts, SIMS_MOST, Sim};
use store::machine::settle;
use store::{Bell, Db, Error, Tx};

/// The longest that a question waits.
const WAIT_MOST_S: i64 = 50;
/// How often it is looked where no bell tells: another node may have rung it.
const LOOK: Duration = Duration::from_secs(1);
/// Wrong codes that are let through in a minute, from everywhere together.
const GUESSES: u32 = 30;
/// A time further back than this is not believed, so that a message told again is always known again.
const OLDEST_MS: i64 = 6 * 86_400_000;
/// Messages a phone may ask for at once.
const ROOM_MOST: i64 = 50;

/// The way in for phones.
#[derive(Clone)]
pub struct Phones {
    db: Db,
    guesses: Arc<Mutex<Option<(Instant, u32)>>>,
}

impl std::fmt::Debug for Phones {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phones")
    }
}

/// Why a request is turned away.
type Refused = (u16, &'static str);

const AGAIN: Refused = (503, "try_again");
const UNREADABLE: Refused = (400, "unreadable");

impl Phones {
    /// Over this store.
    pub fn new(db: Db) -> Phones {
        Phones { db, guesses: Arc::default() }
    }

    /// Takes one request under `/phone/v1/`: a status of 200 says that all of it is stored.
    pub async fn take(&self, asked: Asked) -> Answer {
        let path = asked.target.split(['?', '#']).next().unwrap_or_default();
        let out = match (asked.method.as_str(), path.strip_prefix("/phone/v1/")) {
            ("POST", Some("pair")) => self.pair(&asked).await,
            ("POST", Some(place @ ("poll" | "report" | "inbound" | "leave"))) => {
                let place = place.to_owned();
                self.let_in(&asked, &place).await
            }
            (_, Some("pair" | "poll" | "report" | "inbound" | "leave")) => Err((405, "post_it")),
            _ => Err((404, "nothing_here")),
        };
        out.unwrap_or_else(|(status, error)| answer(status, &serde_json::json!({ "error": error })))
    }

    async fn pair(&self, asked: &Asked) -> Result<Answer, Refused> {
        let pair: Pair = read(&asked.body)?;
        // Written by hand, and signs that are taken for one another mean the same.
        let signs = pair.code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
        let code: String = signs
            .map(|c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            })
            .collect();
        let install = pair.install;
        if install.is_empty() || install.len() > WORD_MOST || code.len() > WORD_MOST {
            return Err(UNREADABLE);
        }
        if self.guessed(false) >= GUESSES {
            return Err((429, "too_many_codes"));
        }
        let out = self.db.write("phone.pair", move |tx| {
            let Some((id, token)) = phone::pair(tx, &code, &install)? else { return Ok(None) };
            let name = connector::get(tx, id)?.map(|c| c.name).unwrap_or_default();
            ring(tx)?;
            Ok::<_, Error>(Some((id, token, name)))
        });
        match out.await.map_err(|_| AGAIN)? {
            Some((id, token, connection)) => {
                tracing::info!(connector = id, "a phone was paired");
                let server_ms = self.db.now_ms();
                Ok(answer(200, &Paired { token: &token, connection: &connection, server_ms }))
            }
            None => {
                self.guessed(true);
                Err((403, "wrong_code"))
            }
        }
    }

    /// Wrong codes of this minute, one more where it was one.
    fn guessed(&self, wrong: bool) -> u32 {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = guesses.filter(|(since, _)| since.elapsed() < Duration::from_secs(60));
        let (since, count) = fresh.unwrap_or((Instant::now(), 0));
        let count = count + u32::from(wrong);
        *guesses = Some((since, count));
        count
    }

    async fn let_in(&self, asked: &Asked, place: &str) -> Result<Answer, Refused> {
        let header = asked.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = header.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default();
        let token = token.trim().to_owned();
        let found = self.db.read(move |tx| {
            let Some(id) = phone::of_token(tx, &token)? else { return Ok(None) };
            Ok::<_, Error>(connector::opened_one(tx, id)?.map(|row| (id, row.settings)))
        });
        let (id, settings) = found.await.map_err(|_| AGAIN)?.ok_or((401, "not_paired"))?;
        match place {
            "poll" => self.poll(id, settings, read(&asked.body)?).await,
            "report" => self.report(id, settings, read(&asked.body)?).await,
            "inbound" => self.inbound(id, settings, read(&asked.body)?).await,
            _ => {
                let out =
                    self.db.write("phone.leave", move |tx| phone::revoke(tx, id).and_then(|()| ring(tx)));
                out.await.map_err(|_| AGAIN)?;
                Ok(answer(200, &Taken::default()))
            }
        }
    }

    /// Answers as soon as there is something to send, or when its patience is over.
    async fn poll(&self, id: i64, settings: Settings, asked: Poll) -> Result<Answer, Refused> {
        let wait = asked.wait_s.clamp(0, WAIT_MOST_S);
        let room = asked.room.clamp(0, ROOM_MOST);
        let got: i64 = asked.got.parse().unwrap_or(0);
        let now = self.db.now_ms();
        let facts = asked.phone.map(|about| facts(about, &settings, skew(asked.clock_ms, now)));
        let mut bell = self.db.listen(Bell::Phone(id));
        let out = self.db.write("phone.ask", move |tx| {
            if let Some(facts) = &facts {
                phone::put_facts(tx, id, facts)?;
                ring(tx)?;
            }
            phone::ask(tx, id, room, wait * 1_000)
        });
        let poll = out.await.map_err(|_| AGAIN)?;
        let mut open = Asking { db: self.db.clone(), connector: id, poll, left: false };
        let until = tokio::time::Instant::now() + Duration::from_secs(wait.unsigned_abs());
        let mut tasks = Vec::new();
        loop {
            let seen =
                self.db.read(move |tx| Ok::<_, Error>((task::waits(tx, id, got)?, phone::get(tx, id)?)));
            let (waits, phone) = seen.await.map_err(|_| AGAIN)?;
            let phone = phone.filter(|phone| phone.paired_at > 0).ok_or((401, "not_paired"))?;
            if phone.poll != poll {
                open.left = true; // a later question has taken its place
                break;
            }
            if waits && room > 0 {
                let out = self.db.write("phone.hand", move |tx| task::take(tx, id, poll, got, room)).await;
                tasks = out.map_err(|_| AGAIN)?;
            }
            if !tasks.is_empty() || tokio::time::Instant::now() >= until {
                break;
            }
            let look = (tokio::time::Instant::now() + LOOK).min(until);
            tokio::select! {
                biased;
                _ = bell.changed() => {}
                () = tokio::time::sleep_until(look) => {}
            }
        }
        open.leave().await;
        let reports = settings.get("reports").is_none_or(|r| r != "off");
        let now = self.db.now_ms();
        let batch = if tasks.is_empty() { asked.got } else { poll.to_string() };
        let messages = tasks.into_iter().map(|task| message(task, reports, now)).collect();
        Ok(answer(200, &Polled { server_ms: now, batch, messages }))
    }

    async fn report(&self, id: i64, settings: Settings, asked: Reports) -> Result<Answer, Refused> {
        if asked.reports.len() > MANY {
            return Err((413, "too_many"));
        }
        let errors = Errors::read(settings.get("errors").map_or("", String::as_str)).0;
        let account = Arc::new(Account::of(id, &settings, errors));
        let mut reply = Taken::default();
        let mut all = Vec::new();
        for report in asked.reports {
            match crate::http::named(&report.id).filter(|_| is_known(&report)) {
                Some(named) => all.push((named, report)),
                None => reply.refused.push(report.id.chars().take(WORD_MOST).collect()),
            }
        }
        reply.taken = all.len();
        let out = self.db.write("phone.report", move |tx| {
            phone::heard(tx, id)?;
            all.iter().try_for_each(|(named, report)| one_report(tx, &account, *named, report))
        });
        out.await.map_err(|_| AGAIN)?;
        Ok(answer(200, &reply))
    }

    async fn inbound(&self, id: i64, settings: Settings, asked: Inbound) -> Result<Answer, Refused> {
        if asked.messages.len() > MANY {
            return Err((413, "too_many"));
        }
        let (clock, now) = (asked.clock_ms, self.db.now_ms());
        let ahead = skew(clock, now);
        let mut reply = Taken::default();
        let (kept, odd): (Vec<Written>, Vec<Written>) = asked
            .messages
            .into_iter()
            .partition(|m| !m.id.is_empty() && m.id.len() <= WORD_MOST && !m.from.is_empty());
        reply.taken = kept.len();
        reply.refused = odd.into_iter().map(|m| m.id.chars().take(WORD_MOST).collect()).collect();
        let out = self.db.write("phone.inbound", move |tx| {
            phone::heard(tx, id)?;
            let sims = phone::get(tx, id)?.map(|phone| phone.facts.sims).unwrap_or_default();
            let all: Vec<NewInbound> = kept
                .iter()
                .map(|m| new_inbound(id, m, number_of(m.sim, &settings, &sims), ahead, now))
                .collect();
            inbound::insert(tx, &all)
        });
        out.await.map_err(|_| AGAIN)?;
        Ok(answer(200, &reply))
    }
}

/// A question that waits; whoever stops waiting takes it back.
struct Asking {
    db: Db,
    connector: i64,
    poll: i64,
    left: bool,
}

impl Asking {
    async fn leave(&mut self) {
        if !std::mem::replace(&mut self.left, true) {
            let (connector, poll) = (self.connector, self.poll);
            let out = self.db.write("phone.left", move |tx| phone::leave(tx, connector, poll)).await;
            if let Err(e) = out {
                tracing::debug!(connector, error = %e, "that a phone's question is over could not be stored");
            }
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.left {
            let (db, connector, poll) = (self.db.clone(), self.connector, self.poll);
            tokio::spawn(async move {
                // A question that stays open lapses by itself.
                let _ = db.write("phone.left", move |tx| phone::leave(tx, connector, poll)).await;
            });
        }
    }
}

/// Pages of every workspace show the phone.
fn ring(tx: &mut Tx<'_>) -> store::Result<()> {
    for workspace in store::workspace::list(tx)? {
        tx.ring(Bell::Workspace(workspace.id));
    }
    Ok(())
}

fn is_known(report: &Report) -> bool {
    Said::of(report).is_some() || matches!(report.state.as_str(), "delivered" | "undelivered")
}

fn one_report(tx: &mut Tx<'_>, account: &Account, named: (i64, i64), report: &Report) -> store::Result<()> {
    let connector = account.connector;
    if let Some(said) = Said::of(report) {
        if !task::answer(tx, connector, named.0, named.1, &said.write())? {
            answered_late(tx, account, named, &said)?;
        }
        return Ok(());
    }
    let delivered = report.state == "delivered";
    let (status, code) = match report.tp_status {
        Some(tp) => sms::tpdu::state::meaning(tp),
        None if delivered => (Status::Delivered, Code::None),
        None => (Status::Undelivered, Code::UnknownCode),
    };
    let name = crate::http::name_of(named.0, named.1);
    let mut told = told(&name, status);
    told.receipt.code = code;
    told.receipt.detail =
        report.tp_status.map_or_else(String::new, |tp| format!("{tp:02X} {}", sms::tpdu::state::words(tp)));
    if let Some(part) = report.part {
        let Some(place) = part.checked_sub(1).filter(|place| *place >= 0) else { return Ok(()) }; // there is no such part
        told.part = Some(place);
    }
    settle::called(tx, connector, &[told])
}

fn message(task: Task, report: bool, now: i64) -> Message {
    Message {
        id: crate::http::name_of(task.message, task.attempt),
        sim: task.sim,
        to: task.recipient,
        text: task.body,
        parts: task.parts,
        report,
        send_within_ms: (task.until - now).max(0),
    }
}

/// What a clock may be off and still be told: a year.
const SKEW_MAX_MS: i64 = 366 * 86_400_000;

/// How far a phone's clock is ahead; 0 where it says nothing.
fn skew(clock_ms: i64, now: i64) -> i64 {
    if clock_ms == 0 { 0 } else { clock_ms.saturating_sub(now).clamp(-SKEW_MAX_MS, SKEW_MAX_MS) }
}

fn word(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn facts(about: About, settings: &Settings, skew_ms: i64) -> Facts {
    let number = |slot: i64, own: &str| number_set(slot, settings).unwrap_or_else(|| received(own));
    let sims = about.sims.into_iter().filter(|sim| (1..=9).contains(&sim.slot)).take(SIMS_MOST);
    let sims =
        sims.map(|sim| Sim { number: number(sim.slot, &sim.number), carrier: word(&sim.carrier), ..sim });
    Facts {
        model: word(&about.model),
        android: word(&about.android),
        app: word(&about.app),
        battery: about.battery.map_or(-1, |battery| battery.clamp(0, 100)),
        charging: about.charging,
        skew_ms,
        sims: sims.collect(),
    }
}

/// The number that a person wrote down for a card.
fn number_set(slot: i64, settings: &Settings) -> Option<String> {
    settings.get(&format!("sim{slot}_number")).filter(|n| !n.is_empty()).map(|n| received(n))
}

fn number_of(slot: i64, settings: &Settings, sims: &[Sim]) -> String {
    let told = || sims.iter().find(|sim| sim.slot == slot).map(|sim| sim.number.clone());
    number_set(slot, settings).or_else(told).unwrap_or_default()
}

fn received(address: &str) -> String {
    let address = crate::http::international(&address.replace('\0', ""));
    sms::number::received(&address).to_owned()
}

fn new_inbound(connector: i64, m: &Written, recipient: String, ahead: i64, now: i64) -> NewInbound {
    let said = m.at_ms.saturating_sub(ahead);
    let at = if m.at_ms == 0 { now } else { said.clamp(now - OLDEST_MS, now) };
    NewInbound {
        connector,
        sender: received(&m.from),
        recipient,
        text: m.text.clone(),
        received_at: at,
        dedupe: wire::proof::sha256(m.id.as_bytes())[..16].to_vec(),
        concat: None,
        tlvs: String::new(),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|_| UNREADABLE)
}

fn answer(status: u16, body: &impl Serialize) -> Answer {
    let body = serde_json::to_string(body).unwrap_or_default(); // names, numbers and text: it cannot fail
    Answer { status, content_type: "application/json", body }
}
