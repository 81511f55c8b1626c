//! Jasmin (with RabbitMQ and Redis) on three sides of us: its SMPP server and its HTTP interface carry for us, and its SMPP
//! client is a client of ours.

use super::house::House;
use super::kannel::{listen, quoted};
use super::support::{Carrier, Peer, until};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// A message of ours to the end.
fn delivered(house: &House, to: &str, text: &str) -> Value {
    let sent = house.home.json(&["send", "--to", to, "--from", "Shop", "--text", text]);
    let id = sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned();
    let mut last = Value::Null;
    for _ in 0..PATIENCE.as_millis() / 200 {
        last = house.home.json(&["messages", "show", &id]);
        if last["status"] == "delivered" {
            return last;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("it is not delivered: {last}")
}

fn shown(carrier: &Carrier, number: &str) -> Vec<String> {
    carrier.phone(number).inbox().into_iter().map(|shown| shown.text).collect()
}

/// Hands a text in at Jasmin's door.
fn hand_in(http: u64, to: &str, text: &str, hook: u16) -> String {
    let hook = quoted(&format!("http://127.0.0.1:{hook}/dlr"));
    let text = quoted(text);
    let path = format!(
        "/send?username=client&password=client12&from=Shop&to={to}&content={text}&dlr=yes&dlr-level=2&dlr-method=GET&dlr-url={hook}"
    );
    let mut stream = TcpStream::connect(("127.0.0.1", http as u16)).expect("Jasmin listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn jasmin_carries_for_us_and_is_a_client_of_ours() {
    let test = "jasmin_carries_for_us_and_is_a_client_of_ours";
    let house = House::start();
    house.client("acme", &[]);
    let behind = Carrier::with(sim::Config::default());
    let upstream = house.smpp.rsplit(':').next().expect("a port").to_owned();
    let carrier = behind.port().to_string();
    let Some(jasmin) = Peer::start(test, "jasmin.py", &["--carrier", &carrier, "--upstream", &upstream])
    else {
        return;
    };
    let http = jasmin.seen("listening")[0]["http"].as_u64().expect("its HTTP port");
    let port = format!("port={}", jasmin.port);
    let smpp = ["host=127.0.0.1", &port, "system_id=shop", "password=shop123", "window=10"];
    house.home.json(&[&["connectors", "add", "jasmin-smpp", "--kind", "smpp", "--set"][..], &smpp].concat());
    let base = format!("base=http://127.0.0.1:{http}");
    let own = [base.as_str(), "username=shop", "password=shop123"];
    house.home.json(&[&["connectors", "add", "jasmin-http", "--kind", "jasmin", "--set"][..], &own].concat());
    house.home.json(&["routes", "add", "--prefix", "+36", "--to", "jasmin-smpp"]);
    house.home.json(&["routes", "add", "--prefix", "+44", "--to", "jasmin-http"]);
    for name in ["jasmin-smpp", "jasmin-http"] {
        until(&format!("{name} is let in"), PATIENCE, || {
            (house.home.connector(name)["state"] == "bound").then_some(())
        });
    }

    // Our SMPP client at its SMPP server: both alphabets, parts, a receipt of each.
    let long = "A text of more than one hundred and sixty characters goes through Jasmin in parts, each with its own id and \
                its own receipt, and it is one message on the phone, €uro included.";
    for (to, text) in
        [("+36301234567", "Olé, €5 only @ noon"), ("+36301234568", "שלום דרך יסמין"), ("+36301234569", long)]
    {
        delivered(&house, to, text);
        assert_eq!(shown(&behind, to), [text]);
    }
    // Our HTTP client at its HTTP interface, told by its callbacks.
    for (to, text) in [("+447700900123", "Hello by HTTP"), ("+447700900124", "שלום ב-HTTP")] {
        delivered(&house, to, text);
        assert_eq!(shown(&behind, to), [text]);
    }
    // What a phone writes comes to the session that is bound there.
    house.home.json(&["numbers", "add", "4545", "--connector", "jasmin-smpp"]);
    behind.phone("+36301234567").post("Hello from Jasmin", "4545").expect("the carrier takes it");
    until("what a phone wrote comes in", PATIENCE, || {
        let threads = house.home.run(&["messages", "list", "--number", "+36301234567", "--json"]);
        threads.out.contains("Hello from Jasmin").then_some(())
    });
    // Its SMPP client at our server.
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let back = listen(Arc::clone(&heard));
    let answer = hand_in(http, "972501234567", "From a client by Jasmin", back);
    assert!(answer.contains("Success"), "{answer}");
    until("Jasmin hears that it was delivered", PATIENCE, || {
        let heard = heard.lock().expect("no panic while it was held");
        heard.iter().any(|line| line.contains("message_status=DELIVRD")).then_some(())
    });
    let all = house.messages();
    let found: Vec<&Value> = all.iter().filter(|m| m["to"] == "+972501234567").collect();
    assert_eq!(found.len(), 1, "{all:?}");
    assert_eq!((&found[0]["text"], &found[0]["from"]), (&"From a client by Jasmin".into(), &"Shop".into()));
    assert_eq!(house.metric("sendword_smpp_server_malformed_total"), 0);
    drop(jasmin);
}
