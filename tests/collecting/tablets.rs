//! Tablets at tills, and forms inside other sites.

use super::*;

#[test]
fn tablets_and_other_sites_are_known_or_refused() {
    let (home, carrier) = shop();
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    let (path, place) = staff.form(&[("sites", "https://www.shop.example")]);

    // A site the form names gets it and may read the answer; another gets nothing.
    let embed = format!("{path}/embed?lang=he");
    let (status, head, open) = script(&server, "GET", &embed, &["Origin: https://www.shop.example"], "");
    assert!(
        status == 200 && head.contains("access-control-allow-origin: https://www.shop.example"),
        "{head}"
    );
    assert_eq!(open["dir"], "rtl");
    for origin in ["Origin: https://evil.example", "Origin: null", "X: y"] {
        let (status, head, _) = script(&server, "GET", &embed, &[origin], "");
        assert!(status == 403 && !head.contains("access-control-allow"), "{origin}: {head}");
    }
    let nonce = open["nonce"].as_str().expect("a nonce");
    linger(&server, &path, nonce);
    let body = format!(
        "nonce={nonce}&language=he&number=0542000001&agreed=yes&page=https%3A%2F%2Fwww.shop.example%2Fjoin"
    );
    let (_, _, said) =
        script(&server, "POST", &format!("{path}/embed"), &["Origin: https://evil.example"], &body);
    assert_eq!(said["outcome"], "gone");
    let (_, _, said) =
        script(&server, "POST", &format!("{path}/embed"), &["Origin: https://www.shop.example"], &body);
    assert_eq!(said["outcome"], "thanks", "{said}");
    let asked = wait_for(&carrier, DANA, 1);
    assert!(asked[0].contains("כן"), "{asked:?}");
    carrier.phone(DANA).post("כן", OURS).expect("taken");
    wait_for(&carrier, DANA, 2);
    assert!(
        proof(&home, DANA).to_string().contains("https://www.shop.example/join (https://www.shop.example)")
    );

    // A tablet: a code once, a secret from then on, each entry once, and what was agreed to is the version shown.
    let page = staff.post(&format!("{place}/tills"), &[("till", "Till 1")]);
    let code = page
        .body
        .split("class=\"mono\">")
        .nth(1)
        .and_then(|r| r.split('<').next())
        .expect("a code")
        .to_owned();
    let pair = |code: &str| script(&server, "POST", "/k/pair", &[], &json!({"code": code}).to_string());
    assert_eq!(pair("1111111").0, 401);
    let (status, _, paired) = pair(&code);
    assert_eq!(status, 200, "{code}");
    assert_eq!(pair(&code).0, 401, "a code pairs twice");
    let key = format!("Authorization: Bearer {}", paired["secret"].as_str().expect("a secret"));
    let (_, _, forms) = script(&server, "GET", "/k/form", &[&key], "");
    assert_eq!(forms.as_array().map(Vec::len), Some(3), "{forms}");
    let now = 1_794_902_400_000_i64; // that Tuesday, by the tablet's clock
    let entry = |key_of: &str, number: &str, version: i64| {
        json!({"key": key_of, "typed_at": now, "version": version, "language": "en", "number": number, "agreed": true,
               "answers": {"first_name": "Avi"}, "topics": []})
        .to_string()
    };
    for _ in 0..3 {
        let (status, _, said) = script(&server, "POST", "/k/entry", &[&key], &entry("entry-0001", AVI, 1));
        assert_eq!((status, &said["outcome"]), (200, &json!("thanks")), "{said}");
    }
    wait_for(&carrier, AVI, 1);
    for (bad, outcome) in [
        (entry("short", DANA, 1), "again"),
        (entry("entry-0002", "5", 1), "again"),
        (entry("entry-0003", "0543000003", 7), "again"),
    ] {
        let (_, _, said) = script(&server, "POST", "/k/entry", &[&key], &bad);
        assert_eq!(said["outcome"], outcome, "{bad}");
    }
    carrier.phone(AVI).post("YES", OURS).expect("taken");
    wait_for(&carrier, AVI, 2);
    let record = proof(&home, AVI).to_string();
    assert!(record.contains("pos_tablet") && record.contains("till: Till 1"), "{record}");
    assert_eq!(texts(&carrier, AVI).len(), 2, "an entry sent three times asked more than once");
    let shown = staff.get(&place).body;
    let end = shown.split("/tills/").nth(1).and_then(|r| r.split('/').next()).expect("a tablet").to_owned();
    assert_eq!(staff.post(&format!("{place}/tills/{end}/end"), &[]).status, 303);
    assert_eq!(script(&server, "GET", "/k/form", &[&key], "").0, 401, "an unpaired tablet still works");
    assert_eq!(server.end(), 0);
}
