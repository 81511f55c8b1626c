//! A bad day as people see it, in a real browser against the real program: a carrier that refuses, one that is down, a
//! message with every story it can have, a restore that waits. In both directions of writing, light and dark, wide and
//! narrow; axe and sideways scroll look along.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "browser/harness.rs"]
mod harness;
mod support;

use harness::{Browser, DESK, PHONE, axe_source};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;
use store::machine::alarm::{self, About, Kind};
use store::machine::stream;
use store::message;
use store::{Clock, Db, Options, live};
use support::{Carrier, Home, Server, free_address};
use thirtyfour::prelude::*;

const PATIENCE: Duration = Duration::from_secs(60);
/// What carriers say, where a story has their word in it.
const WORDS: &[(&str, &str)] = &[
    ("retry", "ESME_RMSGQFUL 0x14"),
    ("rerouted", "ESME_RINVSRCADR 0xA"),
    ("ambiguous", "NoAnswer"),
    ("late_answer", "5F2A91"),
    ("conflict", "undelivered after delivered: err 027"),
    ("adopted", "0x5F2A91"),
];

/// A shop with everything that goes wrong in a day; gives the public ids of a message and of the carrier.
fn bad_day(home: &Home) -> (String, String) {
    home.init();
    let nobody = free_address().port();
    home.carrier("hexa", nobody, &[]);
    home.json(&["senders", "add", "Shop"]);
    home.import(&home.file("people.csv", "first name,phone\nDana,0501234567\n"), "all");
    let sale =
        home.campaign("מבצע סתיו", "all", "Sale. Stop: {{unsubscribe_url}}", &["--class", "marketing"]);
    let sent = home.json(&["send", "--to", "+972501234567", "--text", "שלום, ההזמנה מוכנה"]);
    let id = sent["id"].as_str().expect("an id").to_owned();
    let connector = home.connector("hexa")["id"].as_str().expect("an id").to_owned();
    let named = |kind, id: &str| sms::id::parse(kind, id).expect("a public id");
    let (msg, carrier) = (named(sms::id::kind::MESSAGE, &id), named(sms::id::kind::CONNECTOR, &connector));
    let campaign = named(sms::id::kind::CAMPAIGN, &sale);
    let db = Db::open(&Options { dir: home.data(), url: None, clock: Clock::default() }).expect("the store");
    let written = db.write_blocking("bad day", move |tx| {
        let workspace = store::workspace::list(tx)?[0].id;
        for kind in engine::message::KINDS {
            let word = WORDS.iter().find(|(of, _)| of == kind).map_or("", |(_, word)| word);
            message::note(tx, workspace, msg, kind, word)?;
        }
        let halted = About::campaign(Kind::Campaign, workspace, campaign, carrier);
        store::campaign::step(
            tx,
            workspace,
            campaign,
            &[store::campaign::State::Draft],
            store::campaign::State::Paused,
        )?;
        alarm::raise(tx, &halted, 0, "ESME_RINVSRCADR 0xA")?;
        for kind in [Kind::Disk, Kind::Circuit] {
            let about = About::connector(kind, if kind == Kind::Disk { 0 } else { carrier });
            alarm::raise(tx, &about, 400, "")?;
            alarm::clear(tx, &about)?;
        }
        // A dozen other mailings wait in the same lane, so that the list of queues can be searched.
        let lane = sms::Class::Marketing.lane(true).of(carrier);
        let mut depths = Vec::new();
        for n in 1..=12 {
            let draft = store::campaign::Draft {
                name: format!("Weekly {n}"),
                text: "News".into(),
                sender: String::new(),
                class: sms::Class::Marketing,
                topic: 0,
                list: 0,
                due: 0,
            };
            let campaign = store::campaign::add(tx, workspace, &draft)?;
            let key = stream::Key { lane, workspace, campaign, class: sms::Class::Marketing, law_epoch: 0 };
            depths.push((stream::id_of(tx, &key)?, 1_000 * n));
        }
        stream::add_depth(tx, depths.into_iter())?;
        let failed = live::Failed {
            at: tx.now(),
            ours: true,
            command: "submit_sm".into(),
            status: "ESME_RINVSRCADR 0xA".into(),
            fields: "part: 1/2\nafter_ms: 41\nsource: ton 5, npi 0, 4 octets\ndata_coding: 0x08\n".into(),
            message: msg,
        };
        let silent = live::Failed { status: live::NO_ANSWER.into(), message: 0, ..failed.clone() };
        live::put_failed(tx, carrier, &[failed, silent])
    });
    written.expect("the day is written");
    db.close();
    (id, connector)
}

struct Looks {
    browser: Browser,
    server: Server,
    axe: String,
    found: Vec<String>,
}

impl Looks {
    async fn goto(&self, path: &str) {
        let address = format!("http://{}{path}", self.server.address);
        self.browser.driver.goto(address).await.expect("the page opens");
    }

    async fn sign_in(&self) {
        self.goto("/login").await;
        for (css, text) in
            [("[name=login]", "rivka@shop.example"), ("[name=password]", "correct horse battery")]
        {
            self.browser.find(css).await.send_keys(text).await.expect("a field");
        }
        let password = self.browser.find("[name=password]").await;
        password.send_keys(Key::Enter + "").await.expect("a form that is sent");
        self.browser.find("nav.side").await;
    }

    async fn speak(&self, language: &str) {
        self.browser.driver.add_cookie(Cookie::new("language", language.to_owned())).await.expect("a cookie");
    }

    /// Opens a page and looks at it in every light and width.
    async fn look(&mut self, name: &str, path: &str) {
        self.goto(path).await;
        let views =
            [("desk", DESK), ("desk-dark", DESK.dark()), ("phone-dark", PHONE.dark()), ("phone", PHONE)];
        for (how, view) in views {
            self.browser.look(view).await;
            let place = format!("{name}-{how}");
            let wrong = self.browser.axe(&self.axe).await.into_iter().map(|w| format!("{place}: {w}"));
            self.found.extend(wrong);
            let wide = self.browser.sideways().await.into_iter().map(|w| format!("{place}: sideways: {w}"));
            self.found.extend(wide);
            let said = self.browser.complaints().await.into_iter().map(|w| format!("{place}: console: {w}"));
            self.found.extend(said);
            self.browser.shot(&format!("seen-{place}")).await;
        }
        self.browser.look(DESK).await;
    }

    /// The count beside the place, as people see it.
    async fn count(&self) -> String {
        let script = "return [...document.querySelectorAll('nav.side .alarmcount [aria-hidden]')].map((e) => e.innerText).join()";
        self.browser.script(script).await.as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn a_bad_day_is_told_in_words_and_can_be_looked_at() {
    let test = "a_bad_day_is_told_in_words_and_can_be_looked_at";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    // The store is opened on a thread of its own: it never blocks one that drives tasks.
    let told = std::thread::scope(|scope| scope.spawn(|| bad_day(&home)).join());
    let (message, connector) = told.expect("the day is written");
    let server = home.serve();
    let mut looks = Looks { browser, server, axe, found: Vec::new() };
    looks.sign_in().await;
    // Nobody told the alarm of the link that is down: the machine finds it by itself, and the open page shows it.
    looks.goto("/delivery/alarms").await;
    looks.browser.sees("was halted: the carrier refuses it").await;
    let found = until_seen(&looks, "does not carry").await;
    assert!(
        found.contains("The keys were never exported"),
        "a live shop is not told to keep its keys:\n{found}"
    );
    let before: i64 = looks.count().await.parse().expect("a count");
    assert!(before >= 3, "{before} alarms");
    looks.browser.find("form[action$='/known'] button").await.click().await.expect("a button");
    looks.browser.sees("Known since").await;
    assert_eq!(looks.count().await, (before - 1).to_string());
    let doctor = home.run(&["doctor", "--json"]);
    assert!(doctor.out.contains("\"alarms\"") && doctor.code == 1, "{}", doctor.out);
    let listed = home.run(&["alarms", "list"]);
    assert!(listed.code == 0 && listed.out.contains("ESME_RINVSRCADR 0xA"), "{}", listed.out);
    for language in ["en", "he"] {
        looks.speak(language).await;
        looks.look(&format!("{language}-alarms"), "/delivery/alarms").await;
        looks.look(&format!("{language}-connections"), "/delivery/connections").await;
        looks.look(&format!("{language}-connection"), &format!("/delivery/connections/{connector}")).await;
        looks.look(&format!("{language}-message"), &format!("/messages/{message}")).await;
        looks.look(&format!("{language}-queues"), "/delivery/queues").await;
        looks.look(&format!("{language}-home"), "/").await;
    }
    // Another campaign is searched for.
    looks.goto("/delivery/queues?q=weekly+1&sort=deepest").await;
    let rows = looks.browser.script("return [...document.querySelectorAll('#queues .card:last-child tbody th')].map((e) => e.innerText).join()").await;
    assert_eq!(rows, "Weekly 12,Weekly 11,Weekly 10,Weekly 1");
    let Looks { browser, server, axe, found } = looks;
    browser.driver.goto("about:blank").await.expect("an empty page"); // no page asks a server that has ended
    assert_eq!(server.end(), 0);

    // The same store from a backup: nothing leaves until a person looks.
    let backup = home.data().join("../backup.swb");
    let backup = backup.to_str().expect("a plain path");
    home.json(&["backup", backup]);
    home.json(&["restore", backup]);
    let server = home.serve();
    let mut looks = Looks { browser, server, axe, found };
    looks.goto("/restore").await; // a cookie needs a page to belong to
    for language in ["en", "he"] {
        looks.speak(language).await;
        looks.look(&format!("{language}-held"), "/restore").await;
        looks.look(&format!("{language}-held-message"), &format!("/messages/{message}")).await;
        looks.look(&format!("{language}-held-home"), "/").await;
    }
    looks.speak("en").await;
    looks.goto(&format!("/messages/{message}")).await;
    looks.browser.sees("Held since the restore").await;
    looks.goto("/restore").await;
    looks.browser.find("main form[action='/restore/release'] button").await.click().await.expect("a button");
    looks.browser.sees("released").await;
    let Looks { browser, server, found, .. } = looks;
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// Waits until an open page says it by itself; gives all that it says.
async fn until_seen(looks: &Looks, words: &str) -> String {
    let mut said = String::new();
    for _ in 0..PATIENCE.as_secs() * 4 {
        let text = looks.browser.script("return document.body.innerText").await;
        text.as_str().unwrap_or_default().clone_into(&mut said);
        if said.contains(words) {
            return said;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("the page never said «{words}» but:\n{said}");
}

#[test]
fn the_clock_and_the_keys_have_commands() {
    let home = Home::new();
    home.init();
    let told = |home: &Home, name: &str| {
        let (report, _) = home.json_and_code(&["doctor"]);
        let check = report["checks"].as_array().expect("checks").iter().find(|c| c["name"] == name).cloned();
        check.unwrap_or_else(|| panic!("no check {name}"))
    };
    assert_eq!(told(&home, "keys")["state"], "warn", "a live shop whose keys nobody kept");
    let (file, words) = (home.data().join("../kept.keys"), home.file("passphrase", "seven quiet harbours\n"));
    let (file, words) = (file.to_str().expect("a path"), words.to_str().expect("a path").to_owned());
    let short = home.file("short", "seven\n");
    let refused = home.run(&["keys", "export", file, "--passphrase-file", short.to_str().expect("a path")]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert_eq!(home.run(&["clock", "show"]).code, 8, "without a server nobody watches a clock");
    let server = home.serve();
    home.json(&["keys", "export", file, "--passphrase-file", &words]);
    assert_eq!(
        home.run(&["keys", "export", file, "--passphrase-file", &words]).code,
        1,
        "a file is never overwritten"
    );
    assert_eq!(told(&home, "keys")["state"], "ok");
    assert_eq!(home.json(&["clock", "show"])["believed"], true);
    assert_eq!(home.json(&["clock", "confirm"])["jump_ms"], 0);
    assert_eq!(server.end(), 0);
    // Another machine: its own keys stay, and a directory without any takes these.
    let other = Home::new();
    other.init();
    assert_eq!(other.run(&["keys", "import", file, "--passphrase-file", &words]).code, 1);
    std::fs::remove_dir_all(other.data().join("keys")).expect("its keys are lost");
    assert_eq!(other.json(&["keys", "import", file, "--passphrase-file", &words])["imported"], true);
    let same = |home: &Home| std::fs::read(home.data().join("keys/ring.key")).expect("a ring");
    assert_eq!(same(&home), same(&other));
}

/// A modem that pretends, behind a pseudo-terminal.
struct Pretend(Child);

impl Pretend {
    fn start(home: &Home, port: &str) -> Pretend {
        let mut command = home.command(&["sim", "modem", "--pty", port, "--pin", "4711"]);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a piped output")).lines();
        lines.next().expect("a line").expect("text");
        std::thread::spawn(move || lines.count());
        Pretend(child)
    }
}

impl Drop for Pretend {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended already
        let _ = self.0.wait();
    }
}

impl Looks {
    async fn fill(&self, form: &str, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            let field = self.browser.find(&format!("{form} [name={name}]")).await;
            field.clear().await.expect("a field that can be emptied");
            field.send_keys(*value).await.expect("a field");
        }
    }

    async fn press(&self, css: &str) {
        self.browser.find(css).await.click().await.expect("a button");
    }

    async fn here(&self) -> String {
        let url = self.browser.driver.current_url().await.expect("an address");
        url.path().to_owned()
    }
}

#[tokio::test]
async fn carriers_and_modems_are_set_up_by_what_pages_say() {
    let test = "carriers_and_modems_are_set_up_by_what_pages_say";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    let port = home.dir.path().join("usb-Pretend-port0");
    let port = port.to_str().expect("a plain path");
    let (carrier, pretend, server) = std::thread::scope(|scope| {
        let made = scope.spawn(|| {
            home.init();
            let config = sim::Config { password: Some("right".into()), hurry: 50, ..sim::Config::default() };
            (Carrier::with(config), Pretend::start(&home, port), home.serve())
        });
        made.join().expect("the world is made")
    });
    let mut looks = Looks { browser, server, axe, found: Vec::new() };
    looks.sign_in().await;
    wrong_password(&mut looks, carrier.port()).await;
    modem(&mut looks, port).await;
    let Looks { browser, server, found, .. } = looks;
    browser.driver.goto("about:blank").await.expect("an empty page"); // no page asks a server that has ended
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    std::thread::scope(|scope| scope.spawn(|| drop((carrier, pretend))).join().expect("the world ends"));
}

/// A carrier with a wrong password says what happened, what was kept and what to do; with the right one it carries.
async fn wrong_password(looks: &mut Looks, port: u16) {
    looks.goto("/delivery/connections/new?kind=smpp").await;
    let form = "form[action='/delivery/connections']";
    let port = port.to_string();
    let fields = [
        ("name", "hexa"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("system_id", "shop"),
        ("password", "wrong"),
    ];
    looks.fill(form, &fields).await;
    looks.press(&format!("{form} .btn.primary")).await;
    until_seen(looks, "hexa").await;
    looks.goto("/delivery/connections").await;
    until_seen(looks, "Password refused").await;
    let script = "return [...document.querySelectorAll('h2 a')].find((a) => a.innerText === 'hexa').getAttribute('href')";
    let page = looks.browser.script(script).await.as_str().expect("its page").to_owned();
    for (language, words) in [
        (
            "en",
            ["does not accept the name or the password", "Messages wait here", "Check system ID, password"],
        ),
        ("he", ["המפעיל אינו מקבל את השם או את הסיסמה", "ההודעות ממתינות כאן", "כדאי לבדוק System ID"]),
    ] {
        looks.speak(language).await;
        looks.goto(&page).await;
        for says in words {
            until_seen(looks, says).await;
        }
        looks.look(&format!("{language}-wrong-password"), &page).await;
    }
    looks.speak("en").await;
    looks.goto(&page).await;
    looks.fill(&format!("form[action='{page}']"), &[("password", "right")]).await;
    looks.press(&format!("form[action='{page}'] .btn")).await;
    until_seen(looks, "Carrying messages").await;
}

/// A modem is looked for, connected, refused by its card, unlocked, and sends a test by itself and no other way.
async fn modem(looks: &mut Looks, port: &str) {
    looks.goto("/delivery/connections/new?kind=modem").await;
    looks.fill("#scan", &[("at", port)]).await;
    looks.press("#scan .btn").await;
    until_seen(looks, "Use this one").await;
    looks.press("#scan a.btn").await;
    let form = "form[action='/delivery/connections']";
    looks
        .fill(form, &[("name", "till"), ("pin", "1111"), ("number", "+972500000001"), ("delay_ms", "0")])
        .await;
    looks.press(&format!("{form} .btn.primary")).await;
    until_seen(looks, "till").await;
    looks.goto("/delivery/connections").await;
    until_seen(looks, "SIM card locked").await;
    let script = "return [...document.querySelectorAll('h2 a')].find((a) => a.innerText === 'till').getAttribute('href')";
    let page = looks.browser.script(script).await.as_str().expect("its page").to_owned();
    for (language, says) in
        [("en", "Set the card's PIN in the settings"), ("he", "יש לקבוע את ה־PIN של הכרטיס")]
    {
        looks.speak(language).await;
        looks.goto(&page).await;
        until_seen(looks, says).await;
        looks.look(&format!("{language}-locked-card"), &page).await;
    }
    looks.speak("en").await;
    looks.goto(&page).await;
    looks.fill(&format!("form[action='{page}']"), &[("pin", "4711")]).await;
    looks.press(&format!("form[action='{page}'] .btn")).await;
    until_seen(looks, "Carrying messages").await;
    looks.fill("#test", &[("to", "0522000037")]).await;
    looks.press("#test .btn.primary").await;
    // Every rule leads to the carrier that was there first: a test of this connection goes by this connection.
    let told = until_seen(looks, "Delivered").await;
    assert!(looks.here().await.starts_with("/messages/msg_") && told.contains("till"), "{told}");
    assert!(!told.contains("hexa"), "another connection carried it:\n{told}");
}
