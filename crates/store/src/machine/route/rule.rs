//! One rule of a table of routes, as it is kept: conditions, connectors, what is rewritten. Deciding by it is the engine's.

use serde::{Deserialize, Serialize};
use sms::Class;

/// One rule. A condition that is empty fits everything; all that are not must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Its id; stays with it through all versions.
    pub id: i64,
    /// What people call it; may be empty.
    pub name: String,
    /// Whether it is kept but passed over.
    pub off: bool,
    /// Beginnings of numbers with `+`; one must fit.
    pub prefixes: Vec<String>,
    /// Countries as two letters.
    pub countries: Vec<String>,
    /// Networks as MCC and MNC, five or six digits; all of an MCC, three digits; `unknown` fits where nobody knows.
    pub networks: Vec<String>,
    /// Senders in any case; a `*` at the end fits any rest.
    pub senders: Vec<String>,
    /// What the message is for.
    pub classes: Vec<Class>,
    /// Whose message it is.
    pub workspaces: Vec<i64>,
    /// Days and hours.
    pub hours: Option<Hours>,
    /// Words of which the text must hold one, in any case.
    pub contains: Vec<String>,
    /// A regular expression the text must hold; empty is none.
    pub pattern: String,
    /// What one SMS may cost, in millionths; connectors above it are left out.
    pub ceiling: Option<i64>,
    /// How one of the connectors is chosen.
    pub choose: Choose,
    /// The connectors.
    pub to: Vec<Leg>,
    /// What becomes another.
    pub rewrite: Rewrite,
}

/// How a connector is chosen among those of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choose {
    /// The first that carries, in their order.
    #[default]
    Order,
    /// By their weights, the same for the same number.
    Share,
    /// The cheapest for the number.
    Cheapest,
}

/// One connector of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Leg {
    /// The connector.
    pub connector: i64,
    /// Its part where the rule shares; 0 takes only what others cannot.
    pub weight: i64,
}

/// Days of the week and minutes of the day in a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    /// Bit 0 is Monday.
    pub days: u8,
    /// From this minute of the day.
    pub from: u16,
    /// Until before this minute; not after `from` reaches into the next day.
    pub to: u16,
    /// The zone, as Asia/Jerusalem.
    pub zone: String,
}

/// What is rewritten in a message that takes a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rewrite {
    /// What is taken from the beginning of the number, with `+`.
    pub strip: String,
    /// What is put there instead, with `+`.
    pub add: String,
    /// The sender it shows; empty leaves it.
    pub sender: String,
    /// Words replaced in the text, links left alone.
    pub words: Vec<(String, String)>,
}

impl Rewrite {
    /// Whether nothing is rewritten.
    pub fn is_empty(&self) -> bool {
        self == &Rewrite::default()
    }
}

impl Rule {
    /// Whether it fits every message, whatever it is.
    pub fn fits_all(&self) -> bool {
        let bare = Rule { id: 0, name: String::new(), to: Vec::new(), choose: Choose::Order, ..self.clone() };
        Rule { rewrite: Rewrite::default(), ..bare } == Rule::default()
    }

    /// Its connectors in the order they were given.
    pub fn connectors(&self) -> Vec<i64> {
        self.to.iter().map(|leg| leg.connector).collect()
    }
}
