//! One transaction as a closure sees it.

use crate::composed::Composed;
use crate::disk::Level;
use crate::ledger::refusals::{Refusal, What};
use crate::ledger::sent::Sent;
use crate::machine::tally::Tally;
use crate::shared::Shared;
use crate::sql::{Engine, Sql};
use crate::value::{Row, Val};
use crate::{Bell, Error, Result};
use std::collections::{BTreeMap, HashMap};

/// So far ids may run ahead of the clock.
const IDS_AHEAD_MS: i64 = 10 * 60_000;

/// Sees one row of a result.
pub(crate) type Each<'f> = dyn FnMut(&Row<'_>) -> Result<()> + 'f;
/// Takes one row of values.
pub(crate) type Take<'f> = dyn FnMut(&[Val<'_>]) -> Result<()> + 'f;
/// Hands its rows of values to the taker, one after the other.
pub(crate) type Source<'f> = dyn FnMut(&mut Take<'_>) -> Result<()> + 'f;

/// What a driver does for a transaction. Implemented by the two driver files only.
pub(crate) trait Driver {
    fn engine(&self) -> Engine;
    /// Takes the shared twin of the barrier lock until the end of the transaction, where transactions run side by side.
    fn share_barrier(&mut self, workspace: i64) -> Result<()>;
    /// Now by the clock of the database server, where there is one that others share.
    fn server_ms(&mut self) -> Result<Option<i64>> {
        Ok(None)
    }
    fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64>;
    fn query(&mut self, sql: &'static Sql, params: &[Val<'_>], each: &mut Each<'_>) -> Result<()>;
    /// As `exec`, where the answer may be waited for with a later one.
    fn put(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<()> {
        self.exec(sql, params).map(drop)
    }
    /// Says that a query will be asked in this closure, so that it may travel with others.
    fn foresee(&mut self, _sql: &'static Sql, _params: &[Val<'_>], _rows: &mut Source<'_>) -> Result<()> {
        Ok(())
    }
    /// Reads with a statement that was put together for this once.
    fn composed(&mut self, statement: &Composed, each: &mut Each<'_>) -> Result<()>;
    /// Runs a `ROWS` statement; `rows` yields the columns of one row after the other, `each` sees what RETURNING gives.
    fn many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        each: Option<&mut Each<'_>>,
    ) -> Result<u64>;
    /// As `many`, where the answer may be waited for with a later one; gives how many rows there were.
    fn put_many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        count: Count,
    ) -> Result<u64> {
        let mut n = 0;
        let changed = self.many(
            sql,
            scalars,
            &mut |take| {
                rows(&mut |row| {
                    n += 1;
                    take(row)
                })
            },
            None,
        )?;
        if count == Count::All && changed != n { Err(Error::Undone) } else { Ok(n) }
    }
}

/// How many rows a statement that is put must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// However many.
    Any,
    /// One for each row given: where another hand was there first, nothing of the closure counts ([`Error::Undone`]).
    All,
}

/// A running transaction. Everything a closure may touch.
pub struct Tx<'a> {
    driver: &'a mut dyn Driver,
    shared: &'a Shared,
    now_ms: i64,
    pub(crate) effects: Effects,
    /// Questions are sent, and not answered yet.
    foreseeing: bool,
    /// By how much streams are deeper than their rows say: what the batch has counted and writes at its end.
    pub(crate) ahead: BTreeMap<i64, i64>,
}

/// What is done around the commit: the ledgers before it, the bells behind it.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) refused: Vec<Refusal>,
    pub(crate) lifted: Vec<Refusal>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) bells: Vec<Bell>,
    pub(crate) barriers: Vec<i64>,
    pub(crate) changed: u64,
    /// What is to be added to the counters.
    pub(crate) counts: Tally,
    /// Whether the closure may have left something that has to be undone when it is refused: a write, or a statement
    /// that failed (after which PostgreSQL takes no further one).
    pub(crate) traces: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(driver: &'a mut dyn Driver, shared: &'a Shared) -> Tx<'a> {
        let (now_ms, effects, ahead) = (shared.clock.now_ms(), Effects::default(), BTreeMap::new());
        Tx { driver, shared, now_ms, effects, foreseeing: false, ahead }
    }

    /// Now, in milliseconds since 1970; the same for the whole closure.
    pub fn now(&self) -> i64 {
        self.now_ms
    }

    /// Now by the one clock that all nodes share, read at this moment and shifted by nobody: leases go by it.
    pub fn server_now(&mut self) -> Result<i64> {
        let asked = std::time::Instant::now();
        let Some(server) = self.driver.server_ms()? else { return Ok(self.now_ms) };
        let took = i64::try_from(asked.elapsed().as_millis()).unwrap_or(i64::MAX);
        if took < 200 {
            self.shared.clock.lead(server + took / 2); // a road that is slow this time says little
        }
        Ok(server)
    }

    /// Which database this is. Only shapes of rows may differ by it, never what they mean.
    pub(crate) fn engine(&self) -> Engine {
        self.driver.engine()
    }

    pub(crate) fn recent(&self) -> &crate::generation::Recent {
        &self.shared.recent
    }

    pub(crate) fn on_their_way(&self) -> &crate::machine::settle::Memory {
        &self.shared.on_their_way
    }

    /// Now by the clock that is believed: after a jump that nobody has confirmed, the time from before it. Expiry and
    /// scheduled starts go by it.
    pub fn steady_now(&self) -> i64 {
        self.now_ms - self.shared.guard.jump_ms()
    }

    /// Whether something new may be accepted now: there is room on the disk, and ids do not run far ahead of the clock.
    pub fn may_accept(&self) -> Result<()> {
        if self.shared.guard.disk() == Level::NoAccept {
            return Err(Error::Full);
        }
        if self.shared.ids.last_ms() - self.now_ms > IDS_AHEAD_MS {
            return Err(Error::ClockBehind);
        }
        Ok(())
    }

    /// The node this runs on.
    pub fn node(&self) -> i64 {
        self.shared.ids.node()
    }

    /// The number of this process among all that ever had the node's number.
    pub(crate) fn run(&self) -> i64 {
        self.shared.run()
    }

    /// Mints an id.
    pub fn id(&mut self) -> i64 {
        self.shared.ids.next(self.now_ms)
    }

    /// Reserves a block of 4,096 consecutive ids and gives its first.
    pub fn id_block(&mut self) -> i64 {
        self.shared.ids.block(self.now_ms)
    }

    /// The keys that tags, suppressions and tokens are made with.
    pub fn keys(&self) -> &crate::keys::Keys {
        &self.shared.keys
    }

    /// The tag of a number under the current key.
    pub fn tag(&self, e164: &str) -> i64 {
        self.shared.keys.tag(e164)
    }

    /// The tags of a number under every key, the current one first.
    pub fn tags(&self, e164: &str) -> Vec<i64> {
        self.shared.keys.tags(e164)
    }

    /// Which current tag stands behind each tag that these numbers had under former keys; nothing where there are none.
    pub fn former_tags(&self, numbers: &[&str]) -> HashMap<i64, i64> {
        let keys = &self.shared.keys;
        if !keys.is_renewed() {
            return HashMap::new();
        }
        let of = |n: &&str| {
            let now = keys.tag(n);
            keys.former_hmacs(n).map(move |full| (crate::keys::tag_of(&full), now)).collect::<Vec<_>>()
        };
        numbers.iter().flat_map(of).collect()
    }

    /// Adds to the counters: written before the next question, which may be about them, or before the commit.
    pub(crate) fn count(&mut self, tally: Tally) {
        self.effects.counts.merge(tally);
    }

    fn write_counts(&mut self) -> Result<()> {
        if self.effects.counts.is_empty() {
            return Ok(());
        }
        std::mem::take(&mut self.effects.counts).write(self)
    }

    /// Rings a bell once this transaction is committed.
    pub fn ring(&mut self, bell: Bell) {
        if !self.effects.bells.contains(&bell) {
            self.effects.bells.push(bell);
        }
    }

    /// Writes a refusal into `refusals.log`, synced before the commit, or one that was taken back, after it.
    pub fn refusal_logged(
        &mut self,
        what: What,
        workspace: i64,
        scope: i64,
        reason: &str,
        hmac: [u8; 32],
        at: i64,
    ) {
        let (ring, reason) = (self.shared.ledgers.ring(), Refusal::reason_number(reason));
        // A record has an octet for the scope. A topic's id is nobody else's: it stands where the workspace does.
        let of_topic = scope >= crate::ledger::refusals::TOPICS;
        let (workspace, scope) =
            if of_topic { (scope, crate::ledger::refusals::OF_TOPIC) } else { (workspace, scope) };
        let record = Refusal { what, ring, workspace, scope, reason, at, hmac };
        match what {
            What::Refused => self.effects.refused.push(record),
            What::Lifted => self.effects.lifted.push(record),
        }
    }

    /// Writes into the sent-log before the commit.
    pub fn sent_logged(&mut self, record: Sent) {
        self.effects.sent.push(record);
    }

    /// Makes the commit wait until no intent that could not see it is still open (promise P4).
    ///
    /// Needed on PostgreSQL only, where transactions run side by side: after the commit the runner takes and frees
    /// the exclusive twin of the lock that [`Tx::hold_intents`] shares.
    pub fn barrier(&mut self, workspace: i64) {
        if !self.effects.barriers.contains(&workspace) {
            self.effects.barriers.push(workspace);
        }
    }

    /// Taken by an intent before it looks at suppressions and streams of a workspace.
    pub fn hold_intents(&mut self, workspace: i64) -> Result<()> {
        self.driver.share_barrier(workspace)
    }

    /// Runs a statement; gives the number of rows changed.
    pub fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64> {
        self.not_foreseeing()?;
        self.effects.traces = true;
        let changed = self.driver.exec(sql, params).inspect_err(|e| self.shared.note_full(e))?;
        self.effects.changed += changed;
        Ok(changed)
    }

    /// Runs a statement of which nothing is asked but that it works: on a server it travels with the next question, and
    /// what is wrong with it undoes the batch.
    pub fn put(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<()> {
        self.effects.traces = true;
        self.driver.put(sql, params).inspect_err(|e| self.shared.note_full(e))?;
        self.effects.changed += 1;
        Ok(())
    }

    /// The same for a `ROWS` statement and many rows.
    pub fn put_many<'v, const N: usize>(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: impl IntoIterator<Item = [Val<'v>; N]>,
        count: Count,
    ) -> Result<()> {
        self.effects.traces = true;
        let mut rows = rows.into_iter();
        let put = self
            .driver
            .put_many(sql, scalars, &mut |take| rows.by_ref().try_for_each(|row| take(&row)), count)
            .inspect_err(|e| self.shared.note_full(e))?;
        self.effects.changed += put;
        Ok(())
    }

    /// What is asked within will be asked once more, before this closure writes anything that it is about. On a server
    /// those questions travel together, and are answered then as of now; here they find nothing. Where the database is
    /// in our own process nothing is done.
    pub fn foresee<E>(&mut self, ask: impl FnOnce(&mut Tx<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.driver.engine() == Engine::Sqlite {
            return Ok(());
        }
        self.foreseeing = true;
        let asked = ask(self);
        self.foreseeing = false;
        asked
    }

    fn not_foreseeing(&self) -> Result<()> {
        if self.foreseeing { Err(Error::Shape("only questions can be foreseen".into())) } else { Ok(()) }
    }

    /// Reads all rows.
    pub fn rows<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.query(sql, params, &mut |row| {
            out.push(read(row)?);
            Ok(())
        })?;
        Ok(out)
    }

    fn query(&mut self, sql: &'static Sql, params: &[Val<'_>], each: &mut Each<'_>) -> Result<()> {
        if self.foreseeing {
            return self.driver.foresee(sql, params, &mut |_| Ok(()));
        }
        self.write_counts()?;
        let done = self.driver.query(sql, params, each).inspect_err(|e| self.shared.note_full(e));
        self.effects.traces |= done.is_err() || !sql.lowered(self.driver.engine()).reads_only;
        done
    }

    /// Reads with a statement put together out of this crate's own pieces.
    pub(crate) fn composed(&mut self, statement: &Composed, each: &mut Each<'_>) -> Result<()> {
        self.write_counts()?;
        let done = self.driver.composed(statement, each).inspect_err(|e| self.shared.note_full(e));
        self.effects.traces |= done.is_err();
        done
    }

    /// Reads the first row, if there is one.
    pub fn one<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut out = None;
        self.query(sql, params, &mut |row| {
            if out.is_none() {
                out = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// Runs a `ROWS` statement for many rows; gives the number of rows changed.
    pub fn many<'v, const N: usize>(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: impl IntoIterator<Item = [Val<'v>; N]>,
    ) -> Result<u64> {
        self.effects.traces = true;
        let mut rows = rows.into_iter();
        let changed = self
            .driver
            .many(sql, scalars, &mut |take| rows.by_ref().try_for_each(|row| take(&row)), None)
            .inspect_err(|e| self.shared.note_full(e))?;
        self.effects.changed += changed;
        Ok(changed)
    }

    /// Runs a `ROWS` statement with a result for many rows; the order of the result is the engine's own.
    pub fn many_rows<'v, T, const N: usize>(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: impl IntoIterator<Item = [Val<'v>; N]>,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = rows.into_iter();
        if self.foreseeing {
            let mut all = |take: &mut Take<'_>| rows.by_ref().try_for_each(|row| take(&row));
            return self.driver.foresee(sql, scalars, &mut all).map(|()| Vec::new());
        }
        if !self.effects.counts.is_empty() && sql.lowered(self.driver.engine()).reads_only {
            self.write_counts()?;
        }
        self.effects.traces |= !sql.lowered(self.driver.engine()).reads_only;
        let mut out = Vec::new();
        let done = self.driver.many(
            sql,
            scalars,
            &mut |take| rows.by_ref().try_for_each(|row| take(&row)),
            Some(&mut |row| {
                out.push(read(row)?);
                Ok(())
            }),
        );
        self.effects.traces |= done.is_err();
        done.inspect_err(|e| self.shared.note_full(e)).map(|_| out)
    }
}
