//! Jasmin (with RabbitMQ and Redis) on three sides of us: its SMPP server and its HTTP interface carry for us, and its SMPP
//! client is a client of ours. Each side sends, hears what became of it, and hands over what a phone wrote.

use super::house::House;
use super::kannel::{listen, quoted};
use super::support::{Carrier, Peer, free_address, until};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Three programs start for one test, and a link that tried in vain meanwhile waits a while before it tries again.
const PATIENCE: Duration = Duration::from_secs(240);
/// A report that has not come by then does not come any more.
const REPORT: Duration = Duration::from_secs(60);
/// What a message must not end as.
const ENDS: [&str; 5] = ["undelivered", "rejected", "expired", "cancelled", "unknown"];

/// Jasmin between a carrier and us, and what it calls us with.
struct Between {
    house: House,
    behind: Carrier,
    /// Its HTTP interface.
    http: u16,
    heard: Arc<Mutex<Vec<String>>>,
    back: u16,
    key: String,
    _jasmin: Peer,
}

impl Between {
    fn start(test: &str) -> Option<Between> {
        let house = House::start();
        house.client("acme", &[]);
        // Jasmin knows the name of a message a moment after its answer; a report before that it looks for again, later.
        let behind = Carrier::with(sim::Config { receipt_ms: (3_000, 3_500), ..sim::Config::default() });
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let back = listen(Arc::clone(&heard), "ACK/Jasmin");
        let http = free_address().port();
        let base = format!("base=http://127.0.0.1:{http}");
        let own = [base.as_str(), "username=shop", "password=shop123"];
        let added = ["connectors", "add", "jasmin-http", "--kind", "jasmin", "--set"];
        house.home.json(&[&added[..], &own].concat());
        let hook = house.home.connector("jasmin-http")["hooks"]["address"].clone();
        let hook = format!("{}/inbound", hook.as_str().expect("the address of its webhooks"));
        let upstream = house.smpp.rsplit(':').next().expect("a port").to_owned();
        let (carrier, http_port) = (behind.port().to_string(), http.to_string());
        let mo = format!("http://127.0.0.1:{back}/mo");
        let mut options = vec!["--carrier", &carrier, "--upstream", &upstream];
        options.extend(["--http", &http_port, "--hook", &hook, "--mo", &mo]);
        let jasmin = Peer::start(test, "jasmin.py", &options)?;
        let port = format!("port={}", jasmin.port);
        let smpp = ["host=127.0.0.1", &port, "system_id=shop", "password=shop123", "window=10"];
        let added = ["connectors", "add", "jasmin-smpp", "--kind", "smpp", "--set"];
        house.home.json(&[&added[..], &smpp].concat());
        house.home.json(&["routes", "add", "--prefix", "+36", "--to", "jasmin-smpp"]);
        house.home.json(&["routes", "add", "--prefix", "+44", "--to", "jasmin-http"]);
        for name in ["jasmin-smpp", "jasmin-http"] {
            until(&format!("{name} is let in"), PATIENCE, || {
                (house.home.connector(name)["state"] == "bound").then_some(())
            });
        }
        let key = house.home.json(&["keys", "create", "reader"])["key"].as_str().expect("a key").to_owned();
        Some(Between { house, behind, http, heard, back, key, _jasmin: jasmin })
    }

    /// A message of ours to its end on the phone. Jasmin now and then loses a report on its own way from queue to queue, and
    /// gives it to nobody: then another phone is written to. Each must have its message once, whatever is reported.
    fn delivers(&self, to: &str, text: &str) {
        let phones = [to.to_owned(), another(to, 7), another(to, 8)];
        let reported = phones.iter().any(|to| {
            let sent = self.house.home.json(&["send", "--to", to, "--from", "Shop", "--text", text]);
            let id = sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned();
            let shown = || {
                let inbox = self.behind.phone(to).inbox();
                inbox.iter().map(|shown| shown.text.clone()).collect::<Vec<_>>()
            };
            until(&format!("{text} comes to {to}"), PATIENCE, || (!shown().is_empty()).then_some(()));
            let delivered = self.is_reported(&id);
            assert_eq!(shown(), [text], "{to}");
            delivered
        });
        assert!(reported, "no report of '{text}' to {phones:?}");
    }

    /// Whether a message is told to be delivered, as long as a report is worth waiting for.
    fn is_reported(&self, id: &str) -> bool {
        let end = Instant::now() + REPORT;
        while Instant::now() < end {
            let shown = self.house.home.json(&["messages", "show", id]);
            assert!(!ENDS.contains(&shown["status"].as_str().unwrap_or_default()), "{shown}");
            if shown["status"] == "delivered" {
                return true;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        false
    }

    /// What a phone writes to a number of ours behind Jasmin comes in once.
    fn brings(&self, from: &str, to: &str, text: &str) {
        self.behind.phone(from).post(text, to).expect("the carrier takes it");
        let of_number = |all: Value| -> Vec<Value> {
            let all = all["data"].as_array().cloned().unwrap_or_default();
            all.into_iter().filter(|m| m["to"] == to).collect()
        };
        let found = until(&format!("what a phone wrote to {to} comes in"), PATIENCE, || {
            let all = of_number(self.house.server.ask("GET", "/v1/inbound", Some(&self.key), None).json());
            (!all.is_empty()).then_some(all)
        });
        let told: Vec<[&Value; 2]> = found.iter().map(|m| [&m["from"], &m["text"]]).collect();
        assert_eq!(told, [[from, text]], "{found:?}");
    }

    /// Hands a text in at Jasmin's own door, for its carrier that is us.
    fn hands_in(&self, to: &str, text: &str) {
        let hook = quoted(&format!("http://127.0.0.1:{}/dlr", self.back));
        let text = quoted(text);
        let path = format!(
            "/send?username=client&password=client12&from=Shop&to={to}&content={text}&dlr=yes&dlr-level=2\
             &dlr-method=GET&dlr-url={hook}"
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.http)).expect("Jasmin listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer); // a closed line after the answer is no matter
        assert!(answer.contains("Success"), "{answer}");
    }

    /// Waits for a call with all of these in it.
    fn hears(&self, marks: &[&str]) {
        until(&format!("Jasmin calls with {marks:?}"), PATIENCE, || {
            let heard = self.heard.lock().expect("no panic while it was held");
            heard.iter().any(|line| marks.iter().all(|mark| line.contains(mark))).then_some(())
        });
    }
}

/// Another phone of the same network.
fn another(number: &str, digit: u8) -> String {
    let (head, tail) = number.split_at(number.len() - 3);
    format!("{head}{digit}{}", &tail[1..])
}

#[test]
fn jasmin_carries_for_us_and_is_a_client_of_ours() {
    let Some(all) = Between::start("jasmin_carries_for_us_and_is_a_client_of_ours") else { return };
    // Our SMPP client at its SMPP server: both alphabets, parts, a receipt of each.
    let long = "A text of more than one hundred and sixty characters goes through Jasmin in parts, each with its own id and \
                its own receipt, and it is one message on the phone, €uro included.";
    all.delivers("+36301234567", "Olé, €5 only @ noon");
    all.delivers("+36301234568", "שלום דרך יסמין");
    all.delivers("+36301234569", long);
    // Our HTTP client at its HTTP interface, told by its callbacks.
    all.delivers("+447700900123", "Hello by HTTP");
    all.delivers("+447700900124", "שלום ב-HTTP");
    // What phones write comes to the session that is bound there, and to the webhook.
    all.house.home.json(&["numbers", "add", "4545", "--connector", "jasmin-smpp"]);
    all.house.home.json(&["numbers", "add", "4646", "--connector", "jasmin-http"]);
    all.brings("+36301234567", "4545", "Hello from Jasmin");
    all.brings("+447700900124", "4646", "שלום מהטלפון");

    // Its SMPP client at our server: what it hands in, our receipt, and what a phone wrote to our own carrier.
    all.hands_in("972501234567", "From a client by Jasmin");
    all.hears(&["/dlr", "message_status=DELIVRD"]);
    let found: Vec<Value> = all.house.messages().into_iter().filter(|m| m["to"] == "+972501234567").collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["text"], &found[0]["from"]), (&"From a client by Jasmin".into(), &"Shop".into()));
    all.house.home.json(&["numbers", "add", "4747", "--connector", "peer"]);
    all.house.home.json(&["clients", "number", "4747", "--client", "acme"]);
    all.house.carrier.phone("+972501234567").post("Hello client", "4747").expect("the carrier takes it");
    all.hears(&["/mo", "from=972501234567", "to=4747", "content=Hello"]);
    assert_eq!(all.house.metric("sendword_smpp_server_malformed_total"), 0);
}
