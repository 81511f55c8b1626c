//! A phone is paired and a provider tried from their pages, in a real browser against the real program: the code is shown
//! once with its picture, the card tells what the phone says, a wrong place in a template is named at its field. In both
//! directions of writing, light and dark, wide and narrow; axe and sideways scroll look along.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "browser/harness.rs"]
mod harness;
mod support;

use harness::{Browser, DESK, PHONE, axe_source};
use sim::smsc::Smsc;
use support::{Home, Server};
use thirtyfour::prelude::*;

struct Looks {
    browser: Browser,
    server: Server,
    axe: String,
    found: Vec<String>,
}

impl Looks {
    async fn goto(&self, path: &str) {
        let address = format!("http://{}{path}", self.server.address);
        self.browser.driver.goto(address).await.expect("the page opens");
    }

    async fn sign_in(&self) {
        self.goto("/login").await;
        for (css, text) in
            [("[name=login]", "rivka@shop.example"), ("[name=password]", "correct horse battery")]
        {
            self.browser.find(css).await.send_keys(text).await.expect("a field");
        }
        let password = self.browser.find("[name=password]").await;
        password.send_keys(Key::Enter + "").await.expect("a form that is sent");
        self.browser.find("nav.side").await;
    }

    async fn click(&self, css: &str) {
        self.browser.find(css).await.click().await.expect("a button");
    }

    async fn speaks(&self, language: &str) {
        let cookie = Cookie::new("language", language.to_owned());
        self.browser.driver.add_cookie(cookie).await.expect("a cookie");
    }

    /// Looks at the page that is open in every light and width.
    async fn look(&mut self, name: &str) {
        let views =
            [("desk", DESK), ("desk-dark", DESK.dark()), ("phone-dark", PHONE.dark()), ("phone", PHONE)];
        for (how, view) in views {
            self.browser.look(view).await;
            let place = format!("{name}-{how}");
            let wrong = self.browser.axe(&self.axe).await.into_iter().map(|w| format!("{place}: {w}"));
            self.found.extend(wrong);
            let wide = self.browser.sideways().await.into_iter().map(|w| format!("{place}: sideways: {w}"));
            self.found.extend(wide);
            let said = self.browser.complaints().await.into_iter().map(|w| format!("{place}: console: {w}"));
            self.found.extend(said);
            self.browser.shot(&format!("reach-{place}")).await;
        }
        self.browser.look(DESK).await;
    }

    /// Types into a field of a form in place of what stands there.
    async fn typed(&self, css: &str, text: &str) {
        let field = self.browser.find(css).await;
        field.clear().await.expect("a field");
        field.send_keys(text).await.expect("a field");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_is_paired_and_a_provider_tried_from_their_pages() {
    let test = "a_phone_is_paired_and_a_provider_tried_from_their_pages";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    home.init();
    let server = home.serve();
    let base = format!("http://{}", server.address);
    let mut looks = Looks { browser, server, axe, found: Vec::new() };
    looks.sign_in().await;
    looks.goto("/delivery/connections/new?kind=phone").await;
    looks.browser.find("#f-name").await.send_keys("till").await.expect("a field");
    looks.typed("#f-per_hour", "40").await;
    looks.click("form.card .btn.primary").await;
    looks.browser.sees("No phone is paired").await;
    looks.click("form[action$='/phone/pair'] button").await;
    let code = looks.browser.find("#pairing .code-big").await.text().await.expect("a code");
    looks.look("en-offer").await;
    let world = Smsc::world(sim::Config::default()).await.expect("a world");
    let app = sim::App { server: base, code, wait_s: 2, ..sim::App::default() };
    let app = world.app(app).await.expect("the code pairs the app");
    looks.browser.sees("Pretend One").await; // the page hears of it by itself
    let till = home.connector("till")["id"].as_str().expect("an id").to_owned();
    for language in ["en", "he"] {
        looks.speaks(language).await;
        looks.goto(&format!("/delivery/connections/{till}")).await;
        looks.look(&format!("{language}-phone")).await;
        looks.goto("/delivery/connections/new?kind=http").await;
        looks.browser.find("#f-name").await.send_keys("gate").await.expect("a field");
        looks.typed("#f-base", "https://gw.example").await;
        looks.typed("#f-address", "/send?key={key}").await;
        looks.typed("#f-key", "s3cret").await;
        looks.typed("#f-body", "to={to_digits}&text={txet}").await;
        looks.click("#try summary").await;
        looks.click("#try button").await;
        let wrong = looks.browser.find("#f-body-e").await.text().await.expect("words");
        assert!(wrong.contains("line 1, column 21"), "{wrong}");
        looks.browser.complaints().await; // a form that is refused is told by its status too
        looks.typed("#f-body", "to={to_digits}&text={text}").await;
        looks.click("#try summary").await;
        looks.typed("#try-answer", "{\"error\":\"no credit\"}").await;
        looks.typed("#try-status", "402").await;
        looks.typed("#try-query", "id=7&status=delivered").await;
        looks.typed("#f-key", "s3cret").await;
        looks.click("#try button").await;
        let told = looks.browser.find("#tried").await.text().await.expect("words");
        for piece in ["to=972541234567&text=", "report: 7 is delivered", "not taken"] {
            assert!(told.contains(piece), "{piece} is not in {told}");
        }
        assert!(!told.contains("s3cret"), "{told}");
        looks.look(&format!("{language}-tried")).await;
    }
    looks.speaks("en").await;
    looks.goto(&format!("/delivery/connections/{till}")).await;
    looks.click("form[action$='/phone/revoke'] button").await;
    looks.browser.sees("No phone is paired").await;
    let all = home.json(&["connectors", "list"]);
    assert!(!all.to_string().contains("gate"), "what was only tried is not there: {all}");
    drop(app);
    let Looks { browser, server, found, .. } = looks;
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}
