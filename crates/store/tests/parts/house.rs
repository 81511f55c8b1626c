//! A workspace with one lane, and a carrier that is played by hand.

use sms::{Class, Code, Encoding, OnAmbiguous, Status};
use std::collections::BTreeMap;
use store::machine::outbox::{self, Chosen, Row, Taker};
use store::machine::settle::{self, Late, Outcome, Receipt, Settled};
use store::machine::stream::{self, Key};
use store::machine::tally::Tally;
use store::machine::{agenda, failover, flight};
use store::message::{self, Message, NewMessage};
use store::suppression::{self, Scope};
use store::workspace::{self, Mode};
use store::{Clock, Db, Error, Options, Tx, counter, params, sql};

/// Everybody's recipient.
const TO: &str = "+972501234567";
const CARRIER: i64 = 1;

/// Runs a story on SQLite, and on PostgreSQL where there is one.
pub(crate) fn on_both(name: &str, story: fn(&House)) {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
    story(&House::open(&options));
    if let Some(server) = store::testing::Postgres::shared(name) {
        options.url = Some(server.database());
        story(&House::open(&options));
    }
}

pub(crate) struct House {
    db: Db,
    workspace: i64,
    taker: Taker,
}

pub(crate) fn accepted(id: i64) -> Outcome {
    Outcome::Accepted { smsc_id: format!("id{id}"), h: id }
}

pub(crate) fn ambiguous() -> Outcome {
    Outcome::Ambiguous { detail: "no answer".into() }
}

pub(crate) fn refused() -> Outcome {
    Outcome::Rejected { code: Code::BadAddress, detail: "0xB".into() }
}

pub(crate) fn back() -> Outcome {
    Outcome::Back { due: 0 }
}

pub(crate) fn again(due: i64) -> Outcome {
    Outcome::Again { due, code: Code::TemporaryFault, detail: "0x64".into() }
}

impl House {
    fn open(options: &Options) -> House {
        let db = Db::open(options).unwrap();
        let made = db.write_blocking("test.open", |tx| {
            let new = workspace::New {
                name: "shop".into(),
                country: "IL".into(),
                language: "en".into(),
                zone: "Asia/Jerusalem".into(),
                mode: Mode::Live,
                parts_max: 10,
            };
            Ok::<_, Error>((workspace::insert(tx, &new)?.id, flight::own(tx, CARRIER)?))
        });
        let (workspace, epoch) = made.unwrap();
        House { db, workspace, taker: Taker { connector: CARRIER, link: 0, epoch: epoch.unwrap() } }
    }

    pub(crate) fn run<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.db.write_blocking("test", f).unwrap()
    }

    /// A message of so many parts in its lane.
    pub(crate) fn put(&self, class: Class, parts: i64) -> i64 {
        let workspace = self.workspace;
        self.run(move |tx| {
            let lane = class.lane(true).of(CARRIER);
            // A campaign of its own, so that its counter tells of this message alone.
            let campaign = tx.id();
            let stream = stream::id_of(tx, &Key { lane, workspace, campaign, class, law_epoch: 0 })?;
            let (id, now, tag) = (tx.id(), tx.now(), tx.tag(TO));
            let until = now + 3_600_000;
            let new = NewMessage {
                id,
                workspace,
                campaign,
                contact: 0,
                thread: 0,
                class,
                connector: CARRIER,
                candidates: CARRIER.to_string(),
                route: 0,
                price: 0,
                sender: "SHOP".into(),
                recipient: TO.into(),
                tag,
                text: "x".repeat(153 * usize::try_from(parts).unwrap_or(1)),
                spelling: Encoding::Gsm7.into(),
                parts,
                status: Status::Queued,
                on_ambiguous: class.on_ambiguous(),
                test: false,
                source: "rest".into(),
                client_ref: String::new(),
                due: now,
                until,
                notify: 0,
                tlvs: String::new(),
            };
            assert_eq!(new.on_ambiguous == OnAmbiguous::Hold, class == Class::Marketing);
            message::insert(tx, &[new])?;
            let mut tally = Tally::default();
            outbox::put(tx, &[Row { lane, stream, due: now, id, tag, until, parts }], &mut tally)?;
            tally.campaign(workspace, campaign, Status::Queued, Code::None, 1);
            tally.flush(tx);
            Ok(id)
        })
    }

    /// What waits, as the chooser reads it ahead.
    pub(crate) fn look(&self) -> Vec<Chosen> {
        self.run(|tx| {
            let mut chosen = Vec::new();
            for s in stream::with_work(tx, CARRIER)? {
                let far = tx.now() + agenda::AHEAD_MS;
                let ready = outbox::read(tx, s.key.lane, s.id, (i64::MIN, 0), far, 100)?;
                chosen.extend(ready.iter().map(outbox::Ready::chosen));
            }
            Ok(chosen)
        })
    }

    /// Takes all that waits; gives each message with the parts that may be written.
    pub(crate) fn take(&self) -> BTreeMap<i64, Vec<i64>> {
        self.take_these(self.look())
    }

    pub(crate) fn take_these(&self, chosen: Vec<Chosen>) -> BTreeMap<i64, Vec<i64>> {
        let taker = self.taker;
        self.run(move |tx| {
            let go = outbox::take(tx, taker, &chosen)?;
            let mut flown: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for intent in flight::of_connector(tx, CARRIER)?.iter().filter(|i| go.contains_key(&i.message)) {
                flown.entry(intent.message).or_default().push(intent.part);
            }
            let go: BTreeMap<i64, Vec<i64>> = go.into_iter().collect();
            assert_eq!(go, flown, "what may be written is what stands in flight");
            Ok(go)
        })
    }

    /// When a message that waits is due, and how many parts are to go.
    pub(crate) fn due(&self, id: i64) -> Option<(i64, i64)> {
        self.look().iter().find(|c| c.row.id == id).map(|c| (c.row.due, c.row.parts))
    }

    pub(crate) fn now(&self) -> i64 {
        self.db.now_ms()
    }

    pub(crate) fn taker(&self) -> Taker {
        self.taker
    }

    /// The person wants no more advertising.
    pub(crate) fn refuse(&self) {
        let workspace = self.workspace;
        self.run(move |tx| {
            let new = suppression::New {
                workspace,
                number: TO,
                scope: Scope::Marketing,
                reason: "self_reply",
                evidence: "",
            };
            suppression::add(tx, &new)
        });
    }

    /// The campaign counts this message once, where it stands.
    pub(crate) fn counted(&self, id: i64, status: Status) {
        let (workspace, campaign) = (self.workspace, self.message(id).campaign);
        let counts = self.run(move |tx| counter::campaign(tx, workspace, campaign));
        let counts: Vec<(i64, i64)> =
            counts.iter().filter(|(s, _, n)| *s >= 0 && *n != 0).map(|(s, _, n)| (*s, *n)).collect();
        assert_eq!(counts, [(status.number(), 1)]);
    }

    /// What the carrier said, in one batch.
    pub(crate) fn learn(&self, message: i64, outcomes: Vec<(i64, Outcome)>) {
        let taker = self.taker;
        self.run(move |tx| {
            let settled: Vec<Settled> = outcomes
                .iter()
                .map(|(part, outcome)| Settled {
                    message,
                    part: *part,
                    attempt: 0,
                    outcome: outcome.clone(),
                    known: None,
                })
                .collect();
            settle::outcomes(tx, taker, &settled)
        });
    }

    pub(crate) fn receipt(&self, h: i64, status: Status, code: Code) {
        let (smsc_id, detail) = (format!("id{h}"), "err:007".into());
        let (from, to, text) = (String::new(), String::new(), String::new());
        let receipt = Receipt { h, smsc_id, status, code, detail, from, to, text };
        self.run(move |tx| settle::receipts(tx, CARRIER, std::slice::from_ref(&receipt)));
    }

    pub(crate) fn late(&self, message: i64, part: i64, attempt: i64, answer: Result<i64, Code>) {
        let answer = answer.map(|h| (format!("id{h}"), h)).map_err(|code| (code, "0xB".to_owned()));
        let late = Late { message, part, attempt, answer };
        self.run(move |tx| settle::late(tx, CARRIER, std::slice::from_ref(&late)));
    }

    pub(crate) fn message(&self, id: i64) -> Message {
        let workspace = self.workspace;
        self.run(move |tx| message::get(tx, workspace, id)).unwrap()
    }

    pub(crate) fn parts(&self, id: i64) -> Vec<Status> {
        let workspace = self.workspace;
        let parts = self.run(move |tx| message::parts(tx, workspace, id));
        parts.iter().map(|p| p.status).collect()
    }

    pub(crate) fn events(&self, id: i64) -> Vec<String> {
        let workspace = self.workspace;
        self.run(move |tx| message::events(tx, workspace, id)).into_iter().map(|e| e.kind).collect()
    }

    /// What the counter of this message's lane says, and how many rows stand there.
    pub(crate) fn depth(&self, id: i64) -> (i64, i64) {
        let campaign = self.message(id).campaign;
        self.run(move |tx| {
            let counted = tx.one(
                sql!("SELECT CAST(sum(depth) AS BIGINT) FROM stream WHERE campaign = $1 AND workspace <> 0"),
                &params![campaign],
                |r| r.get(0),
            )?;
            let rows = tx.one(
                sql!("SELECT count(*) FROM outbox o JOIN stream s ON s.id = o.stream WHERE s.campaign = $1"),
                &params![campaign],
                |r| r.get(0),
            )?;
            Ok((counted.unwrap_or(0), rows.unwrap_or(0)))
        })
    }

    /// Puts rows that stand in their lanes already, in one call.
    pub(crate) fn put_again(&self, ids: &[i64]) {
        let rows: Vec<Row> = ids
            .iter()
            .filter_map(|id| self.look().into_iter().map(|c| c.row).find(|row| row.id == *id))
            .collect();
        assert_eq!(rows.len(), ids.len());
        self.run(move |tx| {
            let mut tally = Tally::default();
            outbox::put(tx, &rows, &mut tally)?;
            tally.flush(tx);
            Ok(())
        });
    }

    /// Which connectors a message may go by.
    pub(crate) fn route(&self, id: i64, candidates: &'static str) {
        self.run(move |tx| {
            tx.exec(
                sql!("UPDATE message SET candidates = $2 WHERE id = $1 AND workspace <> 0"),
                &params![id, candidates],
            )
        });
    }

    /// Moves what waits to this connector; gives how many it moved.
    pub(crate) fn relane(&self, to: i64) -> usize {
        self.run(move |tx| failover::relane(tx, CARRIER, &[to], 100))
    }
}
