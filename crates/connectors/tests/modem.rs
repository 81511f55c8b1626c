//! Modems against the simulator's modem, over real sockets and a pseudo-terminal: what holds with a carrier's protocol
//! holds with a card in a box.

mod world;

use connectors::{Options, Supervisor, Times};
use sim::smsc::ModemHandle;
use sim::{Modem, Socket};
use sms::live::LinkState;
use sms::{Class, Code, Status};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use store::machine::modem;
use store::{Error, connector, message};
use world::{World, quick, world_on};

/// A world with a modem, its connector, and what the connector's form says beside the device.
struct Plugged {
    w: World,
    modem: ModemHandle,
}

fn any() -> Socket {
    Socket::Listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

async fn plugged(modem: Modem, more: &[(&str, &str)]) -> Plugged {
    let mut w = world_on(None, 1, quick()).await;
    let modem = w.smsc.modem(modem, any()).await.unwrap();
    let device = modem.addr().unwrap().to_string();
    w.connector = add(&w, "modem", &device, more).await;
    w.candidates = w.connector.to_string();
    Plugged { w, modem }
}

async fn add(w: &World, name: &'static str, device: &str, more: &[(&str, &str)]) -> i64 {
    let one = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    let given = [("device", device), ("delay_ms", "0")];
    let (secrets, open): (BTreeMap<_, _>, BTreeMap<_, _>) =
        given.iter().chain(more).map(one).partition(|(name, _)| name == "pin");
    w.db.write("modem", move |tx| connector::add(tx, name, "modem", &open, &secrets)).await.unwrap()
}

/// Everything that takes minutes with a real modem, in moments.
fn hasty() -> Options {
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
    async fn status(&self, id: i64) -> (Status, Code) {
        let workspace = self.workspace;
        let m = self.db.read(move |tx| message::get(tx, workspace, id)).await.unwrap().unwrap();
        (m.status, m.code)
    }

    async fn until(&self, id: i64, wanted: Status) -> Code {
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

    async fn link(&self) -> Option<(LinkState, String)> {
        let all = self.db.read(store::live::states).await.unwrap();
        all.get(&self.connector).map(|link| (link.state, link.error.clone()))
    }

    async fn shows(&self, wanted: LinkState, words: &str) {
        for _ in 0..400 {
            let link = self.link().await;
            if link.is_some_and(|(state, error)| state == wanted && error.contains(words)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{wanted:?} {words:?} was awaited, it is {:?}", self.link().await);
    }

    async fn inbound(&self, wanted: usize) -> Vec<(String, String)> {
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

    async fn put_one(&self, to: &str, text: &str) -> i64 {
        self.put(Class::Transactional, vec![(to.to_owned(), text.to_owned())]).await[0]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_goes_out_its_report_comes_back_and_a_phone_is_heard() {
    let p = plugged(Modem::default(), &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let long = "שלום 🌍 ".repeat(40);
    let one = |to: &str, text: &str| (to.to_owned(), text.to_owned());
    let put = vec![
        one("+99950000100", "hello @_€ [x] Ñandú é"),
        one("+99950000102", "nobody"),
        one("+99950000200", &long),
        one("+99950000103", "full"),
        one("+99950000109", "twice"),
    ];
    let ids = p.w.put(Class::Transactional, put).await;
    assert_eq!(p.w.until(ids[0], Status::Delivered).await, Code::None);
    assert_eq!(p.w.until(ids[1], Status::Undelivered).await, Code::UnknownSubscriber);
    p.w.until(ids[2], Status::Delivered).await;
    p.w.until(ids[3], Status::Expired).await;
    p.w.until(ids[4], Status::Delivered).await;
    let phone = p.w.smsc.phone("+99950000100");
    let shown = phone.expect("hello").from("+972500000001").await.unwrap();
    assert_eq!(shown.text, "hello @_€ [x] Ñandú é");
    assert_eq!(p.w.smsc.phone("+99950000200").expect("שלום").await.unwrap().text, long);
    phone.send("כן, תודה", "+972500000001").await.unwrap();
    let answer = "a long answer, in parts @ ".repeat(10);
    phone.send(&answer, "+972500000001").await.unwrap();
    let heard = p.w.inbound(2).await;
    let texts: Vec<&str> = heard.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["כן, תודה", &answer]);
    assert_eq!(heard[0].0, "+99950000100");
    assert_eq!(p.modem.stored(), 0, "what is kept is deleted from the card");
    let connector = p.w.connector;
    let m = p.w.db.read(move |tx| modem::get(tx, connector)).await.unwrap().unwrap();
    assert_eq!(
        (m.imei.as_str(), m.imsi.as_str(), m.operator.as_str(), m.registration.as_str(), m.card.as_str()),
        ("352099001761481", "425010123456789", "Pretend", "home", "ready")
    );
    assert_eq!((m.signal_dbm, m.total, m.centre.as_str()), (Some(-71), 20, "+972521100059"));
    supervisor.stop().await;
    assert_eq!(p.w.db.read(move |tx| store::machine::flight::count(tx, connector)).await.unwrap(), 0);
    let spent = p.w.db.read(move |tx| modem::spent(tx, &m.sim)).await.unwrap();
    let parts = 4 + sms::parts::size(&long).parts as i64;
    assert_eq!((spent.hour, spent.day), (parts, parts), "every part counts");
}
