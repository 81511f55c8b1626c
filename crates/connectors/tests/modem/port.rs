//! Ports: a pseudo-terminal, plugs that are pulled, names that change, several modems of one make, looking for them.

use crate::bench::{add, any, eventually, hasty, plugged};
use crate::world::{quick, world_on};
use connectors::Supervisor;
use connectors::modem::scan;
use sim::{Modem, ModemFaults, Socket};
use sms::live::LinkState;
use sms::{Class, Status};
use std::time::Duration;
use store::machine::modem;

const TO: &str = "+99950000100";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_05_the_plug_is_pulled_in_the_middle_of_a_pdu() {
    let faults = ModemFaults { unplug_at_pdu: true, ..ModemFaults::default() };
    let p = plugged(Modem { faults, ..Modem::default() }, &[]).await;
    let supervisor = Supervisor::start(p.w.db.clone(), hasty());
    let ids = p.w.put(Class::Marketing, vec![(TO.into(), "cut".into())]).await;
    eventually("the fall", || !p.modem.is_plugged()).await;
    // What the modem has all of may have been sent; what it has not, cannot have been.
    p.w.shows(LinkState::Down, "").await;
    let seen = p.w.status(ids[0]).await.0;
    assert!(matches!(seen, Status::Unknown | Status::Queued), "{seen:?}");
    p.modem.plug();
    let after = p.w.put_one("+99950000200", "after it").await;
    p.w.until(after, Status::Delivered).await;
    supervisor.stop().await;
    assert!(p.w.smsc.counts().submitted <= 2, "nothing went twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_05_a_terminal_goes_away_and_comes_back_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usb-Sendword_Pretend-if00-port0");
    let mut w = world_on(None, 1, quick()).await;
    let modem = w.smsc.modem(Modem::default(), Socket::Pty(path.clone())).await.unwrap();
    w.connector = add(&w, "modem", path.to_str().unwrap(), &[]).await;
    w.candidates = w.connector.to_string();
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    let first = w.put_one(TO, "over a terminal").await;
    w.until(first, Status::Delivered).await;
    let long = "a long one over a terminal ".repeat(12);
    let second = w.put_one("+99950000200", &long).await;
    w.until(second, Status::Delivered).await;
    assert_eq!(w.smsc.phone("+99950000200").expect("long one").await.unwrap().text, long);
    let name = std::fs::read_link(&path).unwrap();
    modem.unplug();
    w.shows(LinkState::Down, "").await;
    // Somebody else takes the name meanwhile.
    let other = folder.path().join("other");
    let held = w.smsc.modem(Modem::another("+972500000777"), Socket::Pty(other)).await.unwrap();
    modem.plug();
    let third = w.put_one("+99950000300", "back again").await;
    w.until(third, Status::Delivered).await;
    assert_ne!(std::fs::read_link(&path).unwrap(), name, "the system gave it another number");
    w.smsc.phone(TO).send("and back", "+972500000001").await.unwrap();
    assert_eq!(w.inbound(1).await.len(), 1);
    supervisor.stop().await;
    assert!(held.is_plugged());
    assert_eq!(w.smsc.counts().submitted, 2 + sms::parts::size(&long).parts as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_is_ours_alone_and_a_busy_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("modem");
    let mut w = world_on(None, 1, quick()).await;
    let _modem = w.smsc.modem(Modem::default(), Socket::Pty(path.clone())).await.unwrap();
    let device = path.to_str().unwrap().to_owned();
    w.connector = add(&w, "modem", &device, &[]).await;
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    w.shows(LinkState::Bound, "").await;
    let found = scan::scan(std::slice::from_ref(&device)).await;
    let one = found.iter().find(|one| one.device == device).unwrap();
    assert!(one.error.contains("another program has it"), "{one:?}");
    supervisor.stop().await;
    let found = scan::scan(std::slice::from_ref(&device)).await;
    let one = found.iter().find(|one| one.device == device).unwrap();
    assert_eq!((one.error.as_str(), one.imei.as_str(), one.best), ("", "352099001761481", true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_05_two_modems_of_one_make_carry_each_its_own() {
    let mut w = world_on(None, 1, quick()).await;
    let (one, two) = (Modem::another("+972500000011"), Modem::another("+972500000022"));
    assert_ne!((&one.imei, &one.imsi), (&two.imei, &two.imsi));
    let one = w.smsc.modem(one, any()).await.unwrap();
    let two = w.smsc.modem(two, any()).await.unwrap();
    let left = add(&w, "left", &one.addr().unwrap().to_string(), &[]).await;
    let right = add(&w, "right", &two.addr().unwrap().to_string(), &[]).await;
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    for (connector, to, number) in
        [(left, "+99950000100", "+972500000011"), (right, "+99950000200", "+972500000022")]
    {
        (w.connector, w.candidates) = (connector, connector.to_string());
        let id = w.put_one(to, "from its own card").await;
        w.until(id, Status::Delivered).await;
        w.smsc.phone(to).expect("own card").from(number).await.unwrap();
        w.smsc.phone(to).send("to its own card", number).await.unwrap();
    }
    let heard = w.db.read(|tx| store::machine::inbound::open_ids(tx, 10)).await.unwrap();
    assert_eq!(heard.len(), 2);
    let cards = w.db.read(move |tx| Ok::<_, store::Error>([modem::get(tx, left)?, modem::get(tx, right)?]));
    let [left, right] = cards.await.unwrap().map(Option::unwrap);
    assert!(left.imei != right.imei && left.sim != right.sim && left.number != right.number);
    supervisor.stop().await;
}

/// Two of one make, named by their own numbers: pulled out and put in again the other way round, each is found at the port
/// where the other was, and writes with its own card.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mdm_05_two_modems_of_one_make_change_their_ports_and_are_found_by_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let (real, named) = (folder.path().join("real"), folder.path().join("named"));
    [&real, &named].map(|dir| std::fs::create_dir(dir).unwrap());
    let mut w = world_on(None, 1, quick()).await;
    let numbers = ["+972500000011", "+972500000022"];
    let mut modems = Vec::new();
    let mut connectors = Vec::new();
    for (name, number) in ["left", "right"].into_iter().zip(numbers) {
        let modem = Modem::another(number);
        let device = format!("imei:{}@{}", modem.imei, named.display());
        modems.push(w.smsc.modem(modem, Socket::Pty(real.join(name))).await.unwrap());
        connectors.push(add(&w, name, &device, &[]).await);
    }
    let put_in = |first: &str, second: &str| {
        for (port, modem) in [("port0", first), ("port1", second)] {
            let name = named.join(format!("usb-Sendword_Pretend-if00-{port}"));
            let _ = std::fs::remove_file(&name); // the first time there is none
            std::os::unix::fs::symlink(real.join(modem), name).unwrap();
        }
    };
    put_in("left", "right");
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    for (round, to) in [["+99950000100", "+99950000200"], ["+99950000300", "+99950000400"]].iter().enumerate()
    {
        if round == 1 {
            modems.iter().for_each(sim::smsc::ModemHandle::unplug);
            for connector in &connectors {
                w.connector = *connector;
                w.shows(LinkState::Down, "").await;
            }
            put_in("right", "left");
            modems.iter().for_each(sim::smsc::ModemHandle::plug);
        }
        for ((connector, number), to) in connectors.iter().zip(numbers).zip(to) {
            (w.connector, w.candidates) = (*connector, connector.to_string());
            let id = w.put_one(to, "by its own number").await;
            w.until(id, Status::Delivered).await;
            w.smsc.phone(to).expect("by its own number").from(number).await.unwrap();
        }
    }
    supervisor.stop().await;
    assert_eq!(w.smsc.counts().submitted, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_card_behind_two_connectors_is_counted_once() {
    let mut w = world_on(None, 1, quick()).await;
    let modem = w.smsc.modem(Modem::default(), any()).await.unwrap();
    let device = modem.addr().unwrap().to_string();
    let one = add(&w, "one", &device, &[("per_day", "2")]).await;
    (w.connector, w.candidates) = (one, one.to_string());
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    let id = w.put_one(TO, "first").await;
    w.until(id, Status::Delivered).await;
    supervisor.stop().await;
    w.db.write("off", move |tx| store::connector::set_enabled(tx, one, false)).await.unwrap();
    let two = add(&w, "two", &device, &[("per_day", "2")]).await;
    (w.connector, w.candidates) = (two, two.to_string());
    let supervisor = Supervisor::start(w.db.clone(), hasty());
    let put = (0..3).map(|n| (format!("+9995000{n:02}00"), "more".to_owned())).collect();
    w.put(Class::Transactional, put).await;
    eventually("the second message", || w.smsc.counts().submitted == 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(w.smsc.counts().submitted, 2, "it is the card that has sent, not the connector");
    supervisor.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_says_who_is_there_and_enters_no_pin() {
    let w = world_on(None, 1, quick()).await;
    let open = w.smsc.modem(Modem::default(), any()).await.unwrap();
    let locked = Modem { pin: "4711".into(), ..Modem::another("+972500000022") };
    let locked = w.smsc.modem(locked, any()).await.unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = |addr: std::net::SocketAddr| format!("tcp:{addr}");
    let devices = [at(open.addr().unwrap()), at(locked.addr().unwrap()), at(silent.local_addr().unwrap())];
    let found = scan::scan(&devices).await;
    let of = |device: &String| found.iter().find(|one| one.device == *device).unwrap();
    let one = of(&devices[0]);
    assert_eq!((one.card.as_str(), one.operator.as_str(), one.signal_dbm), ("ready", "Pretend", Some(-71)));
    assert!(one.best && one.error.is_empty() && one.model.contains("Pretend"));
    let two = of(&devices[1]);
    assert_eq!((two.card.as_str(), two.imsi.as_str()), ("pin", ""));
    assert!(two.error.contains("PIN"), "{two:?}");
    assert_eq!(of(&devices[2]).error, "nobody answers");
    assert_eq!(locked.pin_tries(), 0);
}
