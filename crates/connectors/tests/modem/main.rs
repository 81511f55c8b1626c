//! Modems against the simulator's modem, over real sockets and a pseudo-terminal: what holds with a carrier's protocol
//! holds with a card in a box. The names `mdm_…` are those of the list of cases.

mod bench;
mod card;
mod inward;
mod outward;
mod port;
#[path = "../world/mod.rs"]
mod world;

use bench::{hasty, plugged};
use connectors::Supervisor;
use sim::Modem;
use sms::{Class, Code, Status};
use store::machine::modem;

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
