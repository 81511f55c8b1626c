//! "Make it fit": what could be written otherwise so that a text takes fewer parts, what each change loses, and what
//! it saves. Proposals only: a person says yes, nothing is changed by itself.

mod replace;
mod table;

use super::{Encoding, Manner, Size, size_as};
use crate::closed::closed_list;

use replace::replacement;

closed_list! {
    /// A kind of change, from what nobody sees to what changes letters.
    pub enum Change {
        /// Soft hyphens and spaces without width go.
        Invisible = 0 "invisible",
        /// Joiners, variation selectors and marks of direction go; only where the whole text becomes plain.
        Marks = 1 "marks",
        /// Spaces of other widths become plain.
        Spaces = 2 "spaces",
        /// Typographic quotation marks become straight.
        Quotes = 3 "quotes",
        /// Dashes and minus signs become hyphens.
        Dashes = 4 "dashes",
        /// An ellipsis becomes three dots.
        Ellipsis = 5 "ellipsis",
        /// Letters of other scripts that look the same become Latin ones.
        LookAlikes = 6 "look_alikes",
        /// Brackets and strokes of two units become their neighbours of one.
        Brackets = 7 "brackets",
        /// Signs are spelled out, bullets become asterisks.
        Signs = 8 "signs",
        /// Letters lose their accents.
        Accents = 9 "accents",
    }
}

/// What a reader loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing that can be seen.
    Nothing,
    /// The look.
    Look,
    /// The spelling.
    Spelling,
}

impl Change {
    /// What it costs the reader.
    pub const fn loss(self) -> Loss {
        match self {
            Change::Invisible | Change::Marks | Change::Spaces | Change::LookAlikes => Loss::Nothing,
            Change::Quotes | Change::Dashes | Change::Ellipsis | Change::Brackets => Loss::Look,
            Change::Signs | Change::Accents => Loss::Spelling,
        }
    }
}

/// One replacement and how often it would be made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Swap {
    /// What stands there.
    pub from: char,
    /// What would; empty where it goes.
    pub to: String,
    /// How often.
    pub times: usize,
}

/// One proposed change.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// Which.
    pub change: Change,
    /// What it costs the reader.
    pub loss: Loss,
    /// Character by character, in the order of the text.
    pub swaps: Vec<Swap>,
    /// The text with this change and those before it in the list.
    pub after: Size,
    /// Parts more that it would take without this one, all others made.
    pub saves: usize,
}

/// What can be done about a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fit {
    /// As it is.
    pub now: Size,
    /// With every step.
    pub then: Size,
    /// The text with every step.
    pub text: String,
    /// The changes that are needed for it, the harmless ones first; none where nothing helps.
    pub steps: Vec<Step>,
}

/// Looks for the changes that save parts. Of those that could, only the ones without which it would take more are
/// proposed, so that nobody gives up an accent for nothing.
pub fn fit(text: &str, manner: &Manner) -> Fit {
    let now = size_as(text, manner);
    let mut changes = useful(text, manner);
    let parts = |changes: &[Change]| size_as(&apply(text, changes), manner).parts;
    let fewest = parts(&changes);
    if fewest >= now.parts {
        return Fit { now, then: now, text: text.to_owned(), steps: Vec::new() };
    }
    // The dearest first. Giving one up can make another needless (an ellipsis grows when it is spelled out), so until
    // nothing more can go.
    let spared = |changes: &[Change]| {
        let without = |change: &Change| changes.iter().copied().filter(|c| c != change).collect::<Vec<_>>();
        changes.iter().rev().map(without).find(|without| parts(without) == fewest)
    };
    while let Some(fewer) = spared(&changes) {
        changes = fewer;
    }
    let steps = changes.iter().enumerate().map(|(index, change)| {
        let others: Vec<Change> = changes.iter().copied().filter(|c| c != change).collect();
        Step {
            change: *change,
            loss: change.loss(),
            swaps: swaps(text, *change),
            after: size_as(&apply(text, &changes[..=index]), manner),
            saves: parts(&others).saturating_sub(fewest),
        }
    });
    let steps = steps.collect();
    let text = apply(text, &changes);
    Fit { now, then: size_as(&text, manner), text, steps }
}

/// Makes the changes, and no others.
pub fn apply(text: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match replacement(ch).filter(|(change, _)| changes.contains(change)) {
            Some((_, to)) => to.push(&mut out),
            None => out.push(ch),
        }
    }
    out
}

/// The kinds that the text has a use for: all of them where it becomes plain by them, otherwise only what no script
/// ever misses.
fn useful(text: &str, manner: &Manner) -> Vec<Change> {
    let found: Vec<Change> = {
        let has = |change: &Change| text.chars().any(|ch| replacement(ch).is_some_and(|(c, _)| c == *change));
        Change::ALL.iter().copied().filter(has).collect()
    };
    if size_as(&apply(text, &found), manner).encoding == Encoding::Gsm7 {
        return found;
    }
    found.into_iter().filter(|change| *change == Change::Invisible).collect()
}

fn swaps(text: &str, change: Change) -> Vec<Swap> {
    let mut swaps: Vec<Swap> = Vec::new();
    for ch in text.chars() {
        let Some((_, to)) = replacement(ch).filter(|(c, _)| *c == change) else { continue };
        match swaps.iter_mut().find(|swap| swap.from == ch) {
            Some(swap) => swap.times += 1,
            None => {
                let mut text = String::new();
                to.push(&mut text);
                swaps.push(Swap { from: ch, to: text, times: 1 });
            }
        }
    }
    swaps
}

#[cfg(test)]
mod tests;
