//! The main job, end to end, against SMSCs that this project did not write: a real list, a lawful campaign, receipts,
//! a refusal, and the next campaign that keeps it. On SQLite and on PostgreSQL.

mod support;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use store::testing::Postgres;
use support::{Home, Peer, Server, adds_up, copied, count, digits, expected, samples, sum, until, watched};

const PATIENCE: Duration = Duration::from_secs(120);
/// What the peer is told to fail: a receipt for one ending, a refused submit for another.
const FAILS: &str = "07";
const REJECTS: &str = "13";
const OPTIONS: &[&str] = &["--receipt-delay-ms", "50", "--fail", "07=UNDELIV:011", "--reject", "13=11"];

const TEXT: &str =
    "שלום {{first_name|default(\"לקוחות יקרים\")}}, 20% הנחה בסוף השבוע! להסרה: {{unsubscribe_url}}";

#[test]
fn npm_on_sqlite() {
    story("npm_on_sqlite", "smsc-npm.mjs", None);
}

#[test]
fn smpp34_on_sqlite() {
    story("smpp34_on_sqlite", "smsc-smpp34.py", None);
}

#[test]
fn npm_on_postgresql() {
    let Some(server) = Postgres::shared("npm_on_postgresql") else { return };
    story("npm_on_postgresql", "smsc-npm.mjs", Some(server.database()));
}

#[test]
fn smpp34_on_postgresql() {
    let Some(server) = Postgres::shared("smpp34_on_postgresql") else { return };
    story("smpp34_on_postgresql", "smsc-smpp34.py", Some(server.database()));
}

fn story(test: &str, script: &str, database: Option<String>) {
    let Some(samples) = samples(test) else { return };
    let Some(peer) = Peer::start(test, script, OPTIONS) else { return };
    let home = Home::on(database);
    home.init();
    let server = home.serve();
    let key = home.json(&["keys", "create", "site"]);
    assert_eq!(key["test"], false, "{key}");
    let key = key["key"].as_str().expect("a key").to_owned();
    let mut shop = Shop { home, server, key, peer };
    shop.home.carrier("peer", shop.peer.port, &["window=50"]);
    shop.home.json(&["numbers", "add", "4545", "--connector", "peer"]);

    shop.imports(&samples);
    let list = Workbook::read(&samples.join("shop-haifa.xlsx"), &shop.numbers());
    let first = shop.sends_to_everybody_once(&list);
    let gone = shop.loses_one_by_refusal(&list, &first);
    shop.leaves_him_out(&list, &gone);
    assert_eq!(shop.peer.seen("error"), Vec::<Value>::new());
    assert_eq!(shop.server.end(), 0);
}

struct Shop {
    home: Home,
    server: Server,
    key: String,
    peer: Peer,
}

impl Shop {
    fn get(&self, path: &str) -> Value {
        let answer = self.server.ask("GET", path, Some(&self.key), None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    fn imports(&self, samples: &Path) {
        let own = copied(samples, &self.home.dir.path().join("samples"));
        let told = self.home.import(&own.join("shop-haifa.xlsx"), "shop");
        let truth = &expected(samples)["contacts"]["shop-haifa.xlsx"]["counts"];
        let phones = &told["phones"];
        assert_eq!(
            [&told["rows"], &phones["mobile"], &phones["landline"], &phones["service"], &phones["short"]],
            [
                &truth["rows"],
                &truth["valid_mobiles"],
                &truth["landline"],
                &truth["service_numbers"],
                &truth["short_numbers"]
            ],
            "{told}"
        );
        assert_eq!(
            [&phones["invalid"], &phones["empty"], &told["duplicates"], &told["created"]],
            [
                &truth["invalid"],
                &truth["empty_phone_cells"],
                &truth["duplicates"],
                &truth["valid_mobiles_unique"]
            ],
            "{told}"
        );
        assert_eq!(told["created"], 1_120);
        let mut hash = Sha256::new();
        self.numbers().iter().for_each(|number| hash.update(format!("+{number}\n")));
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(truth["unique_mobiles_sha256"], hash.as_str(), "other numbers than the file's");
    }

    /// The numbers of the list, digits alone.
    fn numbers(&self) -> BTreeSet<String> {
        let all = self.home.json(&["contacts", "list", "--list", "shop", "--limit", "5000"]);
        let all = all.as_array().expect("a list of contacts");
        all.iter().map(|c| digits(c["number"].as_str().expect("a number"))).collect()
    }

    fn launch(&self, name: &str) -> String {
        let id = self.home.campaign(name, "shop", TEXT, &["--from", "4545"]);
        self.home.json(&["campaigns", "send", &id, "--yes"]);
        id
    }

    /// The messages of a campaign in one status, by number.
    fn listed(&self, id: &str, status: &str) -> BTreeMap<String, Value> {
        let found =
            self.home.json(&["messages", "list", "--campaign", id, "--status", status, "--limit", "5000"]);
        let all = found.as_array().expect("a list of messages").iter();
        all.map(|m| (digits(m["to"].as_str().expect("a number")), m.clone())).collect()
    }

    fn sends_to_everybody_once(&self, list: &Workbook) -> String {
        let id = self.launch("Weekend");
        let report = watched(&self.home, &id, PATIENCE);
        let ending = |ending: &str| list.agreed.keys().filter(|n| n.ends_with(ending)).cloned().collect();
        let (failed, rejected): (BTreeSet<String>, BTreeSet<String>) = (ending(FAILS), ending(REJECTS));
        assert!(!failed.is_empty() && !rejected.is_empty(), "the list has nobody with those endings");
        let n = |set: &BTreeSet<String>| set.len() as i64;
        let undelivered = self.listed(&id, "undelivered");
        if let Some((number, message)) = undelivered.iter().find(|(number, _)| !failed.contains(*number)) {
            let story = self.home.json(&["messages", "trace", message["id"].as_str().expect("an id")]);
            let seen = self
                .peer
                .events()
                .into_iter()
                .filter(|e| e["to"].as_str().is_some_and(|to| to.ends_with(number)));
            panic!("{number} is undelivered: {message} {story}; the peer saw {:?}", seen.collect::<Vec<_>>());
        }
        let agreed = list.agreed.len() as i64;
        assert_eq!(report["state"], "completed_with_failures", "{report}");
        assert_eq!((count(&report, "audience"), count(&report, "accepted")), (1_120, agreed), "{report}");
        assert_eq!(report["skipped"], json!({ "NO_CONSENT": 1_120 - agreed }), "{report}");
        assert_eq!(
            (count(&report, "undelivered"), count(&report, "rejected")),
            (n(&failed), n(&rejected)),
            "{report}"
        );
        assert_eq!(count(&report, "delivered"), agreed - n(&failed) - n(&rejected), "{report}");
        self.each_text_is_right(list, &rejected);
        let refusals = self.peer.seen("rejected");
        for (status, numbers) in [("undelivered", &failed), ("rejected", &rejected)] {
            let told = self.listed(&id, status);
            assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), *numbers, "{status}");
            for message in told.values() {
                let shown = self.home.json(&["messages", "show", message["id"].as_str().expect("an id")]);
                let code = shown["reason"]["code"].as_str().unwrap_or_default();
                assert!(!["", "none", "NONE"].contains(&code), "{shown}");
                assert!(shown["reason"]["text"].as_str().is_some_and(|t| !t.is_empty()), "{shown}");
                let parts = shown["parts"].as_array().map_or(0, Vec::len);
                let number = digits(shown["to"].as_str().expect("a number"));
                let offered =
                    refusals.iter().filter(|e| digits(e["to"].as_str().unwrap_or_default()) == number);
                assert!(offered.count() <= parts, "a refused part was offered again: {shown}");
            }
        }
        self.one_message_is_shown_whole(&id);
        id
    }

    /// What the peer decoded: everybody once, by name, each with a link of his own.
    fn each_text_is_right(&self, list: &Workbook, rejected: &BTreeSet<String>) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut links = BTreeSet::new();
        for message in self.peer.seen("message") {
            let to = digits(message["to"].as_str().expect("a number"));
            let text = message["text"].as_str().expect("a text").to_owned();
            let (words, link) = text.split_once("להסרה: ").unwrap_or_else(|| panic!("no link in «{text}»"));
            let names = list.agreed.get(&to).unwrap_or_else(|| panic!("{to} never agreed"));
            let greeted = names.iter().any(|name| {
                let name = if name.is_empty() { "לקוחות יקרים" } else { name };
                words == format!("שלום {name}, 20% הנחה בסוף השבוע! ")
            });
            assert!(greeted, "{to} is one of {names:?} and reads «{text}»");
            assert!(link.starts_with("http") && links.insert(link.to_owned()), "{to} has «{link}»");
            assert_eq!(message["from"], "4545");
            assert_eq!(seen.insert(to.clone(), text), None, "{to} got it twice");
        }
        let reached: BTreeSet<&String> = list.agreed.keys().filter(|n| !rejected.contains(*n)).collect();
        assert_eq!(seen.keys().collect::<BTreeSet<_>>(), reached, "the right people, and all of them");
        let refused: Vec<String> =
            self.peer.seen("rejected").iter().map(|e| digits(e["to"].as_str().expect("a number"))).collect();
        assert_eq!(refused.iter().cloned().collect::<BTreeSet<_>>(), *rejected);
    }

    fn one_message_is_shown_whole(&self, id: &str) {
        let (to, message) = self.listed(id, "delivered").pop_first().expect("a delivered message");
        let sent = self
            .peer
            .seen("message")
            .into_iter()
            .find(|m| digits(m["to"].as_str().unwrap_or_default()) == to);
        let sent = sent.expect("the peer saw it");
        let shown = self.get(&format!("/v1/messages/{}", message["id"].as_str().expect("an id")));
        assert_eq!((&shown["text"], &shown["encoding"]), (&sent["text"], &json!("UCS-2")), "{shown}");
        let parts = shown["parts"].as_array().expect("its parts");
        let ids: BTreeSet<&str> = parts.iter().filter_map(|p| p["smsc_id"].as_str()).collect();
        let given: BTreeSet<&str> =
            sent["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert_eq!(ids, given, "{shown}");
        assert!(parts.iter().all(|p| p["status"] == "delivered" && p["connector"] == "peer"), "{shown}");
    }

    /// One of them writes the word; it counts at once, and the campaign knows.
    fn loses_one_by_refusal(&mut self, list: &Workbook, id: &str) -> String {
        let (gone, _) = self.listed(id, "delivered").pop_last().expect("a delivered message");
        assert!(list.agreed.contains_key(&gone));
        self.peer.reply(&gone, "4545", "הסר");
        let (home, peer) = (&self.home, &self.peer);
        until("the carrier's delivery is answered", PATIENCE, || {
            peer.seen("answered").iter().any(|e| e["kind"] == "mo" && e["status"] == 0).then_some(())
        });
        let report = until("the campaign counts the refusal", PATIENCE, || {
            let report = home.json(&["campaigns", "report", id]);
            adds_up(&report);
            (count(&report, "opt_outs") == 1).then_some(report)
        });
        assert_eq!(count(&report, "replies"), 1, "{report}");
        let inbound = self.get("/v1/inbound");
        let item = &inbound["data"][0];
        assert_eq!(item["text"], "הסר", "{inbound}");
        assert_eq!(digits(item["to"].as_str().unwrap_or_default()), "4545", "{inbound}");
        assert_eq!(digits(item["from"].as_str().unwrap_or_default()), gone);
        assert!(item["contact"].is_string() && item["thread"].is_string(), "{item}");
        gone
    }

    fn leaves_him_out(&self, list: &Workbook, gone: &str) {
        let before = self.peer.seen("message").len();
        let id = self.launch("Next weekend");
        let report = watched(&self.home, &id, PATIENCE);
        let agreed = list.agreed.len() as i64;
        let skipped = json!({ "NO_CONSENT": 1_120 - agreed, "SUPPRESSED_WORKSPACE": 1 });
        assert_eq!((&report["skipped"], count(&report, "accepted")), (&skipped, agreed - 1), "{report}");
        assert_eq!(count(&report, "audience"), count(&report, "accepted") + sum(&report, "skipped"));
        let campaign = self.peer.seen("message").split_off(before);
        let to_him = campaign.iter().filter(|m| digits(m["to"].as_str().unwrap_or_default()) == gone);
        let marketing = to_him.filter(|m| m["text"].as_str().is_some_and(|t| t.contains("הנחה"))).count();
        assert_eq!(marketing, 0, "he was written to after his refusal");
        let body = json!({ "to": format!("+{gone}"), "text": "Sale", "class": "marketing" });
        let refused = self.server.ask("POST", "/v1/messages", Some(&self.key), Some(&body));
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (422, &json!("SUPPRESSED_WORKSPACE")),
            "{}",
            refused.body
        );
        let ended =
            self.home.run(&["send", "--to", &format!("+{gone}"), "--text", "Sale", "--class", "marketing"]);
        assert_eq!(ended.code, 5, "{}", ended.err);
    }
}

/// The file as a plain reader sees it: who agreed, and the first names that stand beside each number.
struct Workbook {
    agreed: BTreeMap<String, BTreeSet<String>>,
}

impl Workbook {
    /// A number belongs to the rows whose phone cell holds its national digits. Who said no in one row has said no.
    fn read(path: &Path, numbers: &BTreeSet<String>) -> Workbook {
        let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
        let sheet = book.worksheet_range("לקוחות").expect("the sheet");
        let text = |cell: Option<&Data>| cell.map(ToString::to_string).unwrap_or_default().trim().to_owned();
        let mut rows: Vec<(String, String, String)> = Vec::new();
        for row in sheet.rows().skip(2) {
            rows.push((digits(&text(row.get(2))), text(row.first()), text(row.get(6))));
        }
        assert_eq!(rows.len(), 1_240, "rows under the header");
        let mut agreed = BTreeMap::new();
        for number in numbers {
            let tail = &number[number.len() - 8..];
            let mine: Vec<_> = rows.iter().filter(|(phones, _, _)| phones.contains(tail)).collect();
            assert!(!mine.is_empty(), "{number} is in no row");
            let said = |words: &[&str]| mine.iter().any(|(_, _, answer)| words.contains(&answer.as_str()));
            if said(&["כן", "V", "✓"]) && !said(&["לא"]) {
                agreed.insert(number.clone(), mine.iter().map(|(_, name, _)| name.clone()).collect());
            }
        }
        Workbook { agreed }
    }
}
