//! People who sign in, and what each may do where.

use crate::{Result, Row, Tx, params, sql};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: i64,
    /// The address, in small letters; unique.
    pub email: String,
    /// What people call this person; may be empty.
    pub name: String,
    /// The hash of the password in PHC form.
    pub password: String,
    /// When it was made.
    pub created_at: i64,
}

fn read(r: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: r.get(0)?,
        email: r.get(1)?,
        name: r.get(2)?,
        password: r.get(3)?,
        created_at: r.get(4)?,
    })
}

/// Makes an account; `Unique` when the address has one.
pub fn insert(tx: &mut Tx<'_>, email: &str, name: &str, password: &str) -> Result<i64> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!("INSERT INTO person (id, email, name, password, created_at) VALUES ($1, $2, $3, $4, $5)"),
        &params![id, email, name, password, now],
    )?;
    Ok(id)
}

/// Whether anybody has an account yet.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.one(sql!("SELECT id FROM person LIMIT 1"), &[], |r| r.get::<i64>(0))?.is_some())
}

/// The account of an id.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Person>> {
    let sql = sql!("SELECT id, email, name, password, created_at FROM person WHERE id = $1");
    tx.one(sql, &params![id], read)
}

/// The account of an address in small letters.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Person>> {
    let sql = sql!("SELECT id, email, name, password, created_at FROM person WHERE email = $1");
    tx.one(sql, &params![email], read)
}

/// Replaces the hash of the password.
pub fn set_password(tx: &mut Tx<'_>, id: i64, password: &str) -> Result<bool> {
    Ok(tx.exec(sql!("UPDATE person SET password = $2 WHERE id = $1"), &params![id, password])? > 0)
}

/// Lets a person into a workspace in a role, or changes the role.
pub fn set_role(tx: &mut Tx<'_>, workspace: i64, person: i64, role: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO member (person, workspace, role) VALUES ($1, $2, $3)
             ON CONFLICT (person, workspace) DO UPDATE SET role = excluded.role"
        ),
        &params![person, workspace, role],
    )
    .map(drop)
}

/// Takes a person out of a workspace.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, person: i64) -> Result<bool> {
    let sql = sql!("DELETE FROM member WHERE person = $1 AND workspace = $2");
    Ok(tx.exec(sql, &params![person, workspace])? > 0)
}

/// The role of a person in a workspace.
pub fn role(tx: &mut Tx<'_>, workspace: i64, person: i64) -> Result<Option<String>> {
    let sql = sql!("SELECT role FROM member WHERE person = $1 AND workspace = $2");
    tx.one(sql, &params![person, workspace], |r| r.get(0))
}

/// The workspaces a person is in, with the role in each, oldest first.
pub fn workspaces(tx: &mut Tx<'_>, person: i64) -> Result<Vec<(i64, String)>> {
    let sql = sql!("SELECT workspace, role FROM member WHERE person = $1 ORDER BY workspace");
    tx.rows(sql, &params![person], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// The people of a workspace with their roles, oldest first.
pub fn members(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<(Person, String)>> {
    tx.rows(
        sql!(
            "SELECT p.id, p.email, p.name, p.password, p.created_at, m.role
             FROM member AS m JOIN person AS p ON p.id = m.person WHERE m.workspace = $1 ORDER BY p.id"
        ),
        &params![workspace],
        |r| Ok((read(r)?, r.get(5)?)),
    )
}
