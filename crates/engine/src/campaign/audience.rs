//! Who would get a mailing, counted before it is launched; and how it will look to one of them.
//!
//! Readers only. The verdict that counts is the gate's, when each recipient's turn comes.

use super::letter::{Letter, Scale, parts};
use super::plan::{Plan, plans};
use crate::route::Table;
use crate::submit::Foresight;
use crate::{Ctx, Error, Permission, Result};
pub use sms::parts::Ability;
use sms::{Code, Encoding};
use std::collections::BTreeMap;
use store::Tx;
use store::campaign as rows;
use store::campaign::people::{self, Pick};
use store::workspace::{self, Mode};

/// Up to so many people everybody's text is counted; beyond, a drawn sample of at most as many.
const COUNTED_MOST: i64 = 20_000;

/// How many people get so many parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bar {
    /// Parts.
    pub parts: i64,
    /// People whose text takes so many.
    pub people: i64,
}

/// The audience of a mailing as of now. Each person is counted once, at the first rule that leaves him out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Audience {
    /// Everybody in the list.
    pub total: i64,
    /// Who would be left out, in the order of the rules.
    pub skipped: Vec<(Code, i64)>,
    /// Who would get it.
    pub will_send: i64,
    /// Their texts by parts.
    pub parts_histogram: Vec<Bar>,
    /// People in the histogram.
    pub counted: i64,
    /// Whether the histogram is of a sample.
    pub sampled: bool,
    /// What the law makes of the mailing, by the rules that bind its people; empty where it has no word.
    pub plans: Vec<Plan>,
}

/// The order in which rules leave people out.
const ORDER: &[Code] = &[
    Code::TestNumber,
    Code::SuppressedPlatform,
    Code::SuppressedAll,
    Code::SuppressedWorkspace,
    Code::NoConsent,
    Code::TemplateError,
    Code::ClassMismatch,
    Code::SenderCountry,
    Code::SenderGeneric,
    Code::SenderUnapproved,
    Code::ContentMissing,
    Code::NoReplyPath,
    Code::FreqCap,
    Code::TzUnknown,
    Code::WindowClosed,
    Code::TooManyParts,
];

/// Counts the audience of a mailing.
///
/// # Errors
/// `NotFound`; `Invalid` when its text does not compile.
pub fn audience(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Audience> {
    ctx.need(Permission::Read)?;
    let (draft, live, most) = draft_of(tx, ctx, id)?;
    let judged = people::waterfall(tx, ctx.workspace, &draft, live)?;
    let total = judged.iter().map(|(_, n)| n).sum();
    let staying = judged.iter().find(|(code, _)| *code == Code::None).map_or(0, |(_, n)| *n);
    let mut skipped: Vec<(Code, i64)> = judged.into_iter().filter(|(code, _)| *code != Code::None).collect();
    let letter = Letter::new(tx, ctx.workspace, &draft.text)?;
    let one_in = (staying / COUNTED_MOST) + i64::from(staying % COUNTED_MOST != 0);
    let pick = Pick { one_in: one_in.max(1), skip: 0, limit: COUNTED_MOST };
    let sample = people::staying(tx, ctx.workspace, &draft, live, pick)?;
    let scale = Scale::new(tx, ctx.workspace, &draft, live)?;
    let mut bars: BTreeMap<i64, i64> = BTreeMap::new();
    let mut law = Foresight::load(tx, ctx.workspace, &draft.sender, draft.class)?;
    let mut by_text: BTreeMap<Code, i64> = BTreeMap::new();
    let counts_all = one_in <= 1;
    for person in &sample {
        let judged = match (letter.to(person), &mut law) {
            (None, _) => Err(Code::TemplateError),
            (Some(text), None) => Ok(parts(&scale.size(&person.number, &text))),
            (Some(text), Some(law)) => law
                .of(&person.number, &text)
                .map(|f| parts(&scale.size(&person.number, &f.text)))
                .map_err(|r| r.code),
        };
        match judged {
            Ok(n) if n <= most => *bars.entry(n).or_default() += 1,
            _ if !counts_all => {}
            Ok(_) => *by_text.entry(Code::TooManyParts).or_default() += 1,
            Err(code) => *by_text.entry(code).or_default() += 1,
        }
    }
    let sampled = one_in > 1;
    let plans = plans(tx, ctx.workspace, &draft, live)?;
    if sampled {
        // Nobody was looked at one by one; what a country's rules refuse to all its people is known all the same.
        for plan in &plans {
            plan.refused.iter().for_each(|(code, _)| *by_text.entry(*code).or_default() += plan.people);
        }
    }
    skipped.extend(by_text);
    skipped.sort_by_key(|(code, _)| ORDER.iter().position(|c| c == code));
    Ok(Audience {
        total,
        will_send: total - skipped.iter().map(|(_, n)| n).sum::<i64>(),
        skipped,
        counted: bars.values().sum(),
        parts_histogram: bars.into_iter().map(|(parts, people)| Bar { parts, people }).collect(),
        sampled,
        plans,
    })
}

/// A mailing as one of its recipients would see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// Which recipient, from 0.
    pub index: i64,
    /// The number, all but its ends hidden.
    pub to_masked: String,
    /// The person's name; may be empty.
    pub name: String,
    /// The finished text; empty when it cannot be made for this person.
    pub text: String,
    /// How it travels.
    pub encoding: Encoding,
    /// How many SMS it is.
    pub parts: i64,
    /// What the law added to it: `ad_label`, `sender_name`, `refusal_path`.
    pub added: Vec<&'static str>,
    /// Why it would not go to this person, and which rule says so.
    pub refused: Option<(Code, String)>,
    /// When it would go, where the hours are closed now, ms.
    pub opens: Option<i64>,
    /// What those can write that would carry it.
    #[serde(skip)]
    pub ability: Ability,
}

/// The mailing for the so-manieth of its recipients, counted from 0; `None` beyond the last.
///
/// # Errors
/// `NotFound`; `Invalid` when its text does not compile.
pub fn preview(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, index: i64) -> Result<Option<Preview>> {
    ctx.need(Permission::Read)?;
    let (draft, live, _) = draft_of(tx, ctx, id)?;
    let letter = Letter::new(tx, ctx.workspace, &draft.text)?;
    let pick = Pick { one_in: 1, skip: index.max(0), limit: 1 };
    let found = people::staying(tx, ctx.workspace, &draft, live, pick)?;
    let scale = Scale::new(tx, ctx.workspace, &draft, live)?;
    let mut law = Foresight::load(tx, ctx.workspace, &draft.sender, draft.class)?;
    Ok(found.first().map(|person| {
        let written = letter.to(person).unwrap_or_default();
        let (mut text, mut added, mut refused, mut opens) = (written.clone(), Vec::new(), None, None);
        match law.as_mut().filter(|_| !written.is_empty()).map(|law| law.of(&person.number, &written)) {
            Some(Ok(seen)) => (text, added, opens) = (seen.text.into_owned(), seen.added, seen.opens),
            Some(Err(no)) => refused = Some((no.code, no.rule)),
            None => {}
        }
        let ability = scale.ability(&person.number, &text);
        let size = ability.size(&text);
        Preview {
            added,
            refused,
            opens,
            index,
            to_masked: sms::number::mask(&person.number),
            name: [person.first_name.as_str(), person.last_name.as_str()].join(" ").trim().to_owned(),
            ability,
            encoding: size.encoding,
            parts: parts(&size),
            text,
        }
    }))
}

/// What can be written by every connector that this workspace's texts may go by, where nobody knows the number yet.
///
/// # Errors
/// `Denied` without the right to read; `NotFound`.
pub fn ability(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Ability> {
    ctx.need(Permission::Read)?;
    let workspace = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?;
    Ok(Table::load(tx)?.common_ability(workspace.mode != Mode::Live))
}

fn draft_of(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<(rows::Draft, bool, i64)> {
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    let workspace = workspace::get(tx, ctx.workspace)?.ok_or(Error::NotFound("workspace"))?;
    Ok((found.draft, workspace.mode == Mode::Live, workspace.parts_max))
}
