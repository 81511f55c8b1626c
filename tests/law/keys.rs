//! The keys that numbers stand under: renewed, exported, brought back, and every refusal in force before and after.

use super::cases::{inbound, key, link_is_up, writes};
use super::*;
use std::os::unix::fs::PermissionsExt;

const GONE: &str = "+972542000003";

/// Why the product would not write an advertisement to a number; empty where it would.
fn kept_out(home: &Home, to: &str) -> String {
    let ended = home.run(&["send", "--to", to, "--text", "מבצע", "--class", "marketing", "--dry-run"]);
    if ended.code == 0 { String::new() } else { ended.err }
}

#[test]
fn a_renewed_key_forgets_nobody_who_refused_not_even_who_was_erased() {
    let (home, carrier) = shop();
    let phrase = home.file("phrase", "four quiet words here\n");
    let sealed = |name: &str| home.dir.path().join(name).to_str().expect("a plain path").to_owned();
    let export = |name: &str| {
        let args = ["keys", "export", &sealed(name), "--passphrase-file", phrase.to_str().expect("a path")];
        assert_eq!(home.run(&args).code, 0, "{name}");
    };
    home.import(&home.file("third.csv", &format!("name,phone\nNoa,{GONE}\n")), "all");
    let key = key(&home);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    writes(&carrier, (&server, &key), PEOPLE[0], "STOP");
    writes(&carrier, (&server, &key), GONE, "הסר");
    until("both are confirmed", SOON, || {
        let all = [PEOPLE[0], GONE].map(|n| carrier.phone(n).inbox().len());
        (all == [1, 1]).then_some(())
    });
    assert_ne!(home.run(&["keys", "rotate", "--yes"]).code, 0, "not beside a server");
    assert_eq!(server.end(), 0);
    let gone = home.json(&["proof", GONE, "--erase", "--reason", "she asked for it"]);
    assert_eq!(gone["refusals"], 1, "{gone}");
    export("first.keys");
    let copy = sealed("before.backup");
    home.json(&["backup", &copy]);
    let verified = home.json(&["audit", "verify"]);
    assert_eq!(verified["holds"], true, "{verified}");

    assert_ne!(home.run(&["keys", "rotate"]).code, 0, "not by mistake");
    let told = home.json(&["keys", "rotate", "--yes"]);
    assert_eq!((&told["keys"], &told["left"]), (&json!(2), &json!(1)), "{told}");
    let ring = std::fs::metadata(home.data().join("keys/ring.key")).expect("the ring");
    assert_eq!((ring.permissions().mode() & 0o777, ring.len()), (0o600, 64));
    let ring = home.json(&["keys", "ring"]);
    assert_eq!((&ring["exported_at"], &ring["left"]), (&Value::Null, &json!(1)), "{ring}");
    let doctor = home.run(&["doctor"]);
    assert!(doctor.out.contains("the newest key was never exported"), "{}", doctor.out);
    let server = home.serve_at(TUESDAY);
    link_is_up(&home);
    for number in [PEOPLE[0], GONE] {
        assert!(kept_out(&home, number).contains("SUPPRESSED"), "{number}: {}", kept_out(&home, number));
        assert!(!may(&home, number), "{number}");
    }
    let verified = home.json(&["audit", "verify"]);
    assert_eq!(verified["holds"], true, "the chain holds over what was tagged anew: {verified}");

    // A file brings her number again: she stays out, and from now on under the new key.
    home.import(&home.file("again.csv", &format!("name,phone\nNoa,{GONE}\n")), "again");
    assert!(!may(&home, GONE));
    let people = home.json(&["contacts", "list", "--consent", "left"]);
    let numbers: Vec<&Value> = people.as_array().into_iter().flatten().map(|p| &p["number"]).collect();
    assert_eq!(numbers, [PEOPLE[0]], "who was erased and refused is not made anew by a file");

    // Who comes back by a word of their own comes back, under whichever key they had left.
    writes(&carrier, (&server, &key), PEOPLE[0], "START");
    assert_eq!(inbound(&server, &key, PEOPLE[0]), 2);
    assert_eq!(server.end(), 0);
    assert!(may(&home, PEOPLE[0]) && !may(&home, GONE));

    // A copy from before the new key, with the ledger of after it. A restore goes by the clock of the machine.
    export("second.keys");
    home.json(&["restore", &copy]);
    assert!(!may(&home, GONE), "{}", home.json(&["proof", GONE]));
    assert_eq!(home.json(&["audit", "verify"])["holds"], true);
    let server = home.serve_at("2099-01-05T10:00:00+02:00");
    assert!(kept_out(&home, GONE).contains("SUPPRESSED"), "{}", kept_out(&home, GONE));
    assert_eq!(server.end(), 0);

    // The exported ring alone opens it elsewhere; the one from before the rotation does not.
    let ring = home.data().join("keys/ring.key");
    let import = |name: &str| {
        let args = ["keys", "import", &sealed(name), "--passphrase-file", phrase.to_str().expect("a path")];
        home.run(&args).code
    };
    std::fs::remove_file(&ring).expect("the ring goes");
    assert_eq!(import("first.keys"), 0);
    let refused = home.run(&["proof", GONE]);
    assert!(refused.code != 0 && refused.err.contains("keys"), "{}", refused.err);
    assert_eq!(import("second.keys"), 0, "what grew out of it takes its place");
    assert!(!may(&home, GONE));
    assert_eq!(import("first.keys"), 0, "an older copy takes nothing away");
    assert_eq!(home.json(&["keys", "ring"])["keys"], 2);
}
