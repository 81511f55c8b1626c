//! What a carrier hands over is answered after it is kept, and not before.

use crate::carrier::{Carrier, honest, pdu};
use crate::{house, start};
use sms::{Class, Status};
use std::sync::{Arc, Mutex, mpsc};
use wire::smpp::{Address, Kind, Sm, command};

fn receipt(id: &str, seq: u32) -> Vec<u8> {
    let text = format!(
        "id:{id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:"
    );
    let sm = Sm {
        source: Address { ton: 1, npi: 1, addr: b"972501234567" },
        destination: Address { ton: 5, npi: 0, addr: b"SHOP" },
        esm_class: 0x04,
        short_message: text.as_bytes(),
        ..Sm::default()
    };
    let mut body = Vec::new();
    sm.encode(Kind::Deliver, &mut body);
    pdu(command::DELIVER_SM, 0, seq, &body)
}

/// RCP-11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rcp_11_a_receipt_is_not_answered_while_the_store_stands_still() {
    let carrier = Carrier::start(Arc::new(honest)).await;
    let w = house(carrier.addr.port(), &[]).await;
    let supervisor = start(&w);
    let ids = w.put(Class::Transactional, vec![("+972501234567".into(), "hi".into())]).await;
    let m = w.until(ids[0], Status::Submitted).await;

    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (db, held) = (w.db.clone(), Mutex::new(may_go_on));
    let still = std::thread::spawn(move || {
        db.write_blocking("test.still", move |_| {
            begun.send(()).expect("the test waits");
            held.lock().expect("nobody panicked").recv().expect("the test lets go");
            Ok::<_, store::Error>(())
        })
    });
    tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
    carrier.say(&receipt(&m.smsc_id, 1));
    // What is said after it and needs no store is answered: so the receipt was read.
    carrier.say(&pdu(command::ENQUIRE_LINK, 0, 2, b""));
    carrier.until(command::ENQUIRE_LINK | command::RESPONSE, 1).await;
    assert!(carrier.all(command::DELIVER_SM | command::RESPONSE).is_empty(), "answered and nowhere kept");
    go_on.send(()).unwrap();
    still.join().unwrap().unwrap();
    let answers = carrier.until(command::DELIVER_SM | command::RESPONSE, 1).await;
    assert_eq!((answers[0].seq, answers[0].status), (1, 0));
    assert_eq!(w.message(ids[0]).await.status, Status::Delivered, "answered before it was kept");
    supervisor.stop().await;
}
