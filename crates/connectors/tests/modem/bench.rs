//! A world with a modem in it, its connector, and what is looked at.

use crate::world::{World, quick, world_on};
use connectors::{Options, Times};
use sim::smsc::ModemHandle;
use sim::{Modem, Socket};
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use store::{connector, message};

/// A world with a modem, its connector, and what the connector's form says beside the device.
pub(crate) struct Plugged {
    pub(crate) w: World,
    pub(crate) modem: ModemHandle,
}

pub(crate) fn any() -> Socket {
    Socket::Listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

pub(crate) async fn plugged(modem: Modem, more: &[(&str, &str)]) -> Plugged {
    let mut w = world_on(None, 1, quick()).await;
    let modem = w.smsc.modem(modem, any()).await.unwrap();
    let device = modem.addr().unwrap().to_string();
    w.connector = add(&w, "modem", &device, more).await;
    w.candidates = w.connector.to_string();
    Plugged { w, modem }
}

pub(crate) async fn add(w: &World, name: &'static str, device: &str, more: &[(&str, &str)]) -> i64 {
    let one = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    let given = [("device", device), ("delay_ms", "0")];
    let (secrets, open): (BTreeMap<_, _>, BTreeMap<_, _>) =
        given.iter().chain(more).map(one).partition(|(name, _)| name == "pin");
    w.db.write("modem", move |tx| connector::add(tx, name, "modem", &open, &secrets)).await.unwrap()
}

/// Everything that takes minutes with a real modem, in moments.
pub(crate) fn hasty() -> Options {
    let modem = wire::at::Patience {
        command: 1_000,
        sync: 200,
        boot: 2_000,
        prompt: 500,
        send: 0, // the connector's setting
        list: 500,
        look: 300,
        poll: 600,
        reset: 100,
        lost: 1_000,
        ussd: 1_000,
        busy: 100,
    };
    let times = Times {
        modem,
        link: (50, 200),
        refused: (100, 200),
        retry: (50, 200),
        answer: 1_500,
        ..Times::default()
    };
    Options { times, ..Options::default() }
}

impl World {
    pub(crate) async fn status(&self, id: i64) -> (Status, Code) {
        let workspace = self.workspace;
        let m = self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        (m.status, m.code)
    }

    pub(crate) async fn until(&self, id: i64, wanted: Status) -> Code {
        let mut seen = self.status(id).await;
        for _ in 0..800 {
            if seen.0 == wanted {
                return seen.1;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            seen = self.status(id).await;
        }
        panic!("{wanted} was awaited, it is {seen:?}; {:?}", self.link().await);
    }

    pub(crate) async fn link(&self) -> Option<(LinkState, String)> {
        let all = self.db.read(store::live::states).await.unwrap();
        all.get(&self.connector).map(|link| (link.state, link.error.clone()))
    }

    pub(crate) async fn shows(&self, wanted: LinkState, words: &str) {
        for _ in 0..400 {
            let link = self.link().await;
            if link.is_some_and(|(state, error)| state == wanted && error.contains(words)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{wanted:?} {words:?} was awaited, it is {:?}", self.link().await);
    }

    pub(crate) async fn inbound(&self, wanted: usize) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for _ in 0..400 {
            let ids = self.db.read(|tx| store::machine::inbound::open_ids(tx, 100)).await.unwrap();
            if ids.len() >= wanted {
                let taken =
                    self.db.write("look", move |tx| store::machine::inbound::take(tx, &ids)).await.unwrap();
                found.extend(taken.into_iter().map(|m| (m.sender, m.text)));
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        found
    }

    pub(crate) async fn put_one(&self, to: &str, text: &str) -> i64 {
        self.put(Class::Transactional, vec![(to.to_owned(), text.to_owned())]).await[0]
    }
}

/// Waits until it is so.
pub(crate) async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..400 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} was awaited");
}
