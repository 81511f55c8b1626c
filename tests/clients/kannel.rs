//! Kannel (Debian's `kannel`) as a client of ours: it hands in over SMPP, calls back with our receipt, and passes on what a
//! phone wrote.

use super::house::House;
use super::support::{Carrier, free_address, until};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// One of its two programs; it ends with this.
struct Boxed(Child);

impl Drop for Boxed {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended already
        let _ = self.0.wait();
    }
}

struct Kannel {
    _boxes: [Boxed; 2],
    sendsms: SocketAddr,
    back: u16,
    heard: Arc<Mutex<Vec<String>>>,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

/// Takes what it calls back with, and thanks in these words; the first line of each request is kept.
pub(crate) fn listen(heard: Arc<Mutex<Vec<String>>>, thanks: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            let (mut first, mut line) = (String::new(), String::new());
            let _ = reader.read_line(&mut first);
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                line.clear();
            }
            heard.lock().expect("no panic while it was held").push(first.trim().to_owned());
            let length = thanks.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{thanks}"
            );
        }
    });
    port
}

impl Kannel {
    fn start(smpp: &str) -> Kannel {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let heard = Arc::default();
        let back = listen(Arc::clone(&heard), "");
        let [admin, link, sendsms] = [free_address(), free_address(), free_address()];
        let (logs, port) = (folder.path().display(), smpp.rsplit(':').next().unwrap_or_default());
        // Groups are told apart by the empty line between them.
        let config = format!(
            "group = core\nadmin-port = {}\nadmin-password = x\nsmsbox-port = {}\nbox-allow-ip = \"127.0.0.1\"\n\
             log-file = {logs}/bearerbox.log\nlog-level = 0\n\n\
             group = smsc\nsmsc = smpp\nsmsc-id = ours\nhost = 127.0.0.1\nport = {port}\ntransceiver-mode = true\n\
             smsc-username = acme\nsmsc-password = secret99\nsystem-type = \"\"\ninterface-version = 34\n\
             source-addr-autodetect = true\ndest-addr-ton = 1\ndest-addr-npi = 1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {}\nlog-file = {logs}/smsbox.log\nlog-level = 0\n\n\
             group = sendsms-user\nusername = u\npassword = p\nmax-messages = 10\nconcatenation = true\n\n\
             group = sms-service\nkeyword = default\ncatch-all = true\nmax-messages = 0\n\
             get-url = \"http://127.0.0.1:{back}/mo?from=%p&to=%P&text=%b\"\n",
            admin.port(),
            link.port(),
            sendsms.port()
        );
        let file = folder.path().join("kannel.conf");
        std::fs::write(&file, config).expect("a configuration");
        let run = |program: &str| {
            let mut command = Command::new(program);
            command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            Boxed(command.spawn().expect("Kannel starts"))
        };
        let up = |what: &str, address: SocketAddr| {
            until(what, PATIENCE, || TcpStream::connect(address).ok().map(drop));
        };
        let bearerbox = run("/usr/sbin/bearerbox");
        up("bearerbox listens", link);
        let smsbox = run("/usr/sbin/smsbox");
        up("smsbox listens", sendsms);
        let log = folder.path().join("bearerbox.log");
        Kannel { _boxes: [bearerbox, smsbox], sendsms, back, heard, log, _folder: folder }
    }

    /// Hands in a text and asks for every report.
    fn send(&self, tag: &str, to: &str, text: &str, coding: u8) {
        let dlr = quoted(&format!("http://127.0.0.1:{}/dlr?tag={tag}&type=%d", self.back));
        let (to, text) = (quoted(to), quoted(text));
        let path = format!(
            "/cgi-bin/sendsms?username=u&password=p&from=Shop&to={to}&text={text}&charset=UTF-8&coding={coding}\
             &dlr-mask=31&dlr-url={dlr}"
        );
        let mut stream = TcpStream::connect(self.sendsms).expect("smsbox listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}\n{}", self.log());
    }

    /// Waits for a call with all of these in it.
    fn hears(&self, marks: &[&str]) {
        let found = || {
            let heard = self.heard.lock().expect("no panic while it was held");
            heard.iter().any(|line| marks.iter().all(|mark| line.contains(mark)))
        };
        for _ in 0..PATIENCE.as_millis() / 50 {
            if found() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{marks:?} was not called; {:?}\n{}", self.heard.lock(), self.log());
    }

    fn log(&self) -> String {
        let log = String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

pub(crate) fn quoted(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[test]
fn kannel_sends_is_told_and_gets_what_a_phone_wrote() {
    if !Path::new("/usr/sbin/bearerbox").exists() || !Path::new("/usr/sbin/smsbox").exists() {
        store::testing::skip("kannel_sends_is_told_and_gets_what_a_phone_wrote", "Kannel is not installed");
        return;
    }
    let house = House::start();
    house.client("acme", &[]);
    house.home.json(&["numbers", "add", "4545", "--connector", "peer"]);
    house.home.json(&["clients", "number", "4545", "--client", "acme"]);
    let kannel = Kannel::start(&house.smpp);
    until("Kannel is bound", PATIENCE, || (house.metric("sendword_smpp_server_sessions") == 1).then_some(()));
    let long = "One long text that Kannel cuts into parts by itself, since it is longer than one hundred and sixty \
                characters, and that must be one message here, €uro and all of it.";
    for (tag, to, text, coding) in [
        ("plain", "+972501234567", "Olé, €5 only @ noon", 0),
        ("hebrew", "+972501234568", "שלום מקנל", 2),
        ("long", "+972501234569", long, 0),
    ] {
        kannel.send(tag, to, text, coding);
        // 8 is handed over to the carrier, which is our answer; 1 is on the phone, which is our receipt.
        kannel.hears(&["/dlr", &format!("tag={tag}"), "type=8"]);
        kannel.hears(&["/dlr", &format!("tag={tag}"), "type=1"]);
        let all = house.messages();
        let found: Vec<_> = all.iter().filter(|m| m["to"] == to).collect();
        assert_eq!(found.len(), 1, "{all:?}");
        assert_eq!((&found[0]["text"], &found[0]["from"]), (&text.into(), &"Shop".into()));
    }
    house.carrier.phone("+972501234567").post("Hello Kannel", "4545").expect("the carrier takes it");
    kannel.hears(&["/mo", "972501234567", "to=4545", "Hello"]);
    assert_eq!(house.metric("sendword_smpp_server_malformed_total"), 0);
}

/// The other way round: our messages go by its HTTP interface, and its reports come back to the address we gave it.
#[test]
fn kannel_carries_for_us_over_http() {
    if !Path::new("/usr/sbin/bearerbox").exists() || !Path::new("/usr/sbin/smsbox").exists() {
        store::testing::skip("kannel_carries_for_us_over_http", "Kannel is not installed");
        return;
    }
    let house = House::start();
    let mix = sim::Mix { unknown_subscriber: 30.0, ..sim::Mix::default() };
    let behind = Carrier::with(sim::Config { mix, ..sim::Config::default() });
    let kannel = Kannel::start(&format!("127.0.0.1:{}", behind.port()));
    let base = format!("base=http://{}", kannel.sendsms);
    let own = ["connectors", "add", "kannel", "--kind", "kannel", "--set", &base, "username=u", "password=p"];
    house.home.json(&own);
    house.home.json(&["routes", "add", "--prefix", "+36", "--to", "kannel"]);
    until("Kannel is let in", PATIENCE, || {
        (house.home.connector("kannel")["state"] == "bound").then_some(())
    });
    let mut ended = std::collections::BTreeMap::new();
    for n in 0..12 {
        let text = ["Olé, €5 only @ noon", "שלום דרך קנל"][n % 2];
        let to = format!("+363012345{n:02}");
        let sent = house.home.json(&["send", "--to", &to, "--from", "Shop", "--text", text]);
        let id = sent["id"].as_str().unwrap_or_else(|| panic!("no id in {sent}")).to_owned();
        let status = until(&format!("{id} has ended"), PATIENCE, || {
            let message = house.home.json(&["messages", "show", &id]);
            let status = message["status"].as_str().unwrap_or_default().to_owned();
            ["delivered", "undelivered"].contains(&status.as_str()).then_some(status)
        });
        // What the handset got is what was delivered, and nothing else.
        let inbox = behind.phone(&to).inbox();
        let shown: Vec<&str> = inbox.iter().map(|shown| shown.text.as_str()).collect();
        let wanted: &[&str] = if status == "delivered" { &[text] } else { &[] };
        assert_eq!(shown, wanted, "{to} {status}\n{}", kannel.log());
        *ended.entry(status).or_insert(0) += 1;
    }
    assert_eq!(ended.len(), 2, "both ends were seen: {ended:?}");
}
