//! Kannel's EMI and CIMD2 clients (Debian's `kannel`) against the pretend carrier: what it hands in, what it is told,
//! what phones send it, and how it comes back when the link falls.
//!
//! Kannel was written by others, so it does not share what we may have misread in a specification.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sim::smsc::{Handle, Smsc};
use sim::{Config, Protocol, What};

const PATIENCE: Duration = Duration::from_secs(30);

/// Tests that could not run are counted: continuous integration fails unless the list stays empty.
fn is_installed(test: &str) -> bool {
    if Path::new("/usr/sbin/bearerbox").exists() && Path::new("/usr/sbin/smsbox").exists() {
        return true;
    }
    eprintln!("skipped: {test}: Kannel is not installed (apt-get install kannel)");
    if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
        let mut list = fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
        writeln!(list, "{test}: Kannel is not installed").unwrap();
    }
    false
}

/// The two programs of a Kannel; they end with it.
struct Kannel {
    _boxes: [Boxed; 2],
    sendsms: u16,
    heard: Arc<Mutex<Vec<String>>>,
    dir: tempfile::TempDir,
}

struct Boxed(Child);

impl Drop for Boxed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Takes what Kannel calls back with; each request line is kept.
fn listen(heard: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            let mut line = String::new();
            let _ = reader.read_line(&mut first);
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                line.clear();
            }
            heard.lock().unwrap().push(first.trim().to_owned());
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    port
}

impl Kannel {
    fn start(smsc: &str) -> Kannel {
        let dir = tempfile::tempdir().unwrap();
        let heard = Arc::default();
        let back = listen(Arc::clone(&heard));
        let [admin, link, sendsms] = [free_port(), free_port(), free_port()];
        let logs = dir.path().display();
        // Groups are told apart by the empty line between them.
        let config = format!(
            "group = core\nadmin-port = {admin}\nadmin-password = x\nsmsbox-port = {link}\n\
             box-allow-ip = \"127.0.0.1\"\nlog-file = {logs}/bearerbox.log\nlog-level = 0\n\n\
             group = smsc\n{smsc}\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {sendsms}\n\
             log-file = {logs}/smsbox.log\nlog-level = 0\n\n\
             group = sendsms-user\nusername = u\npassword = p\nmax-messages = 10\nconcatenation = true\n\n\
             group = sms-service\nkeyword = default\ncatch-all = true\nmax-messages = 0\n\
             get-url = \"http://127.0.0.1:{back}/mo?from=%p&to=%P&text=%b&coding=%c&udh=%u\"\n"
        );
        let file = dir.path().join("kannel.conf");
        fs::write(&file, config).unwrap();
        let run = |program: &str| {
            let mut command = Command::new(program);
            command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            Boxed(command.spawn().unwrap())
        };
        let bearerbox = run("/usr/sbin/bearerbox");
        wait("bearerbox", || TcpStream::connect(("127.0.0.1", link)).is_ok());
        let smsbox = run("/usr/sbin/smsbox");
        wait("smsbox", || TcpStream::connect(("127.0.0.1", sendsms)).is_ok());
        heard.lock().unwrap().clear();
        Kannel { _boxes: [bearerbox, smsbox], sendsms, heard, dir }
    }

    /// Hands in a text and asks for every report.
    fn send(&self, tag: &str, from: &str, to: &str, text: &str, coding: u8) {
        let back = self.back();
        let dlr = quote(&format!("http://127.0.0.1:{back}/dlr?tag={tag}&type=%d&said=%A"));
        let (from, to, text) = (quote(from), quote(to), quote(text));
        let path = format!(
            "/cgi-bin/sendsms?username=u&password=p&from={from}&to={to}&text={text}&charset=UTF-8\
             &coding={coding}&dlr-mask=31&dlr-url={dlr}"
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.sendsms)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}\n{}", self.log());
    }

    /// The port it calls back on, as its own configuration says.
    fn back(&self) -> String {
        let config = fs::read_to_string(self.dir.path().join("kannel.conf")).unwrap();
        let at = config.split("get-url = \"http://127.0.0.1:").nth(1).unwrap();
        at.split('/').next().unwrap().to_owned()
    }

    /// Waits for a call that has all of these in it.
    fn hears(&self, marks: &[&str]) -> String {
        let found = || {
            let heard = self.heard.lock().unwrap();
            heard.iter().find(|line| marks.iter().all(|mark| line.contains(mark))).cloned()
        };
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(line) = found() {
                return line;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{marks:?} was not called; {:?}\n{}", self.heard.lock().unwrap(), self.log())
    }

    fn log(&self) -> String {
        let log = fs::read(self.dir.path().join("bearerbox.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).into_owned();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

fn quote(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn wait(what: &str, mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(start.elapsed() < PATIENCE, "{what} was awaited");
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn carrier(protocol: Protocol) -> Handle {
    let secret = |word: &str| Some(word.to_owned());
    let config = Config {
        protocol,
        system_id: secret("kannel"),
        password: secret("secret"),
        hurry: 50,
        receipt_ms: (300, 500),
        ..Config::default()
    };
    Smsc::start(config).await.unwrap()
}

async fn story(smsc: Handle, kannel: Kannel, from: &str) {
    wait("a login", || smsc.counts().binds == 1);
    let plain = "Hello @ _ $ é Ñ ü";
    kannel.send("plain", from, "+99950000100", plain, 0);
    let shown =
        smsc.phone("+99950000100").expect("Hello").await.unwrap_or_else(|e| panic!("{e}\n{}", kannel.log()));
    assert_eq!((shown.text.as_str(), shown.from.as_str()), (plain, from));
    kannel.hears(&["/dlr?tag=plain&type=8"]);
    kannel.hears(&["/dlr?tag=plain&type=1"]);
    kannel.send("nobody", from, "+99950000102", "nobody", 0);
    kannel.hears(&["/dlr?tag=nobody&type=2"]);
    let long = "שלום לכולם, הודעה ארוכה. ".repeat(8);
    kannel.send("long", from, "+99950000200", &long, 2);
    let shown =
        smsc.phone("+99950000200").expect("שלום").await.unwrap_or_else(|e| panic!("{e}\n{}", kannel.log()));
    assert_eq!(shown.text, long);
    assert!(shown.parts >= 3);
    // Phones write in: letters, then another alphabet, then in parts.
    let phone = smsc.phone("+972541234567");
    phone.send("yes @ 1", "4545").await.unwrap_or_else(|e| panic!("{e}\n{}", kannel.log()));
    kannel.hears(&["/mo?", "972541234567", "to=4545", "text=yes+%40+1"]);
    phone.send("כן", "4545").await.unwrap();
    kannel.hears(&["/mo?", "text=%05%DB%05%DF", "coding=2"]);
    phone.send(&"in parts ".repeat(30), "4545").await.unwrap();
    kannel.hears(&["/mo?", "udh=%05%00%03"]);
    // It asks each second whether we live, and is content.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(smsc.counts().binds, 1, "{}", kannel.log());
    smsc.cut();
    wait("a second login", || smsc.counts().binds == 2);
    kannel.send("after", from, "+99950000300", "after the fall", 0);
    smsc.phone("+99950000300").expect("after").await.unwrap_or_else(|e| panic!("{e}\n{}", kannel.log()));
    let refused =
        smsc.journal().into_iter().filter(|e| e.what == What::Submit && !e.state.is_empty()).count();
    assert_eq!(refused, 0, "everything it wrote was understood");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kannel_speaks_ucp_with_us() {
    if !is_installed("kannel_speaks_ucp_with_us") {
        return;
    }
    let smsc = carrier(Protocol::Ucp).await;
    let port = smsc.addr().port();
    let group = format!(
        "smsc = emi\nhost = 127.0.0.1\nport = {port}\nsmsc-username = kannel\nsmsc-password = secret\n\
         keepalive = 1\nwindow = 10\nreconnect-delay = 1"
    );
    let kannel = tokio::task::spawn_blocking(move || Kannel::start(&group)).await.unwrap();
    story(smsc, kannel, "Shop").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kannel_speaks_cimd2_with_us() {
    if !is_installed("kannel_speaks_cimd2_with_us") {
        return;
    }
    let smsc = carrier(Protocol::Cimd2).await;
    let port = smsc.addr().port();
    let group = format!(
        "smsc = cimd2\nhost = 127.0.0.1\nport = {port}\nsmsc-username = kannel\nsmsc-password = secret\n\
         keepalive = 1\nreconnect-delay = 1"
    );
    let kannel = tokio::task::spawn_blocking(move || Kannel::start(&group)).await.unwrap();
    story(smsc, kannel, "Shop").await;
}
