//! What tests of this crate share: a house with one workspace, on each engine.

use crate::audience::{self, New};
use crate::{Ctx, Result};
use store::testing::Postgres;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, Tx};

/// A store with one workspace.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) ctx: Ctx,
    _dir: tempfile::TempDir,
}

impl House {
    pub(crate) fn open(url: Option<String>) -> House {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap();
        let shop = workspace::New {
            name: "shop".into(),
            country: "IL".into(),
            language: "en".into(),
            zone: "Asia/Jerusalem".into(),
            mode: Mode::Live,
            parts_max: 6,
        };
        let id = db.write_blocking("test", move |tx| workspace::insert(tx, &shop)).unwrap().id;
        House { db, ctx: Ctx::system(id), _dir: dir }
    }

    /// Does it, whatever comes of it.
    pub(crate) fn try_write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.db.write_blocking("test", move |tx| f(tx, &ctx))
    }

    /// Does it.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> T {
        self.try_write(f).unwrap()
    }

    /// Adds a person of this number.
    pub(crate) fn contact(&self, number: &'static str) -> i64 {
        self.write(move |tx, ctx| {
            audience::add_contact(tx, ctx, &New { number: number.into(), ..New::default() })
        })
    }
}

/// Tells a story on SQLite, and on PostgreSQL where there is one.
pub(crate) fn on_each(test: &str, story: impl Fn(&House)) {
    story(&House::open(None));
    if let Some(server) = Postgres::shared(test) {
        story(&House::open(Some(server.database())));
    }
}
