//! What stood on a client's wire, on its page.

use super::house::{complaints, settled};
use axum::http::StatusCode;
use engine::client::{self, Failed, Packet};

/// The wire of a client stands on its page, packet by packet, and what failed of it; another one's packets do not.
#[tokio::test]
async fn a_clients_wire_is_looked_at_on_its_page() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    for name in ["acme", "other"] {
        let fields = [("csrf", guard.as_str()), ("name", name), ("system_id", name)];
        let made = house.browser.post("/delivery/clients", &fields).await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", complaints(&made.body));
    }
    let list = house.browser.get("/delivery/clients").await.body;
    let of =
        |n: usize| list.split("href=\"/delivery/clients/cli_").nth(n).and_then(|rest| rest.split('"').next());
    let [one, two] = [1, 2].map(|n| format!("/delivery/clients/cli_{}", of(n).expect("a client")));
    let watched = house.browser.post(&format!("{one}/watch"), &[("csrf", &guard), ("minutes", "5")]).await;
    assert_eq!(watched.to, one);
    let id = sms::id::parse(sms::id::kind::CLIENT, one.rsplit('/').next().unwrap()).unwrap();
    let kept = house.db.write("packet", move |tx| {
        let packet = Packet {
            id: 0,
            connector: id,
            link: 0,
            at: tx.now(),
            ours: false,
            dialect: "smpp".into(),
            command: "submit_sm".into(),
            status: String::new(),
            seq: 7,
            message: 0,
            fields: "\"short_message: seen on the wire\n".into(),
            raw: vec![0, 0, 0, 16],
        };
        let (ours, command, status) = (false, "data_sm".into(), "ESME_RINVDCS 0x104".into());
        let failed =
            Failed { at: tx.now(), ours, command, status, fields: "data_coding: 4\n".into(), message: 0 };
        let workspace = store::workspace::only(tx)?.unwrap_or_default();
        client::keep(tx, id, workspace, &[packet], &[failed])
    });
    kept.await.unwrap();
    let page = house.browser.get(&one).await.body;
    assert!(
        page.contains("submit_sm")
            && page.contains("ESME_RINVDCS")
            && page.contains(&format!("{one}/unwatch"))
    );
    let part = house.browser.get(&format!("{one}?part=trace")).await.body;
    let row = part
        .split(&format!("{one}/trace/"))
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a packet");
    let packet = house.browser.get(&format!("{one}/trace/{row}")).await;
    assert!(packet.body.contains("seen on the wire"), "{}", packet.body);
    assert!(house.browser.get(&format!("{one}/trace.txt")).await.body.contains("short_message"));
    assert_eq!(house.browser.get(&format!("{two}/trace/{row}")).await.status, StatusCode::NOT_FOUND);
    assert!(!house.browser.get(&two).await.body.contains("ESME_RINVDCS"));
    let ended = house.browser.post(&format!("{one}/unwatch"), &[("csrf", &guard)]).await;
    assert_eq!(ended.to, one);
}
