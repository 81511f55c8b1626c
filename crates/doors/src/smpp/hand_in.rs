//! From a wish to its answer: through the gatherer that REST uses as well, or, for parts and replacements, in a transaction
//! of its own. Every answer is of something committed, or a refusal.

use super::read::{self, Wish};
use super::{House, status};
use crate::gather::Item;
use crate::kept::Outcome;
use engine::client::{self, Account, Put};
use engine::{Accepted, Refusal};
use std::sync::Arc;
use wire::smpp::Status;

/// Brings a wish through the gate; the id the client is given, once it is committed.
pub(super) fn take(
    house: &House,
    account: Arc<Account>,
    wish: Wish,
    replaces: bool,
) -> impl Future<Output = Result<String, Status>> + Send + use<> {
    let (db, gatherer) = (house.db().clone(), house.doors.gatherer().clone());
    async move {
        match wish {
            Wish::Plain(submission) if replaces => {
                let done = db.write("smpp_replace", move |tx| {
                    match client::replace(tx, &account, None, &submission)? {
                        Some(replaced) => Ok(replaced),
                        None => {
                            let verdict = engine::submit(tx, std::slice::from_ref(&submission))?.pop();
                            let verdict = verdict.ok_or(engine::Error::Store(store::Error::Undone))?;
                            Ok(verdict.map(|accepted| accepted.id))
                        }
                    }
                });
                match done.await {
                    Ok(verdict) => verdict.map(public).map_err(|r| refused(&r)),
                    Err(e) => Err(failed(&e)),
                }
            }
            Wish::Plain(submission) => match gatherer.submit(Item { submission, key: None }).await {
                Ok(Outcome::Fresh(verdict)) => {
                    verdict.map(|a: Accepted| public(a.id)).map_err(|r| refused(&r))
                }
                Ok(_) => Err(Status::SYSTEM_ERROR), // only what has a key is answered otherwise
                Err(problem) => Err(status::of_problem(&problem)),
            },
            Wish::Piece(piece, frame) => {
                let charset = account.terms.charset;
                let put = db.write("smpp_part", move |tx| {
                    client::put(tx, &piece, &|parts| {
                        let text = read::joined(parts, charset)?;
                        Some(engine::Submission { text, ..frame.clone() })
                    })
                });
                match put.await {
                    Ok(Put::Kept(given) | Put::Done(given, _)) => Ok(given),
                    Ok(Put::Refused(refusal)) => Err(refused(&refusal)),
                    Ok(Put::NoText) => Err(Status::INVALID_CODING),
                    Err(e) => Err(failed(&e)),
                }
            }
        }
    }
}

pub(super) fn public(id: i64) -> String {
    client::id_text(id)
}

pub(super) fn refused(refusal: &Refusal) -> Status {
    let status = status::of_code(refusal.code);
    tracing::debug!(code = refusal.code.name(), rule = %refusal.rule, %status, "a client's message was refused");
    status
}

pub(super) fn failed(e: &engine::Error) -> Status {
    tracing::warn!(error = %e, "a client's request could not be stored");
    Status::SYSTEM_ERROR
}
