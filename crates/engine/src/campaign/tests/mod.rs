//! Mailings from draft to report, on both engines; kills between slices; arithmetic under any interleaving.

mod arithmetic;
mod carrier;
mod drafts;
mod plans;
mod story;
mod topics;

use super::*;
use crate::{Ctx, Error, Result};
use carrier::Carrier;
use sms::{Class, Status};
use std::collections::BTreeMap;
use store::campaign::sample::{self, Somebody};
use store::testing::Postgres;
use store::{Clock, Db, Options, Tx};

/// A workspace with a list, on one engine.
struct Shop {
    db: Option<Db>,
    options: Options,
    ctx: Ctx,
    list: i64,
    contacts: Vec<i64>,
    _dir: tempfile::TempDir,
}

/// The number of the so-manieth person; each a mobile in Israel.
fn number(i: usize) -> String {
    format!("+97250{:07}", 1_000_000 + i)
}

fn people(n: usize) -> Vec<Somebody> {
    let one = |i| Somebody { number: number(i), first_name: format!("P{i}"), consent: 1 };
    (0..n).map(one).collect()
}

impl Shop {
    fn open(url: Option<String>, people: &[Somebody]) -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), url, clock: Clock::default() };
        let db = Db::open(&options).unwrap();
        let people = people.to_vec();
        let (list, contacts) = db
            .write_blocking("test.shop", move |tx| {
                sample::workspace(tx, 7, "test")?;
                // These are about mailings; the law has tests of its own.
                store::setting::set(tx, store::setting::LAW_MODE, "advise")?;
                sample::list(tx, 7, &people)
            })
            .unwrap();
        Shop { db: Some(db), options, ctx: Ctx::system(7), list, contacts, _dir: dir }
    }

    /// On SQLite.
    fn with(people: &[Somebody]) -> Shop {
        Shop::open(None, people)
    }

    /// On every engine there is here.
    fn on_each(test: &str, people: &[Somebody]) -> Vec<Shop> {
        let postgres = Postgres::shared(test).map(|server| Shop::open(Some(server.database()), people));
        std::iter::once(Shop::with(people)).chain(postgres).collect()
    }

    fn db(&self) -> &Db {
        self.db.as_ref().unwrap()
    }

    /// Ends the process as a kill would leave it, and starts it again.
    fn kill(&mut self) {
        self.db = None;
        self.db = Some(Db::open(&self.options).unwrap());
        store::machine::job::free_abandoned(self.db()).unwrap();
    }

    fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.db().write_blocking("test", move |tx| f(tx, &ctx))
    }

    fn read<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> T {
        let ctx = self.ctx.clone();
        self.db().read_blocking(move |tx| f(tx, &ctx)).unwrap()
    }

    fn draft(&self, text: &str) -> Draft {
        Draft {
            name: "Sale".into(),
            text: text.into(),
            sender: Some("NOA-SHOP".into()),
            class: None,
            topic: None,
            list: Some(self.list),
            due: None,
        }
    }

    fn create(&self, text: &str) -> i64 {
        let draft = self.draft(text);
        self.write(move |tx, ctx| create(tx, ctx, &draft)).unwrap()
    }

    fn launch(&self, id: i64) -> Result<()> {
        self.write(move |tx, ctx| launch(tx, ctx, id))
    }

    fn run_due(&self) {
        crate::jobs::run_due(self.db()).unwrap();
    }

    fn messages(&self, id: i64) -> Vec<sample::Sent> {
        self.read(move |tx, ctx| Ok(sample::messages(tx, ctx.workspace, id)?))
    }

    /// The report, checked against itself and against the rows it speaks of, in one snapshot.
    fn report(&self, id: i64) -> Report {
        let (report, messages, skips) = self.read(move |tx, ctx| {
            let report = report(tx, ctx, id)?;
            let mut skips: BTreeMap<&'static str, i64> = BTreeMap::new();
            let mut after = 0;
            loop {
                let some = skipped(tx, ctx, id, None, after, 200)?;
                let Some(last) = some.last() else { break };
                after = last.contact;
                some.iter().for_each(|s| *skips.entry(s.code.name()).or_default() += 1);
            }
            Ok((report, sample::messages(tx, ctx.workspace, id)?, skips))
        });
        let r = &report;
        let skipped: i64 = r.skipped.values().sum();
        let suppressed: i64 = r.suppressed.values().sum();
        assert_eq!(r.audience, r.planned + r.accepted + skipped, "{r:?}");
        let finals =
            r.delivered + r.undelivered + r.rejected + r.expired + r.cancelled + suppressed + r.unknown;
        assert_eq!(r.accepted, r.waiting + r.submitted + finals, "{r:?}");
        assert_eq!(r.skipped, skips, "the skips are those that were counted");
        let stand = |which: &dyn Fn(Status) -> bool| {
            i64::try_from(messages.iter().filter(|m| which(m.status)).count()).unwrap()
        };
        assert_eq!(r.accepted, stand(&|_| true), "one message row each: {r:?}");
        assert_eq!(r.waiting, stand(&|s| s.is_waiting()), "{r:?}");
        assert_eq!(r.submitted, stand(&|s| matches!(s, Status::Submitted | Status::Buffered)), "{r:?}");
        for (n, status) in [
            (r.delivered, Status::Delivered),
            (r.undelivered, Status::Undelivered),
            (r.rejected, Status::Rejected),
            (r.expired, Status::Expired),
            (r.cancelled, Status::Cancelled),
            (r.unknown, Status::Unknown),
            (suppressed, Status::Suppressed),
        ] {
            assert_eq!(n, stand(&|s| s == status), "{status}: {r:?}");
        }
        let mut to: Vec<&String> = messages.iter().map(|m| &m.to).collect();
        to.sort();
        to.dedup();
        assert_eq!(to.len(), messages.len(), "nobody twice");
        report
    }
}
