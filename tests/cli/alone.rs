//! Without a server: the commands open the store themselves.

use super::*;
use serde_json::json;

#[test]
fn a_workspace_a_key_and_a_connector_are_made() {
    let home = Home::new();
    let made = home.init();
    assert_eq!((&made["workspace"], &made["owner"]), (&json!("Shop"), &json!("rivka@shop.example")));
    let key = home.json(&["keys", "create", "site", "--scopes", "send,read"]);
    assert!(key["key"].as_str().unwrap().starts_with("sk_live_"));
    assert_eq!((&key["scopes"], &key["test"]), (&json!(["send", "read"]), &json!(false)));
    home.json(&[
        "connectors",
        "add",
        "carrier",
        "--kind",
        "smpp",
        "--set",
        "host=127.0.0.1",
        "port=2775",
        "system_id=shop",
    ]);
    let listed = home.json(&["connectors", "list"]);
    let carrier = listed.as_array().unwrap().iter().find(|c| c["name"] == "carrier").unwrap();
    for name in ["id", "name", "kind", "state", "since", "error"] {
        assert!(carrier.get(name).is_some(), "{name} is missing in {carrier}");
    }
    assert_eq!(home.json(&["routes", "list"])[0]["to"], json!(["carrier"]));
    home.json(&["numbers", "add", "4545", "--connector", "carrier"]);
    home.json(&["senders", "add", "Shop", "--country", "IL"]);
    assert_eq!(home.json(&["numbers", "list"])[0]["type"], "short");
    let lines = home.run(&["connectors", "list", "--jsonl"]);
    assert_eq!(lines.out.lines().count(), listed.as_array().unwrap().len());
    assert_eq!(home.json(&["workspaces", "list"])[0]["name"], "Shop");
}

#[test]
fn a_message_is_stored_and_shown() {
    let home = Home::new();
    home.init();
    home.json(&[
        "connectors",
        "add",
        "carrier",
        "--kind",
        "smpp",
        "--set",
        "host=127.0.0.1",
        "system_id=shop",
    ]);
    home.json(&["senders", "add", "Shop"]);
    let sent = home.json(&["send", "--to", "+972501234567", "--text", "Hello"]);
    assert_eq!((&sent["encoding"], &sent["parts"]), (&json!("GSM-7"), &json!(1)));
    let id = sent["id"].as_str().unwrap();
    let shown = home.json(&["messages", "show", id]);
    assert_eq!((&shown["id"], &shown["text"]), (&sent["id"], &json!("Hello")));
    assert_eq!(home.json(&["messages", "list", "--to", "+972501234567"])[0]["id"], sent["id"]);
    assert_eq!(
        home.json(&["queues", "list"])
            .as_array()
            .unwrap()
            .iter()
            .map(|q| q["queued"].as_i64().unwrap())
            .sum::<i64>(),
        1
    );
}

#[test]
fn every_exit_code_means_one_thing() {
    let home = Home::new();
    let absent = home.run(&["keys", "list"]);
    assert_eq!(absent.code, 8, "{}", absent.err);
    assert!(!home.data().exists(), "a question made a data directory");
    home.init();
    for (args, code) in [
        (&["sned"][..], 2),
        (&["connectors", "add", "a", "--kind", "smp"], 2),
        (&["connectors", "add", "a", "--kind", "smpp", "--set", "hots=x"], 2),
        (&["keys", "create", "x", "--scopes", "everything"], 2),
        (&["messages", "show", "msg_0000000000001"], 3),
        (&["keys", "list", "--workspace", "Nobody"], 3),
        (&["send", "--to", "12", "--text", "x"], 5),
        (&["send", "--to", "+972501234567", "--text", "x", "--class", "marketing"], 5),
        (&["send", "--to", "+972501234567", "--text", "x", "--wait"], 8),
        (&["sim", "reply", "--from", "+99900", "--to", "4545", "--text", "x"], 8),
    ] {
        let ended = home.run(args);
        assert_eq!(ended.code, code, "{args:?}: {}{}", ended.out, ended.err);
        assert!(ended.out.is_empty(), "{args:?} wrote to stdout: {}", ended.out);
        assert!(ended.err.contains("error:"), "{args:?}: {}", ended.err);
    }
    let refused =
        home.run(&["send", "--to", "+972501234567", "--text", "x", "--class", "marketing", "--json"]);
    let problem: Value = serde_json::from_str(&refused.out).unwrap();
    assert!(problem["code"].is_string() && problem["request_id"].is_string());
}

#[test]
fn a_second_workspace_must_be_named() {
    let home = Home::new();
    home.init();
    let password = home.dir.path().join("password");
    let password = password.to_str().unwrap();
    home.json(&[
        "init",
        "--owner-email",
        "o@b.example",
        "--owner-password-file",
        password,
        "--workspace",
        "חנות",
        "--country",
        "IL",
    ]);
    assert_eq!(home.run(&["keys", "list"]).code, 2);
    assert_eq!(home.json(&["keys", "list", "--workspace", "חנות"]), json!([]));
}

#[test]
fn a_text_that_comes_in_is_judged() {
    let home = Home::new();
    for (text, verdict) in [("STOP", "optout"), ("הסר", "optout"), ("thank you", "inbox")] {
        let judged = home.json(&["packs", "try", "IL", "--text", text]);
        assert_eq!(judged["verdict"], verdict, "{text}: {judged}");
        assert!(judged["rule"].is_string() && judged["normalised"].is_string());
        assert_eq!(judged["pack"], "il");
    }
    let unknown = home.run(&["packs", "try", "atlantis", "--text", "STOP"]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.err.contains("atlantis") && unknown.err.contains("il"), "{}", unknown.err);
}

#[test]
fn a_wrong_configuration_names_its_line() {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    std::fs::write(home.data().join("sendword.toml"), "lisen = \"127.0.0.1:1\"\n").unwrap();
    let ended = home.run(&["keys", "list"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("line 1") && ended.err.contains("did you mean 'listen'?"), "{}", ended.err);
}

#[test]
fn routes_are_drafted_explained_published_and_undone() {
    let home = Home::new();
    home.init();
    for name in ["hexa", "backup"] {
        home.json(&["connectors", "add", name, "--kind", "smpp", "--set", "host=127.0.0.1", "system_id=x"]);
    }
    let rates = home.dir.path().join("rates.csv");
    std::fs::write(&rates, "prefix,price\n972,0.0612\n97250,0.05\n").unwrap();
    let file = rates.to_str().unwrap();
    assert_eq!(home.json(&["rates", "import", "hexa", file, "--currency", "EUR"])["prices"], 2);
    let rule = ["--country", "IL", "--class", "otp", "--to", "backup,hexa", "--name", "Codes"];
    home.json(&[&["routes", "add", "--draft"][..], &rule].concat());
    let ask = ["routes", "explain", "0502345678", "--class", "otp", "--text", "Your code is 4711"];
    let now = home.json(&ask);
    assert_eq!((&now["to"], &now["parts"], &now["cost"]), (&json!(["hexa"]), &json!(1), &json!("0.05")));
    let drafted = home.json(&[&ask[..], &["--draft"]].concat());
    assert_eq!((&drafted["to"], &drafted["rule"]["name"]), (&json!(["backup", "hexa"]), &json!("Codes")));
    assert_eq!(home.json(&["routes", "replay"])["messages"], 0);
    home.json(&["routes", "publish"]);
    assert_eq!(home.json(&ask)["to"], json!(["backup", "hexa"]));
    let other = home.json(&["routes", "explain", "+36201234567"]);
    assert_eq!(other["steps"][0]["why_not"], "country");
    let people = home.run(&["routes", "explain", "0502345678", "--class", "otp"]);
    assert!(people.out.contains("goes by backup") && people.out.contains("then by hexa"), "{}", people.out);
    home.json(&["routes", "undo"]);
    assert_eq!(home.json(&ask)["to"], json!(["hexa"]));
    assert_eq!(home.json(&["routes", "history"]).as_array().unwrap().len(), 3);
    let wrong = home.run(&["routes", "add", "--prefix", "shop", "--to", "hexa"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    home.json(&["numbers", "add", "5050", "--type", "shared"]);
    home.json(&["numbers", "lease", "5050", "CLUB", "--until", "2099-01-01"]);
    assert_eq!(home.json(&["numbers", "try", "5050", "С l u b 4"])["word"], "CLUB");
    let taken = home.run(&["numbers", "lease", "5050", "ClUB"]);
    assert_eq!(taken.code, 2, "{}", taken.err);
    assert!(taken.err.contains("taken"), "{}", taken.err);
}
