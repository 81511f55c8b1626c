//! A modem as a person meets it: look for it, connect it, give it its PIN, send a test, read its card, ask its balance.
//! Everything by the real binary, server, simulator and commands alike.

mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use support::{Home, until};

const PATIENCE: Duration = Duration::from_secs(60);
const OWN: &str = "+972500000001";

/// `sendword sim modem`, with a phone behind it that writes in.
struct Pretend {
    child: Child,
    place: String,
}

impl Pretend {
    fn start(home: &Home, args: &[&str]) -> Pretend {
        let mut command = home.command(&[&["sim", "modem", "--phones"], args].concat());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a piped output")).lines();
        let said = lines.next().expect("a line").expect("text");
        std::thread::spawn(move || lines.count());
        let place = said.rsplit(" is at ").next().unwrap_or_default().trim_end_matches('.').to_owned();
        Pretend { child, place }
    }

    fn phone(&mut self, from: &str, text: &str) {
        let input = self.child.stdin.as_mut().expect("a piped input");
        writeln!(input, "{from} {text}").and_then(|()| input.flush()).expect("the simulator reads");
    }
}

impl Drop for Pretend {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn state(home: &Home, name: &str) -> (String, String) {
    let row = home.connector(name);
    let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    (word("state"), word("error"))
}

fn message(home: &Home, id: &str) -> Value {
    home.json(&["messages", "show", id])
}

fn send(home: &Home, to: &str, text: &str) -> String {
    let sent = home.json(&["send", "--to", to, "--text", text, "--class", "transactional"]);
    sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned()
}

fn bound(home: &Home) {
    until("the modem carries", PATIENCE, || (state(home, "till").0 == "bound").then_some(()));
}

#[test]
fn a_person_finds_connects_and_uses_a_modem() {
    let home = Home::new();
    home.init();
    let folder = home.dir.path().join("ports");
    std::fs::create_dir(&folder).expect("a folder of our own");
    let scenario = home.file(
        "weather.toml",
        "hurry = 50\n[modem]\npin = \"4711\"\nstorage = 5\n[[modem.ussd]]\ncode = \"*100#\"\n\
         answer = \"יתרה: 42.50\"\nform = \"ucs2\"\n[modem.faults]\nbare_prompt = true\n",
    );
    let link = folder.join("usb-Pretend-if00-port0");
    let port = link.to_str().expect("a plain path");
    let weather = scenario.to_str().expect("a plain path");
    let mut pretend = Pretend::start(&home, &["--pty", port, "--scenario", weather]);
    assert_eq!(pretend.place, port);

    // Without a server the command looks by itself.
    finds(&home, port, None);
    let server = home.serve();
    let device = format!("device={port}");
    let set = ["--set", &device, "delay_ms=0", "pin=1111", "per_hour=20", "number=+972500000001"];
    home.json(&[&["connectors", "add", "till", "--kind", "modem"], &set[..]].concat());
    until("a wrong PIN is told", PATIENCE, || {
        let (state, error) = state(&home, "till");
        (state == "auth_failed" && error.contains("PIN")).then_some(())
    });
    let card = home.json(&["modems", "info", "till"]);
    assert_eq!((&card["sim"]["state"], &card["sim"]["pin_left"]), (&"pin".into(), &2.into()), "{card}");
    home.json(&["connectors", "set", "till", "pin=4711"]);
    bound(&home);

    let id = send(&home, "+972541234567", "Your boots are at the counter");
    let done =
        until("a report", PATIENCE, || Some(message(&home, &id)).filter(|m| m["status"] == "delivered"));
    let smsc_id = done["parts"][0]["smsc_id"].as_str().unwrap_or_default().to_owned();
    assert!(smsc_id.starts_with("1-"), "the modem's first reference: {done}");
    let long = "A long text that needs more than one message to be said. ".repeat(4);
    let id = send(&home, "+972541234567", &long);
    until("all its parts are reported", PATIENCE, || {
        Some(message(&home, &id))
            .filter(|m| m["status"] == "delivered" && m["parts"].as_array().is_some_and(|p| p.len() == 2))
    });

    pretend.phone("+972541234567", "yes, until Friday");
    let heard = until("an answer", PATIENCE, || {
        inbound(&home, &server).into_iter().find(|m| m["text"] == "yes, until Friday")
    });
    assert_eq!((heard["from"].as_str(), heard["to"].as_str()), (Some("+972541234567"), Some(OWN)));

    let said = home.json(&["modems", "ussd", "till", "*100#"]);
    assert_eq!(said["text"], "יתרה: 42.50");
    assert_eq!(home.run(&["modems", "ussd", "till", "AT+CFUN=0"]).code, 2, "no command passes as a code");
    let card = home.json(&["modems", "info", "till"]);
    assert_eq!((&card["sim"]["state"], &card["balance"]), (&"ready".into(), &"יתרה: 42.50".into()), "{card}");
    assert_eq!((&card["sent"]["hour"], &card["sent"]["per_hour"]), (&3.into(), &20.into()), "{card}");
    assert_eq!(card["sim"]["imsi"], "…6789", "the subscriber is not told whole");
    finds(&home, port, Some("till"));

    // Pulled out and put in again: nothing is lost, nothing goes twice.
    drop(pretend);
    until("the plug is missed", PATIENCE, || (state(&home, "till").0 == "down").then_some(()));
    let id = send(&home, "+972541234568", "sent while it was out");
    assert_eq!(message(&home, &id)["status"], "queued");
    let _again = Pretend::start(&home, &["--pty", port, "--scenario", weather]);
    until("it goes when it is back", PATIENCE, || {
        Some(message(&home, &id)).filter(|m| m["status"] == "delivered")
    });
    assert_eq!(server.end(), 0);
}

/// The scan names the modem at this port.
fn finds(home: &Home, port: &str, connector: Option<&str>) {
    let found = home.json(&["modems", "scan", "--pty", port]);
    let all = found.as_array().expect("a list");
    let one = all.iter().find(|one| one["device"] == port).unwrap_or_else(|| panic!("not in {found}"));
    assert_eq!((&one["imei"], &one["best"]), (&"352099001761481".into(), &true.into()), "{one}");
    assert_eq!(one["connector"].as_str(), connector, "{one}");
}

fn inbound(home: &Home, server: &support::Server) -> Vec<Value> {
    let file = home.dir.path().join("key");
    let key = if Path::new(&file).exists() {
        std::fs::read_to_string(&file).expect("a key")
    } else {
        let key = home.json(&["keys", "create", "reader"])["key"].as_str().expect("a key").to_owned();
        std::fs::write(&file, &key).expect("a file of our own");
        key
    };
    let answer = server.ask("GET", "/v1/inbound", Some(&key), None);
    answer.json()["data"].as_array().cloned().unwrap_or_default()
}
