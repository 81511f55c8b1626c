//! The pages in a real browser, and a tablet whose connection goes and comes back.

use super::harness::{Browser, DESK, PHONE, axe_source};
use super::*;
use thirtyfour::prelude::*;

#[tokio::test]
async fn the_pages_of_collecting_are_looked_at_and_a_tablet_works_without_a_connection() {
    let test = "the_pages_of_collecting_are_looked_at_and_a_tablet_works_without_a_connection";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let (home, carrier) = std::thread::scope(|s| s.spawn(shop).join()).expect("a shop");
    let server = home.serve_at(TUESDAY);
    let staff = Staff::signed_in(&server);
    staff.post("/contacts/forms/topics", &[("name", "sales"), ("he", "מבצעים"), ("ru", "Скидки")]);
    let (path, place) = staff.form(&[
        ("topics", "sales"),
        ("q1-name", "city"),
        ("q1-kind", "choice"),
        ("q1-choices", "Haifa, Akko"),
    ]);
    let id = place.rsplit('/').next().expect("an id").to_owned();
    staff.post("/contacts/forms/words", &[("form", &id), ("number", ""), ("word", "SALE")]);
    let at = |path: &str| format!("http://{}{path}", server.address);
    let mut found: Vec<String> = Vec::new();
    let look = async |name: &str, path: &str, found: &mut Vec<String>| {
        browser.driver.goto(at(path)).await.expect("the page opens");
        for (how, view) in [("desk", DESK), ("phone-dark", PHONE.dark()), ("phone", PHONE)] {
            browser.look(view).await;
            let said =
                |w: Vec<String>| w.into_iter().map(|w| format!("{name}-{how}: {w}")).collect::<Vec<_>>();
            found.extend(said(browser.axe(&axe).await));
            found.extend(said(browser.sideways().await));
            found.extend(said(browser.complaints().await));
            browser.shot(&format!("collecting-{name}-{how}")).await;
        }
        browser.look(DESK).await;
    };
    for language in ["en", "he", "ru"] {
        look(&format!("{language}-form"), &format!("{path}?lang={language}"), &mut found).await;
        look(&format!("{language}-who"), &format!("/who?lang={language}"), &mut found).await;
    }
    browser.driver.goto(at("/login")).await.expect("the page opens");
    let session = staff.cookie.trim_start_matches("Cookie: sendword=").to_owned();
    browser.driver.add_cookie(Cookie::new("sendword", session)).await.expect("a cookie");
    for language in ["en", "he"] {
        browser.driver.add_cookie(Cookie::new("language", language.to_owned())).await.expect("a cookie");
        look(&format!("{language}-forms"), "/contacts/forms", &mut found).await;
        look(&format!("{language}-edit"), &place, &mut found).await;
        look(&format!("{language}-poster"), &format!("{place}/poster?lang={language}"), &mut found).await;
    }

    // The tablet, with a connection, without one, and started anew without one.
    let page = staff.post(&format!("{place}/tills"), &[("till", "Till 1")]);
    let code = page
        .body
        .split("class=\"mono\">")
        .nth(1)
        .and_then(|r| r.split('<').next())
        .expect("a code")
        .to_owned();
    browser.driver.goto(at("/k/")).await.expect("the page opens");
    browser.find("#code").await.send_keys(&code).await.expect("a field");
    browser.find("form button").await.click().await.expect("a button");
    browser.find("#number").await;
    let ready = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.ready.then(() => caches.open('kiosk-1')).then((s) => s.keys()).then((k) => done(k.length));";
    let kept = browser.driver.execute_async(ready, Vec::new()).await.expect("a worker");
    assert!(kept.json().as_i64().unwrap_or_default() >= 3, "{:?}", kept.json());
    found.extend(browser.axe(&axe).await.into_iter().map(|w| format!("kiosk: {w}")));
    browser.shot("collecting-kiosk").await;
    let network = async |offline: bool| {
        let how = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        browser.driver.cdp().send_raw("Network.enable", json!({})).await.expect("a network");
        browser.driver.cdp().send_raw("Network.emulateNetworkConditions", how).await.expect("a network");
    };
    network(true).await;
    browser.find("#number").await.send_keys("0542000001").await.expect("a field");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("Thank you").await;
    let waiting = "return JSON.parse(localStorage.getItem('kiosk-queue') || '[]').length";
    assert_eq!(browser.script(waiting).await, 1);
    browser.find(".card button").await.click().await.expect("a button");
    browser.find("#number").await;
    let left = browser
        .script(
            "return document.querySelector('#number').value + document.body.innerText.includes('0542000001')",
        )
        .await;
    assert_eq!(left, "false", "an earlier entry shows");
    browser.complaints().await; // a browser says on its console that there is no connection
    network(false).await;
    browser.script("dispatchEvent(new Event('online'))").await;
    let asked = wait_for(&carrier, DANA, 1);
    assert!(asked[0].contains("/c/"), "{asked:?}");
    let end = std::time::Instant::now() + SOON;
    while browser.script(waiting).await != 0 {
        assert!(std::time::Instant::now() < end, "what was sent stays on the tablet");
    }

    // Who mistypes a number still stands there: it is said at once, and what was typed stays.
    browser.find("#number").await.send_keys("5").await.expect("a field");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("This is no mobile number").await;
    found.extend(browser.axe(&axe).await.into_iter().map(|w| format!("kiosk, a wrong number: {w}")));
    browser.shot("collecting-kiosk-wrong").await;
    // Published anew under their hands: they read the new words and agree to them, or nobody does.
    let wording = ("wording-en", "I agree that Shop sends me two offers a month by SMS. STOP ends it.");
    staff.publish(&place, &[("topics", "sales"), wording]);
    browser.find("#number").await.clear().await.expect("a field");
    browser.find("#number").await.send_keys("0542000002").await.expect("a field");
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("The form was changed meanwhile").await;
    browser.sees("two offers a month").await;
    let stands = "return document.querySelector('#number').value + document.querySelector('#agreed').checked";
    assert_eq!(browser.script(stands).await, "0542000002false");
    assert_eq!(browser.script(waiting).await, 0, "a refused entry waits to be sent again");
    for tick in ["#t0", "#agreed"] {
        browser.find(tick).await.click().await.expect("a box");
    }
    browser.find("form button").await.click().await.expect("a button");
    browser.sees("Thank you").await;
    wait_for(&carrier, AVI, 1);
    assert!(found.is_empty(), "{}", found.join("\n"));
    browser.driver.goto("about:blank").await.expect("an empty page");
    browser.quit().await;
    assert_eq!(server.end(), 0);
    // The carrier has threads of its own, which a task must not wait for.
    std::thread::spawn(move || drop((carrier, home))).join().expect("the carrier ends");
}
