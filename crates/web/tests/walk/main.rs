//! The pages over a real store: first run, sign in, keys, a campaign's draft, connections, leaving by link.

mod house;
mod wire;

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use house::{PASSWORD, complaints, escaped, house, settled};
use tower::ServiceExt;

#[tokio::test]
async fn an_empty_house_leads_to_the_first_run_and_a_full_one_to_sign_in() {
    let mut house = house(None).await;
    assert_eq!(house.browser.get("/").await.to, "/first-run");
    assert_eq!(house.browser.get("/login").await.to, "/first-run");
    let short = house
        .browser
        .post(
            "/first-run",
            &[("business", "A"), ("login", "m@t.example"), ("password", "short"), ("country", "GB")],
        )
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Too short") && short.body.contains("value=\"m@t.example\""));

    let mut house = settled().await;
    assert!(house.browser.get("/").await.body.contains("Nothing sent today yet"));
    house.browser.cookies.clear();
    assert_eq!(house.browser.get("/").await.to, "/login");
    assert_eq!(
        house.browser.get("/campaigns?state=draft").await.to,
        "/login?next=/campaigns%3Fstate%3Ddraft"
    );
    assert_eq!(house.browser.get("/first-run").await.to, "/login");
    let wrong =
        house.browser.post("/login", &[("login", "marta@tern.example"), ("password", "wrong wrong 1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = house
        .browser
        .post("/login", &[("login", "marta@tern.example"), ("password", PASSWORD), ("next", "/inbox")])
        .await;
    assert_eq!(right.to, "/inbox");
    assert!(house.browser.get("/inbox").await.body.contains("Nobody has written yet"));
}

#[tokio::test]
async fn a_stranger_needs_the_setup_token() {
    let mut house = house(Some("s3cret")).await;
    assert_eq!(house.browser.get("/first-run").await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.browser.get("/first-run?token=s3cret").await.status, StatusCode::OK);
    let made = house
        .browser
        .post(
            "/first-run",
            &[("business", "A"), ("login", "m@t.example"), ("password", PASSWORD), ("country", "GB")],
        )
        .await;
    assert_eq!(made.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_without_its_guard_changes_nothing() {
    let mut house = settled().await;
    let refused = house.browser.post("/dev/keys", &[("name", "shop")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("The form was open too long"));
    let guard = house.browser.guard().await;
    let foreign = house.browser.request("POST", "/dev/keys").header("sec-fetch-site", "cross-site");
    let foreign = foreign.body(Body::from(format!("csrf={guard}&name=shop"))).unwrap();
    assert_eq!(house.browser.ask(foreign).await.status, StatusCode::FORBIDDEN);
    assert!(house.browser.get("/dev/keys").await.body.contains("No keys yet"));
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let made = house.browser.post("/dev/keys", &[("csrf", &guard), ("name", "shop")]).await;
    let secret = made.body.split("sk_live_").nth(1).map(|rest| rest[..33].to_owned()).unwrap();
    let again = house.browser.get("/dev/keys").await.body;
    assert!(again.contains("shop") && !again.contains(&secret));
    let id = again.split("/dev/keys/").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    assert_eq!(
        house.browser.post(&format!("/dev/keys/{id}/revoke"), &[("csrf", &guard)]).await.to,
        "/dev/keys"
    );
    assert!(house.browser.get("/dev/keys").await.body.contains("The key opens nothing any more"));
    assert!(
        !house.browser.get("/dev/keys").await.body.contains("The key opens nothing any more"),
        "said once"
    );
}

#[tokio::test]
async fn language_and_look_are_the_browsers_own() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let chosen = house
        .browser
        .post(
            "/preferences",
            &[("csrf", &guard), ("language", "he"), ("theme", "dark"), ("back", "/campaigns")],
        )
        .await;
    assert_eq!(chosen.to, "/campaigns");
    let page = house.browser.get("/campaigns").await.body;
    assert!(
        page.contains("<html lang=\"he\" dir=\"rtl\" data-theme=\"dark\">")
            && page.contains("אין עדיין קמפיינים")
    );
    let away =
        house.browser.post("/preferences", &[("csrf", &guard), ("back", "https://elsewhere.example/")]).await;
    assert_eq!(away.to, "/");
}

#[tokio::test]
async fn a_draft_is_written_refused_and_kept() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let edit = house.browser.get("/campaigns/new").await.to;
    assert_eq!(house.browser.get("/campaigns/new").await.to, edit, "an untouched draft serves again");
    let id = edit.trim_end_matches("/edit").to_owned();
    let page = house.browser.get(&edit).await.body;
    assert!(page.contains("The text is empty") && page.contains("aria-disabled=\"true\""));
    let saved = house
        .browser
        .post(
            &id,
            &[
                ("csrf", &guard),
                ("version", "1"),
                ("name", "Autumn"),
                ("text", "Sale – today"),
                ("class", "marketing"),
                ("do", "save"),
            ],
        )
        .await;
    assert_eq!(saved.to, edit);
    let page = house.browser.get(&edit).await.body;
    assert!(page.contains("Sale – today") && page.contains("en dash") && page.contains("Saved"));
    let stale = house
        .browser
        .post(
            &id,
            &[("csrf", &guard), ("version", "1"), ("name", "Winter"), ("text", "Other"), ("do", "save")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        stale.body.contains("Somebody else changed it meanwhile") && stale.body.contains(">Other<"),
        "what was typed stays"
    );
    let bad = house
        .browser
        .post(
            &id,
            &[
                ("csrf", &guard),
                ("version", "2"),
                ("name", "Autumn"),
                ("text", "Hi {{first_name"),
                ("do", "save"),
            ],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let part = house
        .browser
        .post(
            &format!("{id}?part=yes"),
            &[
                ("csrf", &guard),
                ("version", "2"),
                ("name", "Autumn"),
                ("text", "Plain"),
                ("class", "marketing"),
            ],
        )
        .await;
    assert_eq!(part.status, StatusCode::OK);
    assert!(part.body.contains("hx-swap-oob") && !part.body.contains("<html"));
}

#[tokio::test]
async fn a_connection_is_added_by_its_form_and_its_secret_never_comes_back() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let wrong = house
        .browser
        .post(
            "/delivery/connections",
            &[
                ("csrf", &guard),
                ("kind", "smpp"),
                ("name", "North"),
                ("host", "h"),
                ("port", "99999"),
                ("password", "pw-secret"),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("whole number from 1 to 65535") && !wrong.body.contains("pw-secret"));
    let added = house
        .browser
        .post(
            "/delivery/connections",
            &[
                ("csrf", &guard),
                ("kind", "smpp"),
                ("name", "North"),
                ("host", "h"),
                ("port", "2775"),
                ("password", "pw-secret"),
            ],
        )
        .await;
    assert!(added.to.starts_with("/delivery/connections/cnx_"), "{:?}", complaints(&added.body));
    let page = house.browser.get(&added.to).await.body;
    assert!(page.contains("North") && !page.contains("pw-secret") && page.contains("Leave empty to keep"));
    let saved = house
        .browser
        .post(&added.to, &[("csrf", &guard), ("host", "other"), ("port", "2776"), ("password", "")])
        .await;
    assert_eq!(saved.to, added.to);
    assert!(house.browser.get("/delivery/connections").await.body.contains("North"));
}

#[tokio::test]
async fn a_test_message_has_a_story_and_a_page() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let sent = house
        .browser
        .post("/delivery/simulator/test", &[("csrf", &guard), ("to", "+9995550100"), ("text", "Hello Noa")])
        .await;
    assert_eq!(sent.to, "/delivery/simulator");
    let page = house.browser.get("/delivery/simulator").await.body;
    assert!(
        page.contains("Sent. It leaves now.") && page.contains("see its timeline")
            || page.contains("See its timeline"),
        "{page}"
    );
    let id = page.split("/messages/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let story = house.browser.get(&format!("/messages/{id}")).await.body;
    assert!(story.contains("Hello Noa") && story.contains("Accepted") && story.contains("A page"));
    assert_eq!(house.browser.get(&format!("/search?q={id}")).await.to, format!("/messages/{id}"));
    assert!(house.browser.get("/messages?status=waiting").await.body.contains("Hello Noa"));
    assert!(!house.browser.get("/messages?status=delivered").await.body.contains("Hello Noa"));
    assert_eq!(house.browser.get("/messages/msg_nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn leaving_needs_a_press_and_no_session() {
    let mut house = settled().await;
    let workspace = house.db.read(store::workspace::list).await.unwrap()[0].id;
    let make = move |tx: &mut store::Tx<'_>| engine::unsubscribe::url_token(tx, workspace, "+447700900118");
    let token = house.db.write("token", make).await.unwrap();
    house.browser.cookies.clear();
    let path = format!("/u/{token}");
    for _ in 0..2 {
        let shown = house.browser.get(&path).await;
        assert!(shown.body.contains("Stop messages to this number?") && !shown.body.contains("<script"));
        assert!(!shown.body.contains("900118"), "the number is masked");
    }
    // A scanner of links that posts what it never read, and a page that was open for days, change nothing.
    for nonce in ["", "18f.abc"] {
        let again = house.browser.post(&path, &[("nonce", nonce)]).await.body;
        assert!(again.contains("press the button once more"), "{again}");
    }
    let page = house.browser.get(&path).await.body;
    let nonce = page.split("name=\"nonce\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(house.browser.post(&path, &[("nonce", nonce)]).await.body.contains("Stopped"));
    assert!(house.browser.get(&path).await.body.contains("Already stopped"));
    let unknown = house.browser.get("/u/nothing").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.body.contains("This link no longer works"));
}

#[tokio::test]
async fn the_live_stream_says_look_after_a_change() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let request = house.browser.request("GET", "/live").body(Body::empty()).unwrap();
    let response = house.browser.pages.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let next = tokio::spawn(async move { futures_util::StreamExt::next(&mut stream).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    house.browser.post("/settings/live", &[("csrf", &guard)]).await;
    let chunk = tokio::time::timeout(Duration::from_secs(2), next)
        .await
        .expect("a bell within 2 s")
        .unwrap()
        .unwrap();
    assert_eq!(&chunk.unwrap()[..], b"data: look\n\n");
}

#[tokio::test]
async fn a_list_is_brought_looked_at_and_begun() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let file = "Vorname;Handy\nHarriet;07400 123456\nTom;7400123457\nPriya;4.47701E+11\n";
    let refused = house.browser.upload("/contacts/import", &guard, "cat.png", b"\x89PNG\r\n\x1a\n0000").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This is a picture, not a list") && refused.body.contains("FILE_PICTURE"));
    assert_eq!(
        house.browser.upload("/contacts/import", "wrong", "a.csv", file.as_bytes()).await.status,
        StatusCode::FORBIDDEN
    );
    let brought = house.browser.upload("/contacts/import", &guard, "clients.csv", file.as_bytes()).await;
    assert!(brought.to.starts_with("/contacts/imports/imp_"), "{:?}", complaints(&brought.body));
    let page = house.browser.get(&brought.to).await.body;
    assert!(
        page.contains("clients.csv") && page.contains("Import 2 people") && page.contains("1 problem row"),
        "{page}"
    );
    let rules = [
        ("csrf", guard.as_str()),
        ("country", "GB"),
        ("existing", "fill"),
        ("list", "Loyal"),
        ("consent_source", "till"),
    ];
    let undated = [&rules[..], &[("do", "import")]].concat();
    let undated = house.browser.post(&brought.to, &undated).await;
    assert_eq!(undated.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        undated.body.contains("Say on which day these people agreed")
            && undated.body.contains("value=\"Loyal\"")
    );
    let dated = [&rules[..], &[("consent_date", "2026-03-14"), ("do", "import")]].concat();
    assert_eq!(house.browser.post(&brought.to, &dated).await.to, brought.to);
    let db = house.db.clone();
    tokio::task::spawn_blocking(move || engine::jobs::run_due(&db)).await.unwrap().unwrap();
    let done = house.browser.get(&brought.to).await.body;
    assert!(done.contains("2 people saved"), "{done}");
    let people = house.browser.get("/contacts?may=yes").await.body;
    assert!(
        people.contains("Harriet")
            && people.contains("07400 123456".replace(' ', "\u{a0}").as_str())
            && people.contains("Loyal"),
        "{people}"
    );
    assert!(house.browser.get("/contacts/lists").await.body.contains("Loyal"));
    let rows = house.browser.get(&format!("{}/problems.csv", brought.to)).await.body;
    assert!(rows.contains("4.47701E+11") && rows.contains("Excel lost the last digits"), "{rows}");
}

#[tokio::test]
async fn a_person_is_added_stopped_and_stays_stopped() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let wrong = house.browser.post("/contacts", &[("csrf", &guard), ("phone", "020 7946 0018")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new =
        [("csrf", guard.as_str()), ("phone", "07400 123458"), ("first_name", "דנה"), ("consent", "yes")];
    let added = house.browser.post("/contacts", &new).await;
    assert!(added.to.starts_with("/contacts/con_"), "{:?}", complaints(&added.body));
    assert!(house.browser.get(&added.to).await.body.contains("May be messaged"));
    assert_eq!(house.browser.post(&format!("{}/stop", added.to), &[("csrf", &guard)]).await.to, added.to);
    let page = house.browser.get(&added.to).await.body;
    assert!(
        page.contains("Left, gets no advertising") && page.contains("Written down by one of us"),
        "{page}"
    );
}

#[tokio::test]
async fn a_segment_is_built_looked_at_and_kept() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let new =
        [("csrf", guard.as_str()), ("phone", "07400 123458"), ("first_name", "Dana"), ("consent", "yes")];
    house.browser.post("/contacts", &new).await;
    let built = [
        ("csrf", guard.as_str()),
        ("id", ""),
        ("name", ""),
        ("text", ""),
        ("join", "and"),
        ("subject", "consent"),
        ("sign", "="),
        ("value", "yes"),
    ];
    let once = house.browser.post("/contacts/segments/edit", &built).await;
    let page = house.browser.get(&once.to).await.body;
    assert!(page.contains("consent = yes") && page.contains("Dana"), "{:?}", complaints(&page));
    let wrong = [("subject", "list"), ("sign", "="), ("value", "Nowhere")];
    let wrong: Vec<_> = built[..5].iter().chain(&wrong).copied().collect();
    let refused = house.browser.post("/contacts/segments/edit", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("There is no list"), "{:?}", complaints(&refused.body));
    let text = "consent = yes and number ~ +447 and not replied > 30d ago";
    let kept = [("csrf", guard.as_str()), ("id", ""), ("name", "Near"), ("text", text)];
    let saved = house.browser.post("/contacts/segments", &kept).await;
    assert!(saved.to.starts_with("/contacts/segments?id=seg_"), "{:?}", complaints(&saved.body));
    let part = format!("/contacts/segments?part=found&text={}&number=07400123458", escaped(text));
    let found = house.browser.get(&part).await.body;
    assert!(found.contains("1 person") && !found.contains("<html"), "{found}");
    let id = saved.to.split("id=").nth(1).unwrap_or_default().to_owned();
    let write = house.browser.post(&format!("/contacts/segments/{id}/use"), &[("csrf", &guard)]).await;
    assert!(write.to.starts_with("/campaigns/new?list=lst_"), "{}", write.to);
    let gone = house.browser.post(&format!("/contacts/segments/{id}/remove"), &[("csrf", &guard)]).await;
    assert_eq!(gone.to, "/contacts/segments");
}

#[tokio::test]
async fn a_number_is_proven_and_forgotten() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let new =
        [("csrf", guard.as_str()), ("phone", "07400 123458"), ("first_name", "Dana"), ("consent", "yes")];
    house.browser.post("/contacts", &new).await;
    let page = house.browser.get("/compliance?number=07400123458").await.body;
    // The record is checked while the page is read; without script, when it is asked for.
    assert!(page.contains("may get advertising") && page.contains("/compliance?part=record"), "{page}");
    let record = house.browser.get("/compliance?part=record").await.body;
    assert!(record.contains("The record is what was written.") && !record.contains("<html"), "{record}");
    let whole = house.browser.get("/compliance?part=whole&number=07400123458").await.body;
    assert!(whole.contains("The record is what was written."), "{whole}");
    let file = house.browser.get("/compliance/proof.json?number=07400123458").await;
    let whole: serde_json::Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!((&whole["holds"], &whole["proof"]["may"]["marketing"]), (&true.into(), &true.into()));
    let none = house.browser.get("/compliance?number=12").await.body;
    assert!(none.contains("This is no phone number"), "{:?}", complaints(&none));
    let erase = [("csrf", guard.as_str()), ("number", "07400123458"), ("reason", "letter of today")];
    let gone = house.browser.post("/compliance/erase", &erase).await;
    assert_eq!(gone.to, "/compliance?number=07400123458");
    let after = house.browser.get(&gone.to).await.body;
    assert!(after.contains("gets no advertising"), "{after}");
}

#[tokio::test]
async fn an_error_table_that_cannot_be_read_is_told_by_its_piece() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    let add = |errors: &'static str| {
        [
            ("kind", "smpp"),
            ("name", "northline"),
            ("host", "smsc.example"),
            ("password", "s"),
            ("errors", errors),
        ]
    };
    for (language, says) in [("en", "“x=route” cannot be read"), ("he", "לא ניתן לקרוא את „x=route”")]
    {
        house.browser.post("/preferences", &[("csrf", &guard), ("language", language), ("back", "/")]).await;
        let mut form = add("0x45=permanent, x=route").to_vec();
        form.push(("csrf", &guard));
        let refused = house.browser.post("/delivery/connections", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(says), "{:?}", complaints(&refused.body));
        assert!(refused.body.contains("0x45=permanent, x=route"), "what was typed is kept");
    }
    let mut form = add("0x45=permanent").to_vec();
    form.push(("csrf", &guard));
    let added = house.browser.post("/delivery/connections", &form).await;
    assert!(added.to.starts_with("/delivery/connections/"), "{:?}", complaints(&added.body));
}

#[tokio::test]
async fn people_are_handled_by_the_many_and_one_by_one() {
    let mut house = settled().await;
    let guard = house.browser.guard().await;
    for (phone, first) in [("07400 123418", "Dana"), ("07400 123419", "Dana"), ("07400 123420", "=1+1")] {
        let fields =
            [("csrf", guard.as_str()), ("phone", phone), ("first_name", first), ("last_name", "Levi")];
        assert!(house.browser.post("/contacts", &fields).await.to.starts_with("/contacts/con_"));
    }
    // A tag for whom a filter finds, by a job, and back.
    let found = [
        ("csrf", guard.as_str()),
        ("query", "q=dana"),
        ("whom", "found"),
        ("deed", "add_tag"),
        ("tag", "Gold"),
    ];
    let deed = house.browser.post("/contacts/many", &found).await.to;
    assert!(deed.starts_with("/contacts/deeds/blk_"), "{deed}");
    assert!(house.browser.get(&deed).await.body.contains("At work"));
    let db = house.db.clone();
    tokio::task::spawn_blocking(move || engine::jobs::run_due(&db)).await.unwrap().unwrap();
    assert!(house.browser.get(&deed).await.body.contains("Take it back"));
    let listed = house.browser.get("/contacts").await.body;
    assert_eq!(listed.matches("#tag").count(), 2, "two of three bear it");
    let nobody = [("csrf", guard.as_str()), ("whom", "chosen"), ("deed", "erase"), ("words", "x")];
    let refused = house.browser.post("/contacts/many", &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody chosen is nobody");
    assert!(refused.body.contains("Choose somebody first") && refused.body.contains("value=\"x\""));
    // What is not taken back is asked for once more, with the number, and not done by one press.
    let all = [("csrf", guard.as_str()), ("whom", "found"), ("deed", "erase"), ("words", "a letter")];
    let asked = house.browser.post("/contacts/many", &all).await;
    assert!(asked.status == StatusCode::OK && asked.body.contains("Forget 3 people?"), "{}", asked.body);
    // A reason that is missing or too long is said on top and at its input.
    let long = "x".repeat(301);
    for (words, says) in [("", "Say why."), (long.as_str(), "at most 300 characters")] {
        let all = [("csrf", guard.as_str()), ("whom", "found"), ("deed", "erase"), ("words", words)];
        let refused = house.browser.post("/contacts/many", &all).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.body.matches(says).count(), 2, "{:?}", complaints(&refused.body));
    }
    // A filter under a name.
    let keep = [("csrf", guard.as_str()), ("query", "q=dana"), ("name", "All Danas")];
    assert_eq!(house.browser.post("/contacts/filters", &keep).await.to, "/contacts?q=dana");
    assert!(house.browser.get("/contacts").await.body.contains("All Danas"));
    // Case D5, through the door.
    let export = [("csrf", guard.as_str()), ("query", ""), ("format", "csv")];
    let file = house.browser.post("/contacts/export", &export).await;
    assert!(file.body.contains("+447400123418") && file.body.contains("'=1+1,"), "{}", file.body);
    // One person: own field, tags, the story, a double made one and two again.
    let page = house.browser.get("/contacts?q=123418").await.body;
    let at = page.find("/contacts/con_").unwrap();
    let one: String = page[at..].chars().take_while(|c| *c != '"').collect();
    let save = [
        ("csrf", guard.as_str()),
        ("first_name", "Dana"),
        ("last_name", "Levi"),
        ("phone", "07400 123418"),
        ("new_field", "city"),
        ("new_value", "Bristol"),
    ];
    assert_eq!(house.browser.post(&one, &save).await.to, one);
    let shown = house.browser.get(&one).await.body;
    assert!(shown.contains("Changed: city") && shown.contains("Bristol"), "{shown}");
    assert!(house.browser.get(&format!("{one}?doubles=look")).await.body.contains("Make one with Dana Levi"));
    let merge = [("csrf", guard.as_str()), ("number", "07400 123419")];
    assert_eq!(house.browser.post(&format!("{one}/merge"), &merge).await.to, one);
    let shown = house.browser.get(&one).await.body;
    let back = shown.split("action=\"").find(|part| part.contains("/unmerge/")).unwrap();
    let back: String = back.chars().take_while(|c| *c != '"').collect();
    assert_eq!(house.browser.post(&back, &[("csrf", &guard)]).await.to, one);
    assert!(house.browser.get("/contacts?q=123419").await.body.contains("123419"));
    assert!(house.browser.get("/compliance/keep").await.body.contains("730"));
}
