//! Rows that tests of campaigns begin with, and what they look at afterwards. Never part of the product.

use crate::{Result, Tx, Val, params, sql};

/// One made-up person.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// The number, E.164.
    pub number: String,
    /// First name.
    pub first_name: String,
    /// `contact.consent`.
    pub consent: i64,
}

/// A workspace with a connector 1 of its own.
pub fn workspace(tx: &mut Tx<'_>, id: i64, mode: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO workspace (id, name, country, language, zone, mode, law_epoch, parts_max, created_at)
             VALUES ($1, $2, 'IL', 'he', 'Asia/Jerusalem', $3, 1, 6, 0)"
        ),
        &params![id, format!("shop {id}"), mode],
    )?;
    connector(tx)
}

/// Connector 1, a simulator.
pub fn connector(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO connector (id, name, kind, settings, secrets, enabled, version, created_at)
             VALUES (1, 'sim', 'simulator', '{}', $1, 1, 1, 0) ON CONFLICT (id) DO NOTHING"
        ),
        &params![[0u8; 1]],
    )
    .map(drop)
}

/// Takes a workspace away from under its campaigns.
pub fn lose_workspace(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    tx.exec(sql!("DELETE FROM workspace WHERE id = $1"), &params![id]).map(drop)
}

/// A list of these people; gives its id and theirs.
pub fn list(tx: &mut Tx<'_>, workspace: i64, people: &[Somebody]) -> Result<(i64, Vec<i64>)> {
    let list = tx.id();
    tx.exec(
        sql!("INSERT INTO list (id, workspace, name, size, created_at) VALUES ($2, $1, $3, $4, 0)"),
        &params![workspace, list, format!("list {list}"), people.len()],
    )?;
    let ids: Vec<i64> = people.iter().map(|_| tx.id()).collect();
    let tags: Vec<i64> = people.iter().map(|p| tx.tag(&p.number)).collect();
    tx.many(
        sql!(
            "INSERT INTO contact (id, workspace, number, tag, first_name, last_name, fields, search, consent,
               consent_at, import, created_at, updated_at)
             SELECT r.id, $1, r.number, r.tag, r.first_name, '', '{}', '', r.consent, 0, 0, 0, 0
             FROM ROWS(id BIGINT, number TEXT, tag BIGINT, first_name TEXT, consent BIGINT) AS r"
        ),
        &params![workspace],
        people
            .iter()
            .zip(&ids)
            .zip(&tags)
            .map(|((p, id), tag)| params![*id, p.number, *tag, p.first_name, p.consent]),
    )?;
    tx.many(
        sql!(
            "INSERT INTO list_member (workspace, list, contact)
             SELECT $1, $2, r.contact FROM ROWS(contact BIGINT) AS r"
        ),
        &params![workspace, list],
        ids.iter().map(|id| [Val::Int(*id)]),
    )?;
    Ok((list, ids))
}

/// Gives a contact another number.
pub fn renumber(tx: &mut Tx<'_>, workspace: i64, contact: i64, number: &str) -> Result<()> {
    let tag = tx.tag(number);
    tx.exec(
        sql!("UPDATE contact SET number = $3, tag = $4 WHERE workspace = $1 AND id = $2"),
        &params![workspace, contact, number, tag],
    )
    .map(drop)
}

/// Removes a contact.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, contact: i64) -> Result<()> {
    tx.exec(sql!("DELETE FROM contact WHERE workspace = $1 AND id = $2"), &params![workspace, contact])
        .map(drop)
}

/// Suppresses a number; workspace 0 is the platform.
pub fn suppress(tx: &mut Tx<'_>, workspace: i64, number: &str, scope: i64) -> Result<()> {
    let tag = tx.tag(number);
    tx.exec(
        sql!(
            "INSERT INTO suppression (tag, workspace, scope, hmac, reason, evidence, at)
             VALUES ($1, $2, $3, $4, 'test', '', 0)"
        ),
        &params![tag, workspace, scope, [0u8; 32]],
    )
    .map(drop)
}

/// What a connector says of itself.
pub fn connector_says(tx: &mut Tx<'_>, state: sms::live::LinkState, rate: i64) -> Result<()> {
    let (node, now) = (tx.node(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO connector_state (connector, node, state, since, rate, limited_by, window_used, error, at)
             VALUES (1, $1, $2, $4, $3, '', 0, '', $4)
             ON CONFLICT (connector, node) DO UPDATE SET state = excluded.state, rate = excluded.rate, at = excluded.at"
        ),
        &params![node, state, rate, now],
    )
    .map(drop)
}

/// One message of a campaign.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its id.
    pub id: i64,
    /// The number it goes to.
    pub to: String,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub status: sms::Status,
}

/// Messages of a campaign, in the order of their ids.
pub fn messages(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<Vec<Sent>> {
    tx.rows(
        sql!(
            "SELECT id, recipient, text, status FROM message
             WHERE workspace = $1 AND campaign = $2 AND campaign <> 0 ORDER BY id"
        ),
        &params![workspace, campaign],
        |r| Ok(Sent { id: r.get(0)?, to: r.get(1)?, text: r.get(2)?, status: r.get(3)? }),
    )
}
