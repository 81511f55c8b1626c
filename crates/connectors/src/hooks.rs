//! What providers call us with: receipts and messages of phones, proven, read, stored, and only then answered.
//!
//! Nothing of a webhook reaches a log but why it was refused. One bad element of a batch spoils no other; what is told
//! twice changes nothing; what nobody knows is kept, and adopted when its message is found. While the database is away
//! it goes to the node's journal, as what links hand over does.

use crate::http::{self, Hook, News, Proof, Provider, Read};
use crate::incoming;
use crate::journal::{Journal, Record};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use store::connector::{self, Row, hook};
use store::machine::inbound::{self, NewInbound};
use store::machine::settle::{self, Receipt, Told};
use store::{Db, Error, setting};

/// Octets of a body that are taken.
pub const BODY_MAX: usize = 1 << 20;
/// Marks that are remembered so that nothing is shown twice.
const MARKS: usize = 20_000;
/// Elements of one webhook.
const NEWS_MAX: usize = 10_000;

/// A request as it came in.
#[derive(Clone)]
pub struct Asked {
    /// GET, POST, …
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Headers whose values are text.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent, at most [`BODY_MAX`].
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} webhook of {} octets", self.method, self.body.len())
    }
}

/// What it is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Answer {
    pub(crate) fn plain(status: u16, body: &str) -> Answer {
        Answer { status, content_type: "text/plain; charset=utf-8", body: body.to_owned() }
    }
}

/// Marks that were shown and may not be shown again.
#[derive(Default)]
struct Marks {
    known: HashSet<String>,
    order: VecDeque<String>,
}

impl Marks {
    fn has(&self, mark: &str) -> bool {
        self.known.contains(mark)
    }

    fn keep(&mut self, mark: String) {
        if self.order.len() >= MARKS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        if self.known.insert(mark.clone()) {
            self.order.push_back(mark);
        }
    }
}

/// The way in for providers, on every node.
#[derive(Clone)]
pub struct Hooks {
    db: Db,
    marks: Arc<Mutex<Marks>>,
    /// Where what comes is kept while the database is away.
    journal: Arc<Journal>,
    /// Connectors that were called before, and the address they were called at: what is known while nothing can be read.
    known: Arc<Mutex<HashMap<i64, (Row, String)>>>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hooks")
    }
}

impl Hooks {
    /// Over this store.
    pub(crate) fn new(db: Db, journal: Arc<Journal>) -> Hooks {
        Hooks { db, marks: Arc::default(), journal, known: Arc::default() }
    }

    /// Takes one: a status of 200 says that all of it is stored.
    pub async fn take(&self, asked: Asked) -> Answer {
        let nothing = || Answer::plain(404, "there is nothing here");
        let path = asked.target.split(['?', '#']).next().unwrap_or_default();
        let Some(rest) = path.strip_prefix("/hooks/") else { return nothing() };
        let (token, place) = rest.split_once('/').unwrap_or((rest, ""));
        let Some(id) = hook::connector_of(self.db.keys(), token) else { return nothing() };
        let (row, base) = match self.find(id).await {
            Ok(Some(found)) => found,
            Ok(None) => return nothing(),
            Err(()) => return Answer::plain(503, "try again later"),
        };
        let Some(provider) = http::of(&row.kind, &row.settings) else { return nothing() };
        let url = format!("{}{}", base.trim_end_matches('/'), asked.target);
        let now = self.db.now_ms();
        let hook =
            Hook { method: &asked.method, url: &url, place, headers: &asked.headers, body: &asked.body, now };
        let outcome = self.judged(&row, &*provider, &hook);
        match outcome {
            Ok((read, mark)) => self.store(&row, &*provider, read, mark, place).await,
            Err((status, why)) => {
                self.refused(row.id, why).await;
                Answer::plain(status, why)
            }
        }
    }

    /// The connector and the address it is called at; while the database is away, as they were when it was called last.
    async fn find(&self, id: i64) -> Result<Option<(Row, String)>, ()> {
        let found = self.db.read(move |tx| {
            let row = connector::opened_one(tx, id)?;
            Ok::<_, Error>((row, setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default()))
        });
        let found = found.await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok((Some(row), base)) => {
                known.insert(id, (row.clone(), base.clone()));
                Ok(Some((row, base)))
            }
            Ok((None, _)) => {
                known.remove(&id);
                Ok(None)
            }
            Err(_) => known.get(&id).cloned().map(Some).ok_or(()),
        }
    }

    /// Keeps what a webhook told in the journal; whether it did.
    async fn spill(&self, id: i64, told: &[Told], inbound: &[NewInbound]) -> bool {
        let reports = told.iter().map(|told| Record::called(id, told));
        let records: Vec<Record> = reports.chain(inbound.iter().map(Record::inbound)).collect();
        match self.journal.keep(records).await {
            Ok(kept) => kept,
            Err(e) => {
                tracing::error!(connector = id, error = %e, "a webhook could not be kept in the journal");
                false
            }
        }
    }

    /// Proven and read, with the mark that may not be shown again; or its status and why.
    fn judged(
        &self,
        row: &Row,
        provider: &dyn Provider,
        hook: &Hook<'_>,
    ) -> Result<(Read, Option<String>), (u16, &'static str)> {
        if !http::is_let_in(&row.settings, hook) {
            return Err((401, "user or password of the webhook are wrong"));
        }
        let mark = match provider.proof(hook) {
            Proof::Fails(why) => return Err((403, why)),
            Proof::Holds(mark) => mark.map(|mark| format!("{}:{mark}", row.id)),
        };
        let shown = |mark: &String| self.marks.lock().unwrap_or_else(PoisonError::into_inner).has(mark);
        if mark.as_ref().is_some_and(shown) {
            return Ok((Read::default(), None)); // all of it is stored already
        }
        let read = provider.read(hook).map_err(|why| (400, why))?;
        if read.news.len() > NEWS_MAX {
            return Err((413, "it tells too much at once"));
        }
        if read.news.is_empty() && read.bad > 0 {
            return Err((400, "nothing of it can be read"));
        }
        Ok((read, mark))
    }

    async fn store(
        &self,
        row: &Row,
        provider: &dyn Provider,
        read: Read,
        mark: Option<String>,
        place: &str,
    ) -> Answer {
        let (id, now) = (row.id, self.db.now_ms());
        let mut told = Vec::new();
        let mut inbound = Vec::new();
        for news in read.news {
            match news {
                News::Report(report) => told.push(told_of(report)),
                News::Message(message) => inbound.push(inbound_of(id, message, now)),
            }
        }
        let what = what(told.len(), inbound.len(), place);
        let bad = read.bad;
        // What comes while earlier things still stand in the journal goes behind them.
        let behind = self.db.is_away() || !self.journal.is_empty();
        let spilt = behind && self.spill(id, &told, &inbound).await;
        if !spilt {
            let (of, kept) = (told.clone(), inbound.clone());
            let stored = self.db.write("hook", move |tx| {
                settle::called(tx, id, &of)?;
                inbound::insert(tx, &kept)?;
                if bad > 0 {
                    hook::refused(tx, id, &format!("{bad} elements could not be read"))?;
                }
                hook::taken(tx, id, &what)
            });
            if let Err(e) = stored.await
                && !(matches!(e, Error::Unreachable(_)) && self.spill(id, &told, &inbound).await)
            {
                tracing::warn!(connector = id, error = %e, "a webhook could not be stored; its sender is asked to repeat it");
                return Answer::plain(503, "try again later");
            }
        }
        if let Some(mark) = mark {
            self.marks.lock().unwrap_or_else(PoisonError::into_inner).keep(mark);
        }
        let (content_type, body) = provider.thanks();
        Answer { status: 200, content_type, body }
    }

    async fn refused(&self, id: i64, why: &'static str) {
        tracing::warn!(connector = id, why, "a webhook was refused");
        let noted = self.db.background("hook", move |tx| hook::refused(tx, id, why)).await;
        if let Err(e) = noted {
            tracing::debug!(connector = id, error = %e, "that a webhook was refused could not be kept");
        }
    }
}

/// What came, for people.
fn what(reports: usize, messages: usize, place: &str) -> String {
    match (reports, messages) {
        (0, 0) if place.is_empty() => "nothing new".into(),
        (0, 0) => format!(
            "nothing new ({})",
            place.chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>()
        ),
        (reports, 0) => format!("reports: {reports}"),
        (0, messages) => format!("messages: {messages}"),
        (reports, messages) => format!("reports: {reports}, messages: {messages}"),
    }
}

fn told_of(report: http::Report) -> Told {
    let smsc_id = report.id.replace(['\0', '#', '\n'], "");
    let receipt = Receipt {
        h: incoming::key(smsc_id.as_bytes()),
        smsc_id,
        status: report.status,
        code: report.code,
        detail: report.detail.replace('\0', ""),
        from: report.phone.replace('\0', ""),
        to: report.sender.replace('\0', ""),
        text: String::new(),
    };
    Told { receipt, named: http::named(&report.name), part: report.part }
}

fn inbound_of(connector: i64, message: http::Incoming, now: i64) -> NewInbound {
    let as_taken = |address: &str| {
        let address = http::international(&address.replace('\0', ""));
        sms::number::received(&address).to_owned()
    };
    let dedupe = if message.id.is_empty() {
        Vec::new()
    } else {
        wire::proof::sha256(message.id.as_bytes())[..16].to_vec()
    };
    NewInbound {
        connector,
        sender: as_taken(&message.from),
        recipient: as_taken(&message.to),
        text: message.text,
        received_at: now,
        tlvs: String::new(),
        dedupe,
        concat: message.concat,
    }
}
