//! A pretend telephone with our app on it: what it is told before it starts, and what is wrong with it while it runs.

/// A phone and its app.
#[derive(Clone, PartialEq, Eq)]
pub struct App {
    /// Where the server is, as the pairing code says; without a last slash.
    pub server: String,
    /// The code it shows.
    pub code: String,
    /// A token from an earlier pairing, instead of a code.
    pub token: String,
    /// The name of this installation; the same for the same phone.
    pub install: String,
    /// Telephone numbers of its cards, in their places.
    pub numbers: Vec<String>,
    /// How long it lets a question wait, seconds.
    pub wait_s: u64,
    /// Messages it takes at once.
    pub room: u32,
}

impl Default for App {
    fn default() -> App {
        App {
            server: String::new(),
            code: String::new(),
            token: String::new(),
            install: "pretend".to_owned(),
            numbers: vec!["+972500000011".to_owned()],
            wait_s: 25,
            room: 5,
        }
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "App({}, {})", self.server, self.install)
    }
}

/// What is wrong with the phone right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppFaults {
    /// It has no network for data: it asks nothing and tells nothing.
    pub offline: bool,
    /// Answers with messages never reach it.
    pub lose_answers: bool,
    /// What it tells arrives, and it does not see that: it tells it again.
    pub lose_thanks: bool,
    /// It tells everything twice.
    pub doubles: bool,
    /// It takes messages and does nothing with them.
    pub stuck: bool,
    /// It sends, and the app dies before it learns what became of it.
    pub crashes: bool,
    /// Every message fails with this result of Android; 0 none.
    pub result: u32,
    /// The network's cause beside it; 0 none.
    pub cause: u32,
    /// How far its clock is ahead, ms.
    pub clock_ahead_ms: i64,
    /// Its cards cannot send.
    pub no_service: bool,
}
