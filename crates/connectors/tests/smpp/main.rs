//! SMPP as a client over real sockets: what stands in every PDU by the settings of a connection, and what is made of what
//! a carrier says.

#[path = "../world/mod.rs"]
mod world;

mod binds;
mod carrier;
mod cases;
mod dialect;
mod kept;
mod national;
mod secured;

use connectors::{Options, Supervisor, Times, kind};
use sms::Status;
use sms::live::LinkState;
use std::collections::BTreeMap;
use std::time::Duration;
use store::{connector, message};
use world::{World, quick, world_on};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A house whose one connector goes to this port with these settings, checked as the form does.
async fn house(port: u16, given: &[(&str, &str)]) -> World {
    let w = world_on(None, 10, quick()).await;
    let port = port.to_string();
    let basic = [("host", "127.0.0.1"), ("port", port.as_str()), ("system_id", "esme")];
    let all = basic.iter().chain(given).copied();
    let settled = kind::SMPP.settle(all).unwrap_or_else(|e| panic!("{}: {}", e.field, e.why));
    let id = w.connector;
    w.db.write("set", move |tx| {
        let settings: BTreeMap<String, String> =
            settled.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        connector::replace(tx, id, &settings, &BTreeMap::new())
    })
    .await
    .unwrap();
    w
}

/// Starts what carries, with short pauses between two tries.
fn start(w: &World) -> Supervisor {
    start_with(w, Times { link: (50, 200), refused: (50, 200), ..Times::default() })
}

fn start_with(w: &World, times: Times) -> Supervisor {
    Supervisor::start(w.db.clone(), Options { times, ..Options::default() })
}

impl World {
    async fn message(&self, id: i64) -> message::Message {
        let workspace = self.workspace;
        self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap()
    }

    /// The message as soon as it stands so.
    async fn until(&self, id: i64, wanted: Status) -> message::Message {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let m = self.message(id).await;
            if m.status == wanted {
                return m;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "{wanted} was awaited, it is {}: {}",
                m.status,
                m.detail
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the connector shows as soon as its words have these in them.
    async fn until_shown(&self, state: LinkState, words: &str) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let shown = self.db.read(store::live::states).await.unwrap().remove(&self.connector);
            if let Some(shown) = &shown
                && shown.state == state
                && shown.error.contains(words)
            {
                return shown.error.clone();
            }
            let said = shown.map(|s| (s.state, s.error));
            assert!(
                tokio::time::Instant::now() < deadline,
                "{state} with '{words}' was awaited, it is {said:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Texts and senders that came in, as soon as there are so many.
    async fn until_inbound(&self, count: usize) -> Vec<(String, String)> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let open = self.db.read(|tx| store::machine::inbound::open_ids(tx, 100)).await.unwrap();
            if open.len() >= count {
                let taken = self.db.write("take", move |tx| store::machine::inbound::take(tx, &open));
                return taken.await.unwrap().into_iter().map(|one| (one.sender, one.text)).collect();
            }
            let came = open.len();
            assert!(tokio::time::Instant::now() < deadline, "{count} were awaited, {came} came in");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
