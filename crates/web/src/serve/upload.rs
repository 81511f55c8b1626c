//! A file on its way in: streamed from the browser to the place where imports lie, never whole in memory.

use std::io::{self, Read};

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use tokio::sync::mpsc;

use super::ask::Seat;
use super::oops::{Oops, unread};
use crate::pages::error::Kind;

/// Pieces that may wait between network and disk.
const WAITING: usize = 8;

/// Bytes that arrive in pieces, for a thread that reads.
struct Arriving {
    pieces: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.rest = piece,
                None => return Ok(0),
            }
        }
        let n = self.rest.len().min(into.len());
        into[..n].copy_from_slice(&self.rest.split_to(n));
        Ok(n)
    }
}

/// Takes the file of a guarded form; gives the name it lies under and the name people know it by.
pub(super) async fn take(seat: &Seat, mut form: Multipart) -> Result<Option<(String, String)>, Oops> {
    let broken = |e: MultipartError| unread(e.status());
    let mut guarded = false;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("csrf") => {
                let guard = field.text().await.map_err(broken)?;
                guarded = seat.signed_in.csrf_ok(&guard);
            }
            // The guard stands before the file in the form: nothing is written for a stranger.
            Some("file") if guarded => {
                let name = field.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    return Ok(None);
                }
                let (sender, pieces) = mpsc::channel(WAITING);
                let db = seat.web.db().clone();
                let kept = tokio::task::spawn_blocking(move || {
                    engine::import::keep(&db, &mut Arriving { pieces, rest: Bytes::new() })
                });
                let whole = loop {
                    match field.chunk().await {
                        Ok(Some(piece)) => {
                            if sender.send(piece).await.is_err() {
                                break true; // the other end says why it wants no more
                            }
                        }
                        Ok(None) => break true,
                        Err(_) => break false,
                    }
                };
                drop(sender);
                let file = kept.await.map_err(|_| Oops::Page(Kind::Internal))??;
                if !whole {
                    engine::import::forget(seat.web.db(), &file);
                    return Err(Oops::Page(Kind::BadRequest));
                }
                return Ok(Some((file, name)));
            }
            _ => {}
        }
    }
    if guarded { Ok(None) } else { Err(Oops::Page(Kind::Stale)) }
}
