//! Collecting through the product: a form that strangers, robots and people fill in over plain HTTP, a phone that says
//! yes, a word by SMS. The clock is set, the law is kept, the carrier is on this machine.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "../browser/harness.rs"]
mod harness;
#[path = "../support/mod.rs"]
mod support;

mod forms;
mod pages;
mod people;
mod tablets;

use serde_json::{Value, json};
use std::time::Duration;
use support::{Carrier, Home, Page, Server, Staff, browse, raw, until, value};

const SOON: Duration = Duration::from_secs(60);
const TUESDAY: &str = "2026-11-17T10:00:00+02:00";
const OURS: &str = "+972541110000";
const DANA: &str = "+972542000001";
const AVI: &str = "+972542000002";

impl Staff<'_> {
    /// A published form; gives its address and the place of its page.
    fn form(&self, more: &[(&str, &str)]) -> (String, String) {
        self.publish("/contacts/forms/new", more)
    }

    /// Publishes a form at its place: a new one, or its next version.
    fn publish(&self, at: &str, more: &[(&str, &str)]) -> (String, String) {
        let blank = self.get("/contacts/forms/new").body;
        let list =
            blank.split("value=\"lst_").nth(1).and_then(|r| r.split('"').next()).map(|l| format!("lst_{l}"));
        let list = list.expect("a list to join");
        let mut form = vec![
            ("name", "At the till"),
            ("list", list.as_str()),
            ("sender", OURS),
            ("countries", "IL"),
            ("languages", "en"),
            ("languages", "he"),
            ("languages", "ru"),
            ("double", "yes"),
            ("q0-name", "first_name"),
            ("title-en", "Join Shop"),
            ("title-he", "הצטרפות"),
            ("title-ru", "Запись"),
            ("wording-en", "I agree that Shop sends me offers by SMS. STOP ends it."),
            ("wording-he", "אני מסכים לקבל הצעות מהחנות במסרון. הסר מפסיק."),
            ("wording-ru", "Я согласен получать предложения магазина. СТОП прекращает."),
            ("do", "publish"),
        ];
        form.retain(|(name, _)| !more.iter().any(|(m, _)| m == name));
        form.extend(more);
        let page = self.post(at, &form);
        assert_eq!(page.status, 303, "{}", page.body);
        let place = page.head.lines().find_map(|l| l.strip_prefix("location: ")).expect("a place").to_owned();
        let shown = self.get(&place).body;
        let slug =
            shown.split("/f/").nth(1).map(|r| r.chars().take_while(char::is_ascii_alphanumeric).collect());
        let slug: String = slug.unwrap_or_else(|| panic!("no address on {shown}"));
        (format!("/f/{slug}"), place)
    }
}

/// One thing asked of the server as a script does it; the answer as JSON.
fn script(server: &Server, method: &str, path: &str, headers: &[&str], body: &str) -> (u16, String, Value) {
    let page = raw(server, method, path, headers, body);
    let start = page.body.find(['{', '[']).unwrap_or(page.body.len());
    let end = page.body.rfind(['}', ']']).map_or(start, |at| at + 1);
    let value = serde_json::from_str(page.body.get(start..end).unwrap_or_default()).unwrap_or_default();
    (page.status, page.head, value)
}

fn link_in(text: &str) -> String {
    let token = text.split("/c/").nth(1).and_then(|rest| rest.split(' ').next());
    format!("/c/{}", token.unwrap_or_else(|| panic!("no link in {text}")))
}

fn shop() -> (Home, Carrier) {
    let (home, carrier) = (Home::lawful(), Carrier::start());
    home.init();
    home.carrier("carrier", carrier.port(), &[]);
    home.json(&["numbers", "add", OURS]);
    home.import(&home.file("people.csv", "name,phone\nNoa,+972542000009\n"), "Club");
    (home, carrier)
}

/// When a nonce was made, by the product's clock.
fn made(nonce: &str) -> i64 {
    let at = nonce.split('.').next().unwrap_or_default();
    i64::from_str_radix(at, 16).unwrap_or_else(|e| panic!("{nonce}: {e}"))
}

/// Until two seconds have passed by the product's own clock, which no person undercuts: a page that is asked for tells it.
fn linger(server: &Server, path: &str, nonce: &str) {
    until("two seconds by the product's clock", SOON, || {
        let fresh = value(&browse(server, "GET", path, &[], &[]).body, "nonce");
        (made(&fresh) - made(nonce) >= 2_000).then_some(())
    });
}

/// Fills a form in as a person does: reads it, takes a while, sends it.
fn fill(server: &Server, path: &str, number: &str, more: &[(&str, &str)]) -> Page {
    let page = browse(server, "GET", path, &[], &[]);
    assert_eq!(page.status, 200, "{}", page.body);
    let nonce = value(&page.body, "nonce");
    linger(server, path, &nonce);
    let mut form = vec![("nonce", nonce.as_str()), ("language", "en"), ("number", number), ("agreed", "yes")];
    form.retain(|(name, _)| !more.iter().any(|(m, _)| m == name));
    form.extend(more);
    browse(server, "POST", path, &["User-Agent: Phone/1"], &form)
}

fn texts(carrier: &Carrier, number: &str) -> Vec<String> {
    carrier.phone(number).inbox().into_iter().map(|shown| shown.text).collect()
}

fn wait_for(carrier: &Carrier, number: &str, n: usize) -> Vec<String> {
    until(&format!("{n} texts reach {number}"), SOON, || {
        let all = texts(carrier, number);
        (all.len() >= n).then_some(all)
    })
}

fn proof(home: &Home, number: &str) -> Value {
    home.json(&["proof", number])
}
