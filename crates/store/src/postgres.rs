//! The PostgreSQL driver: one line to the server for each thread that works, bulk work by UNNEST.
//!
//! What needs no answer travels with the next question ([`line`]); whose it was when it fails is then not known, so the
//! batch is undone and goes again with each closure guarded, and there nothing is left for later.
//!
//! A writing connection numbers its transactions in a row of its own (`batch_mark`), so that it can find out after a cut
//! whether the last one was committed: it never guesses.

use crate::composed::Composed;
use crate::queues::Serves;
use crate::runner::{Connection, Ended};
use crate::sql::{Engine, Sql};
use crate::tx::{Count, Driver, Each, Source};
use crate::value::{Cells, Row, Val, shape};
use crate::{Error, Result};
use given::{Given, type_of};
use line::{Broken, Line};
use std::collections::HashMap;
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Config, SimpleQueryMessage, Statement};

mod given;
mod line;
mod words;

pub(crate) use words::Words;

/// Closures of one transaction: savepoints beyond this cost more than they save.
const BATCH_MAX: usize = 50;

/// One connection with its prepared statements.
pub(crate) struct Postgres {
    url: String,
    line: Line,
    statements: HashMap<usize, Statement>,
    retry: bool,
    /// Something failed that was put on the line before.
    late: bool,
    /// Something failed in the open transaction: the server takes nothing more, and its commit would undo all.
    failed: bool,
    /// Closures are kept apart: nothing is left for later.
    guarded: bool,
    read_only: bool,
    mark: Option<Mark>,
    serves: Serves,
}

/// The row in which a writing connection numbers its transactions.
struct Mark {
    node: i64,
    hand: i64,
    /// The number of the transaction that is open, or was last.
    begun: i64,
    /// The last one known to be committed.
    done: i64,
}

/// Statements are statics, so their address names them.
fn key(sql: &'static Sql) -> usize {
    std::ptr::from_ref(sql) as usize
}

fn error(e: &tokio_postgres::Error) -> Error {
    if e.is_closed() {
        return Error::Unreachable(e.to_string());
    }
    let Some(db) = e.as_db_error() else { return Error::Unreachable(e.to_string()) };
    let said = || format!("{} ({})", db.message(), db.code().code());
    match db.code() {
        &SqlState::UNIQUE_VIOLATION => Error::Unique(db.constraint().unwrap_or_default().to_owned()),
        &SqlState::DISK_FULL => Error::Full,
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Error::Undone,
        // A standby, or one that somebody made read-only: nothing can be written here now.
        &SqlState::READ_ONLY_SQL_TRANSACTION => Error::Unreachable(said()),
        &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Error::Unreachable(said()),
        // 08: the connection; 53: no room for one more; 57P: it is going down, or coming up.
        code if ["08", "53", "57P"].iter().any(|class| code.code().starts_with(class)) => {
            Error::Unreachable(said())
        }
        _ => Error::Driver(said()),
    }
}

impl Postgres {
    /// Connects.
    pub(crate) fn connect(url: &str, read_only: bool) -> Result<Postgres> {
        let line = dial(url, read_only)?;
        Ok(Postgres {
            url: url.to_owned(),
            line,
            statements: HashMap::new(),
            retry: false,
            late: false,
            failed: false,
            guarded: false,
            read_only,
            mark: None,
            serves: Serves::Both,
        })
    }

    /// Numbers its transactions from now on, as this hand of this node.
    pub(crate) fn marked(mut self, node: i64, hand: i64, serves: Serves) -> Result<Postgres> {
        self.serves = serves;
        self.batch(&format!(
            "INSERT INTO batch_mark (node, hand, n) VALUES ({node}, {hand}, 0) ON CONFLICT (node, hand) DO NOTHING"
        ))?;
        let mut mark = Mark { node, hand, begun: 0, done: 0 };
        let n = self.read_mark(&mark)?.unwrap_or(0);
        (mark.begun, mark.done) = (n, n);
        self.mark = Some(mark);
        Ok(self)
    }

    /// The number of the last transaction that was committed. Waits until the one before it has ended, one way or the
    /// other: its connection may be dead while the server still commits.
    fn read_mark(&mut self, mark: &Mark) -> Result<Option<i64>> {
        let (node, hand) = (mark.node, mark.hand);
        self.first(&format!("SELECT n FROM batch_mark WHERE node = {node} AND hand = {hand} FOR UPDATE"))
    }

    /// The number in the first row of a result.
    fn first(&mut self, text: &str) -> Result<Option<i64>> {
        let out = self.line.simple(text);
        let out = out.map_err(|e| self.note(e))?;
        Ok(out.iter().find_map(|m| match m {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        }))
    }

    /// Whether it can be worked with: it answers, and takes what is written.
    fn is_well(&mut self) -> bool {
        self.line.forget();
        if self.line.is_closed() || !self.line.answers(Duration::from_secs(2)) {
            return false;
        }
        let _ = self.batch("ROLLBACK"); // what was open when it broke; none is only a warning
        let shut = "SELECT CASE WHEN current_setting('transaction_read_only') = 'on' THEN 1 ELSE 0 END";
        self.read_only || self.first(shut).is_ok_and(|on| on == Some(0))
    }

    /// Runs text that takes no parameters: migrations.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        let out = self.line.batch(text);
        out.map_err(|e| self.note(e))
    }

    fn note(&mut self, e: Broken) -> Error {
        self.failed = true;
        match e {
            Broken::Said { error: e, late } => {
                let e = error(&e);
                self.late |= late;
                self.retry |= e == Error::Undone;
                e
            }
            // Another hand was there first: nothing of this counts.
            Broken::Count => {
                self.late = true;
                Error::Undone
            }
        }
    }

    /// The statement, prepared with the types of its first parameters: left to itself the server would take `$1 = 0` for
    /// a 32-bit number.
    fn prepared(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<Statement> {
        if let Some(statement) = self.statements.get(&key(sql)) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = params.iter().map(type_of).collect();
        let text = &sql.lowered(Engine::Postgres).text;
        let prepared = self.line.wait(|client| client.prepare_typed(text, &types));
        let statement = prepared.map_err(|e| self.note(e))?;
        self.statements.insert(key(sql), statement.clone());
        Ok(statement)
    }

    /// How a text would be run whatever its parameters, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn plan(&mut self, text: &str, params: usize) -> Result<String> {
        let nulls = vec!["NULL"; params].join(", ");
        self.batch(&format!("SET plan_cache_mode = force_generic_plan; PREPARE s AS {text}"))?;
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE s({nulls}); DEALLOCATE s");
        let lines = self.line.simple(&explain);
        let lines = lines.map_err(|e| self.note(e))?;
        let line = |m: &SimpleQueryMessage| match m {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        Ok(lines.iter().filter_map(line).collect::<Vec<_>>().join("\n"))
    }

    /// The parameters of a `ROWS` statement: scalars, then a column for each of the row's. None without a row.
    fn gathered(sql: &Sql, scalars: &[Val<'_>], rows: &mut Source<'_>) -> Result<Option<(Vec<Given>, u64)>> {
        let mut columns: Vec<Given> =
            sql.lowered(Engine::Postgres).rows.iter().map(|t| Given::column(*t)).collect();
        let mut n = 0;
        rows(&mut |row| {
            n += 1;
            if row.len() != columns.len() {
                return Err(Error::Shape("a row does not fit the columns of ROWS".into()));
            }
            columns.iter_mut().zip(row).try_for_each(|(column, value)| column.push(value))
        })?;
        let mut params = Given::all(scalars);
        params.append(&mut columns);
        Ok((n > 0).then_some((params, n)))
    }

    fn answered(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        params: &[Given],
        each: &mut Each<'_>,
    ) -> Result<u64> {
        let statement = self.prepared(sql, scalars)?;
        let rows = self.line.ask(key(sql), &statement, params);
        let rows = rows.map_err(|e| self.note(e))?;
        rows.iter().try_for_each(|row| each(&Row(row)))?;
        Ok(rows.len() as u64)
    }

    fn executed(&mut self, sql: &'static Sql, scalars: &[Val<'_>], params: Vec<Given>) -> Result<u64> {
        let statement = self.prepared(sql, scalars)?;
        let out = self.line.execute(&statement, params);
        out.map_err(|e| self.note(e))
    }

    /// Puts a statement on the line, or waits for it where nothing is left for later.
    fn sent(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        params: Vec<Given>,
        rows: Option<u64>,
    ) -> Result<()> {
        if self.guarded {
            let changed = self.executed(sql, scalars, params)?;
            return if rows.is_none_or(|n| n == changed) { Ok(()) } else { Err(Error::Undone) };
        }
        let statement = self.prepared(sql, scalars)?;
        self.line.put(statement, params, rows);
        Ok(())
    }

    /// Prepares a text and gives the types of its result, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn check(&mut self, text: &str) -> Result<Vec<String>> {
        let s = self.line.wait(|client| client.prepare(text));
        let s = s.map_err(|e| self.note(e))?;
        Ok(s.columns().iter().map(|c| c.type_().name().to_owned()).collect())
    }
}

/// Connects. A server that is gone without a word is given up within seconds, by us and by it: a transaction of a node
/// that vanished would hold its locks, and its lanes with them, for hours.
fn dial(url: &str, read_only: bool) -> Result<Line> {
    let mut config: Config =
        url.parse().map_err(|e: tokio_postgres::Error| Error::Unreachable(e.to_string()))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(10));
    }
    if config.get_application_name().is_none() {
        config.application_name("sendword");
    }
    config.keepalives_idle(Duration::from_secs(5));
    config.keepalives_interval(Duration::from_secs(2)).keepalives_retries(3);
    let mut line = Line::dial(&config)?;
    let mut settings = "SET idle_in_transaction_session_timeout = 5000; SET tcp_keepalives_idle = 5;
        SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
        .to_owned();
    // What is asked for by key is found by key. A plan that was made while a table was small, and is kept, must not come
    // to read it whole when it has grown. What has no key is read whole all the same, at a price that would have it
    // compiled first, at a hundred times what a small table takes to be read.
    settings.push_str("; SET enable_seqscan = off; SET jit = off");
    if !read_only {
        settings.push_str("; SET enable_hashjoin = off; SET enable_mergejoin = off");
        // A plan of ours is the same whatever its values are: it is made once, not with each call.
        settings.push_str("; SET plan_cache_mode = force_generic_plan");
    }
    if read_only {
        // What is read together is of one moment: a report adds up whatever is committed between two of its questions.
        settings.push_str(
            "; SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';
            SET statement_timeout = 30000",
        );
    }
    match line.batch(&settings) {
        Ok(()) => Ok(line),
        Err(Broken::Said { error: e, .. }) => Err(error(&e)),
        Err(Broken::Count) => Err(Error::Undone),
    }
}

impl Cells for tokio_postgres::Row {
    fn int(&self, i: usize) -> Result<Option<i64>> {
        // A literal in the statement (`SELECT CASE … THEN 1`) is a 32-bit number here.
        match self.columns().get(i).map(tokio_postgres::Column::type_) {
            Some(&Type::INT4) => read::<i32>(self, i).map(|n| n.map(i64::from)),
            _ => read(self, i),
        }
    }
    fn text(&self, i: usize) -> Result<Option<String>> {
        read(self, i)
    }
    fn bytes(&self, i: usize) -> Result<Option<Vec<u8>>> {
        read(self, i)
    }
}

fn read<'r, T: FromSql<'r>>(row: &'r tokio_postgres::Row, i: usize) -> Result<Option<T>> {
    row.try_get(i).map_err(|e| shape(i, e))
}

impl Driver for Postgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn share_barrier(&mut self, workspace: i64) -> Result<()> {
        let lock = crate::sql!("SELECT CAST(pg_advisory_xact_lock_shared($1) AS TEXT)");
        let params = [Val::Int(workspace)];
        self.sent(lock, &params, Given::all(&params), None) // whatever is asked behind it waits for it at the server
    }

    fn server_ms(&mut self) -> Result<Option<i64>> {
        let (now, mut ms) = (
            crate::sql!("SELECT CAST(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000 AS BIGINT)"),
            0,
        );
        self.query(now, &[], &mut |row| {
            ms = row.get(0)?;
            Ok(())
        })?;
        Ok(Some(ms))
    }

    fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64> {
        self.executed(sql, params, Given::all(params))
    }

    fn put(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<()> {
        self.sent(sql, params, Given::all(params), None)
    }

    fn query(&mut self, sql: &'static Sql, params: &[Val<'_>], each: &mut Each<'_>) -> Result<()> {
        self.answered(sql, params, &Given::all(params), each).map(drop)
    }

    fn foresee(&mut self, sql: &'static Sql, params: &[Val<'_>], rows: &mut Source<'_>) -> Result<()> {
        let of_rows = !sql.lowered(Engine::Postgres).rows.is_empty();
        let given = match Postgres::gathered(sql, params, rows)? {
            Some((given, _)) => given,
            None if of_rows => return Ok(()),
            None => Given::all(params),
        };
        if !self.guarded && sql.lowered(Engine::Postgres).reads_only {
            let statement = self.prepared(sql, params)?;
            self.line.foresee(key(sql), statement, given);
        }
        Ok(())
    }

    /// Planned for its own values each time: what is rare here is common there.
    fn composed(&mut self, composed: &Composed, each: &mut Each<'_>) -> Result<()> {
        let params = composed.params();
        let (types, given) = (params.iter().map(type_of), Given::all(&params));
        let typed: Vec<(&(dyn ToSql + Sync), Type)> = given.iter().map(|g| g as _).zip(types).collect();
        let text = composed.lowered(Engine::Postgres);
        if !self.read_only {
            self.line.put_text("SET LOCAL plan_cache_mode = force_custom_plan".to_owned());
        }
        let rows = self.line.wait(|client| client.query_typed(&text, &typed));
        if !self.read_only {
            self.line.put_text("SET LOCAL plan_cache_mode = force_generic_plan".to_owned());
        }
        let rows = rows.map_err(|e| self.note(e))?;
        rows.iter().try_for_each(|row| each(&Row(row)))
    }

    fn many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        each: Option<&mut Each<'_>>,
    ) -> Result<u64> {
        let Some((params, _)) = Postgres::gathered(sql, scalars, rows)? else { return Ok(0) };
        match each {
            None => self.executed(sql, scalars, params),
            Some(each) => self.answered(sql, scalars, &params, each),
        }
    }

    fn put_many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        count: Count,
    ) -> Result<u64> {
        let Some((params, n)) = Postgres::gathered(sql, scalars, rows)? else { return Ok(0) };
        self.sent(sql, scalars, params, (count == Count::All).then_some(n))?;
        Ok(n)
    }
}

impl Connection for Postgres {
    fn begin(&mut self) -> Result<()> {
        (self.late, self.failed, self.guarded) = (false, false, false);
        let Some(mark) = &mut self.mark else {
            self.line.put_text("BEGIN".to_owned());
            return Ok(());
        };
        mark.begun += 1;
        let Mark { node, hand, begun, .. } = mark;
        // The number is written first, so that its row is locked for as long as nobody knows how this ends.
        let text = format!("BEGIN; UPDATE batch_mark SET n = {begun} WHERE node = {node} AND hand = {hand}");
        self.line.put_text(text);
        Ok(())
    }
    fn savepoint(&mut self) -> Result<()> {
        self.guarded = true;
        self.batch("SAVEPOINT one")
    }
    fn release(&mut self) -> Result<()> {
        self.batch("RELEASE one")
    }
    fn undo(&mut self) -> Result<()> {
        self.line.forget();
        self.batch("ROLLBACK TO one; RELEASE one")?;
        self.failed = false;
        Ok(())
    }
    fn commit(&mut self) -> Result<()> {
        if self.read_only {
            self.line.put_text("COMMIT".to_owned());
            self.line.forget();
            self.line.flush(); // nothing hangs on its answer
            return Ok(());
        }
        if self.line.counts() {
            let settled = self.line.settle();
            settled.map_err(|e| self.note(e))?;
        }
        if self.failed {
            // Somebody went on as if nothing were wrong; the server would undo all of it, and call that a commit.
            self.late = true;
            return Err(Error::Undone);
        }
        self.batch("COMMIT")?;
        self.line.forget();
        if let Some(mark) = &mut self.mark {
            mark.done = mark.begun;
        }
        Ok(())
    }
    fn ended(&mut self) -> Result<Ended> {
        let Some(mark) = self.mark.take() else { return Ok(Ended::Undone) };
        let found = self.read_mark(&mark);
        let (begun, done) = (mark.begun, mark.done);
        let mark = self.mark.insert(mark);
        let n = found?.unwrap_or(-1);
        if n < done {
            return Ok(Ended::Forgotten);
        }
        mark.done = n;
        Ok(if n == begun { Ended::Kept } else { Ended::Undone })
    }
    fn rollback(&mut self) {
        self.line.forget();
        let _ = self.batch("ROLLBACK"); // a lost connection has nothing left to undo
    }
    fn still_open(&mut self) -> bool {
        !self.line.is_closed()
    }
    fn pass_barriers(&mut self, workspaces: &[i64]) -> Result<()> {
        let mut sorted = workspaces.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        for workspace in sorted {
            self.batch(&format!("BEGIN; SELECT pg_advisory_xact_lock({workspace}); COMMIT"))?;
        }
        Ok(())
    }
    fn may_retry(&self, error: &Error) -> bool {
        *error == Error::Undone
    }
    fn stood_in_the_way(&mut self) -> bool {
        std::mem::take(&mut self.retry)
    }
    fn closure_ended(&mut self) {
        self.line.leave_unasked();
    }
    fn failed_late(&mut self) -> bool {
        std::mem::take(&mut self.late)
    }
    fn as_driver(&mut self) -> &mut dyn Driver {
        self
    }
    fn mend(&mut self, closing: &dyn Fn() -> bool) {
        let mut pause = Duration::from_millis(50);
        let mut said = false;
        while !closing() {
            if self.is_well() {
                return;
            }
            match dial(&self.url, self.read_only) {
                Ok(line) => {
                    self.line = line;
                    self.statements.clear();
                    if self.is_well() {
                        return;
                    }
                }
                Err(e) if !said => tracing::warn!(error = %e, "the database is away; trying again"),
                Err(_) => {}
            }
            said = true;
            // Not all at the same moment: a server that comes back has to let in everybody.
            std::thread::sleep(pause.mul_f64(0.5 + crate::ids::chance()));
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }
    fn shared(&self) -> Option<Serves> {
        Some(self.serves)
    }
    fn batch_max(&self) -> usize {
        if self.read_only { 1 } else { BATCH_MAX }
    }
}
