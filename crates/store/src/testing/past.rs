//! Messages that ended long ago, as if they had gone the whole way.

use crate::machine::carrier_word;
use crate::{Result, Tx, params, sql};
use sms::{Code, Status};

/// A message of a workspace to a number that ended so, accepted at a moment (0 is now); gives its id.
pub fn ended(
    tx: &mut Tx<'_>,
    workspace: i64,
    number: &str,
    (status, code): (Status, Code),
    at: i64,
) -> Result<i64> {
    let now = tx.now();
    let new = crate::message::NewMessage {
        id: tx.id(),
        workspace,
        campaign: 0,
        contact: 0,
        thread: 0,
        class: sms::Class::Marketing,
        connector: 0,
        candidates: String::new(),
        route: 0,
        price: 0,
        sender: "Shop".to_owned(),
        recipient: number.to_owned(),
        tag: tx.tag(number),
        text: "Hello".to_owned(),
        spelling: sms::parts::size("Hello").into(),
        parts: 1,
        status: Status::Queued,
        on_ambiguous: sms::Class::Marketing.on_ambiguous(),
        test: false,
        source: "test".to_owned(),
        client_ref: String::new(),
        due: now,
        until: now,
        notify: 0,
        tlvs: String::new(),
    };
    let id = crate::message::insert(tx, &[new])?.pop().unwrap_or_default();
    tx.exec(
        sql!(
            "UPDATE message SET status = $3, code = $4, accepted_at = $5, submitted_at = $5, done_at = $5
             WHERE workspace = $1 AND id = $2"
        ),
        &params![workspace, id, status, code, if at == 0 { now } else { at }],
    )?;
    let word = carrier_word::kind_of(code).map(|kind| (id, kind, workspace));
    carrier_word::keep(tx, word.as_slice())?;
    Ok(id)
}
