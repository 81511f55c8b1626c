//! Reads the journal back into the store, in order and once, as soon as the database is there again.

use crate::journal::{Chunk, Journal, Record};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::machine::inbound::{self, NewInbound};
use store::machine::journal as rows;
use store::machine::settle::{self, Receipt, Told};
use store::{Db, Error, Tx};
use tokio::sync::watch;

/// Records of one transaction.
const MOST: usize = 500;
const TICK: Duration = Duration::from_secs(1);
/// A record that the store refuses so often by itself is put aside.
const TRIES: usize = 3;

/// Reads back what is there and what comes, until it is told to stop.
pub(crate) async fn run(db: Db, journal: Arc<Journal>, mut stop: watch::Receiver<bool>) {
    let (mut most, mut tries) = (MOST, 0);
    while !*stop.borrow() {
        match next(&journal, most).await {
            Ok(Some(chunk)) => {
                let chunk = Arc::new(chunk);
                match enter(&db, &chunk).await {
                    Ok(()) => {
                        (most, tries) = (MOST, 0);
                        tracing::info!(
                            records = chunk.records.len(),
                            "of the journal stand in the store now"
                        );
                        finish(&db, &journal, &chunk).await;
                        continue;
                    }
                    Err(Error::Unreachable(_) | Error::Undone | Error::Closed | Error::Full) => {}
                    Err(_) if chunk.records.len() > 1 => {
                        most = 1; // one of them is at fault: each by itself
                        continue;
                    }
                    Err(e) if tries >= TRIES => {
                        tracing::error!(error = %e, "a record of the journal is put aside: the store does not take it");
                        tries = 0;
                        put_aside(&db, &journal, &chunk).await;
                        continue;
                    }
                    Err(e) => {
                        tries += 1;
                        tracing::warn!(error = %e, "a record of the journal could not be stored");
                    }
                }
            }
            Ok(None) => {}
            Err(e) => tracing::error!(error = %e, "the journal cannot be read"),
        }
        tokio::select! {
            biased;
            () = journal.filled.notified() => tokio::time::sleep(Duration::from_millis(100)).await,
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn next(journal: &Arc<Journal>, most: usize) -> std::io::Result<Option<Chunk>> {
    if journal.is_empty() {
        return Ok(None);
    }
    let journal = Arc::clone(journal);
    let read = tokio::task::spawn_blocking(move || journal.next(most)).await;
    read.unwrap_or_else(|e| Err(std::io::Error::other(e)))
}

async fn enter(db: &Db, chunk: &Arc<Chunk>) -> Result<(), Error> {
    let chunk = Arc::clone(chunk);
    db.write("journal", move |tx| {
        let upto = chunk.first + i64::try_from(chunk.records.len()).unwrap_or(0);
        let before = rows::advance(tx, chunk.journal, upto)? - chunk.first;
        let known = usize::try_from(before).unwrap_or(0).min(chunk.records.len());
        take_in(tx, &chunk.records[known..])
    })
    .await
}

fn take_in(tx: &mut Tx<'_>, records: &[Record]) -> Result<(), Error> {
    let mut receipts: BTreeMap<i64, Vec<Receipt>> = BTreeMap::new();
    for (account, receipt) in records.iter().filter_map(Record::as_receipt) {
        receipts.entry(account).or_default().push(receipt);
    }
    for (account, receipts) in receipts {
        settle::receipts(tx, account, &receipts)?;
    }
    let mut called: BTreeMap<i64, Vec<Told>> = BTreeMap::new();
    for (account, told) in records.iter().filter_map(Record::as_called) {
        called.entry(account).or_default().push(told);
    }
    for (account, told) in called {
        settle::called(tx, account, &told)?;
    }
    let messages: Vec<NewInbound> = records.iter().filter_map(Record::as_inbound).collect();
    inbound::insert(tx, &messages).map(drop)
}

async fn finish(db: &Db, journal: &Arc<Journal>, chunk: &Arc<Chunk>) {
    let (file, read) = (Arc::clone(journal), Arc::clone(chunk));
    let over = tokio::task::spawn_blocking(move || file.done(&read)).await;
    match over.unwrap_or_else(|e| Err(std::io::Error::other(e))) {
        Ok(true) => {
            let id = chunk.journal;
            let out = db.write("journal", move |tx| rows::forget(tx, id)).await;
            if let Err(e) = out {
                tracing::debug!(error = %e, "the mark of a journal that is gone stays for a while");
            }
        }
        Ok(false) => {}
        Err(e) => {
            tracing::error!(error = %e, "the journal could not be shortened; the store knows what it has")
        }
    }
}

async fn put_aside(db: &Db, journal: &Arc<Journal>, chunk: &Arc<Chunk>) {
    let (file, read) = (Arc::clone(journal), Arc::clone(chunk));
    let aside = tokio::task::spawn_blocking(move || read.records.iter().try_for_each(|r| file.set_aside(r)));
    match aside.await.unwrap_or_else(|e| Err(std::io::Error::other(e))) {
        Ok(()) => finish(db, journal, chunk).await,
        Err(e) => tracing::error!(error = %e, "it could not be put aside either"),
    }
}
