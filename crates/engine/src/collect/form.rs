//! Sign-up forms: written by the staff, frozen when they are published, read by anybody.
//!
//! What a person agreed to is the version that was shown, word for word: a published version is never changed, and its
//! digest stands in every permission it brings.

use super::topic;
use crate::audience::text::{is_field_name, json};
use crate::{Ctx, Error, Permission, Result, secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::signup::State;
use store::{Tx, form as rows, list, setting, signup, workspace};

/// Languages that everything a recipient reads is written in.
pub const LANGUAGES: &[&str] = &["en", "he", "ru", "uk", "hu", "es"];
/// Questions beside the number.
const FIELDS_MAX: usize = 8;
/// Sites that may show a form.
const SITES_MAX: usize = 20;
const LINE_MAX: usize = 120;
const TEXT_MAX: usize = 600;
const WORDING_MAX: usize = 1_000;
const CHOICES_MAX: usize = 20;
/// Characters of an address: 58 bits, enough that nobody finds a form by trying.
const SLUG: usize = 10;

/// What a question takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A line of text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A day.
    Date,
    /// One of a few.
    Choice,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[Kind::Text, Kind::Email, Kind::Date, Kind::Choice];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Email => "email",
            Kind::Date => "date",
            Kind::Choice => "choice",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|k| k.name() == word)
    }
}

/// One question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// The field of the person it fills; `first_name` and `last_name` are the name.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be answered.
    pub required: bool,
    /// What is chosen from.
    pub choices: Vec<String>,
}

/// What is read in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Said {
    /// The heading.
    pub title: String,
    /// A few words beneath it; may be empty.
    pub intro: String,
    /// What the person agrees to, beside the box.
    pub wording: String,
    /// What each question is called; one without is called by its field.
    pub labels: BTreeMap<String, String>,
}

/// A form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// The list people join, or 0 for none.
    pub list: i64,
    /// The country whose numbers may be written without a prefix.
    pub country: String,
    /// Other countries whose numbers are taken.
    pub countries: Vec<String>,
    /// What the question by SMS is shown as sent by; empty is the workspace's first.
    pub sender: String,
    /// Whether the number itself is asked.
    pub double_optin: bool,
    /// In which languages, the first one first.
    pub languages: Vec<String>,
    /// What is read, by language.
    pub texts: BTreeMap<String, Said>,
    /// Questions beside the number.
    pub fields: Vec<Asked>,
    /// Topics to choose from, by name.
    pub topics: Vec<String>,
    /// Origins of sites that may show it.
    pub sites: Vec<String>,
}

/// A form as the staff sees it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Its row.
    #[serde(skip)]
    pub id: i64,
    /// The end of its address.
    pub slug: String,
    /// Its whole address; only the path where the server's own is not known.
    pub url: String,
    /// What the staff calls it.
    pub name: String,
    /// What is being written.
    pub draft: Draft,
    /// The version that is shown; 0 is none yet.
    pub version: i64,
    /// The digest of that version, in hex.
    pub hash: String,
    /// Whether what is being written differs from what is shown.
    pub changed: bool,
    /// Whether it takes nobody any more.
    pub closed: bool,
    /// How many wait for their number's yes…
    pub waiting: i64,
    /// …were taken…
    pub taken: i64,
    /// …never said yes.
    pub lapsed: i64,
    /// When it was last changed, ms.
    pub updated_at: i64,
}

/// One line of plain text: no line ends, no control characters, nothing that turns the direction.
pub fn line(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let kept: String = kept.filter(|c| !turns(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks that change how what stands beside them is read.
pub(super) fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}')
}

/// A form to begin with: the country's, in the workspace's language, with our words.
///
/// # Errors
/// When the store refuses.
pub fn blank(tx: &mut Tx<'_>, workspace: i64) -> Result<Draft> {
    let house = workspace::get(tx, workspace)?.ok_or(Error::NotFound("workspace"))?;
    let first = if LANGUAGES.contains(&house.language.as_str()) { house.language.as_str() } else { "en" };
    let mut texts = BTreeMap::new();
    for language in LANGUAGES {
        let words = super::words::of(language);
        let said = Said {
            title: words.form_title.replace("{business}", &house.name),
            wording: words.wording.replace("{business}", &house.name),
            labels: BTreeMap::from([("first_name".to_owned(), words.first_name.to_owned())]),
            ..Said::default()
        };
        texts.insert((*language).to_owned(), said);
    }
    let name = Asked { name: "first_name".into(), ..Asked::default() };
    Ok(Draft {
        country: house.country,
        double_optin: true,
        languages: vec![first.to_owned()],
        texts,
        fields: vec![name],
        ..Draft::default()
    })
}

/// Makes a form; it is shown to nobody before it is published.
///
/// # Errors
/// When it may not be asked, or something in it is wrong.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, draft: &Draft) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let (name, draft) = checked(tx, ctx, name, draft)?;
    let slug = secret::base58(&secret::random::<16>()?, SLUG);
    Ok(rows::add(tx, ctx.workspace, &slug, &name, &json(&draft))?)
}

/// Writes the draft. What is shown stays as it is until it is published.
///
/// # Errors
/// As [`create`], or when there is none.
pub fn save(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, name: &str, draft: &Draft) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    let (name, draft) = checked(tx, ctx, name, draft)?;
    match rows::save(tx, ctx.workspace, id, &name, &json(&draft))? {
        true => Ok(()),
        false => Err(Error::NotFound("form")),
    }
}

/// Freezes the draft as the next version and shows it; gives its number. The same again makes no new one.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn publish(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<i64> {
    ctx.need(Permission::Contacts)?;
    let form = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("form"))?;
    let draft: Draft = read(&form.draft);
    for language in &draft.languages {
        let said = draft.texts.get(language);
        if said.is_none_or(|s| s.title.is_empty()) {
            return Err(Error::invalid(format!("title-{language}"), "required", "a form has a heading"));
        }
        if said.is_none_or(|s| s.wording.chars().count() < 20) {
            let detail = "say who writes, what about, and how to stop";
            return Err(Error::invalid(format!("wording-{language}"), "required", detail));
        }
    }
    let hash = secret::hash(&form.draft);
    let shown = rows::version(tx, ctx.workspace, id, form.version)?;
    if let Some(same) = shown.filter(|v| v.hash == hash) {
        rows::set_closed(tx, ctx.workspace, id, false)?;
        return Ok(same.version);
    }
    let frozen = (form.draft.as_str(), &hash);
    let version = rows::publish(tx, ctx.workspace, id, frozen, &ctx.actor_name())?;
    let version = version.ok_or(Error::NotFound("form"))?;
    let detail = format!("version {version} sha256 {}", crate::audit::hex(&hash));
    crate::audit::note(tx, ctx, "form.published", &form.slug, &detail)?;
    Ok(version)
}

/// Takes nobody any more, or again.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn set_closed(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, closed: bool) -> Result<()> {
    ctx.need(Permission::Contacts)?;
    match rows::set_closed(tx, ctx.workspace, id, closed)? {
        true => crate::audit::note(
            tx,
            ctx,
            if closed { "form.closed" } else { "form.opened" },
            &id.to_string(),
            "",
        ),
        false => Err(Error::NotFound("form")),
    }
}

/// Every form, the newest first.
///
/// # Errors
/// When it may not be asked.
pub fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>> {
    ctx.need(Permission::Read)?;
    let forms = rows::all(tx, ctx.workspace)?;
    forms.into_iter().map(|form| view(tx, form)).collect()
}

/// One of them.
///
/// # Errors
/// When it may not be asked, or there is none.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<View> {
    ctx.need(Permission::Read)?;
    let form = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("form"))?;
    view(tx, form)
}

/// Every version as it was published, the newest first: which, its digest in hex, by whom, when.
///
/// # Errors
/// When it may not be asked.
pub fn versions(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Vec<(i64, String, String, i64)>> {
    ctx.need(Permission::Read)?;
    let all = rows::versions(tx, ctx.workspace, id)?;
    Ok(all.into_iter().map(|v| (v.version, crate::audit::hex(&v.hash), v.actor, v.at)).collect())
}

/// What was frozen, or is being written.
pub(super) fn read(json: &str) -> Draft {
    serde_json::from_str(json).unwrap_or_default()
}

/// Where the server is reached; empty where nobody knows.
pub(super) fn origin(tx: &mut Tx<'_>) -> Result<String> {
    let known = setting::get(tx, setting::PUBLIC_URL)?.unwrap_or_default();
    Ok(known.trim_end_matches('/').to_owned())
}

fn view(tx: &mut Tx<'_>, form: rows::Form) -> Result<View> {
    let tally = signup::tally(tx, form.workspace, form.id)?;
    let of = |state: State| tally.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    let shown = rows::version(tx, form.workspace, form.id, form.version)?;
    let hash = shown.as_ref().map(|v| crate::audit::hex(&v.hash)).unwrap_or_default();
    Ok(View {
        id: form.id,
        url: format!("{}/f/{}", origin(tx)?, form.slug),
        draft: read(&form.draft),
        changed: shown.is_none_or(|v| v.json != form.draft),
        hash,
        version: form.version,
        closed: form.closed,
        waiting: of(State::Waits),
        taken: of(State::Taken),
        lapsed: of(State::Lapsed),
        updated_at: form.updated_at,
        slug: form.slug,
        name: form.name,
    })
}

fn long(text: &str, most: usize) -> bool {
    text.chars().count() > most
}

/// Everything in order, or which piece is not.
fn checked(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, draft: &Draft) -> Result<(String, Draft)> {
    let name = line(name);
    if name.is_empty() {
        return Err(Error::invalid("name", "required", "give the form a name"));
    }
    let mut draft = draft.clone();
    draft.languages.retain(|l| LANGUAGES.contains(&l.as_str()));
    draft.languages.dedup();
    draft.texts.retain(|l, _| LANGUAGES.contains(&l.as_str()));
    if draft.languages.is_empty() {
        return Err(Error::invalid("languages", "required", "at least one language"));
    }
    for (language, said) in &mut draft.texts {
        (said.title, said.intro, said.wording) = (line(&said.title), line(&said.intro), line(&said.wording));
        if long(&said.title, LINE_MAX) || long(&said.intro, TEXT_MAX) {
            return Err(Error::invalid(format!("title-{language}"), "too_long", "at most 120 characters"));
        }
        if long(&said.wording, WORDING_MAX) {
            return Err(Error::invalid(format!("wording-{language}"), "too_long", "at most 1000 characters"));
        }
        said.labels = said.labels.iter().map(|(k, v)| (k.clone(), line(v))).collect();
        if said.labels.values().any(|v| long(v, LINE_MAX)) {
            return Err(Error::invalid("fields", "too_long", "at most 120 characters"));
        }
    }
    if long(&name, LINE_MAX) {
        return Err(Error::invalid("name", "too_long", "at most 120 characters"));
    }
    if draft.list != 0 && list::get(tx, ctx.workspace, draft.list)?.is_none() {
        return Err(Error::invalid("list", "unknown", "there is no such list"));
    }
    for country in std::iter::once(&draft.country).chain(&draft.countries) {
        if sms::number::calling(country).is_none() {
            return Err(Error::invalid("country", "not_a_country", "two capital letters, as IL"));
        }
    }
    if !draft.sender.is_empty() && crate::connector::shown_sender(&draft.sender).is_none() {
        return Err(Error::invalid(
            "sender",
            "sender_implausible",
            "a number, or a name of at most 11 signs",
        ));
    }
    let topics = topic::offered(tx, ctx.workspace)?;
    draft.topics.retain(|name| topics.iter().any(|t| t.name == *name));
    questions(&mut draft)?;
    sites(&mut draft)?;
    Ok((name, draft))
}

fn questions(draft: &mut Draft) -> Result<()> {
    if draft.fields.len() > FIELDS_MAX {
        return Err(Error::invalid("fields", "too_many", "at most 8 questions"));
    }
    let mut seen: Vec<&str> = Vec::new();
    for field in &mut draft.fields {
        if !is_field_name(&field.name) || field.name.starts_with('_') {
            let detail = "a field's name is made of letters, digits and _, and begins with a letter";
            return Err(Error::invalid("fields", "bad_name", detail));
        }
        if seen.contains(&field.name.as_str()) {
            return Err(Error::invalid("fields", "repeated", "each field once"));
        }
        field.choices = field.choices.iter().map(|c| line(c)).filter(|c| !c.is_empty()).collect();
        if field.kind != Kind::Choice {
            field.choices.clear();
        } else if field.choices.is_empty() || field.choices.len() > CHOICES_MAX {
            return Err(Error::invalid("fields", "choices", "1 to 20 answers to choose from"));
        }
        if field.choices.iter().any(|c| long(c, LINE_MAX)) {
            return Err(Error::invalid("fields", "too_long", "at most 120 characters"));
        }
        seen.push(&field.name);
    }
    Ok(())
}

/// Origins alone: scheme, host, port.
fn sites(draft: &mut Draft) -> Result<()> {
    let mut kept = Vec::new();
    for site in &draft.sites {
        let site = site.trim().trim_end_matches('/').to_ascii_lowercase();
        if site.is_empty() {
            continue;
        }
        let host = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://")).unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        if host.is_empty() || !host.chars().all(plain) || host.len() > 255 {
            return Err(Error::invalid("sites", "not_a_site", "as https://www.shop.example"));
        }
        kept.push(site);
    }
    if kept.len() > SITES_MAX {
        return Err(Error::invalid("sites", "too_many", "at most 20 sites"));
    }
    draft.sites = kept;
    Ok(())
}
