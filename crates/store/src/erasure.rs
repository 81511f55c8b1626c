//! Forgetting one number of one workspace: texts and numbers go, the rows that count and prove stay without them.

use crate::{Result, Tx, params, problem_tail, sql};

/// Whether a message to this number may still leave: then it cannot be forgotten yet.
pub fn on_its_way(tx: &mut Tx<'_>, workspace: i64, tag: i64) -> Result<bool> {
    let ids = crate::message::newest_to(tx, tag, usize::MAX)?;
    let found = tx.one(
        sql!("SELECT 1 FROM message WHERE id IN LIST($2) AND +workspace = $1 AND status < 4 LIMIT 1"),
        &params![workspace, crate::list_of(&ids)],
        |r| r.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Takes text and number out of the messages to this number; gives of how many.
pub fn messages(tx: &mut Tx<'_>, workspace: i64, tag: i64) -> Result<u64> {
    let ids = crate::message::newest_to(tx, tag, usize::MAX)?;
    tx.exec(
        sql!("DELETE FROM message_tlv WHERE message IN LIST($2) AND +workspace = $1"),
        &params![workspace, crate::list_of(&ids)],
    )?;
    tx.exec(
        sql!(
            "UPDATE message SET text = '', recipient = '' WHERE id IN LIST($2) AND +workspace = $1
             AND (text <> '' OR recipient <> '')"
        ),
        &params![workspace, crate::list_of(&ids)],
    )
}

/// Takes text, name and number out of the conversation with this number; gives how many messages it had.
pub fn conversation(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    let Some(thread) = crate::thread::by_address(tx, workspace, number)? else { return Ok(0) };
    let gone = tx.exec(
        sql!(
            "UPDATE inbound SET text = '', sender = '', tlvs = '' WHERE workspace = $1 AND thread = $2 AND thread <> 0"
        ),
        &params![workspace, thread.id],
    )?;
    let address = format!("erased {}", sms::id::public(sms::id::kind::THREAD, thread.id));
    tx.exec(
        sql!(
            "UPDATE thread SET address = $3, name = '', snippet = '', contact = 0, unread = 0
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, thread.id, address],
    )?;
    Ok(gone)
}

/// Takes the number out of what campaigns wrote down of those they left out, whether the contact is still there or not.
pub fn skips(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    tx.exec(
        sql!("UPDATE campaign_skip SET number = '' WHERE workspace = $1 AND number = $2"),
        &params![workspace, *number],
    )
}

/// Forgets the number behind a link to leave by: the link still opens, by the keyed digest that its refusal stands under.
pub fn links(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    let kept = crate::unsubscribe::erased(&tx.keys().hmac_number(number));
    tx.exec(
        sql!("UPDATE unsubscribe SET number = $3 WHERE workspace = $1 AND number = $2"),
        &params![workspace, *number, kept],
    )
}

/// Takes a number out of the rows of files that became nobody: whichever row has its digits in a cell goes.
pub fn problem_rows(tx: &mut Tx<'_>, workspace: i64, number: &str) -> Result<u64> {
    problem_tail::erase(tx, workspace, number)
}

/// Ends every message of a workspace, for tests of what comes after. Never part of the product.
#[cfg(any(test, feature = "testing"))]
pub fn finish_all(tx: &mut Tx<'_>, workspace: i64) -> Result<u64> {
    let delivered = sms::Status::Delivered.number();
    tx.exec(sql!("UPDATE message SET status = $2 WHERE workspace = $1"), &params![workspace, delivered])
}
