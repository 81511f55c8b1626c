//! Work that outlives a request, killed at a named moment of a slice: it goes on where it stood, nobody is counted twice, and
//! half a list never counts.

use super::support::{Home, Server, Staff, until};
use super::{PATIENCE, on_postgres};
use serde_json::Value;

const PEOPLE: i64 = 600;

/// A server that dies at a moment, the n-th time it comes.
fn dying(home: &Home, point: &str) -> Server {
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SENDWORD_FAILPOINT", format!("{point}:0"));
    Server::spawn(command)
}

/// Somebody of the staff who reads English.
fn staff(server: &Server) -> Staff<'_> {
    let mut staff = Staff::signed_in(server);
    staff.cookie.push_str("; language=en");
    staff
}

fn died(mut server: Server, point: &str) {
    assert!(server.ended(PATIENCE).is_some(), "{point} was never reached");
}

/// A figure of a deed's page, by the words before it.
fn figure(page: &str, word: &str) -> i64 {
    let after = page.split(&format!("<dt>{word}</dt><dd>")).nth(1);
    let digits = after.and_then(|rest| rest.split('<').next()).map(super::digits);
    digits.and_then(|d| d.parse().ok()).unwrap_or_else(|| panic!("no {word} on {page}"))
}

/// The page of a deed, once it says these words.
fn told(staff: &Staff<'_>, place: &str, words: &str) -> String {
    until(&format!("the deed says «{words}»"), PATIENCE, || {
        let page = staff.get(&format!("{place}?part=outcome")).body;
        page.contains(words).then_some(page)
    })
}

/// How many people stand so.
fn standing(home: &Home, consent: &str) -> usize {
    let all = home.json(&["contacts", "list", "--limit", "100000"]);
    all.as_array().into_iter().flatten().filter(|c| c["consent"] == consent).count()
}

/// What the record has of one number, by the word of each event.
fn record(home: &Home, number: &str) -> Vec<String> {
    let proof = home.json(&["proof", number]);
    let events = proof["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|e| e["action"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Refusals of everybody, and their taking back: killed before a commit and behind one, each way.
fn killed_while_many_are_changed(home: &Home) {
    home.init();
    let rows: String = (0..PEOPLE).map(|n| format!("Dana {n},052{:07}\n", 2_000_000 + n)).collect();
    home.import(&home.file("people.csv", &format!("first name,phone\n{rows}")), "all");
    assert_eq!(standing(home, "granted"), PEOPLE as usize);

    let server = dying(home, "people.deed.after_commit:3");
    let rivka = staff(&server);
    let asked = [("whom", "found"), ("deed", "suppress"), ("words", "they all called"), ("sure", "yes")];
    let begun = rivka.post("/contacts/many", &asked);
    assert_eq!(begun.status, 303, "{}", begun.body);
    let place = begun.head.lines().find_map(|l| l.strip_prefix("location: ")).expect("a place").to_owned();
    died(server, "people.deed.after_commit");
    let again = dying(home, "people.deed.before_commit:3");
    died(again, "people.deed.before_commit");

    let server = home.serve();
    let rivka = staff(&server);
    let page = told(&rivka, &place, ">Done<");
    assert_eq!((figure(&page, "Looked at"), figure(&page, "Changed")), (PEOPLE, PEOPLE), "{page}");
    assert_eq!(standing(home, "left"), PEOPLE as usize);
    for n in [0, 149, 150, 151, PEOPLE - 1] {
        let number = format!("+97252{:07}", 2_000_000 + n);
        let refusals = record(home, &number).iter().filter(|action| *action == "refuse").count();
        assert_eq!(refusals, 1, "{number} refused more than once, or never");
    }
    assert_eq!(server.end(), 0);

    let server = dying(home, "people.deed.after_commit:2");
    let rivka = staff(&server);
    assert_eq!(rivka.post(&format!("{place}/undo"), &[]).status, 303);
    died(server, "people.deed.after_commit");
    let server = home.serve();
    told(&staff(&server), &place, ">Taken back<");
    assert_eq!((standing(home, "left"), standing(home, "granted")), (0, PEOPLE as usize));
    for n in [0, 49, 50, 51, PEOPLE - 1] {
        let number = format!("+97252{:07}", 2_000_000 + n);
        let backs = record(home, &number).iter().filter(|action| *action == "retract").count();
        assert_eq!(backs, 1, "{number} was taken back more than once, or never");
    }
    assert_eq!(home.run(&["audit", "verify"]).code, 0, "the chains hold");
    assert_eq!(server.end(), 0);
}

#[test]
fn killed_while_many_people_are_changed_and_changed_back() {
    killed_while_many_are_changed(&Home::new());
}

#[test]
fn killed_while_many_people_are_changed_and_changed_back_on_postgres() {
    let test = "killed_while_many_people_are_changed_and_changed_back_on_postgres";
    if let Some(home) = on_postgres(test) {
        killed_while_many_are_changed(&home);
    }
}

const LIST: &str = "il-do-not-call";
const NUMBERS: i64 = 5_000;

/// Takes a list in; the command's exit code.
fn load(home: &Home, file: &str, as_of: &str) -> i32 {
    home.run(&["registries", "load", LIST, file, "--as-of", as_of, "--source", "the authority"]).code
}

/// How many numbers the list that counts has.
fn entries(home: &Home) -> Value {
    let all = home.json(&["registries", "list"]);
    let found = all.as_array().into_iter().flatten().find(|r| r["registry"] == LIST).cloned();
    found.unwrap_or_else(|| panic!("no {LIST} in {all}"))["entries"].clone()
}

fn stands(home: &Home, number: &str) -> bool {
    let told = home.json(&["registries", "check", number]);
    told["registries"].as_array().is_some_and(|all| !all.is_empty())
}

/// The old list counts whole until the new one does: a death between leaves neither half.
fn killed_while_a_list_comes_in(home: &Home) {
    home.init();
    let file = |name: &str, first: i64, count: i64| {
        let rows: String = (first..first + count).map(|n| format!("054{n:07}\n")).collect();
        home.file(name, &rows).to_str().expect("a plain path").to_owned()
    };
    let (old, new) = (file("old.csv", 2_000_000, NUMBERS), file("new.csv", 2_002_500, NUMBERS + 7));
    let (only_old, both, only_new) = ("0542000000", "0542002500", "0542007506");
    let server = home.serve();
    assert_eq!(load(home, &old, "2026-01-05"), 0);
    assert_eq!(server.end(), 0);
    // In the middle of its numbers, before it counts, when it counts, and while the old one's are dropped.
    for (point, counts) in [
        ("registry.add.after_commit:2", false),
        ("registry.take.before_commit:1", false),
        ("registry.take.after_commit:1", true),
        ("registry.sweep.before_commit:1", true),
    ] {
        let server = dying(home, point);
        assert_ne!(load(home, &new, "2026-01-06"), 0, "{point}: a list that was cut called itself taken in");
        died(server, point);
        let server = home.serve();
        let size = if counts { NUMBERS + 7 } else { NUMBERS };
        assert_eq!(entries(home), size, "{point}");
        let found = [only_old, both, only_new].map(|number| stands(home, number));
        assert_eq!(found, [!counts, true, counts], "{point}");
        assert_eq!(server.end(), 0);
    }
    let server = home.serve();
    assert_eq!(load(home, &new, "2026-01-06"), 0, "the same list once more");
    assert_eq!(entries(home), NUMBERS + 7);
    assert_eq!([only_old, both, only_new].map(|number| stands(home, number)), [false, true, true]);
    assert_eq!(server.end(), 0);
}

#[test]
fn killed_while_a_public_list_comes_in() {
    killed_while_a_list_comes_in(&Home::new());
}
