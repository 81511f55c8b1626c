//! The PostgreSQL driver: blocking clients on plain threads, bulk work by UNNEST.
//!
//! A writing connection numbers its transactions in a row of its own (`batch_mark`), so that it can find out after a cut
//! whether the last one was committed: it never guesses.

use crate::composed::Composed;
use crate::queues::Serves;
use crate::runner::{Connection, Ended};
use crate::sql::{ColumnType, Engine, Sql};
use crate::tx::{Driver, Each, Source};
use crate::value::{Cells, List, Row, Val, shape};
use crate::{Error, Result};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, Config, NoTls, SimpleQueryMessage, Statement};
use std::collections::HashMap;
use std::time::Duration;

/// Closures of one transaction: savepoints beyond this cost more than they save.
const BATCH_MAX: usize = 50;

/// One connection with its prepared statements.
pub(crate) struct Postgres {
    url: String,
    client: Client,
    statements: HashMap<usize, Statement>,
    retry: bool,
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

fn error(e: &postgres::Error) -> Error {
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
        let client = dial(url, read_only)?;
        let statements = HashMap::new();
        let (mark, serves) = (None, Serves::Both);
        Ok(Postgres { url: url.to_owned(), client, statements, retry: false, read_only, mark, serves })
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
        let out = self.client.simple_query(text).map_err(|e| self.note(&e))?;
        Ok(out.iter().find_map(|m| match m {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        }))
    }

    /// Whether it can be worked with: it answers, and takes what is written.
    fn is_well(&mut self) -> bool {
        if self.client.is_closed() || self.client.is_valid(Duration::from_secs(2)).is_err() {
            return false;
        }
        let _ = self.batch("ROLLBACK"); // what was open when it broke; none is only a warning
        let shut = "SELECT CASE WHEN current_setting('transaction_read_only') = 'on' THEN 1 ELSE 0 END";
        self.read_only || self.first(shut).is_ok_and(|on| on == Some(0))
    }

    /// Runs text that takes no parameters: migrations.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        let out = self.client.batch_execute(text);
        out.map_err(|e| self.note(&e))
    }

    fn note(&mut self, e: &postgres::Error) -> Error {
        let e = error(e);
        self.retry |= e == Error::Undone;
        e
    }

    /// The statement, prepared with the types of its first parameters: left to itself the server would take `$1 = 0` for
    /// a 32-bit number.
    fn prepared(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<Statement> {
        if let Some(statement) = self.statements.get(&key(sql)) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = params.iter().map(type_of).collect();
        let prepared = self.client.prepare_typed(&sql.lowered(Engine::Postgres).text, &types);
        let statement = prepared.map_err(|e| self.note(&e))?;
        self.statements.insert(key(sql), statement.clone());
        Ok(statement)
    }

    /// How a text would be run whatever its parameters, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn plan(&mut self, text: &str, params: usize) -> Result<String> {
        let nulls = vec!["NULL"; params].join(", ");
        self.batch(&format!("SET plan_cache_mode = force_generic_plan; PREPARE s AS {text}"))?;
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE s({nulls}); DEALLOCATE s");
        let lines = self.client.simple_query(&explain).map_err(|e| error(&e))?;
        let line = |m: &SimpleQueryMessage| match m {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        Ok(lines.iter().filter_map(line).collect::<Vec<_>>().join("\n"))
    }

    /// Prepares a text and gives the types of its result, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn check(&mut self, text: &str) -> Result<Vec<String>> {
        let s = self.client.prepare(text).map_err(|e| error(&e))?;
        Ok(s.columns().iter().map(|c| c.type_().name().to_owned()).collect())
    }
}

/// Connects. A server that is gone without a word is given up within seconds, by us and by it: a transaction of a node
/// that vanished would hold its locks, and its lanes with them, for hours.
fn dial(url: &str, read_only: bool) -> Result<Client> {
    let mut config: Config = url.parse().map_err(|e: postgres::Error| Error::Unreachable(e.to_string()))?;
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
    let mut client = config.connect(NoTls).map_err(|e| Error::Unreachable(e.to_string()))?;
    let mut settings = "SET idle_in_transaction_session_timeout = 5000; SET tcp_keepalives_idle = 5;
        SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
        .to_owned();
    // What is asked for by key is found by key. A plan that was made while a table was small, and is kept, must not come
    // to read it whole when it has grown. What has no key is read whole all the same, at a price that would have it
    // compiled first, at a hundred times what a small table takes to be read.
    settings.push_str("; SET enable_seqscan = off; SET jit = off");
    if !read_only {
        settings.push_str("; SET enable_hashjoin = off; SET enable_mergejoin = off");
    }
    if read_only {
        // What is read together is of one moment: a report adds up whatever is committed between two of its questions.
        settings.push_str(
            "; SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';
            SET statement_timeout = 30000",
        );
    }
    client.batch_execute(&settings).map_err(|e| error(&e))?;
    Ok(client)
}

fn type_of(value: &Val<'_>) -> Type {
    match value {
        Val::Null => Type::UNKNOWN,
        Val::Int(_) => Type::INT8,
        Val::Text(_) => Type::TEXT,
        Val::Bytes(_) => Type::BYTEA,
        Val::List(List::Ints(_)) => Type::INT8_ARRAY,
        Val::List(List::Texts(_)) => Type::TEXT_ARRAY,
    }
}

#[derive(Debug)]
struct Bound<'a, 'v>(&'a Val<'v>);

impl ToSql for Bound<'_, '_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Val::Null => Ok(IsNull::Yes),
            Val::Int(n) => n.to_sql_checked(ty, out),
            Val::Text(s) => s.to_sql_checked(ty, out),
            Val::Bytes(b) => b.to_sql_checked(ty, out),
            Val::List(List::Ints(v)) => v.to_sql_checked(ty, out),
            Val::List(List::Texts(v)) => v.to_sql_checked(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

/// One column of `ROWS`, gathered for UNNEST.
enum Column {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn of(kind: ColumnType) -> Column {
        match kind {
            ColumnType::Bigint => Column::Ints(Vec::new()),
            ColumnType::Text => Column::Texts(Vec::new()),
            ColumnType::Bytea => Column::Bytes(Vec::new()),
        }
    }
    fn push(&mut self, value: &Val<'_>) -> Result<()> {
        match (self, value) {
            (Column::Ints(v), Val::Int(n)) => v.push(Some(*n)),
            (Column::Ints(v), Val::Null) => v.push(None),
            (Column::Texts(v), Val::Text(s)) => v.push(Some((*s).to_owned())),
            (Column::Texts(v), Val::Null) => v.push(None),
            (Column::Bytes(v), Val::Bytes(b)) => v.push(Some((*b).to_vec())),
            (Column::Bytes(v), Val::Null) => v.push(None),
            _ => return Err(Error::Shape("a row does not fit the types of ROWS".into())),
        }
        Ok(())
    }
    fn as_param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Column::Ints(v) => v,
            Column::Texts(v) => v,
            Column::Bytes(v) => v,
        }
    }
}

impl Cells for postgres::Row {
    fn int(&self, i: usize) -> Result<Option<i64>> {
        // A literal in the statement (`SELECT CASE … THEN 1`) is a 32-bit number here.
        match self.columns().get(i).map(postgres::Column::type_) {
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

fn read<'r, T: FromSql<'r>>(row: &'r postgres::Row, i: usize) -> Result<Option<T>> {
    row.try_get(i).map_err(|e| shape(i, e))
}

impl Driver for Postgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn share_barrier(&mut self, workspace: i64) -> Result<()> {
        let lock = crate::sql!("SELECT CAST(pg_advisory_xact_lock_shared($1) AS TEXT)");
        self.query(lock, &[Val::Int(workspace)], &mut |_| Ok(()))
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
        let statement = self.prepared(sql, params)?;
        let bound: Vec<Bound<'_, '_>> = params.iter().map(Bound).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|b| b as _).collect();
        let out = self.client.execute(&statement, &bound);
        out.map_err(|e| self.note(&e))
    }

    fn query(&mut self, sql: &'static Sql, params: &[Val<'_>], each: &mut Each<'_>) -> Result<()> {
        let statement = self.prepared(sql, params)?;
        let bound: Vec<Bound<'_, '_>> = params.iter().map(Bound).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|b| b as _).collect();
        let rows = self.client.query(&statement, &bound);
        let rows = rows.map_err(|e| self.note(&e))?;
        rows.iter().try_for_each(|row| each(&Row(row)))
    }

    /// Planned for its own values each time: what is rare here is common there.
    fn composed(&mut self, composed: &Composed, each: &mut Each<'_>) -> Result<()> {
        let params = composed.params();
        let types: Vec<Type> = params.iter().map(type_of).collect();
        let prepared = self.client.prepare_typed(&composed.lowered(Engine::Postgres), &types);
        let statement = prepared.map_err(|e| self.note(&e))?;
        let bound: Vec<Bound<'_, '_>> = params.iter().map(Bound).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|b| b as _).collect();
        let rows = self.client.query(&statement, &bound).map_err(|e| self.note(&e))?;
        rows.iter().try_for_each(|row| each(&Row(row)))
    }

    fn many(
        &mut self,
        sql: &'static Sql,
        scalars: &[Val<'_>],
        rows: &mut Source<'_>,
        each: Option<&mut Each<'_>>,
    ) -> Result<u64> {
        let mut columns: Vec<Column> =
            sql.lowered(Engine::Postgres).rows.iter().map(|t| Column::of(*t)).collect();
        let mut any = false;
        rows(&mut |row| {
            any = true;
            if row.len() != columns.len() {
                return Err(Error::Shape("a row does not fit the columns of ROWS".into()));
            }
            columns.iter_mut().zip(row).try_for_each(|(column, value)| column.push(value))
        })?;
        if !any {
            return Ok(0);
        }
        let statement = self.prepared(sql, scalars)?;
        let bound: Vec<Bound<'_, '_>> = scalars.iter().map(Bound).collect();
        let mut params: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|b| b as _).collect();
        params.extend(columns.iter().map(Column::as_param));
        match each {
            None => {
                let out = self.client.execute(&statement, &params);
                out.map_err(|e| self.note(&e))
            }
            Some(each) => {
                let rows = self.client.query(&statement, &params);
                let rows = rows.map_err(|e| self.note(&e))?;
                rows.iter().try_for_each(|row| each(&Row(row)))?;
                Ok(rows.len() as u64)
            }
        }
    }
}

impl Connection for Postgres {
    fn begin(&mut self) -> Result<()> {
        let Some(mark) = &mut self.mark else { return self.batch("BEGIN") };
        mark.begun += 1;
        let Mark { node, hand, begun, .. } = mark;
        // The number is written first, so that its row is locked for as long as nobody knows how this ends.
        let text = format!("BEGIN; UPDATE batch_mark SET n = {begun} WHERE node = {node} AND hand = {hand}");
        self.batch(&text)
    }
    fn savepoint(&mut self) -> Result<()> {
        self.batch("SAVEPOINT one")
    }
    fn release(&mut self) -> Result<()> {
        self.batch("RELEASE one")
    }
    fn undo(&mut self) -> Result<()> {
        self.batch("ROLLBACK TO one; RELEASE one")
    }
    fn commit(&mut self) -> Result<()> {
        self.batch("COMMIT")?;
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
        let _ = self.batch("ROLLBACK"); // a lost connection has nothing left to undo
    }
    fn still_open(&mut self) -> bool {
        !self.client.is_closed()
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
                Ok(client) => {
                    self.client = client;
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

/// A connection for hints between nodes: NOTIFY and LISTEN, which carry no data.
pub(crate) struct Words(Client);

impl Words {
    pub(crate) fn connect(url: &str) -> Result<Words> {
        dial(url, false).map(Words)
    }

    /// Hears what others say from now on.
    pub(crate) fn listen(&mut self) -> Result<()> {
        self.0.batch_execute("LISTEN sendword").map_err(|e| error(&e))
    }

    /// Says a word; it holds no quote.
    pub(crate) fn say(&mut self, word: &str) -> Result<()> {
        self.0.batch_execute(&format!("NOTIFY sendword, '{word}'")).map_err(|e| error(&e))
    }

    /// What was heard, waiting for the first word as long as `patience`.
    pub(crate) fn heard(&mut self, patience: Duration) -> Result<Vec<String>> {
        if self.0.is_closed() {
            return Err(Error::Unreachable("the connection is closed".into()));
        }
        let mut words = Vec::new();
        let mut notes = self.0.notifications();
        let first = notes.timeout_iter(patience).next().map_err(|e| error(&e))?;
        words.extend(first.map(|n| n.payload().to_owned()));
        while let Some(note) = notes.iter().next().map_err(|e| error(&e))? {
            words.push(note.payload().to_owned());
        }
        Ok(words)
    }
}
