//! A headless Chromium for tests: started by its own chromedriver, looked through by axe, photographed.
//!
//! It opens addresses of this machine only, keeps its profile in a temporary folder, and leaves nothing running: the
//! shell that keeps the driver ends with the test, however the test ends.

use std::io::{BufRead, BufReader};
use std::mem::ManuallyDrop;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::testing::{program, skip};
use thirtyfour::prelude::*;

/// Starts the driver, waits until our end of a pipe closes, then ends everything in its process group. It lets go of the
/// output, so that this ends when a driver does.
const KEEPER: &str =
    "trap : TERM; \"$1\" --port=0 </dev/null & exec >/dev/null; read -r gone; kill -TERM 0; wait; exit 0";
/// Two drivers that start at one moment may want the same port; the one that does not get it ends.
const STARTS: usize = 5;

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en",
];

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

pub(crate) const DESK: View = View { width: 1280, height: 900, dark: false };
pub(crate) const PHONE: View = View { width: 390, height: 844, dark: false };

impl View {
    pub(crate) fn dark(self) -> View {
        View { dark: true, ..self }
    }
}

pub(crate) struct Browser {
    /// Never dropped: its destructor would talk to the driver from a blocked runtime. The keeper ends what it leaves.
    pub(crate) driver: ManuallyDrop<WebDriver>,
    keeper: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A fresh browser, or `None` with a notice where the machine has none.
    pub(crate) async fn start(test: &str) -> Option<Browser> {
        let (Some(chromium), Some(chromedriver)) = (program("chromium", &[]), program("chromedriver", &[]))
        else {
            skip(test, "chromium or chromedriver is absent");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        let (keeper, port) = start_driver(&chromedriver);
        let mut wanted = DesiredCapabilities::chrome();
        for flag in FLAGS {
            wanted.add_arg(flag).expect("a plain flag");
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).expect("a plain flag");
        wanted.set_binary(&chromium.to_string_lossy()).expect("a plain path");
        wanted.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::Severe).expect("a log level");
        let address = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::new(address, wanted).await.expect("chromedriver opens a session");
        let browser = Browser { driver: ManuallyDrop::new(driver), keeper, _profile: profile };
        browser.look(DESK).await;
        Some(browser)
    }

    /// Sets the size of the page and the theme that the system is said to prefer.
    pub(crate) async fn look(&self, view: View) {
        let devtools = self.driver.cdp();
        let emulation = devtools.emulation();
        let size = emulation.set_device_metrics_override(view.width, view.height, 1.0, view.width < 600);
        size.await.expect("the page takes a size");
        let scheme = if view.dark { "dark" } else { "light" };
        let media = serde_json::json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        devtools.send_raw("Emulation.setEmulatedMedia", media).await.expect("the page takes a theme");
    }

    /// What axe finds wrong with the page as it is: `rule: where`, the WCAG levels A and AA and the best practices.
    ///
    /// Panics where axe is absent: a caller asks `axe_source` first, which says so and skips.
    pub(crate) async fn axe(&self, source: &str) -> Vec<String> {
        self.script(source).await;
        let run = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']})
            .then((r) => done(r.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}`))))
            .catch((e) => done([`axe failed: ${e}`]));";
        let found = self.driver.execute_async(run, Vec::new()).await.expect("axe answers");
        found.convert().expect("a list of findings")
    }

    /// The elements that make the page scroll sideways; none is right.
    pub(crate) async fn sideways(&self) -> Vec<String> {
        let look = "const page = document.scrollingElement;
            if (page.scrollWidth <= page.clientWidth) return [];
            return [...document.querySelectorAll('body *')].filter((e) => {
                const box = e.getBoundingClientRect();
                return box.right > page.clientWidth + 1 || box.left < -1;
            }).map((e) => `${e.tagName.toLowerCase()}.${e.className}`).concat(`page ${page.scrollWidth}`);";
        let found = self.driver.execute(look, Vec::new()).await.expect("the page answers");
        found.convert().expect("a list of elements")
    }

    /// What the page complained about on its console since the last call.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("the console's log");
        log.into_iter().map(|entry| entry.message).collect()
    }

    /// Runs a script in the page and gives what it returned.
    pub(crate) async fn script(&self, script: &str) -> serde_json::Value {
        let answer = self.driver.execute(script, Vec::new()).await;
        answer.expect("the script runs").json().clone()
    }

    /// The element of a selector, once it is there; a page in motion gets ten seconds.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let query = self.driver.query(By::Css(css)).wait(Duration::from_secs(10), Duration::from_millis(50));
        query.first().await.unwrap_or_else(|e| panic!("no {css} on the page: {e}"))
    }

    /// Waits until the page's visible text holds the words, and says what it held instead if it never does.
    pub(crate) async fn sees(&self, words: &str) {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let text = self.script("return document.body ? document.body.innerText : ''").await;
            let text = text.as_str().unwrap_or_default();
            if text.contains(words) {
                return;
            }
            assert!(Instant::now() < until, "the page never said «{words}» but:\n{text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Saves what is seen as `NAME.png` in the folder that `SENDWORD_SHOTS` names; without it nothing is saved.
    pub(crate) async fn shot(&self, name: &str) {
        let Some(folder) = std::env::var_os("SENDWORD_SHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.expect("a picture");
    }

    /// Ends the session in order. A test that panics before it gets there is cleared up by the keeper.
    pub(crate) async fn quit(self) {
        WebDriver::clone(&self.driver).quit().await.expect("the browser closes");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The text of axe-core, or `None` with a notice where it is not installed.
pub(crate) fn axe_source(test: &str) -> Option<String> {
    let folder = std::env::var_os("SENDWORD_PEERS").map(PathBuf::from).unwrap_or_default();
    let source = std::fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js"));
    if source.is_err() {
        skip(test, "axe-core is not in the folder that SENDWORD_PEERS names");
    }
    source.ok()
}

fn start_driver(chromedriver: &std::path::Path) -> (Child, u16) {
    for _ in 0..STARTS {
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER, "keeper"]).arg(chromedriver).process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = shell.spawn().expect("a shell");
        let said = BufReader::new(keeper.stdout.take().expect("a piped output"));
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let tail = line.split("started successfully on port ").nth(1)?;
            tail.trim_end_matches('.').parse().ok()
        });
        if let Some(port) = port {
            return (keeper, port);
        }
        drop(keeper.stdin.take());
        let _ = keeper.wait(); // a shell that is gone already has nothing to say
    }
    panic!("chromedriver ended {STARTS} times before it said its port");
}
