//! Who may come in: the first owner, workspaces, people and their roles, sign-in, keys.
//!
//! Passwords are hashed and proven outside of transactions ([`hash_password`], [`login`]); everything else is a
//! plain function over one. No secret is kept or logged in clear.

mod keys;
mod login;
mod password;
#[cfg(test)]
mod tests;

pub use keys::{KeyView, NewKey, key, key_create, key_list, key_revoke, key_used};
pub use login::{Challenge, begin, end, login, logout, new_cookie, session, start, switch, touch};
pub use password::{Hashed, SHORTEST, hash_password};

use crate::{Actor, Ctx, Error, Permission, Result, Role};
use serde::Serialize;
use store::workspace::{self, Mode, Workspace};
use store::{Bell, Tx, person};
use subtle::ConstantTimeEq;

/// Languages of the catalogues, and of answers by itself.
pub const LANGUAGES: &[&str] = &["en", "he", "ru", "uk", "hu", "es"];
const PARTS_MAX: i64 = 10;
const NAME_MAX: usize = 80;

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who asks, where, with which permissions.
    pub ctx: Ctx,
    /// The person.
    pub person: PersonView,
    /// The workspace the browser looks at.
    pub workspace: WorkspaceView,
    /// What every form carries.
    pub csrf: String,
    /// The person's role there.
    pub role: Role,
    /// Whether it is time to [`touch`] the session.
    pub stale: bool,
}

impl SignedIn {
    /// Whether a form came from a page of this browser.
    pub fn csrf_ok(&self, given: &str) -> bool {
        self.csrf.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// A person as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// The id; not for programs.
    #[serde(skip)]
    pub id: i64,
    /// The address.
    pub email: String,
    /// The name; may be empty.
    pub name: String,
}

impl From<person::Person> for PersonView {
    fn from(p: person::Person) -> PersonView {
        PersonView { id: p.id, email: p.email, name: p.name }
    }
}

/// A workspace as pages and programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceView {
    /// The stored id; programs get the public form.
    #[serde(serialize_with = "public_workspace")]
    pub id: i64,
    /// Its name.
    pub name: String,
    /// ISO 3166 code.
    pub country: String,
    /// Language code.
    pub language: String,
    /// IANA time zone.
    pub zone: String,
    /// `test` or `live`.
    pub mode: &'static str,
    /// When it was made, ms.
    pub created_at: i64,
}

fn public_workspace<S: serde::Serializer>(id: &i64, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&sms::id::public(sms::id::kind::WORKSPACE, *id))
}

impl From<Workspace> for WorkspaceView {
    fn from(w: Workspace) -> WorkspaceView {
        WorkspaceView {
            id: w.id,
            name: w.name,
            country: w.country,
            language: w.language,
            zone: w.zone,
            mode: w.mode.name(),
            created_at: w.created_at,
        }
    }
}

impl WorkspaceView {
    /// Whether only the simulator carries what it sends.
    pub fn is_test(&self) -> bool {
        self.mode == Mode::Test.name()
    }
}

/// An owner and the workspace made with the account.
#[derive(Clone)]
pub struct FirstRun {
    /// The address.
    pub email: String,
    /// What people call this person; may be empty.
    pub name: String,
    /// The password, hashed beforehand.
    pub password: Hashed,
    /// The name of the workspace.
    pub workspace: String,
    /// ISO 3166 code of its country.
    pub country: String,
    /// Language code; empty takes the country's.
    pub language: String,
    /// IANA time zone; empty takes the country's.
    pub zone: String,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The owner.
    pub person: i64,
    /// The workspace.
    pub workspace: i64,
}

/// Whether nobody has an account yet.
pub fn first_run_needed(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(!person::any(tx)?)
}

/// Makes the first owner and a workspace in test mode; only while nobody has an account.
pub fn first_run(tx: &mut Tx<'_>, input: &FirstRun) -> Result<Made> {
    if person::any(tx)? {
        return Err(Error::Conflict("already_set_up"));
    }
    make(tx, input, Mode::Test)
}

/// Makes a live workspace and its owner: the console's way in. A known address only gets the workspace.
pub fn init(tx: &mut Tx<'_>, ctx: &Ctx, input: &FirstRun) -> Result<Made> {
    machine_only(ctx)?;
    make(tx, input, Mode::Live)
}

fn make(tx: &mut Tx<'_>, input: &FirstRun, mode: Mode) -> Result<Made> {
    let email = email_of(&input.email).ok_or_else(|| Error::invalid("email", "not_an_address", ""))?;
    let new = new_workspace(input, mode)?;
    if workspace::by_name(tx, &new.name)?.is_some() {
        return Err(Error::invalid("workspace", "taken", ""));
    }
    let person = match person::by_email(tx, &email)? {
        Some(known) => known.id,
        None => person::insert(tx, &email, input.name.trim(), &input.password.0)?,
    };
    let made = workspace::insert(tx, &new)?;
    person::set_role(tx, made.id, person, Role::Owner.name())?;
    Ok(Made { person, workspace: made.id })
}

fn new_workspace(input: &FirstRun, mode: Mode) -> Result<workspace::New> {
    let name = input.workspace.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::invalid("workspace", "required", ""));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Error::invalid("workspace", "too_long", format!("at most {NAME_MAX} characters")));
    }
    let country = input.country.trim().to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Error::invalid("country", "not_a_country", "two letters, as in IL"));
    }
    let (its_language, its_zone) = ways_of(&country);
    let or = |given: &str, its: &str| match given.trim() {
        "" => its.to_owned(),
        word => word.to_owned(),
    };
    let zone = or(&input.zone, its_zone);
    if jiff::tz::TimeZone::get(&zone).is_err() {
        return Err(Error::invalid("zone", "not_a_zone", "an IANA name, as in Asia/Jerusalem"));
    }
    let language = known_language(&or(&input.language, its_language))?;
    Ok(workspace::New { name, country, language: language.into(), zone, mode, parts_max: PARTS_MAX })
}

/// The language and the zone that a country's shop most likely wants; both can be given instead.
fn ways_of(country: &str) -> (&'static str, &'static str) {
    match country {
        "IL" => ("he", "Asia/Jerusalem"),
        "RU" => ("ru", "Europe/Moscow"),
        "UA" => ("uk", "Europe/Kyiv"),
        "HU" => ("hu", "Europe/Budapest"),
        "ES" => ("es", "Europe/Madrid"),
        "AR" => ("es", "America/Argentina/Buenos_Aires"),
        "UY" => ("es", "America/Montevideo"),
        "CL" => ("es", "America/Santiago"),
        "MX" => ("es", "America/Mexico_City"),
        "GB" => ("en", "Europe/London"),
        "US" => ("en", "America/New_York"),
        _ => ("en", "UTC"),
    }
}

fn known_language(word: &str) -> Result<&'static str> {
    let found = LANGUAGES.iter().copied().find(|l| *l == word);
    found.ok_or_else(|| Error::invalid("language", "not_a_language", LANGUAGES.join(", ")))
}

/// An address in the one form it is kept in.
pub(crate) fn email_of(given: &str) -> Option<String> {
    let email = given.trim().to_lowercase();
    let (name, host) = email.split_once('@')?;
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control()) && !host.contains('@');
    (plain && !name.is_empty() && host.len() > 1 && email.len() <= 254).then_some(email)
}

fn machine_only(ctx: &Ctx) -> Result<()> {
    match ctx.actor {
        Actor::Console | Actor::System => Ok(()),
        _ => Err(Error::NotAllowed(Permission::Admin)),
    }
}

/// The workspaces that who asks may see: a person's own, a key's one, the console's all.
pub fn workspaces(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<WorkspaceView>> {
    let mut all = workspace::list(tx)?;
    match ctx.actor {
        Actor::Console | Actor::System => {}
        Actor::Key(_) => all.retain(|w| w.id == ctx.workspace),
        Actor::Person(id) => {
            let own: Vec<i64> = person::workspaces(tx, id)?.into_iter().map(|(w, _)| w).collect();
            all.retain(|w| own.contains(&w.id));
        }
    }
    Ok(all.into_iter().map(WorkspaceView::from).collect())
}

/// The workspace of the context.
pub fn workspace(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<WorkspaceView> {
    workspace::get(tx, ctx.workspace)?.map(WorkspaceView::from).ok_or(Error::NotFound("workspace"))
}

/// A context at the console: the workspace of a name, or the only one where none is named.
pub fn console(tx: &mut Tx<'_>, name: Option<&str>) -> Result<Ctx> {
    let found = match name {
        Some(name) => workspace::by_name(tx, name)?.ok_or(Error::NotFound("workspace"))?,
        None => match workspace::list(tx)?.as_slice() {
            [] => return Err(Error::NotFound("workspace")),
            [one] => one.clone(),
            _ => return Err(Error::invalid("workspace", "required", "there are several: name one")),
        },
    };
    Ok(Ctx::new(found.id, Actor::Console, found.mode == Mode::Test, Permission::ALL))
}

/// Lets a workspace's messages reach real phones.
pub fn go_live(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    ctx.need(Permission::Admin)?;
    if !workspace(tx, ctx)?.is_test() {
        return Err(Error::Conflict("already_live"));
    }
    workspace::set_mode(tx, ctx.workspace, Mode::Live)?;
    crate::sender::ask_again(tx, ctx)?;
    tx.ring(Bell::Workspace(ctx.workspace));
    Ok(())
}

/// Changes the language of pages and answers.
pub fn set_language(tx: &mut Tx<'_>, ctx: &Ctx, language: &str) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let language = known_language(language)?;
    if workspace::set_language(tx, ctx.workspace, language)? {
        Ok(())
    } else {
        Err(Error::NotFound("workspace"))
    }
}

/// One person of a workspace.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// Who.
    #[serde(flatten)]
    pub person: PersonView,
    /// In which role.
    pub role: String,
}

/// The people of a workspace.
pub fn members(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Member>> {
    ctx.need(Permission::Admin)?;
    let rows = person::members(tx, ctx.workspace)?;
    Ok(rows.into_iter().map(|(p, role)| Member { person: p.into(), role }).collect())
}

/// Makes an account in this workspace, or lets a known one in.
pub fn member_add(tx: &mut Tx<'_>, ctx: &Ctx, email: &str, password: &Hashed, role: Role) -> Result<i64> {
    ctx.need(Permission::Admin)?;
    let email = email_of(email).ok_or_else(|| Error::invalid("email", "not_an_address", ""))?;
    let id = match person::by_email(tx, &email)? {
        Some(known) if person::role(tx, ctx.workspace, known.id)?.is_some() => {
            return Err(Error::invalid("email", "taken", ""));
        }
        Some(known) => known.id,
        None => person::insert(tx, &email, "", &password.0)?,
    };
    person::set_role(tx, ctx.workspace, id, role.name())?;
    Ok(id)
}

/// Changes a role, or takes somebody out (`None`); the last owner stays.
pub fn member_set(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, role: Option<Role>) -> Result<()> {
    ctx.need(Permission::Admin)?;
    let all = person::members(tx, ctx.workspace)?;
    let owner = |word: &str| word == Role::Owner.name();
    let Some((_, held)) = all.iter().find(|(p, _)| p.id == id) else { return Err(Error::NotFound("person")) };
    if owner(held) && role != Some(Role::Owner) && all.iter().filter(|(_, r)| owner(r)).count() == 1 {
        return Err(Error::Conflict("last_owner"));
    }
    match role {
        Some(role) => person::set_role(tx, ctx.workspace, id, role.name())?,
        None => drop(person::remove(tx, ctx.workspace, id)?),
    }
    Ok(())
}
