//! Programs that others wrote against the pretend modem: smstools, gammu-smsd and Kannel's AT driver. What they hand in,
//! what they are told, what phones send them.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sim::smsc::{Handle, ModemHandle, Smsc};
use sim::{Config, Modem, Socket};

const PATIENCE: Duration = Duration::from_secs(60);
const OWN: &str = "+972500000001";

/// Tests that could not run are counted: continuous integration fails unless the list stays empty.
fn is_installed(test: &str, program: &str) -> bool {
    if Path::new(program).exists() {
        return true;
    }
    eprintln!("skipped: {test}: {program} is not installed");
    if let Some(list) = std::env::var_os("SENDWORD_SKIPS") {
        let mut list = fs::OpenOptions::new().create(true).append(true).open(list).unwrap();
        writeln!(list, "{test}: {program} is not installed").unwrap();
    }
    false
}

/// A program that ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(program: &str, args: &[&str]) -> Program {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Program(command.spawn().unwrap())
}

async fn until<T>(what: &str, log: &Path, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        if start.elapsed() > PATIENCE {
            let log = fs::read(log).unwrap_or_default();
            let log = String::from_utf8_lossy(&log).into_owned();
            let lines: Vec<&str> = log.lines().collect();
            panic!("{what} was awaited\n{}", lines[lines.len().saturating_sub(80)..].join("\n"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn world(socket: Socket) -> (Handle, ModemHandle) {
    let config = Config { hurry: 50, receipt_ms: (300, 500), ..Config::default() };
    let world = Smsc::world(config).await.unwrap();
    let modem = world.modem(Modem::default(), socket).await.unwrap();
    (world, modem)
}

fn any() -> Socket {
    Socket::Listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

fn files(folder: &Path) -> Vec<String> {
    let read = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = read.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    found.sort();
    found.iter().filter_map(|path| fs::read(path).ok()).map(|octets| text(&octets)).collect()
}

/// Their files are ISO 8859-1 or UTF-8.
fn text(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => octets.iter().map(|b| char::from(*b)).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn smstools_sends_hears_and_is_told() {
    const SMSD: &str = "/usr/sbin/smsd";
    if !is_installed("smstools_sends_hears_and_is_told", SMSD) {
        return;
    }
    let (world, modem) = world(any()).await;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for folder in ["outgoing", "checked", "incoming", "failed", "sent", "report", "stats"] {
        fs::create_dir(at(folder)).unwrap();
    }
    let d = dir.path().display();
    let config = format!(
        "devices = GSM1\nloglevel = 7\nlogfile = {d}/log\ninfofile = {d}/info\npidfile = {d}/pid\n\
         outgoing = {d}/outgoing\nchecked = {d}/checked\nincoming = {d}/incoming\nfailed = {d}/failed\n\
         sent = {d}/sent\nreport = {d}/report\nstats = {d}/stats\ndelaytime = 1\nautosplit = 3\n\
         receive_before_send = no\n\n\
         [GSM1]\ndevice = @127.0.0.1:{}\nincoming = yes\nreport = yes\nmode = new\ninit = AT+CNMI=2,1,0,2,0\n",
        modem.addr().unwrap().port()
    );
    fs::write(at("conf"), config).unwrap();
    let _smsd = run(SMSD, &["-c", at("conf").to_str().unwrap(), "-t"]);
    let log = at("log");
    let send = |name: &str, to: &str, head: &str, body: &[u8]| {
        // Written beside and moved in: half a file would be sent.
        let message =
            [format!("To: {}\nReport: yes\n{head}\n", to.trim_start_matches('+')).as_bytes(), body].concat();
        fs::write(at(name), message).unwrap();
        fs::rename(at(name), at("outgoing").join(name)).unwrap();
    };
    send("plain", "+99950000100", "", b"Hello @ _ $ from smstools");
    let shown = until("the plain one", &log, || world.phone("+99950000100").inbox().into_iter().next()).await;
    assert_eq!((shown.text.as_str(), shown.from.as_str()), ("Hello @ _ $ from smstools", OWN));
    let long = "a long one that smstools splits by itself ".repeat(8);
    send("long", "+99950000200", "", long.trim().as_bytes());
    let shown = until("the long one", &log, || world.phone("+99950000200").inbox().into_iter().next()).await;
    assert_eq!((shown.text.as_str(), shown.parts), (long.trim(), 3));
    let hebrew: Vec<u8> = "שלום".encode_utf16().flat_map(u16::to_be_bytes).collect();
    send("hebrew", "+99950000300", "Alphabet: UCS2\n", &hebrew);
    let shown =
        until("the Hebrew one", &log, || world.phone("+99950000300").inbox().into_iter().next()).await;
    assert_eq!(shown.text, "שלום");
    world.phone("+99950000100").post("yes @ 1, please", OWN).unwrap();
    world.phone("+99950000100").post("כן", OWN).unwrap();
    let heard = until("two messages", &log, || {
        let all: Vec<String> = files(&at("incoming"));
        (all.iter().filter(|f| !f.contains("SMS STATUS REPORT")).count() >= 2).then_some(all)
    });
    let heard = heard.await;
    assert!(
        heard.iter().any(|f| f.contains("From: 99950000100") && f.contains("yes @ 1, please")),
        "{heard:?}"
    );
    assert!(heard.iter().any(|f| f.contains("Alphabet: UCS2")), "{heard:?}");
    let reports = until("the reports", &log, || {
        let all = [files(&at("report")), files(&at("incoming"))].concat();
        let all: Vec<String> = all.into_iter().filter(|f| f.contains("SMS STATUS REPORT")).collect();
        (all.len() >= 3).then_some(all)
    });
    assert!(reports.await.iter().all(|f| f.contains("Status: 0,Ok")), "delivered, all of them");
    until("an empty memory", &log, || (modem.stored() == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gammu_sends_and_hears() {
    const SMSD: &str = "/usr/bin/gammu-smsd";
    if !is_installed("gammu_sends_and_hears", SMSD)
        || !is_installed("gammu_sends_and_hears", "/usr/bin/gammu")
    {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (world, modem) = world(Socket::Pty(at("modem"))).await;
    for folder in ["inbox", "outbox", "sent", "error"] {
        fs::create_dir(at(folder)).unwrap();
    }
    let d = dir.path().display();
    let config = format!(
        "[gammu]\ndevice = {d}/modem\nconnection = at115200\nlogfile = {d}/gammu.log\nlogformat = textall\n\n\
         [smsd]\nservice = files\nlogfile = {d}/log\ndebuglevel = 255\ncheckbattery = 0\n\
         inboxpath = {d}/inbox/\noutboxpath = {d}/outbox/\nsentsmspath = {d}/sent/\nerrorsmspath = {d}/error/\n\
         inboxformat = unicode\ncommtimeout = 5\nsendtimeout = 20\nloopsleep = 1\nreceivefrequency = 1\n\
         statusfrequency = 0\nresetfrequency = 0\nchecksecurity = 0\ncheckbattery = 0\nchecksignal = 0\n\
         checknetwork = 0\nphoneid = pretend\n"
    );
    fs::write(at("conf"), config).unwrap();
    let _smsd = run(SMSD, &["-c", at("conf").to_str().unwrap()]);
    let log = at("log");
    fs::write(at("OUT1"), "Hello from gammu").unwrap();
    fs::rename(at("OUT1"), at("outbox").join("OUTA20260101_000000_00_+99950000100_sms0.txt")).unwrap();
    let shown = until("the plain one", &log, || world.phone("+99950000100").inbox().into_iter().next()).await;
    assert_eq!((shown.text.as_str(), shown.from.as_str()), ("Hello from gammu", OWN));
    world.phone("+99950000100").post("yes, gammu", OWN).unwrap();
    let heard = until("a message", &log, || {
        let read = fs::read_dir(at("inbox")).ok()?.flatten().next()?;
        let name = read.file_name().to_string_lossy().into_owned();
        let octets = fs::read(read.path()).ok().filter(|octets| octets.len() > 10)?;
        Some((name, octets.into_iter().filter(|b| *b != 0).collect::<Vec<u8>>()))
    });
    let (name, octets) = heard.await;
    assert!(name.contains("99950000100"), "{name}");
    assert!(text(&octets).contains("yes, gammu"), "{}", text(&octets));
    until("an empty memory", &log, || (modem.stored() == 0).then_some(())).await;
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kannels_at_driver_sends() {
    if !is_installed("kannels_at_driver_sends", "/usr/sbin/bearerbox") {
        return;
    }
    let (world, modem) = world(any()).await;
    let dir = tempfile::tempdir().unwrap();
    let [admin, link, sendsms] = [free_port(), free_port(), free_port()];
    let d = dir.path().display();
    // Groups are told apart by the empty line between them.
    let config = format!(
        "group = core\nadmin-port = {admin}\nadmin-password = x\nsmsbox-port = {link}\nbox-allow-ip = \"127.0.0.1\"\n\
         log-file = {d}/log\nlog-level = 0\n\n\
         group = smsc\nsmsc = at\nmodemtype = auto\ndevice = rawtcp\nhost = 127.0.0.1\nport = {}\nmy-number = {OWN}\n\n\
         group = modems\nid = generic\nname = Generic\ninit-string = \"AT+CNMI=1,1,0,0,0\"\nneed-sleep = false\n\n\
         group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {sendsms}\nlog-file = {d}/smsbox.log\n\n\
         group = sendsms-user\nusername = u\npassword = p\nmax-messages = 5\nconcatenation = true\n",
        modem.addr().unwrap().port()
    );
    let conf = dir.path().join("conf");
    fs::write(&conf, config).unwrap();
    let conf = conf.to_str().unwrap();
    let log = dir.path().join("log");
    let _bearerbox = run("/usr/sbin/bearerbox", &[conf]);
    until("bearerbox", &log, || TcpStream::connect(("127.0.0.1", link)).ok()).await;
    let _smsbox = run("/usr/sbin/smsbox", &[conf]);
    until("smsbox", &log, || TcpStream::connect(("127.0.0.1", sendsms)).ok()).await;
    for (to, sent, coding) in
        [("+99950000100", "Hello from Kannel", 0), ("+99950000200", "%D7%A9%D7%9C%D7%95%D7%9D", 2)]
    {
        let path = format!(
            "/cgi-bin/sendsms?username=u&password=p&from={OWN}&to={to}&text={}&charset=UTF-8&coding={coding}",
            sent.replace(' ', "%20")
        );
        let mut stream = TcpStream::connect(("127.0.0.1", sendsms)).unwrap();
        write!(
            stream,
            "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            path.replace('+', "%2B")
        )
        .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        let shown = until(to, &log, || world.phone(to).inbox().into_iter().next()).await;
        let wanted = if coding == 2 { "שלום" } else { sent };
        assert_eq!((shown.text.as_str(), shown.from.as_str()), (wanted, OWN));
    }
}
