//! What programs ask, and how far each request is.

use serde_json::Value;

/// What a request is for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Single(Message),
    Batch(Vec<Message>),
    Create { word: String, list: usize, class: &'static str, long: bool },
    Launch(String),
    Pause(String),
    Resume(String),
    Stop(String),
    Refuse(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) wanted: usize,
    pub(crate) body: Value,
}

pub(crate) struct Asked {
    pub(crate) workspace: usize,
    pub(crate) what: What,
    pub(crate) key: Option<String>,
    /// Nothing more will be done about it.
    pub(crate) settled: bool,
    /// It is under way in this life of the process.
    pub(crate) under_way: bool,
    pub(crate) tries: u32,
}

/// All programs.
#[derive(Default)]
pub(crate) struct Programs {
    pub(crate) asked: Vec<Asked>,
}

impl Programs {
    /// Requests about which something will still be done.
    pub(crate) fn unanswered(&self) -> usize {
        self.asked.iter().filter(|a| !a.settled).count()
    }
}
