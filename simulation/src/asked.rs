//! What programs ask, and how far each request is.

use serde_json::Value;

/// What a request is for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Single(Message),
    Batch(Vec<Message>),
    Create {
        word: String,
        list: usize,
        class: &'static str,
        long: bool,
    },
    Launch(String),
    Pause(String),
    Resume(String),
    Stop(String),
    Refuse(String),
    /// What is to become of all messages of which nobody knows whether they arrived.
    Decide(&'static str),
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
    /// How often a workspace asked for what nobody knows of to go again.
    pub(crate) fn resends(&self, workspace: usize) -> i64 {
        let resend = |a: &&Asked| a.workspace == workspace && matches!(a.what, What::Decide("resend"));
        self.asked.iter().filter(resend).map(|a| i64::from(a.tries)).sum()
    }

    /// Requests about which something will still be done.
    pub(crate) fn unanswered(&self) -> usize {
        self.asked.iter().filter(|a| !a.settled).count()
    }
}
