//! Messages in, as a workspace sees them once they are handled. How they get here: `machine::inbound`.

use crate::{Result, Row, Tx, list_of, params, sql};

/// One message in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Its id.
    pub id: i64,
    /// Its conversation.
    pub thread: i64,
    /// The contact, or 0.
    pub contact: i64,
    /// Through which connector it came.
    pub connector: i64,
    /// Who wrote.
    pub sender: String,
    /// To which of our addresses.
    pub recipient: String,
    /// What.
    pub text: String,
    /// What it did: empty, or a word and the rule that said so.
    pub effect: String,
    /// When.
    pub received_at: i64,
    /// Optional parameters of SMPP that its connector keeps, a line each as `sms::tlv` reads them.
    pub tlvs: String,
}

fn read(r: &Row<'_>) -> Result<Inbound> {
    Ok(Inbound {
        id: r.get(0)?,
        thread: r.get(1)?,
        contact: r.get(2)?,
        connector: r.get(3)?,
        sender: r.get(4)?,
        recipient: r.get(5)?,
        text: r.get(6)?,
        effect: r.get(7)?,
        received_at: r.get(8)?,
        tlvs: r.get(9)?,
    })
}

/// One message.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Inbound>> {
    tx.one(
        sql!(
            "SELECT id, thread, contact, connector, sender, recipient, text, effect, received_at, tlvs
             FROM inbound WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id],
        read,
    )
}

/// What came in, newest first, older than the id `before` (`i64::MAX` begins with the newest).
pub fn list(tx: &mut Tx<'_>, workspace: i64, before: i64, limit: i64) -> Result<Vec<Inbound>> {
    tx.rows(
        sql!(
            "SELECT id, thread, contact, connector, sender, recipient, text, effect, received_at, tlvs
             FROM inbound WHERE workspace = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        &params![workspace, before, limit],
        read,
    )
}

/// What came in in one conversation, newest first, older than the id `before`.
pub fn of_thread(
    tx: &mut Tx<'_>,
    workspace: i64,
    thread: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Inbound>> {
    tx.rows(
        sql!(
            "SELECT id, thread, contact, connector, sender, recipient, text, effect, received_at, tlvs
             FROM inbound WHERE workspace = $1 AND thread = $2 AND thread <> 0 AND id < $3
             ORDER BY id DESC LIMIT $4"
        ),
        &params![workspace, thread, before, limit],
        read,
    )
}

/// So many of the newest messages to a number are looked at for the campaign that it answers.
const ANSWERED_MAX: usize = 200;

/// The campaign whose message reached this number last, not before `since`; 0 when there is none.
pub fn answers_campaign(tx: &mut Tx<'_>, workspace: i64, tag: i64, since: i64) -> Result<i64> {
    let newest = crate::message::newest_to(tx, tag, ANSWERED_MAX)?;
    let found = tx.one(
        sql!(
            "SELECT campaign FROM message WHERE id IN LIST($2) AND +workspace = $1 AND campaign <> 0 AND submitted_at >= $3
             ORDER BY id DESC LIMIT 1"
        ),
        &params![workspace, list_of(&newest), since],
        |r| r.get(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// How many answers by itself a workspace sent to a number since then, in whatever conversation.
pub fn controls_since(tx: &mut Tx<'_>, workspace: i64, tag: i64, since: i64) -> Result<i64> {
    let newest = crate::message::newest_to(tx, tag, ANSWERED_MAX)?;
    let found = tx.one(
        sql!(
            "SELECT count(*) FROM message WHERE id IN LIST($2) AND +workspace = $1 AND class = $3 AND accepted_at >= $4"
        ),
        &params![workspace, list_of(&newest), sms::Class::Control.number(), since],
        |r| r.get(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// How many messages of this class a conversation got since then.
pub fn answers_since(
    tx: &mut Tx<'_>,
    workspace: i64,
    thread: i64,
    class: sms::Class,
    since: i64,
) -> Result<i64> {
    let sql = sql!(
        "SELECT count(*) FROM message WHERE workspace = $1 AND thread = $2 AND thread <> 0 AND class = $3
         AND accepted_at >= $4"
    );
    Ok(tx.one(sql, &params![workspace, thread, class, since], |r| r.get(0))?.unwrap_or(0))
}

/// The contact of an address, and its name.
pub fn contact_of(tx: &mut Tx<'_>, workspace: i64, address: &str) -> Result<Option<(i64, String)>> {
    let tag = tx.tag(address);
    tx.one(
        sql!(
            "SELECT id, first_name, last_name FROM contact WHERE workspace = $1 AND tag = $3 AND number = $2"
        ),
        &params![workspace, address, tag],
        |r| {
            let (first, last): (String, String) = (r.get(1)?, r.get(2)?);
            Ok((r.get(0)?, format!("{first} {last}").trim().to_owned()))
        },
    )
}

/// Counts an answer to a campaign.
pub fn count_reply(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<()> {
    let sql = sql!("UPDATE campaign SET replies = replies + 1 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, campaign]).map(drop)
}

/// Counts a refusal that a campaign brought.
pub fn count_opt_out(tx: &mut Tx<'_>, workspace: i64, campaign: i64) -> Result<()> {
    let sql = sql!("UPDATE campaign SET opt_outs = opt_outs + 1 WHERE workspace = $1 AND id = $2");
    tx.exec(sql, &params![workspace, campaign]).map(drop)
}

/// How many messages came in since a moment (ms since 1970).
pub fn since(tx: &mut Tx<'_>, workspace: i64, at: i64) -> Result<i64> {
    let first = sms::id::compose(at.max(sms::id::EPOCH_MS), 0, 0);
    let n = tx.one(
        sql!("SELECT count(*) FROM inbound WHERE workspace = $1 AND id >= $2"),
        &params![workspace, first],
        |r| r.get(0),
    )?;
    Ok(n.unwrap_or(0))
}
