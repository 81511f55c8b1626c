//! Bells between nodes: a hint over NOTIFY that there is something to look at, outside of every data transaction.
//!
//! What rang here within a moment goes out as one word; what others say rings here. A hint that is lost costs a tick,
//! never a message: who listens to a bell looks without it as well.

use crate::postgres::Words;
use crate::shared::Shared;
use crate::{Bell, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What rang within this is one word.
const GATHER: Duration = Duration::from_millis(20);
/// How long the listener waits before it looks whether the store closes.
const LOOK: Duration = Duration::from_millis(500);
/// Before a broken connection is made anew.
const PAUSE: Duration = Duration::from_secs(1);
/// Bells in one word; a word has 8,000 octets at the most.
const BELLS_MAX: usize = 250;

/// Listens to the other nodes until the store closes.
pub(crate) fn listen(url: &str, shared: &Shared, closing: &AtomicBool) {
    while !closing.load(Ordering::Acquire) {
        let heard = Words::connect(url).and_then(|mut words| {
            words.listen()?;
            while !closing.load(Ordering::Acquire) {
                for word in words.heard(LOOK)? {
                    shared.bells.ring_from_afar(&read(&word, shared.ids.node()));
                }
            }
            Ok(())
        });
        if let Err(e) = heard {
            tracing::debug!(error = %e, "the other nodes are not heard");
            std::thread::sleep(PAUSE);
        }
    }
}

/// Tells the other nodes what rings here until the store closes.
pub(crate) fn tell(url: &str, shared: &Arc<Shared>, closing: &AtomicBool) {
    let mut words: Option<Words> = None;
    while !closing.load(Ordering::Acquire) {
        let rung = shared.bells.take_rung(LOOK);
        if rung.is_empty() || !shared.has_peers() {
            continue;
        }
        let said = say(&mut words, url, shared.ids.node(), &rung);
        if let Err(e) = said {
            tracing::debug!(error = %e, "the other nodes could not be told");
            words = None;
            std::thread::sleep(PAUSE);
        }
        std::thread::sleep(GATHER);
    }
}

fn say(words: &mut Option<Words>, url: &str, node: i64, rung: &[Bell]) -> Result<()> {
    if words.is_none() {
        *words = Some(Words::connect(url)?);
    }
    let Some(words) = words else { return Ok(()) };
    for some in rung.chunks(BELLS_MAX) {
        words.say(&write(some, node))?;
    }
    Ok(())
}

fn write(bells: &[Bell], node: i64) -> String {
    let mut word = node.to_string();
    for bell in bells {
        word.push(' ');
        word.push_str(&match bell {
            Bell::Outbox(connector) => format!("o{connector}"),
            Bell::Command(connector) => format!("c{connector}"),
            Bell::Workspace(workspace) => format!("w{workspace}"),
            Bell::Client(client) => format!("l{client}"),
            Bell::Phone(connector) => format!("p{connector}"),
            Bell::Connectors => "k".into(),
            Bell::Jobs => "j".into(),
            Bell::Inbound => "i".into(),
            Bell::Lookups => "n".into(),
        });
    }
    word
}

/// The bells of another node's word; what cannot be read is of a newer one.
fn read(word: &str, node: i64) -> Vec<Bell> {
    let mut parts = word.split(' ');
    if parts.next().and_then(|n| n.parse().ok()) == Some(node) {
        return Vec::new();
    }
    let bell = |part: &str| {
        let number = part.get(1..).and_then(|n| n.parse::<i64>().ok());
        match (part.as_bytes().first()?, number) {
            (b'o', Some(n)) => Some(Bell::Outbox(n)),
            (b'c', Some(n)) => Some(Bell::Command(n)),
            (b'w', Some(n)) => Some(Bell::Workspace(n)),
            (b'l', Some(n)) => Some(Bell::Client(n)),
            (b'p', Some(n)) => Some(Bell::Phone(n)),
            (b'k', _) => Some(Bell::Connectors),
            (b'j', _) => Some(Bell::Jobs),
            (b'i', _) => Some(Bell::Inbound),
            (b'n', _) => Some(Bell::Lookups),
            _ => None,
        }
    };
    parts.filter_map(bell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_was_written_and_not_by_its_own_node() {
        let bells = [
            Bell::Outbox(7),
            Bell::Command(-1),
            Bell::Workspace(9),
            Bell::Phone(4),
            Bell::Connectors,
            Bell::Jobs,
            Bell::Inbound,
            Bell::Lookups,
        ];
        let word = write(&bells, 3);
        assert_eq!(read(&word, 4), bells);
        assert_eq!(read(&word, 3), []);
        assert_eq!(read("5 x1 o8 o", 1), [Bell::Outbox(8)]);
    }
}
