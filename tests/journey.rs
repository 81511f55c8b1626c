//! The first quarter of an hour of a new owner, in a real browser against the real program, in both directions of
//! writing: first run, a test message, an answer that shows up by itself, a reply, a campaign, its report. Every page on
//! the way is looked at by axe and for sideways scroll, light and dark, wide and narrow.

#[allow(dead_code, reason = "each browser test takes what it needs")]
#[path = "browser/harness.rs"]
mod harness;
mod support;

use harness::{Browser, DESK, PHONE, axe_source};
use std::time::{Duration, Instant};
use support::{Home, Server};
use thirtyfour::prelude::*;

const SOON: Duration = Duration::from_secs(20);
/// Some of the sample people's phones are off for a while, as the endings of their numbers say.
const PATIENCE: Duration = Duration::from_secs(180);

/// What the journey types, in the language of its owner.
struct Owner {
    language: &'static str,
    shop: &'static str,
    question: &'static str,
    answer: &'static str,
    sale: &'static str,
}

const DANA: Owner = Owner {
    language: "en",
    shop: "Corner shop",
    question: "Are you open on Friday?",
    answer: "Yes, until two.",
    sale: "Hello {{first_name|default(\"friend\")}}, 20% off on Friday. Stop: {{unsubscribe_url}}",
};
const RIVKA: Owner = Owner {
    language: "he",
    shop: "חנות הפינה",
    question: "אתם פתוחים ביום שישי?",
    answer: "כן, עד שתיים.",
    sale: "שלום {{first_name|default(\"לקוחה\")}}, 20% הנחה בשישי. להסרה: {{unsubscribe_url}}",
};

#[tokio::test]
async fn a_new_owner_in_english() {
    journey("a_new_owner_in_english", &DANA).await;
}

#[tokio::test]
async fn a_new_owner_in_hebrew() {
    journey("a_new_owner_in_hebrew", &RIVKA).await;
}

async fn journey(test: &str, owner: &'static Owner) {
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };
    let home = Home::new();
    let server = Server::spawn(home.command(&["demo", "--listen", "127.0.0.1:0"]));
    let mut walk = Walk { browser, server, axe, owner, found: Vec::new() };
    walk.first_run().await;
    walk.test_message_and_conversation().await;
    walk.campaign().await;
    walk.the_other_pages().await;
    let Walk { browser, server, found, .. } = walk;
    browser.quit().await;
    assert_eq!(server.end(), 0);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

struct Walk {
    browser: Browser,
    server: Server,
    axe: String,
    owner: &'static Owner,
    /// What was wrong with pages; told together at the end.
    found: Vec<String>,
}

impl Walk {
    async fn goto(&self, path: &str) {
        let address = format!("http://{}{path}", self.server.address);
        self.browser.driver.goto(address).await.expect("the page opens");
    }

    async fn path(&self) -> String {
        self.browser.driver.current_url().await.expect("an address").path().to_owned()
    }

    async fn type_into(&self, css: &str, text: &str) {
        let field = self.browser.find(css).await;
        field.clear().await.expect("a field that can be emptied");
        field.send_keys(text).await.expect("a field that can be typed into");
    }

    async fn click(&self, css: &str) {
        let element = self.browser.find(css).await;
        element.scroll_into_view().await.expect("an element on the page");
        element.click().await.unwrap_or_else(|e| panic!("{css} cannot be clicked: {e}"));
    }

    /// Waits for what a script gives to be true.
    async fn holds(&self, what: &str, script: &str, patience: Duration) {
        let end = Instant::now() + patience;
        while self.browser.script(script).await != true {
            if Instant::now() > end {
                let text = self.browser.script("return document.body.innerText").await;
                panic!(
                    "{what} was never so at {}:\n{}",
                    self.path().await,
                    text.as_str().unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Looks at the page as it stands, in every light and width.
    async fn look(&mut self, name: &str) {
        let views =
            [("desk", DESK), ("desk-dark", DESK.dark()), ("phone-dark", PHONE.dark()), ("phone", PHONE)];
        for (how, view) in views {
            self.browser.look(view).await;
            let place = format!("{name}-{}-{how}", self.owner.language);
            let wrong = self.browser.axe(&self.axe).await.into_iter().map(|w| format!("{place}: {w}"));
            self.found.extend(wrong);
            let wide = self.browser.sideways().await.into_iter().map(|w| format!("{place}: sideways: {w}"));
            self.found.extend(wide);
            let said = self.browser.complaints().await.into_iter().map(|w| format!("{place}: console: {w}"));
            self.found.extend(said);
            self.browser.shot(&place).await;
        }
        self.browser.look(DESK).await;
        let html = "return document.documentElement.lang + ' ' + document.documentElement.dir";
        let direction = if self.owner.language == "he" { "he rtl" } else { "en ltr" };
        let is = self.browser.script(html).await;
        if is != direction {
            self.found.push(format!("{name}: it is {is}, not {direction}"));
        }
    }

    async fn first_run(&mut self) {
        self.goto("/").await;
        assert_eq!(self.path().await, "/first-run", "nobody is inside yet");
        self.goto(&format!("/first-run?lang={}", self.owner.language)).await;
        self.look("first-run").await;
        self.type_into("#b", self.owner.shop).await;
        self.type_into("#u", "owner@shop.example").await;
        self.type_into("#p", "correct horse battery").await;
        self.browser.script("document.querySelector('#c').value = 'IL'").await;
        self.click("form[action='/first-run'] button.primary").await;
        self.holds("home", "return location.pathname === '/'", SOON).await;
        self.browser.sees(self.owner.shop).await;
        self.look("home-first").await;
    }

    /// Two windows: the phone in one, the inbox in the other, which shows what comes without being asked again.
    async fn test_message_and_conversation(&mut self) {
        self.goto("/delivery/simulator").await;
        self.look("simulator-empty").await;
        self.click("form[action='/delivery/simulator/test'] button").await;
        let shown = "return [...document.querySelectorAll('#screen-0 .bub')].length > 0";
        self.holds("the test message on the phone", shown, SOON).await;
        self.look("simulator").await;
        let driver = WebDriver::clone(&self.browser.driver);
        let phones = driver.window().await.expect("a window");
        let inbox = driver.new_tab().await.expect("a second window");
        driver.switch_to_window(inbox.clone()).await.expect("the second window");
        self.goto("/inbox").await;
        self.look("inbox-empty").await;
        driver.switch_to_window(phones.clone()).await.expect("the first window");
        self.type_into("#in-0", self.owner.question).await;
        self.click("section:has(#in-0) form button").await;
        driver.switch_to_window(inbox.clone()).await.expect("the second window");
        self.browser.sees(self.owner.question).await;
        self.look("inbox").await;
        self.click("#threads a").await;
        self.browser.find("form[data-reply] textarea").await;
        self.look("thread").await;
        self.type_into("form[data-reply] textarea", self.owner.answer).await;
        self.click("form[data-reply] button.primary").await;
        self.browser.sees(self.owner.answer).await;
        self.look("thread-answered").await;
        driver.switch_to_window(phones).await.expect("the first window");
        self.browser.sees(self.owner.answer).await;
    }

    async fn campaign(&mut self) {
        self.goto("/campaigns/new").await;
        self.browser.find("#draft").await;
        self.look("composer-empty").await;
        self.type_into("#name", "Friday").await;
        let list = "const all = [...document.querySelectorAll('input[name=list]')];
            const one = all.find((r) => r.value !== '') ?? all[0]; one?.click(); return Boolean(one);";
        assert_eq!(self.browser.script(list).await, true, "the sample has a list");
        self.type_into("#text", self.owner.sale).await;
        let ready = "const b = document.querySelector('button[name=do][value=review]');
            return b.getAttribute('aria-disabled') !== 'true'";
        self.holds("the composer is ready", ready, SOON).await;
        self.look("composer").await;
        self.click("button[name=do][value=review]").await;
        self.holds("the last question", "return location.pathname.endsWith('/confirm')", SOON).await;
        self.look("confirm").await;
        self.click("form[action$='/launch'] button.primary").await;
        let launched = "return /^\\/campaigns\\/cmp_/.test(location.pathname) || /^\\/campaigns\\/[^/]+$/.test(location.pathname)";
        self.holds("the campaign's page", launched, SOON).await;
        self.look("live").await;
        let path = self.path().await;
        let over = format!(
            "const done = window.reportDone; fetch('{path}?part=all').then((r) => r.text())
                .then((t) => {{ window.reportDone = !t.includes('/pause') && !t.includes('/stop'); }}); return done === true"
        );
        self.holds("the campaign is over", &over, PATIENCE).await;
        self.goto(&path).await;
        self.look("report").await;
    }

    /// The rooms beside the way: none may be worse for that.
    async fn the_other_pages(&mut self) {
        for (name, path) in [
            ("home", "/"),
            ("campaigns", "/campaigns"),
            ("contacts", "/contacts"),
            ("lists", "/contacts/lists"),
            ("import", "/contacts/import"),
            ("messages", "/messages"),
            ("connections", "/delivery/connections"),
            ("connection-new", "/delivery/connections/new"),
            ("numbers", "/delivery/numbers"),
            ("settings", "/settings"),
            ("keys", "/dev/keys"),
        ] {
            self.goto(path).await;
            self.browser.find("main h1").await;
            self.look(name).await;
        }
        self.goto("/messages").await;
        self.click("main a[href^='/messages/msg_']").await;
        self.browser.find("main h1").await;
        self.look("message").await;
    }
}
