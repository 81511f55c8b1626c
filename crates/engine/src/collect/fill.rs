//! A form that was filled in: looked over, counted, kept, and the number asked.
//!
//! What a stranger may see of it is always the same: it was taken, an SMS comes if one is needed. Whether the number is
//! known, refused once or was asked this morning shows nowhere, neither in words nor in what is done for the visitor.

use super::form::{Asked, Draft, Kind, LANGUAGES, line, turns};
use super::nonce::{self, Age};
use super::{confirm, form, limits, topic, words};
use crate::consent::{Facts, Personal};
use crate::law::shelf;
use crate::{Error, Result, Submission, submit};
use serde::{Deserialize, Serialize};
use sms::number::{self, Kind as NumberKind};
use std::collections::{BTreeMap, BTreeSet};
use store::form as rows;
use store::signup::{self, New, State};
use store::workspace::{self, Mode, Workspace};
use store::{Tx, suppression};

/// A request that the number does not confirm lapses after a week.
pub const LAPSES_MS: i64 = 7 * 86_400_000;
/// Characters of an answer that are kept.
const ANSWER_MAX: usize = 200;
/// Characters of what a browser says of itself and of the page it was on.
const TRACE_MAX: usize = 500;

/// A form as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Open {
    /// The end of its address.
    pub slug: String,
    /// Who asks.
    pub business: String,
    /// The language it is shown in.
    pub language: String,
    /// The languages there are.
    pub languages: Vec<String>,
    /// The version.
    pub version: i64,
    /// The heading.
    pub title: String,
    /// A few words; may be empty.
    pub intro: String,
    /// What is agreed to.
    pub wording: String,
    /// The questions.
    pub fields: Vec<Question>,
    /// Topics to choose from: name, title.
    pub topics: Vec<(String, String)>,
    /// How a number of the country begins, as an example of what may be left out.
    pub country: String,
    /// What is sent back with it.
    pub nonce: String,
    /// The address it is shown at.
    pub page: String,
    /// Whether the number is asked by SMS.
    pub asks: bool,
    /// Sites that may show it.
    #[serde(skip)]
    pub sites: Vec<String>,
}

/// A question as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// The field.
    pub name: String,
    /// `text`, `email`, `date`, `choice`.
    pub kind: &'static str,
    /// What it is called.
    pub label: String,
    /// Whether it must be answered.
    pub required: bool,
    /// What is chosen from.
    pub choices: Vec<String>,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// The nonce of the page.
    pub nonce: String,
    /// The language it was read in.
    pub language: String,
    /// The number as it was typed.
    pub number: String,
    /// Whether the box was ticked.
    pub agreed: bool,
    /// A field no person sees: whoever fills it in is none.
    pub trap: String,
    /// Answers by field.
    pub answers: BTreeMap<String, String>,
    /// Topics that were ticked, by name.
    pub topics: BTreeSet<String>,
    /// The network address.
    pub addr: String,
    /// What the browser says of itself.
    pub agent: String,
    /// The page it was on.
    pub page: String,
    /// The tablet it was typed on, and what makes its post the same; empty elsewhere.
    pub till: Option<Till>,
}

/// A tablet of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Till {
    /// What it is called.
    pub name: String,
    /// What makes a second post the same.
    pub key: String,
    /// When it was typed, ms.
    pub typed_at: i64,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken, or looks to its sender as if it were.
    Thanks,
    /// Once more, please: what is at fault, as (field, why). Empty: the page was too old or sent too quickly.
    Again(Vec<(String, &'static str)>),
    /// Too many at once; later, please.
    Later,
}

/// What is kept until the number has said yes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ask {
    pub(super) wording: String,
    pub(super) list: i64,
    pub(super) answers: BTreeMap<String, String>,
    /// Topics that were ticked; none where everything was.
    pub(super) topics: Vec<String>,
    pub(super) facts: Facts,
    pub(super) personal: Personal,
    pub(super) method: String,
    /// For how long the permission is, ms; 0 for good.
    pub(super) lasts_ms: i64,
}

/// A published form with what it stands in.
pub(super) struct Shown {
    pub(super) form: rows::Form,
    pub(super) draft: Draft,
    pub(super) hash: Vec<u8>,
    pub(super) house: Workspace,
}

impl Shown {
    pub(super) fn at(tx: &mut Tx<'_>, slug: &str) -> Result<Shown> {
        let known = slug.len() <= 20 && crate::secret::is_base58(slug);
        let found = if known { rows::by_slug(tx, slug)? } else { None };
        Shown::of(tx, found.ok_or(Error::NotFound("form"))?)
    }

    pub(super) fn of(tx: &mut Tx<'_>, form: rows::Form) -> Result<Shown> {
        let version = rows::version(tx, form.workspace, form.id, form.version)?;
        let (Some(version), false) = (version, form.closed) else { return Err(Error::NotFound("form")) };
        let house = workspace::get(tx, form.workspace)?.ok_or(Error::NotFound("form"))?;
        Ok(Shown { draft: form::read(&version.json), hash: version.hash, form, house })
    }

    /// The language wished for, or the first one.
    pub(super) fn language(&self, wished: &str) -> String {
        let has = |l: &&String| l.as_str() == wished;
        self.draft.languages.iter().find(has).or(self.draft.languages.first()).cloned().unwrap_or_default()
    }

    fn purpose(&self) -> String {
        format!("form {} {}", self.form.slug, self.form.version)
    }

    /// The number, if it is a phone of a country the form takes.
    fn number(&self, typed: &str) -> std::result::Result<String, &'static str> {
        let reading = number::normalise(typed, &self.draft.country);
        let test = self.house.mode == Mode::Test;
        match (reading.kind, reading.e164) {
            (NumberKind::Empty, _) => Err("required"),
            (NumberKind::Mobile, Some(e164)) => {
                let country = number::country_of(&e164).unwrap_or_default();
                let taken =
                    country == self.draft.country || self.draft.countries.iter().any(|c| c == country);
                if taken { Ok(e164) } else { Err("other_country") }
            }
            (NumberKind::Test, Some(e164)) if test => Ok(e164),
            _ => Err("not_a_number"),
        }
    }
}

/// A form as it is shown to a visitor who wishes this language.
///
/// # Errors
/// When there is none, or it takes nobody.
pub fn open(tx: &mut Tx<'_>, slug: &str, wished: &str) -> Result<Open> {
    let shown = Shown::at(tx, slug)?;
    let language = shown.language(wished);
    let said = shown.draft.texts.get(&language).cloned().unwrap_or_default();
    let titles = topic::offered(tx, shown.house.id)?;
    let topics = titles.iter().filter(|t| shown.draft.topics.contains(&t.name));
    let question = |f: &Asked| Question {
        label: match said.labels.get(&f.name).filter(|l| !l.is_empty()) {
            Some(label) => label.clone(),
            None if f.name == "first_name" => words::of(&language).first_name.to_owned(),
            None => f.name.clone(),
        },
        name: f.name.clone(),
        kind: f.kind.name(),
        required: f.required,
        choices: f.choices.clone(),
    };
    Ok(Open {
        topics: topics.map(|t| (t.name.clone(), t.title(&language).to_owned())).collect(),
        fields: shown.draft.fields.iter().map(question).collect(),
        nonce: nonce::make(tx.keys(), &shown.purpose(), tx.now())?,
        slug: shown.form.slug.clone(),
        business: shown.house.name.clone(),
        languages: shown.draft.languages.clone(),
        version: shown.form.version,
        country: shown.draft.country.clone(),
        asks: shown.draft.double_optin,
        page: format!("{}/f/{}?lang={language}", form::origin(tx)?, shown.form.slug),
        sites: shown.draft.sites.clone(),
        title: said.title,
        intro: said.intro,
        wording: said.wording,
        language,
    })
}

/// Looks a filled-in form over without changing anything: what can be refused is refused here, before any write.
///
/// # Errors
/// When there is no such form.
pub fn look_over(tx: &mut Tx<'_>, slug: &str, filled: &Filled) -> Result<Option<Outcome>> {
    let shown = Shown::at(tx, slug)?;
    Ok(Ready::of(tx, &shown, filled)?.err())
}

/// Takes a filled-in form.
///
/// # Errors
/// When there is no such form, or the store refuses.
pub fn take(tx: &mut Tx<'_>, slug: &str, filled: &Filled) -> Result<Outcome> {
    let shown = Shown::at(tx, slug)?;
    taken(tx, &shown, filled)
}

pub(super) fn taken(tx: &mut Tx<'_>, shown: &Shown, filled: &Filled) -> Result<Outcome> {
    let ready = match Ready::of(tx, shown, filled)? {
        Ok(ready) => ready,
        Err(outcome) => return Ok(outcome),
    };
    let must = asks(tx, shown, &ready.number)?;
    let lately = must && limits::asked_lately(tx, &ready.number)?;
    let state = if lately { State::Dropped } else { State::Waits };
    let ask = crate::audience::text::json(&ready.ask);
    let now = tx.now();
    let new = New {
        workspace: shown.house.id,
        form: shown.form.id,
        version: shown.form.version,
        number: &ready.number,
        state,
        language: &ready.language,
        ask: &ask,
        nonce: &ready.nonce,
        addr: ready.addr,
        block: ready.block,
        until: now + LAPSES_MS,
    };
    let keys = tx.keys().clone();
    let Some(id) = signup::add(tx, &new, |id| limits::token(&keys, "signup", id))? else {
        return Ok(Outcome::Thanks);
    };
    if state == State::Waits {
        let token = limits::token(&keys, "signup", id);
        match must {
            true => question(tx, shown, (id, &token), &ready)?,
            false => drop(confirm::by_token(tx, &token, confirm::Via::Form)?),
        }
    }
    Ok(Outcome::Thanks)
}

/// Whether the number itself is asked: by the form, by the strictest pack, and always where it once refused, so that
/// nobody lifts another's refusal by typing a number.
fn asks(tx: &mut Tx<'_>, shown: &Shown, number: &str) -> Result<bool> {
    let stops = suppression::of_number(tx, shown.house.id, number)?;
    if shown.draft.double_optin || !stops.is_empty() {
        return Ok(true);
    }
    let rules = shelf::load(tx)?.rules(number, &shown.house.country, &[]);
    let required =
        |p: &std::sync::Arc<crate::law::Pack>| p.file.consent.double_optin.as_deref() == Some("required");
    Ok(rules.packs.iter().any(required))
}

/// Asks the number. What cannot be asked is over; the visitor learns nothing of it.
fn question(tx: &mut Tx<'_>, shown: &Shown, (id, token): (i64, &str), ready: &Ready) -> Result<()> {
    let workspace = shown.house.id;
    let origin = form::origin(tx)?;
    let link = if origin.is_empty() { String::new() } else { format!("{origin}/c/{token}") };
    let from = Some(shown.draft.sender.clone()).filter(|s| !s.is_empty());
    let (senders, _) = store::admission::shows(tx, workspace)?;
    let shows_name = |s: &str| s.chars().any(char::is_alphabetic);
    let named = from.as_deref().map_or_else(|| senders.first().is_some_and(|s| shows_name(&s.0)), shows_name);
    let answerable = !named || shown.house.mode == Mode::Test;
    let sent = match words::question(&ready.language, &shown.house.name, &link, answerable) {
        None => None,
        Some(text) => {
            let one = Submission {
                workspace,
                to: ready.number.clone(),
                text,
                from,
                class: Some(sms::Class::Service),
                source: "page",
                // Our own words, the same for everybody.
                reviewed: true,
                ..Submission::default()
            };
            submit(tx, &[one])?.pop().and_then(Result::ok)
        }
    };
    match sent {
        Some(accepted) => Ok(signup::asked(tx, workspace, id, accepted.id)?),
        None => Ok(signup::end(tx, workspace, id, State::Dropped).map(drop)?),
    }
}

/// A filled-in form with everything checked.
struct Ready {
    number: String,
    language: String,
    nonce: String,
    addr: i64,
    block: i64,
    ask: Ask,
}

impl Ready {
    fn of(tx: &mut Tx<'_>, shown: &Shown, filled: &Filled) -> Result<std::result::Result<Ready, Outcome>> {
        if !filled.trap.is_empty() {
            return Ok(Err(Outcome::Thanks));
        }
        let now = tx.now();
        let key = match &filled.till {
            Some(till) => till.key.clone(),
            None => match nonce::check(tx.keys(), &shown.purpose(), &filled.nonce, now) {
                Age::Good => filled.nonce.clone(),
                Age::Quick | Age::Stale => return Ok(Err(Outcome::Again(Vec::new()))),
            },
        };
        if signup::known(tx, shown.house.id, &key)? {
            return Ok(Err(Outcome::Thanks));
        }
        let (answers, mut faults) = answers(shown, filled);
        let number = match shown.number(&filled.number) {
            Ok(number) => number,
            Err(why) => {
                faults.insert(0, ("number".into(), why));
                String::new()
            }
        };
        let topics: Vec<String> =
            shown.draft.topics.iter().filter(|t| filled.topics.contains(*t)).cloned().collect();
        if !shown.draft.topics.is_empty() && topics.is_empty() {
            faults.push(("topics".into(), "required"));
        }
        if !filled.agreed {
            faults.push(("agreed".into(), "required"));
        }
        if !faults.is_empty() {
            return Ok(Err(Outcome::Again(faults)));
        }
        let everything = topics.len() == shown.draft.topics.len();
        let keys = tx.keys().clone();
        let addr = if filled.till.is_some() { 0 } else { limits::counted(&keys, "addr", &filled.addr) };
        let block = limits::counted(&keys, "block", limits::block(&number));
        let counted = if filled.till.is_some() { 0 } else { block };
        if limits::spent(tx, shown.house.id, shown.form.id, addr, block)? {
            return Ok(Err(Outcome::Later));
        }
        let language = shown.language(&filled.language);
        let ask = ask(shown, filled, &language, answers, if everything { Vec::new() } else { topics });
        let ask = Ask { facts: Facts { pack: pack_of(tx, shown, &number)?, ..ask.facts }, ..ask };
        Ok(Ok(Ready { number, language, nonce: key, addr, block: counted, ask }))
    }
}

/// The packs in force, as a permission names them.
fn pack_of(tx: &mut Tx<'_>, shown: &Shown, number: &str) -> Result<String> {
    let rules = shelf::load(tx)?.rules(number, &shown.house.country, &[]);
    let names: Vec<String> = rules.packs.iter().map(|p| p.name()).collect();
    Ok(names.join(" "))
}

/// What is kept of it until the number has said yes.
fn ask(
    shown: &Shown,
    filled: &Filled,
    language: &str,
    answers: BTreeMap<String, String>,
    topics: Vec<String>,
) -> Ask {
    let trace = |text: &str| line(text).chars().take(TRACE_MAX).collect::<String>();
    let name = ["first_name", "last_name"].map(|f| answers.get(f).cloned().unwrap_or_default()).join(" ");
    let said = shown.draft.texts.get(language);
    Ask {
        wording: said.map(|s| s.wording.clone()).unwrap_or_default(),
        list: shown.draft.list,
        topics,
        facts: Facts {
            form: format!("{} version {}", shown.form.slug, shown.form.version),
            form_sha256: crate::audit::hex(&shown.hash),
            language: language.to_owned(),
            zone: shown.house.zone.clone(),
            place: filled
                .till
                .as_ref()
                .map_or_else(|| trace(&filled.page), |till| format!("till: {}", till.name)),
            box_was_ticked_before: Some(false),
            ..Facts::default()
        },
        personal: Personal {
            name: name.trim().to_owned(),
            ip: trace(&filled.addr),
            user_agent: trace(&filled.agent),
            ..Personal::default()
        },
        answers,
        method: if filled.till.is_some() { "pos_tablet".into() } else { "web".into() },
        lasts_ms: 0,
    }
}

/// The answers as they are kept, and what is wrong with them. What was not asked is not kept.
fn answers(shown: &Shown, filled: &Filled) -> (BTreeMap<String, String>, Vec<(String, &'static str)>) {
    let (mut kept, mut faults) = (BTreeMap::new(), Vec::new());
    for field in &shown.draft.fields {
        let typed = filled.answers.get(&field.name).map(|a| line(a)).unwrap_or_default();
        if typed.is_empty() {
            if field.required {
                faults.push((field.name.clone(), "required"));
            }
            continue;
        }
        match sound(field, &typed) {
            None => drop(kept.insert(field.name.clone(), typed)),
            Some(why) => faults.push((field.name.clone(), why)),
        }
    }
    (kept, faults)
}

/// What is wrong with an answer. An address of a page has no place in a name: it would be sent back out in a greeting.
fn sound(field: &Asked, typed: &str) -> Option<&'static str> {
    if typed.chars().count() > ANSWER_MAX {
        return Some("too_long");
    }
    let lower = typed.to_lowercase();
    let linked = ["http:", "https:", "://", "www.", "{{", "<", ">"].iter().any(|bad| lower.contains(bad));
    let domain = field.kind == Kind::Text && lower.split(' ').any(is_domain);
    if linked || domain || typed.chars().any(turns) {
        return Some("no_links");
    }
    let fits = match field.kind {
        Kind::Text => true,
        Kind::Choice => field.choices.iter().any(|c| c == typed),
        Kind::Date => typed.parse::<jiff::civil::Date>().is_ok(),
        Kind::Email => {
            let halves = typed.split_once('@');
            halves.is_some_and(|(who, at)| {
                !who.is_empty() && at.contains('.') && !typed.contains(' ') && !at.contains('@')
            })
        }
    };
    (!fits).then_some("invalid")
}

/// `shop.example/x`: a dot between letters, and what is behind it looks like the end of a name.
fn is_domain(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(before, end)| {
        before.chars().count() > 1 && end.len() >= 2 && end.chars().all(|c| c.is_ascii_alphabetic())
    })
}

/// Whether every language is one that recipients are written to in.
pub fn known_language(code: &str) -> bool {
    LANGUAGES.contains(&code)
}
