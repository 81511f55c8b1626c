//! The way in: stored and direct, long, binary, from names and short codes; full memories, poison, repetitions.

use crate::bench::{Plugged, eventually, hasty, plugged};
use connectors::Supervisor;
use sim::{Modem, ModemFaults};
use sms::hex;
use sms::live::LinkState;
use sms::tpdu::{Address, Dcs, Deliver, Stamp, Ton, UserData, centre};
use std::time::Duration;
use store::machine::modem;

const OWN: &str = "+972500000001";
const FROM: &str = "+972541234567";

fn deliver(from: Address, dcs: u8, header: &[u8], body: &[u8]) -> Deliver {
    Deliver {
        more: false,
        forwarded: false,
        report: false,
        reply_path: false,
        originator: from,
        protocol: 0,
        dcs: Dcs(dcs),
        taken_at: Stamp::at(1_795_286_015_000, 8),
        user: UserData { header: header.to_vec(), body: body.to_vec(), torn: false },
    }
}

fn septets(text: &str) -> Vec<u8> {
    sms::alphabet::gsm7::encode(text).unwrap()
}

impl Plugged {
    fn stores(&self, deliver: &Deliver) {
        let tpdu = deliver.encode().unwrap();
        let pdu = centre::join(Address::new("+972521100059").ok().as_ref(), &tpdu);
        self.modem.put(&hex::encode(&pdu), tpdu.len()).expect("a place in its memory");
    }

    async fn aside(&self) -> i64 {
        let connector = self.w.connector;
        self.w.db.read(move |tx| modem::aside(tx, connector)).await.unwrap().0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_06_flash_lamps_pushes_and_binary_ones() {
    let p = plugged(Modem::default(), &[]).await;
    let from = || Address::new(FROM).unwrap();
    p.stores(&deliver(from(), 0x10, &[], &septets("shown at once")));
    p.stores(&deliver(from(), 0xC8, &[], &[]));
    p.stores(&deliver(from(), 0xD0, &[], &septets("a voice message waits")));
    // WAP push: ports 2948 and 9200.
    p.stores(&deliver(from(), 0x04, &[0x06, 0x05, 0x04, 0x0B, 0x84, 0x23, 0xF0], &[0x01, 0x06, 0x04]));
    p.stores(&deliver(from(), 0x04, &[], &[0xDE, 0xAD, 0x00, 0x1A]));
    let silent = Deliver { protocol: 0x40, ..deliver(from(), 0, &[], &septets("nobody sees this")) };
    p.stores(&silent);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let heard = p.w.inbound(2).await;
    let texts: Vec<&str> = heard.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["shown at once", "a voice message waits"]);
    eventually("an empty memory", || p.modem.stored() == 0).await;
    assert_eq!(p.aside().await, 2, "what is no text is kept aside");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_07_names_and_short_codes_write_in() {
    let p = plugged(Modem::default(), &[]).await;
    let short = |ton| Address::new("4545").unwrap().with_kind(ton, 1);
    p.stores(&deliver(Address::new("Partner").unwrap(), 0, &[], &septets("from a name")));
    p.stores(&deliver(short(Ton::Network), 0, &[], &septets("type 3")));
    p.stores(&deliver(short(Ton::Reserved), 0, &[], &septets("type 7")));
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let heard = p.w.inbound(3).await;
    let wanted = [("Partner", "from a name"), ("4545", "type 3"), ("4545", "type 7")];
    assert_eq!(heard, wanted.map(|(from, text)| (from.to_owned(), text.to_owned())));
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_is_set_aside_once_and_what_stands_behind_it_comes_in() {
    let p = plugged(Modem::default(), &[]).await;
    p.modem.put("0791", 30);
    p.modem.put("this is no PDU", 20);
    p.modem.put("00040B91", 3);
    p.stores(&deliver(Address::new(FROM).unwrap(), 0, &[], &septets("behind it")));
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    assert_eq!(p.w.inbound(1).await, [(FROM.to_owned(), "behind it".to_owned())]);
    eventually("an empty memory", || p.modem.stored() == 0).await;
    assert_eq!(p.aside().await, 3);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(p.aside().await, 3, "once is enough");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_deleted_comes_in_once() {
    let faults = ModemFaults { undeletable: true, ..ModemFaults::default() };
    let p = plugged(Modem { faults, ..Modem::default() }, &[]).await;
    p.stores(&deliver(Address::new(FROM).unwrap(), 0, &[], &septets("once")));
    p.modem.put("0791", 30);
    for round in 0..2 {
        let supervisor = Supervisor::start(p.w.db.clone(), hasty());
        p.w.shows(LinkState::Bound, "").await;
        if round == 0 {
            assert_eq!(p.w.inbound(1).await.len(), 1);
        }
        // Polls see it again; after the restart nobody remembers it but the store.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        supervisor.stop().await;
    }
    assert_eq!(p.w.inbound(0).await, [], "known by the centre's time, the sender and the PDU");
    assert_eq!(p.modem.stored(), 2);
    // It can be deleted after all: it is, and still comes in once. Two equal ones of different times are two.
    p.modem.fault(|f| f.undeletable = false);
    let second = Deliver {
        taken_at: Stamp::at(1_795_286_016_000, 8),
        ..deliver(Address::new(FROM).unwrap(), 0, &[], &septets("once"))
    };
    p.stores(&second);
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    assert_eq!(p.w.inbound(1).await.len(), 1);
    eventually("an empty memory", || p.modem.stored() == 0).await;
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_memory_is_emptied_and_the_network_delivers_the_rest() {
    // Nobody announces what was stored before we came, and the modem lies about how much there is.
    let faults = ModemFaults { wrong_cpms: true, ..ModemFaults::default() };
    let p = plugged(Modem { storage: 3, faults, ..Modem::default() }, &[]).await;
    for n in 0..8 {
        p.w.smsc.phone(&format!("+9995000{n:02}00")).post(&format!("n{n}"), OWN).unwrap();
    }
    eventually("a full memory", || p.modem.stored() == 3 || p.modem.stored() == 0).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let mut texts: Vec<String> = p.w.inbound(8).await.into_iter().map(|(_, text)| text).collect();
    texts.sort();
    assert_eq!(texts, (0..8).map(|n| format!("n{n}")).collect::<Vec<_>>());
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_hangs_is_read_place_by_place() {
    let faults = ModemFaults { list_hangs: true, ..ModemFaults::default() };
    let p = plugged(Modem { storage: 5, faults, ..Modem::default() }, &[]).await;
    for n in 0..3 {
        let at = Stamp::at(1_795_286_015_000 + n * 1_000, 8);
        let one = deliver(Address::new(FROM).unwrap(), 0, &[], &septets(&format!("n{n}")));
        p.stores(&Deliver { taken_at: at, ..one });
    }
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    assert_eq!(p.w.inbound(3).await.len(), 3);
    eventually("an empty memory", || p.modem.stored() == 0).await;
    p.w.smsc.phone(FROM).send("announced", OWN).await.unwrap();
    assert_eq!(p.w.inbound(1).await, [(FROM.to_owned(), "announced".to_owned())]);
    assert_eq!(p.modem.resets(), 0);
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handed_over_at_once_it_is_acknowledged_when_it_is_kept() {
    let p = plugged(Modem::default(), &[("quirks", "direct")]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    p.w.shows(LinkState::Bound, "").await;
    let phone = p.w.smsc.phone(FROM);
    phone.send("direct", OWN).await.unwrap();
    let long = "in parts, and every one of them acknowledged ".repeat(6);
    phone.send(&long, OWN).await.unwrap();
    let texts: Vec<String> = p.w.inbound(2).await.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["direct", &long]);
    assert_eq!(p.modem.stored(), 0);
    supervisor.stop().await;
}
