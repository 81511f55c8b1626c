//! submit_multi, query_sm, cancel_sm and replace_sm: what a client asks of several messages, or of one it has sent.

use super::hand_in::{self, take};
use super::link::{Done, Work};
use super::read::{self, From, Wish};
use super::{House, write};
use engine::client::{self, Account, Match};
use engine::{Error, Submission};
use futures_util::FutureExt;
use futures_util::future::join_all;
use sms::alphabet::Shift;
use std::sync::Arc;
use wire::smpp::operation::{multi_answer, query_answer};
use wire::smpp::{Address, Operation, OperationBuf, Sm, Status, time};

/// What is to be done for an operation.
pub(super) fn work(
    house: &Arc<House>,
    account: Arc<Account>,
    seq: u32,
    asked: &OperationBuf,
    old: bool,
) -> Work {
    let command = asked.command();
    let finish = move |answer| Done::Operation { seq, command, answer };
    match asked.view() {
        Operation::Multi { to, sm } => multi(house, account, &to, &sm, old).map(finish).boxed(),
        Operation::Query { id, source } => query(house, account, id, &source).map(finish).boxed(),
        Operation::Cancel { id, source, destination, .. } => {
            cancel(house, account, id, &source, &destination).map(finish).boxed()
        }
        Operation::Replace { id, sm } => replace(house, account, id, &sm).map(finish).boxed(),
    }
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// One id stands in the answer, so it is that of the first message that was taken; the others have receipts.
fn multi(
    house: &Arc<House>,
    account: Arc<Account>,
    to: &[Address<'_>],
    sm: &Sm<'_>,
    old: bool,
) -> impl Future<Output = Result<Vec<u8>, Status>> + Send + use<> {
    let now = house.db().now_ms();
    let each: Vec<_> = to
        .iter()
        .map(|address| {
            let wish = read::wish_to(sm, *address, From { account: &account, now, old });
            let work = wish.map(|wish| take(house, Arc::clone(&account), wish, false));
            (address.ton, address.npi, address.addr.to_vec(), work)
        })
        .collect();
    async move {
        let (mut first, mut refused) = (None, Vec::new());
        let all = each.into_iter().map(|(ton, npi, addr, work)| async move {
            let answer = match work {
                Ok(work) => work.await,
                Err(status) => Err(status),
            };
            (ton, npi, addr, answer)
        });
        for (ton, npi, addr, answer) in join_all(all).await {
            match answer {
                Ok(id) => drop(first.get_or_insert(id)),
                Err(status) => refused.push((ton, npi, addr, status)),
            }
        }
        let list: Vec<(Address<'_>, Status)> = refused
            .iter()
            .map(|(ton, npi, addr, status)| (Address { ton: *ton, npi: *npi, addr }, *status))
            .collect();
        match (first, refused.first()) {
            (Some(id), _) => Ok(multi_answer(id.as_bytes(), &list)),
            (None, Some((.., status))) => Err(*status),
            (None, None) => Err(Status::SUBMIT_FAILED),
        }
    }
}

/// Whose a message is said to be must be right where it is said at all.
fn source_fits(source: &Address<'_>, sender: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches('+').to_owned();
    source.addr.is_empty() || sender.is_empty() || bare(&source.display()) == bare(sender)
}

fn query(
    house: &Arc<House>,
    account: Arc<Account>,
    id: &[u8],
    source: &Address<'_>,
) -> impl Future<Output = Result<Vec<u8>, Status>> + Send + use<> {
    let (db, id) = (house.db().clone(), text(id));
    let (ton, addr) = (source.ton, source.addr.to_vec());
    async move {
        let own = id.clone();
        // A look at what is locked needs the writer where others write.
        let found = db.write("smpp_query", move |tx| client::find(tx, &account, &own)).await;
        let found = found.map_err(|e| hand_in::failed(&e))?.ok_or(Status::INVALID_MESSAGE_ID)?;
        if !source_fits(&Address { ton, npi: 0, addr: &addr }, &found.sender) {
            return Err(Status::INVALID_MESSAGE_ID);
        }
        let date = if found.done_at > 0 { time::absolute(found.done_at).to_vec() } else { Vec::new() };
        let state = sms::receipt::state_of(found.status, found.code);
        let error = u8::try_from(write::error_of(found.status, found.code)).unwrap_or(0);
        Ok(query_answer(id.as_bytes(), &date, state, error))
    }
}

fn cancel(
    house: &Arc<House>,
    account: Arc<Account>,
    id: &[u8],
    source: &Address<'_>,
    destination: &Address<'_>,
) -> impl Future<Output = Result<Vec<u8>, Status>> + Send + use<> {
    let (db, id) = (house.db().clone(), text(id));
    let to = read::recipient(destination, &account.country).unwrap_or_default();
    let all = Match { from: source.display().into_owned(), to };
    async move {
        if id.is_empty() && (all.to.is_empty() || all.from.is_empty()) {
            return Err(Status::CANCEL_FAILED);
        }
        let done = db.write("smpp_cancel", move |tx| client::cancel(tx, &account, &id, &all)).await;
        match done.map_err(|e| hand_in::failed(&e))? {
            None => Err(Status::INVALID_MESSAGE_ID),
            Some(0) => Err(Status::CANCEL_FAILED),
            Some(_) => Ok(Vec::new()),
        }
    }
}

fn replace(
    house: &Arc<House>,
    account: Arc<Account>,
    id: &[u8],
    sm: &Sm<'_>,
) -> impl Future<Output = Result<Vec<u8>, Status>> + Send + use<> {
    let (db, id, now) = (house.db().clone(), text(id), house.db().now_ms());
    let by = replacement(&account, sm, now);
    async move {
        let by = by?;
        let done = db.write("smpp_replace", move |tx| client::replace(tx, &account, Some(&id), &by)).await;
        match done {
            Ok(Some(Ok(_))) => Ok(Vec::new()),
            Ok(Some(Err(refusal))) => Err(hand_in::refused(&refusal)),
            Ok(None) => Err(Status::REPLACE_FAILED),
            Err(Error::NotFound(_)) => Err(Status::INVALID_MESSAGE_ID),
            Err(e) => Err(hand_in::failed(&e)),
        }
    }
}

/// The new message of a replace_sm. It has no data_coding: its octets are in the account's alphabet.
fn replacement(account: &Account, sm: &Sm<'_>, now: i64) -> Result<Submission, Status> {
    let message = Sm { destination: Address { ton: 1, npi: 1, addr: b"0" }, ..*sm };
    let wish = read::wish(&message, From { account, now, old: false })?;
    let Wish::Plain(submission) = wish else { return Err(Status::INVALID_ESM_CLASS) };
    let text = read::text(0, message.octets(), Shift::NONE, account.terms.charset)?;
    Ok(Submission { text, ..submission })
}
