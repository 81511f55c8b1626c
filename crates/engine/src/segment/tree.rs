//! A segment as a tree: what the builder shows, what the text form says, what is kept as JSON. Pure.

use serde::{Deserialize, Serialize};
use store::segment::Compare;

/// Groups inside of groups, at the most.
pub const DEPTH_MAX: usize = 8;
/// Criteria in one segment, at the most.
pub const CRITERIA_MAX: usize = 60;

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// Every one of them.
    All(Vec<Node>),
    /// At least one of them.
    Any(Vec<Node>),
    /// Not that.
    Not(Box<Node>),
    /// A criterion.
    Is(Criterion),
}

/// How something is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// The same.
    #[serde(rename = "=")]
    Is,
    /// Less, or earlier.
    #[serde(rename = "<")]
    Less,
    /// Less or the same.
    #[serde(rename = "<=")]
    AtMost,
    /// More, or later.
    #[serde(rename = ">")]
    More,
    /// More or the same.
    #[serde(rename = ">=")]
    AtLeast,
    /// Holds it somewhere.
    #[serde(rename = "~")]
    Holds,
}

impl Op {
    /// All of them, the longer signs first.
    pub const ALL: &'static [(&'static str, Op)] = &[
        ("<=", Op::AtMost),
        (">=", Op::AtLeast),
        ("=", Op::Is),
        ("<", Op::Less),
        (">", Op::More),
        ("~", Op::Holds),
    ];

    /// As it is written.
    pub fn sign(self) -> &'static str {
        Op::ALL.iter().find(|(_, op)| *op == self).map_or("=", |(sign, _)| sign)
    }

    pub(super) const fn compare(self) -> Compare {
        match self {
            Op::Less => Compare::Less,
            Op::AtMost => Compare::AtMost,
            Op::More => Compare::More,
            Op::AtLeast => Compare::AtLeast,
            Op::Is | Op::Holds => Compare::Is,
        }
    }
}

/// A moment: a day, or so many days ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// A day of the workspace's calendar, `2026-03-14`.
    Day(String),
    /// So many days before the moment of asking.
    DaysAgo(i64),
}

/// What happened to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Was written to.
    Received,
    /// It arrived.
    Delivered,
    /// Wrote to us.
    Replied,
}

impl Deed {
    /// All of them.
    pub const ALL: &'static [(&'static str, Deed)] =
        &[("received", Deed::Received), ("delivered", Deed::Delivered), ("replied", Deed::Replied)];

    /// As it is written.
    pub fn word(self) -> &'static str {
        Deed::ALL.iter().find(|(_, d)| *d == self).map_or("", |(word, _)| word)
    }
}

/// One criterion. Lists and campaigns are kept by id: a new name changes no segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// In a list.
    List(i64),
    /// Marked with a tag.
    Tag(i64),
    /// `yes · unknown · no · left`.
    Consent(String),
    /// A field of people compared with a value, as it was typed.
    Field(String, Op, String),
    /// A field that holds anything.
    Set(String),
    /// The number begins so.
    Number(String),
    /// Name, number or e-mail hold it.
    Text(String),
    /// Became a contact then or later.
    Added(When),
    /// It happened then or later.
    Since(Deed, When),
    /// It happened with a campaign.
    Campaign(Deed, i64),
}

impl Node {
    /// How many criteria there are, and how deep groups stand in groups.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Node::Is(_) => (1, 0),
            Node::Not(one) => {
                let (n, depth) = one.size();
                (n, depth + 1)
            }
            Node::All(all) | Node::Any(all) => all.iter().fold((0, 1), |(n, depth), one| {
                let (m, d) = one.size();
                (n + m, depth.max(d + 1))
            }),
        }
    }

    /// The same in its plainest form: no group of one, no group of its own kind inside of a group.
    pub fn plain(self) -> Node {
        match self {
            Node::Is(_) => self,
            Node::Not(one) => match one.plain() {
                Node::Not(inner) => *inner,
                one => Node::Not(Box::new(one)),
            },
            Node::All(all) => joined(all, true),
            Node::Any(all) => joined(all, false),
        }
    }
}

fn joined(nodes: Vec<Node>, all: bool) -> Node {
    let mut out = Vec::new();
    for node in nodes {
        match (node.plain(), all) {
            (Node::All(inner), true) | (Node::Any(inner), false) if !inner.is_empty() => out.extend(inner),
            (node, _) => out.push(node),
        }
    }
    match (out.len(), all) {
        (1, _) => out.swap_remove(0),
        (_, true) => Node::All(out),
        (_, false) => Node::Any(out),
    }
}
