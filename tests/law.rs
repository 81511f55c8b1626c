//! The law through the product: a live workspace in Israel, a carrier on this machine, a clock that is set.
//!
//! The cases of the compliance list carry their ids: W hours, F how often, S content and sender, D what a pack must be.

#[path = "law/asked.rs"]
mod asked;
#[path = "law/cases.rs"]
mod cases;
#[path = "law/keys.rs"]
mod keys;
#[path = "law/lists.rs"]
mod lists;
#[path = "law/replies.rs"]
mod replies;
mod support;

use serde_json::{Value, json};
use std::time::Duration;
use support::{Carrier, Home, Server, adds_up, count, until};

const SOON: Duration = Duration::from_secs(60);
const PEOPLE: [&str; 2] = ["+972542000001", "+972542000002"];
const TUESDAY: &str = "2026-11-17T10:00:00+02:00";
const LABEL: &str = "פרסומת: ";

/// A shop with two people who agreed, a number that receives, and a carrier.
fn shop() -> (Home, Carrier) {
    let (home, carrier) = (Home::lawful(), Carrier::start());
    home.init();
    let rows: String = PEOPLE.iter().map(|p| format!("Dana,{p}\n")).collect();
    let made = home.import(&home.file("people.csv", &format!("name,phone\n{rows}")), "all");
    assert_eq!(made["created"], 2, "{made}");
    home.carrier("carrier", carrier.port(), &[]);
    home.json(&["numbers", "add", "+972541110000"]);
    (home, carrier)
}

fn launch(home: &Home, text: &str, more: &[&str]) -> String {
    let id = home.campaign("Sale", "all", text, more);
    home.json(&["campaigns", "send", &id, "--yes"]);
    id
}

/// What the people's phones show.
fn texts(carrier: &Carrier) -> Vec<String> {
    PEOPLE.iter().flat_map(|p| carrier.phone(p).inbox()).map(|shown| shown.text).collect()
}

fn report(home: &Home, id: &str) -> Value {
    let report = home.json(&["campaigns", "report", id]);
    adds_up(&report);
    report
}

fn state(home: &Home, id: &str, wanted: &str) -> Value {
    until(&format!("the campaign is {wanted}"), SOON, || {
        let report = report(home, id);
        (report["state"] == wanted).then_some(report)
    })
}

/// Whether a number may be sent advertising, by its proof.
fn may(home: &Home, number: &str) -> bool {
    home.json(&["proof", number])["may"]["marketing"] == true
}

fn refused(home: &Home, args: &[&str]) -> String {
    let ended = home.run(args);
    assert_eq!(ended.code, 5, "{}{}", ended.out, ended.err);
    ended.err
}

fn due(home: &Home, id: &str) -> Vec<String> {
    let all = home.json(&["messages", "list", "--campaign", id]);
    let ids = all.as_array().into_iter().flatten().filter_map(|m| m["id"].as_str().map(str::to_owned));
    ids.map(|id| home.json(&["messages", "show", &id])["send_at"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn w1_friday_afternoon_waits_for_sunday_morning_and_s1_carries_its_label() {
    let (home, carrier) = shop();
    let server = home.serve_at("2026-12-04T13:45:00+02:00");
    let id = launch(&home, "מבצע סוכות", &[]);
    let told = state(&home, &id, "waiting_hours");
    assert_eq!((count(&told, "waiting"), count(&told, "accepted")), (2, 2), "{told}");
    assert_eq!(due(&home, &id), ["2026-12-06T06:00:00Z"; 2]);
    assert!(texts(&carrier).is_empty(), "something left on Friday afternoon");
    assert_eq!(server.end(), 0);

    let server = home.serve_at("2026-12-06T08:00:01+02:00");
    let told = state(&home, &id, "completed");
    assert_eq!(count(&told, "delivered"), 2, "{told}");
    let sent = texts(&carrier);
    assert_eq!(sent.len(), 2, "{sent:?}");
    for text in sent {
        assert!(text.starts_with(LABEL) && text.contains("Shop: ") && text.contains("הסר"), "{text}");
    }
    assert_eq!(server.end(), 0);
}

#[test]
fn w2_the_eve_of_a_new_year_that_begins_on_shabbat_waits_until_monday() {
    let (home, carrier) = shop();
    let server = home.serve_at("2027-10-01T14:00:00+03:00");
    let id = launch(&home, "שנה טובה, 20% הנחה", &[]);
    state(&home, &id, "waiting_hours");
    assert_eq!(due(&home, &id), ["2027-10-04T05:00:00Z"; 2]);
    assert!(texts(&carrier).is_empty());
    assert_eq!(server.end(), 0);
}

#[test]
fn w3_a_stopped_campaign_that_waits_for_its_hours_is_taken_back_at_once() {
    let (home, carrier) = shop();
    let server = home.serve_at("2026-11-17T20:16:00+02:00"); // inside the margin before closing
    let id = launch(&home, "מבצע", &[]);
    state(&home, &id, "waiting_hours");
    home.json(&["campaigns", "stop", &id]);
    let told = until("nothing waits", SOON, || {
        let told = report(&home, &id);
        (count(&told, "cancelled") == 2).then_some(told)
    });
    assert_eq!(told["state"], "stopped", "{told}");
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-18T08:00:01+02:00");
    home.json(&["send", "--to", PEOPLE[0], "--text", "הזמנתך מוכנה", "--wait"]);
    assert_eq!(texts(&carrier), ["הזמנתך מוכנה"], "advertising left that was stopped");
    assert_eq!(server.end(), 0);
}

#[test]
fn f1_the_second_campaign_in_a_fortnight_is_left_out_and_the_first_that_fails_gives_its_place_back() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let first = launch(&home, "מבצע ראשון", &[]);
    state(&home, &first, "completed");
    let second = launch(&home, "מבצע שני", &[]);
    let told = state(&home, &second, "completed");
    assert_eq!((count(&told, "accepted"), &told["skipped"]["FREQ_CAP"]), (0, &json!(2)), "{told}");
    assert_eq!(texts(&carrier).len(), 2);

    // A pack says how far a workspace may go, and for how long.
    let wish = |value: &str, more: &[&str]| {
        home.run(&[&["packs", "wish", "frequency.marketing", value], more].concat())
    };
    let leave = ["--reason", "season", "--until", "2027-01-01T00:00:00Z"];
    assert_ne!(wish("9/14", &leave).code, 0, "more than the pack allows");
    assert_ne!(wish("2/14", &[]).code, 0, "laxer without a reason");
    assert_eq!(wish("2/14", &leave).code, 0);
    let third = launch(&home, "מבצע שלישי", &[]);
    let told = state(&home, &third, "completed");
    assert_eq!(count(&told, "delivered"), 2, "{told}");
    assert_eq!(server.end(), 0);
}

#[test]
fn s6_an_advertisement_that_calls_itself_an_order_waits_for_a_person() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let text = "הזמנתך נשלחה. 20% הנחה בקנייה הבאה";
    let sent = home.json(&["send", "--to", PEOPLE[0], "--text", text, "--class", "transactional"]);
    let id = sent["id"].as_str().expect("an id").to_owned();
    let held = home.json(&["packs", "held"]);
    assert_eq!((&held[0]["id"], &held[0]["code"]), (&json!(id), &json!("CLASS_MISMATCH")), "{held}");
    assert!(held[0]["rule"].as_str().is_some_and(|r| r.starts_with("il@")), "{held}");
    home.json(&["send", "--to", PEOPLE[1], "--text", "הזמנתך מוכנה", "--wait"]);
    assert_eq!(texts(&carrier), ["הזמנתך מוכנה"]);
    home.json(&["packs", "release", &id]);
    until("it left", SOON, || (texts(&carrier).len() == 2).then_some(()));
    assert_eq!(home.json(&["packs", "held"]), json!([]));

    // The same in a campaign is refused before anything is planned.
    let id = home.campaign("Sale", "all", text, &["--class", "service"]);
    assert!(refused(&home, &["campaigns", "send", &id, "--yes"]).contains("CLASS_MISMATCH"));
    assert_eq!(server.end(), 0);
}

#[test]
fn s8_a_name_needs_a_second_person_and_some_names_nobody_gets() {
    let (home, carrier) = shop();
    let key = home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
    let server = home.serve_at(TUESDAY);
    let ask = |name: &str| server.ask("POST", "/v1/senders", Some(&key), Some(&json!({ "name": name })));
    for (name, why) in
        [("INFO", "generic"), ("Ieumi", "protected"), ("8ANK", "generic"), ("TwelveLetter", "invalid")]
    {
        let answer = ask(name);
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(why)), "{name}: {}", answer.body);
    }
    let made = ask("NOA-SHOP").json();
    assert_eq!((&made["status"], &made["answerable"]), (&json!("submitted"), &json!(false)), "{made}");
    let campaign = home.campaign("Sale", "all", "מבצע", &["--from", "NOA-SHOP"]);
    assert!(refused(&home, &["campaigns", "send", &campaign, "--yes"]).contains("SENDER_UNAPPROVED"));

    // Whoever asked does not approve; the operator at the console does.
    let id = made["id"].as_str().expect("an id");
    let path = format!("/v1/senders/{id}/approve");
    let own = server.ask("POST", &path, Some(&key), Some(&json!({})));
    assert_eq!((own.status, &own.json()["code"]), (409, &json!("needs_a_second_person")), "{}", own.body);
    let done = home.json(&[
        "senders",
        "approve",
        id,
        "--reason",
        "the register says so",
        "--until",
        "2027-06-01T00:00:00Z",
    ]);
    assert_eq!(done["status"], "approved", "{done}");
    assert_eq!(done["decisions"].as_array().map(Vec::len), Some(2), "{done}");
    home.json(&["campaigns", "send", &campaign, "--yes"]);
    state(&home, &campaign, "completed");
    let sent = texts(&carrier);
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter().all(|t| t.contains("+972541110000")),
        "a name needs a number that can be answered: {sent:?}"
    );
    assert_eq!(server.end(), 0);
}

#[test]
fn s10_what_the_law_adds_is_shown_and_counted_before_anybody_approves() {
    let (home, _carrier) = shop();
    let key = home.json(&["keys", "create", "till"])["key"].as_str().expect("a key").to_owned();
    let server = home.serve_at(TUESDAY);
    let text = "מ".repeat(60); // one part by itself
    let id = home.campaign("Sale", "all", &text, &[]);
    let seen = server.ask("GET", &format!("/v1/campaigns/{id}/preview"), Some(&key), None).json();
    let seen = &seen["preview"];
    assert!(seen["text"].as_str().is_some_and(|t| t.starts_with(LABEL) && t.contains("הסר")), "{seen}");
    assert_eq!(seen["parts"], 2, "{seen}");
    assert_eq!(server.end(), 0);
}

#[test]
fn d10_a_broken_or_unsigned_pack_is_not_loaded_and_the_last_good_one_stays() {
    let home = Home::lawful();
    home.init();
    let folder = home.data().join("packs");
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let own = home.json(&["packs", "show", "il"])["text"].as_str().expect("its text").to_owned();
    let text = own.replace("2026.11.0", "2026.12.0");
    let file = folder.join("il.toml");
    std::fs::write(&file, &text).expect("a file of our own");
    let at = file.to_str().expect("a plain path");
    let version = || {
        let all = home.run(&["packs", "list", "--json"]);
        let all: Value = serde_json::from_str(&all.out).expect("a document");
        let il = all
            .as_array()
            .into_iter()
            .flatten()
            .find(|p| p["id"] == "il")
            .expect("a pack for Israel")
            .clone();
        (il["version"].as_str().unwrap_or_default().to_owned(), il["reviewed"] == true)
    };
    let server = home.serve_at(TUESDAY);
    assert_eq!(version(), ("2026.11.0".into(), false), "an unsigned file was loaded");
    assert_eq!(home.run(&["packs", "list"]).code, 6, "it is told of");
    home.json(&["packs", "sign", at]);
    assert_eq!(home.json(&["packs", "reload"])["changed"], true);
    assert_eq!(version().0, "2026.12.0");
    home.json(&["packs", "reviewed", "il", "--by", "Adv. Cohen", "--role", "counsel"]);
    assert!(version().1);

    // A key that does not exist, a promise that is broken, a word that is not obeyed: each with its line or its case.
    for (broken, says) in [
        (
            text.replace("[window.marketing]\n", "[window.marketing]\nsundays = []\n"),
            "unknown field `sundays`",
        ),
        (text.replace("fri = [\"08:30\", \"13:30\"]", "fri = [\"08:30\", \"15:30\"]"), "friday-afternoon"),
        (
            text.replace("\"stopall\", \"stop all\", \"unsubscribe\"", "\"kindly\", \"unsubscribe\""),
            "'kindly' is understood",
        ),
    ] {
        assert_ne!(broken, text);
        std::fs::write(&file, &broken).expect("a file of our own");
        let checked = home.run(&["packs", "check", at]);
        assert_eq!(checked.code, 1, "{}", checked.out);
        assert!(checked.err.contains(says), "{says}: {}", checked.err);
        let signed = home.run(&["packs", "sign", at]);
        assert_eq!(signed.code, 0, "{}", signed.err);
        let loaded = home.run(&["packs", "reload"]);
        assert_eq!(loaded.code, 6, "{}", loaded.err);
        assert!(loaded.err.contains(says), "{says}: {}", loaded.err);
        assert_eq!(version(), ("2026.12.0".into(), true), "the last good one stays, with its review");
    }
    assert_eq!(server.end(), 0);
}

#[test]
fn s12_a_law_that_changes_while_messages_wait_judges_them_anew() {
    let (home, carrier) = shop();
    let server = home.serve_at("2026-11-17T22:00:00+02:00");
    let id = launch(&home, "מבצע לילה", &[]);
    state(&home, &id, "waiting_hours");
    home.json(&["packs", "wish", "window.marketing", "10:30-12:00"]);
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-18T08:00:00+02:00");
    until("they are put off by the new hours", SOON, || {
        (due(&home, &id) == ["2026-11-18T08:30:00Z"; 2]).then_some(())
    });
    assert!(texts(&carrier).is_empty(), "it left outside the workspace's own hours");
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-18T10:30:01+02:00");
    state(&home, &id, "completed");
    assert_eq!(texts(&carrier).len(), 2);
    assert_eq!(server.end(), 0);
}

/// A person who refuses while it waits for the morning does not get it in the morning.
#[test]
fn c8_a_refusal_in_the_night_counts_in_the_morning() {
    let (home, carrier) = shop();
    let server: Server = home.serve_at("2026-11-17T22:00:00+02:00");
    let id = launch(&home, "מבצע לילה", &[]);
    state(&home, &id, "waiting_hours");
    until("the link is up", SOON, || (home.connector("carrier")["state"] == "bound").then_some(()));
    carrier.phone(PEOPLE[0]).post("הסר", "+972541110000").expect("a text that fits");
    until("the refusal is known", SOON, || {
        let told = home.json(&["contacts", "list"]);
        let all = told.as_array().cloned().unwrap_or_default();
        all.iter().any(|c| c["consent"] == "left" || c["consent"] == "refused").then_some(())
    });
    assert_eq!(server.end(), 0);
    let server = home.serve_at("2026-11-18T08:00:01+02:00");
    let told = state(&home, &id, "completed");
    assert_eq!(
        (count(&told, "delivered"), &told["suppressed"]["SUPPRESSED_WORKSPACE"]),
        (1, &json!(1)),
        "{told}"
    );
    assert_eq!(server.end(), 0);
}
