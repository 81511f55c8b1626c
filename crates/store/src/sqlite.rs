//! The SQLite driver: one writing connection in WAL mode with `synchronous=FULL`, read-only connections beside it.

use crate::composed::Composed;
use crate::runner::Connection;
use crate::shared::Log;
use crate::sql::{Engine, Sql};
use crate::tx::{Driver, Each, Source};
use crate::value::{Cells, List, Row, Val, shape};
use crate::{Error, Result};
use rusqlite::backup::StepResult;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql};
use std::borrow::Borrow;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// Pages in one slice of a copy.
const COPY_PAGES: i32 = 256;
/// Size of a page.
const PAGE: u64 = 4_096;
/// Closures a batch takes at the most.
const BATCH_MAX: usize = 1_000;

/// One connection: our own, or one lent while a copy is made from it.
pub(crate) struct Sqlite<D = rusqlite::Connection> {
    db: D,
    read_only: bool,
    /// Whether commits are made durable by the [`crate::syncer`].
    synced_later: bool,
    /// Asked before and after each commit, where a simulation tears them.
    pub(crate) torn: Option<Torn>,
}

/// Says whether a commit may go on; `true` is the moment before it.
pub(crate) type Torn = Box<dyn FnMut(bool) -> Result<()> + Send>;

fn error(e: rusqlite::Error) -> Error {
    match &e {
        rusqlite::Error::SqliteFailure(code, text) => match code.code {
            ErrorCode::ConstraintViolation => Error::Unique(text.clone().unwrap_or_default()),
            ErrorCode::DiskFull => Error::Full,
            _ => Error::Driver(e.to_string()),
        },
        _ => Error::Driver(e.to_string()),
    }
}

impl Sqlite {
    /// Opens the writer; creates the file when it is not there. An empty path is a database in memory.
    pub(crate) fn writer(path: &Path) -> Result<Sqlite> {
        let db = rusqlite::Connection::open(path).map_err(error)?;
        db.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
             PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA foreign_keys=OFF;",
        )
        .map_err(error)?;
        Ok(Sqlite::with(db, false))
    }

    /// From here on a commit only writes the log; the [`crate::syncer`] makes it durable.
    pub(crate) fn sync_later(&mut self) -> Result<()> {
        self.batch("PRAGMA synchronous=NORMAL")?;
        self.synced_later = true;
        Ok(())
    }

    /// Opens a reader of an existing file.
    pub(crate) fn reader(path: &Path) -> Result<Sqlite> {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let db = rusqlite::Connection::open_with_flags(path, flags).map_err(error)?;
        db.busy_timeout(Duration::from_secs(5)).map_err(error)?;
        db.execute_batch("PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;")
            .map_err(error)?;
        Ok(Sqlite::with(db, true))
    }

    fn with(db: rusqlite::Connection, read_only: bool) -> Sqlite {
        db.set_prepared_statement_cache_capacity(400);
        // A plan is made once for a statement, never anew for a value: that costs more than it finds.
        if let Err(e) = db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true) {
            tracing::warn!(error = %e, "statements may be planned more than once");
        }
        if let Err(e) = rusqlite::vtab::array::load_module(&db) {
            tracing::error!(error = %e, "list parameters are not available");
        }
        Sqlite { db, read_only, synced_later: false, torn: None }
    }

    /// Runs text that takes no parameters: migrations.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        self.db.execute_batch(text).map_err(error)
    }

    /// Whether a file is a sound database; what is wrong with it otherwise.
    pub(crate) fn sound(&mut self) -> Result<()> {
        let said: String = self.db.query_row("PRAGMA quick_check(1)", [], |r| r.get(0)).map_err(error)?;
        if said == "ok" { Ok(()) } else { Err(Error::File(format!("the database is damaged: {said}"))) }
    }

    /// The tables of the database.
    pub(crate) fn tables(&mut self) -> Result<Vec<String>> {
        let mut all =
            self.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").map_err(error)?;
        let names = all.query_map([], |r| r.get(0)).map_err(error)?;
        names.collect::<rusqlite::Result<_>>().map_err(error)
    }

    /// Whether a table holds together; `false` when that could not be told within the limit.
    pub(crate) fn table_sound(&mut self, table: &str, limit: Option<Duration>) -> Result<bool> {
        let handle = self.db.get_interrupt_handle();
        let (ended, waits) = std::sync::mpsc::channel::<()>();
        let said = std::thread::scope(|scope| {
            if let Some(limit) = limit {
                scope.spawn(move || {
                    if waits.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                        handle.interrupt();
                    }
                });
            }
            let said =
                self.db.query_row(&format!("PRAGMA quick_check(\"{table}\")"), [], |r| r.get::<_, String>(0));
            drop(ended);
            said
        });
        match said {
            Ok(said) if said == "ok" => Ok(true),
            Ok(said) => Err(Error::File(format!("the database is damaged: {said}"))),
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(false),
            Err(e) => Err(error(e)),
        }
    }

    /// Makes a copy one file: no log beside it.
    pub(crate) fn whole(&mut self) -> Result<()> {
        self.batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE")
    }

    /// Folds the log back into the file as far as readers allow; gives pages still in the log.
    pub(crate) fn checkpoint(&mut self) -> Result<i64> {
        self.db
            .query_row(
                "PRAGMA wal_checkpoint(PASSIVE)",
                [],
                |r| Ok(r.get::<_, i64>(1)? - r.get::<_, i64>(2)?),
            )
            .map_err(error)
    }

    /// A database in memory that holds the same rows.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn copy(&self) -> Result<Sqlite> {
        let mut copy = Sqlite::writer(Path::new(":memory:"))?;
        rusqlite::backup::Backup::new(&self.db, &mut copy.db).and_then(|b| b.step(-1)).map_err(error)?;
        Ok(copy)
    }

    /// Reads any text, each value as text.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn look(&mut self, text: &str) -> Result<Vec<Vec<String>>> {
        let mut statement = self.db.prepare_cached(text).map_err(error)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(error)? {
            let value = |i| {
                Ok(match row.get_ref(i).map_err(error)? {
                    ValueRef::Null => String::new(),
                    ValueRef::Integer(n) => n.to_string(),
                    ValueRef::Real(n) => n.to_string(),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                })
            };
            out.push((0..columns).map(value).collect::<Result<_>>()?);
        }
        Ok(out)
    }

    /// Prepares a text and gives the number of its result columns, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn check(&mut self, text: &str) -> Result<usize> {
        self.db.prepare(text).map(|s| s.column_count()).map_err(error)
    }
}

/// The name under which the `rarray` module takes its values.
const ARRAY_TYPE: &std::ffi::CStr = c"rarray";

fn values_of(list: &List) -> Vec<Value> {
    match list {
        List::Ints(v) => v.iter().map(|n| Value::Integer(*n)).collect(),
        List::Texts(v) => v.iter().map(|s| Value::Text(s.clone())).collect(),
    }
}

struct Bound<'a, 'v>(&'a Val<'v>);

impl ToSql for Bound<'_, '_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Val::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Val::Int(n) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Val::Text(s) => ToSqlOutput::Borrowed(ValueRef::Text(s.as_bytes())),
            Val::Bytes(b) => ToSqlOutput::Borrowed(ValueRef::Blob(b)),
            Val::List(list) => ToSqlOutput::from_rc(Rc::new(values_of(list)), ARRAY_TYPE),
        })
    }
}

impl Cells for rusqlite::Row<'_> {
    fn int(&self, i: usize) -> Result<Option<i64>> {
        self.get(i).map_err(|e| shape(i, e))
    }
    fn text(&self, i: usize) -> Result<Option<String>> {
        self.get(i).map_err(|e| shape(i, e))
    }
    fn bytes(&self, i: usize) -> Result<Option<Vec<u8>>> {
        self.get(i).map_err(|e| shape(i, e))
    }
}

/// What `RETURNING r.a` gives: values of the row that was handed in.
struct Echo<'r, 'v> {
    row: &'r [Val<'v>],
    columns: &'r [usize],
}

impl Echo<'_, '_> {
    fn val(&self, i: usize) -> Option<&Val<'_>> {
        self.columns.get(i).and_then(|column| self.row.get(*column))
    }
}

impl Cells for Echo<'_, '_> {
    fn int(&self, i: usize) -> Result<Option<i64>> {
        match self.val(i) {
            Some(Val::Int(n)) => Ok(Some(*n)),
            Some(Val::Null) => Ok(None),
            _ => Err(shape(i, "is no number")),
        }
    }
    fn text(&self, i: usize) -> Result<Option<String>> {
        match self.val(i) {
            Some(Val::Text(s)) => Ok(Some((*s).to_owned())),
            Some(Val::Null) => Ok(None),
            _ => Err(shape(i, "is no text")),
        }
    }
    fn bytes(&self, i: usize) -> Result<Option<Vec<u8>>> {
        match self.val(i) {
            Some(Val::Bytes(b)) => Ok(Some(b.to_vec())),
            Some(Val::Null) => Ok(None),
            _ => Err(shape(i, "is no octets")),
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, first: usize, values: &[Val<'_>]) -> Result<()> {
    for (i, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(first + i, Bound(value)).map_err(error)?;
    }
    Ok(())
}

fn step_all(statement: &mut rusqlite::Statement<'_>, each: &mut Each<'_>) -> Result<()> {
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(error)? {
        each(&Row(row))?;
    }
    Ok(())
}

impl<D: Borrow<rusqlite::Connection>> Driver for Sqlite<D> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn share_barrier(&mut self, _workspace: i64) -> Result<()> {
        Ok(()) // one writer: a refusal is before the intent or after it
    }

    fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64> {
        let mut statement = self.db().prepare_cached(&sql.lowered(Engine::Sqlite).text).map_err(error)?;
        bind(&mut statement, 1, params)?;
        statement.raw_execute().map(|n| n as u64).map_err(error)
    }

    fn query(&mut self, sql: &'static Sql, params: &[Val<'_>], each: &mut Each<'_>) -> Result<()> {
        let mut statement = self.db().prepare_cached(&sql.lowered(Engine::Sqlite).text).map_err(error)?;
        bind(&mut statement, 1, params)?;
        step_all(&mut statement, each)
    }

    fn composed(&mut self, composed: &Composed, each: &mut Each<'_>) -> Result<()> {
        let mut statement = self.db().prepare_cached(&composed.lowered(Engine::Sqlite)).map_err(error)?;
        bind(&mut statement, 1, &composed.params())?;
        step_all(&mut statement, each)
    }

    fn many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        mut each: Option<&mut Each<'_>>,
    ) -> Result<u64> {
        let lowered = sql.lowered(Engine::Sqlite);
        let mut statement = self.db().prepare_cached(&lowered.text).map_err(error)?;
        let mut changed = 0;
        rows(&mut |row| {
            bind(&mut statement, 1, scalars)?;
            bind(&mut statement, scalars.len() + 1, row)?;
            match each.as_mut() {
                None => changed += statement.raw_execute().map_err(error)? as u64,
                Some(each) if !lowered.echo.is_empty() => {
                    if statement.raw_execute().map_err(error)? > 0 {
                        changed += 1;
                        each(&Row(&Echo { row, columns: &lowered.echo }))?;
                    }
                }
                Some(each) => step_all(&mut statement, &mut |row| {
                    changed += 1;
                    each(row)
                })?,
            }
            Ok(())
        })?;
        Ok(changed)
    }
}

impl<D: Borrow<rusqlite::Connection>> Sqlite<D> {
    fn db(&self) -> &rusqlite::Connection {
        self.db.borrow()
    }

    fn run(&mut self, text: &str) -> Result<()> {
        self.db().prepare_cached(text).and_then(|mut s| s.raw_execute()).map(drop).map_err(error)
    }
}

impl<D: Borrow<rusqlite::Connection>> Connection for Sqlite<D> {
    fn begin(&mut self) -> Result<()> {
        self.run(if self.read_only { "BEGIN" } else { "BEGIN IMMEDIATE" })
    }
    fn savepoint(&mut self) -> Result<()> {
        self.run("SAVEPOINT one")
    }
    fn release(&mut self) -> Result<()> {
        self.run("RELEASE one")
    }
    fn undo(&mut self) -> Result<()> {
        self.run("ROLLBACK TO one")?;
        self.run("RELEASE one")
    }
    fn commit(&mut self) -> Result<()> {
        self.torn.as_mut().map_or(Ok(()), |torn| torn(true))?;
        self.run("COMMIT")?;
        self.torn.as_mut().map_or(Ok(()), |torn| torn(false))
    }
    fn rollback(&mut self) {
        if !self.db().is_autocommit() {
            let _ = self.run("ROLLBACK"); // a transaction that is gone needs no end
        }
    }
    fn still_open(&mut self) -> bool {
        !self.db().is_autocommit()
    }
    fn log(&mut self) -> Option<Log> {
        // Asked once in a while: it reads two numbers of the shared index.
        let asked = self
            .db()
            .prepare_cached("PRAGMA wal_checkpoint(NOOP)")
            .and_then(|mut s| s.query_row([], |r| Ok((r.get::<_, i64>(1)?, r.get::<_, i64>(2)?))));
        let bytes = |pages: i64| u64::try_from(pages).unwrap_or(0) * PAGE;
        asked.ok().map(|(all, folded)| Log { bytes: bytes(all), folded: bytes(folded) })
    }
    fn pass_barriers(&mut self, _workspaces: &[i64]) -> Result<()> {
        Ok(()) // one writer: what comes after the commit sees it
    }
    fn may_retry(&self, _error: &Error) -> bool {
        false
    }
    fn as_driver(&mut self) -> &mut dyn Driver {
        self
    }
    fn synced_later(&self) -> bool {
        self.synced_later
    }
    fn batch_max(&self) -> usize {
        if self.read_only { 1 } else { BATCH_MAX }
    }
    fn mend(&mut self, _closing: &dyn Fn() -> bool) {}

    /// From this connection, so that what it writes between two slices goes into the copy too; a copy made by another
    /// connection would begin anew at every commit.
    fn copy_to(&mut self, path: &Path, between: &mut dyn FnMut(&mut dyn Connection) -> bool) -> Result<()> {
        let mut into = rusqlite::Connection::open(path).map_err(error)?;
        into.execute_batch("PRAGMA synchronous=OFF; PRAGMA cache_size=-1024").map_err(error)?;
        let copy = rusqlite::backup::Backup::new(self.db(), &mut into).map_err(error)?;
        let mut lent =
            Sqlite { db: self.db(), read_only: false, synced_later: self.synced_later, torn: None };
        loop {
            match copy.step(COPY_PAGES).map_err(error)? {
                StepResult::Done => return Ok(()),
                StepResult::More => {}
                // The thread that folds the log back is at it: the same slice again, a little later.
                _ => std::thread::sleep(Duration::from_millis(1)),
            }
            if !between(&mut lent) {
                return Err(Error::Closed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_how_long_it_is_and_begins_anew() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("log.db");
        let mut writer = Sqlite::writer(&path).expect("a writer");
        writer.batch("CREATE TABLE t (v BLOB)").expect("a table");
        let mut folder = Sqlite::writer(&path).expect("the folder's connection");
        let put = "INSERT INTO t VALUES (zeroblob(40960))";
        writer.batch(put).expect("a row");
        let before = writer.log().expect("a log");
        assert!(before.bytes > 10 * PAGE && before.folded == 0, "{before:?}");
        folder.checkpoint().expect("folded");
        let folded = writer.log().expect("a log");
        assert_eq!(folded.bytes, folded.folded);
        writer.batch("INSERT INTO t VALUES (1)").expect("a small row");
        let anew = writer.log().expect("a log");
        assert!(anew.bytes < before.bytes, "{anew:?} after {before:?}");
        let file = std::fs::metadata(dir.path().join("log.db-wal")).expect("the log's file").len();
        assert!(file >= before.bytes, "the file keeps its size, which is why it is not asked");
    }
}
