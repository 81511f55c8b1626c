//! The PostgreSQL driver: blocking clients on plain threads, bulk work by UNNEST.

use crate::runner::Connection;
use crate::sql::{ColumnType, Engine, Sql};
use crate::tx::{Driver, Each, Source};
use crate::value::{Cells, List, Row, Val, shape};
use crate::{Error, Result};
use postgres::error::SqlState;
use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, NoTls, Statement};
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
    match db.code() {
        &SqlState::UNIQUE_VIOLATION => Error::Unique(db.constraint().unwrap_or_default().to_owned()),
        &SqlState::DISK_FULL => Error::Full,
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Error::Undone,
        _ => Error::Driver(format!("{} ({})", db.message(), db.code().code())),
    }
}

impl Postgres {
    /// Connects.
    pub(crate) fn connect(url: &str, read_only: bool) -> Result<Postgres> {
        let client = dial(url, read_only)?;
        Ok(Postgres { url: url.to_owned(), client, statements: HashMap::new(), retry: false, read_only })
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

    /// Prepares a text and gives the types of its result, for the test that reads the sources.
    #[cfg(test)]
    pub(crate) fn check(&mut self, text: &str) -> Result<Vec<String>> {
        let s = self.client.prepare(text).map_err(|e| error(&e))?;
        Ok(s.columns().iter().map(|c| c.type_().name().to_owned()).collect())
    }
}

fn dial(url: &str, read_only: bool) -> Result<Client> {
    let mut client = Client::connect(url, NoTls).map_err(|e| Error::Unreachable(e.to_string()))?;
    if read_only {
        client
            .batch_execute("SET default_transaction_read_only = on; SET statement_timeout = 30000")
            .map_err(|e| error(&e))?;
    }
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
        self.batch("BEGIN")
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
        self.batch("COMMIT")
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
        while !closing() {
            if !self.client.is_closed() && self.client.is_valid(Duration::from_secs(2)).is_ok() {
                return;
            }
            match dial(&self.url, self.read_only) {
                Ok(client) => {
                    self.client = client;
                    self.statements.clear();
                    return;
                }
                Err(e) => tracing::warn!(error = %e, "the database is away; trying again"),
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }
    fn batch_max(&self) -> usize {
        if self.read_only { 1 } else { BATCH_MAX }
    }
}
