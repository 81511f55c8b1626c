//! Replies that nobody decided about, machines that answer, text of two directions, and a public list that comes in by the
//! page: through phones, plain HTTP and a clock that is set.

use super::*;
use std::io::{Read, Write};
use std::net::TcpStream;

const OURS: &str = "+972541110000";

pub(super) fn link_is_up(home: &Home) {
    until("the link is up", SOON, || (home.connector("carrier")["state"] == "bound").then_some(()));
}

/// What came in from a number, as programs see it.
pub(super) fn inbound(server: &Server, key: &str, from: &str) -> usize {
    let all = server.ask("GET", "/v1/inbound?limit=100", Some(key), None).json();
    all["data"].as_array().into_iter().flatten().filter(|one| one["from"] == from).count()
}

/// A person writes, and it is known.
pub(super) fn writes(carrier: &Carrier, (server, key): (&Server, &str), from: &str, text: &str) {
    let before = inbound(server, key, from);
    carrier.phone(from).post(text, OURS).expect("a text that fits");
    until("the reply is known", SOON, || (inbound(server, key, from) > before).then_some(()));
}

pub(super) fn key(home: &Home) -> String {
    home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned()
}

#[test]
fn r45_who_is_not_understood_and_not_looked_at_in_a_day_has_left() {
    let (home, carrier) = shop();
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    writes(&carrier, (&server, &key), PEOPLE[0], "We have got to STOP this bill");
    // Case R48: a car that answers everything by itself. It names the word, and nobody who drives has refused.
    for _ in 0..3 {
        writes(&carrier, (&server, &key), PEOPLE[1], "I am driving now. Reply STOP to be left alone.");
    }
    assert!(texts(&carrier).is_empty(), "what is not understood is not answered: {:?}", texts(&carrier));
    let first = launch(&home, "מבצע", &[]);
    let told = state(&home, &first, "completed");
    assert_eq!(count(&told, "delivered"), 0, "both rest until somebody looked: {told}");
    assert!(!home.json(&["proof", PEOPLE[0]]).to_string().contains("\"timeout\""));
    assert_eq!(server.end(), 0);

    let server = home.serve_at("2026-11-18T10:05:00+02:00");
    until("silence is a refusal", SOON, || {
        home.json(&["proof", PEOPLE[0]]).to_string().contains("\"timeout\"").then_some(())
    });
    link_is_up(&home);
    writes(&carrier, (&server, &key), PEOPLE[0], "START");
    until("who comes back is told so, once", SOON, || {
        (carrier.phone(PEOPLE[0]).inbox().len() == 1).then_some(())
    });
    assert_eq!(server.end(), 0);
}

#[test]
fn r48_a_refusal_is_confirmed_once_a_day_and_s9_two_directions_keep_their_order() {
    let (home, carrier) = shop();
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    // Case S9: as it was written, letter by letter, in the preview and on the phone.
    let hebrew = home.file("hebrew.csv", "name,phone\nדנה,+972542000003\n");
    home.import(&hebrew, "two");
    let id = home.campaign("Two", "two", "Hi {{first_name}}, 50% off", &[]);
    let seen = server.ask("GET", &format!("/v1/campaigns/{id}/preview"), Some(&key), None).json();
    let seen = &seen["preview"];
    assert_eq!(seen["encoding"], "UCS-2", "{seen}");
    let shown = seen["text"].as_str().expect("a text").to_owned();
    assert!(shown.contains("Hi דנה, 50% off"), "{shown}");
    home.json(&["campaigns", "send", &id, "--yes"]);
    state(&home, &id, "completed");
    let got: Vec<String> = carrier.phone("+972542000003").inbox().into_iter().map(|m| m.text).collect();
    assert_eq!(got, std::slice::from_ref(&shown), "the phone shows what the preview showed");
    let marks =
        ['\u{200E}', '\u{200F}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{202A}', '\u{202B}'];
    assert!(!shown.contains(marks), "marks cost units and break links: {shown:?}");

    // Case R48, where the machine's words are a refusal: one confirmation, whatever it answers to that.
    for _ in 0..4 {
        writes(&carrier, (&server, &key), PEOPLE[0], "STOP");
    }
    until("it is confirmed", SOON, || (!carrier.phone(PEOPLE[0]).inbox().is_empty()).then_some(()));
    // Two machines that refuse and come back in turn: a day has one confirmation, whichever came first.
    for _ in 0..3 {
        writes(&carrier, (&server, &key), PEOPLE[0], "START");
        writes(&carrier, (&server, &key), PEOPLE[0], "STOP");
    }
    home.json(&["send", "--to", PEOPLE[0], "--text", "הזמנתך מוכנה", "--wait"]);
    let shown: Vec<String> = carrier.phone(PEOPLE[0]).inbox().into_iter().map(|m| m.text).collect();
    assert_eq!(shown.len(), 2, "one confirmation, and an order that may still go: {shown:?}");
    assert_eq!(server.end(), 0);
}

/// An answer to a browser.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

pub(super) fn browse(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> Page {
    let mut stream = TcpStream::connect(&server.address).expect("the server listens");
    let (host, length) = (&server.address, body.len());
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}");
    write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").expect("the server reads");
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).expect("the server answers");
    let text = String::from_utf8_lossy(&octets).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    Page { status, head: head.to_owned(), body: body.to_owned() }
}

/// The list's form, as a browser sends it with a file.
fn bring(server: &Server, cookie: &str, fields: &[(&str, &str)], file: &str) -> Page {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"dnc.csv\"\r\n";
    body += &format!("Content-Type: text/csv\r\n\r\n{file}\r\n--edge--\r\n");
    let headers = format!("{cookie}\r\nContent-Type: multipart/form-data; boundary=edge\r\n");
    browse(server, "POST", "/settings/law/list", &headers, &body)
}

#[test]
fn a_public_list_comes_in_by_the_page_and_names_its_lines() {
    let (home, _carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let login = browse(
        &server,
        "POST",
        "/login",
        form,
        "login=rivka%40shop.example&password=correct%20horse%20battery",
    );
    let cookie = login.head.lines().find_map(|l| l.strip_prefix("set-cookie: ")).expect("a session");
    let cookie = format!("Cookie: {}; language=en", cookie.split(';').next().unwrap_or_default());
    let page = browse(&server, "GET", "/settings/law", &format!("{cookie}\r\n"), "");
    assert!(page.body.contains("action=\"/settings/law/list\""), "{}", page.body);
    let csrf = page.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let csrf = csrf.expect("the form's guard");
    let fields = |day: &'static str, source: &'static str| {
        [("csrf", csrf), ("registry", "il-do-not-call"), ("source", source), ("as_of", day)]
    };
    let list = || home.json(&["registries", "list"]).to_string();
    let file = "number\n0542000001;x\n054-***-0002\n";

    let strange = bring(&server, &cookie, &fields("2026-11-16", "the authority")[1..], file);
    assert!(strange.status >= 400 && list().contains("\"missing\""), "{}", strange.status);
    for (day, source, text, says) in [
        ("2026-11-30", "the authority", file, "not ahead of today"),
        ("2026-11-16", " ", file, "Say where the list came from"),
        ("2026-11-16", "the authority", "name\nDana\n", "There is no number in it"),
    ] {
        let refused = bring(&server, &cookie, &fields(day, source), text);
        assert!(refused.body.contains(says), "{says}: {} {}", refused.status, refused.body);
        assert_eq!(refused.status, 422, "{says}");
        assert!(refused.body.contains(&format!("value=\"{day}\"")), "what was typed stays");
    }
    let taken = bring(&server, &cookie, &fields("2026-11-16", "the authority"), file);
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert!(taken.body.contains("Line 3") && taken.body.contains("###-***-####"), "{}", taken.body);
    assert!(list().contains("\"fresh\""), "{}", list());
    let older = bring(&server, &cookie, &fields("2026-11-10", "the authority"), file);
    assert!(older.body.contains("A newer copy of this list is in force"), "{}", older.body);
    let plain = bring(&server, &cookie, &fields("2026-11-17", "the authority"), "0542000001\n");
    assert_eq!(plain.status, 303, "nothing to tell but that it is done: {}", plain.body);
    assert_eq!(server.end(), 0);
}
