//! The import wizard over HTTP: a file comes in, is looked at, counted, and written by a job.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query};
use axum::http::HeaderMap;
use axum::routing::get;
use engine::import::{self, Counts as Counted, Existing, Plan, Refused, RowOut, Rules, Source, Target, View};
use engine::{Ctx, Error};
use sms::id::{kind, public};
use store::Db;

use super::Web;
use super::ask::{Posted, Seat};
use super::campaigns::{file, id_of};
use super::home::Part;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::{shown, upload};
use crate::args;
use crate::pages::error::Kind;
use crate::pages::import::{
    self as page_of, Cell, Column, Counts, Earlier, ImportStartView, ImportView, Row, Stage,
};
use crate::pages::settings::countries;
use crate::ui::blocks::Trouble;
use crate::ui::form::Choice;
use crate::words::Words;

const PREVIEW: usize = 5;
const EARLIER: i64 = 10;

pub(super) fn routes() -> Router<Web> {
    // The engine bounds the file; axum's bound for forms is far below it.
    let upload = get(start).post(bring).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/contacts/import", upload)
        .route("/contacts/import/paste", axum::routing::post(paste))
        .route("/contacts/imports/{id}", get(one).post(go))
        .route("/contacts/imports/{id}/{what}", get(problems).post(step))
}

async fn start_data(seat: &Seat, trouble: Option<Trouble>) -> Result<ImportStartView, Oops> {
    let found = seat.read(|tx, ctx| import::list(tx, ctx, 0, EARLIER)).await?;
    let earlier = found.into_iter().map(|i| Earlier {
        people: (i.counts.created + i.counts.updated) as i64,
        id: i.id,
        file: i.name,
        at: i.created_at,
    });
    Ok(ImportStartView { trouble, earlier: earlier.collect() })
}

async fn start(seat: Seat) -> Answer {
    let data = start_data(&seat, None).await?;
    let shell = seat.shell().await?;
    Ok(seat.page(page_of::start(&seat.words, &shell, &data)))
}

/// Why a file was refused, in words.
fn trouble(w: &Words, refused: &Refused) -> Trouble {
    let key = refused.code().replace('_', "-");
    let says = |end: &str| w.attr(&format!("{key}{end}"), args!(line: refused.line().unwrap_or(0) as i64));
    Trouble {
        what: says(""),
        kept: w.t("file-nothing-changed"),
        fix: says("-fix"),
        code: refused.code().to_ascii_uppercase(),
        request: String::new(),
    }
}

async fn bring(seat: Seat, headers: HeaderMap, form: Multipart) -> Answer {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if !matches!(site, None | Some("same-origin" | "none")) {
        return Err(Oops::Page(Kind::Stale));
    }
    let Some((kept, name)) = upload::take(&seat, form).await? else {
        return Ok(reply::see("/contacts/import"));
    };
    brought(&seat, kept, name).await
}

/// A list that was typed or pasted: what a file with these words would be.
async fn paste(posted: Posted) -> Answer {
    let text = posted.raw("text").to_owned();
    if text.trim().is_empty() {
        return Ok(reply::see("/contacts/import"));
    }
    let db = posted.seat.web.db().clone();
    let kept = blocking(move || import::keep(&db, &mut text.as_bytes())).await??;
    let name = posted.seat.words.t("import-pasted");
    brought(&posted.seat, kept, name).await
}

/// A kept file becomes a draft, or is refused by its name. Cards are made a table first.
async fn brought(seat: &Seat, kept: String, name: String) -> Answer {
    let (db, country, lies) = (seat.web.db().clone(), seat.signed_in.workspace.country.clone(), kept.clone());
    let looked = blocking(move || {
        let look =
            |lies: &str| Source::open(&import::path_of(&db, lies)).and_then(|source| source.plan(&country));
        let (lies, found) = match look(&lies) {
            Err(Refused::Cards) => match import::table_of_cards(&db, &lies)? {
                Ok(table) => {
                    let found = look(&table);
                    (table, found)
                }
                Err(refused) => (lies, Err(refused)),
            },
            found => (lies, found),
        };
        Ok::<_, Error>((lies, found))
    });
    let (kept, looked) = looked.await??;
    match looked {
        Ok(plan) => {
            let id = seat
                .write("new import", move |tx, ctx| {
                    let mut plan = plan.clone();
                    import::remembered(tx, ctx, &mut plan)?;
                    import::draft(tx, ctx, &kept, &name, &plan)
                })
                .await?;
            Ok(reply::see(&format!("/contacts/imports/{}", public(kind::IMPORT, id))))
        }
        Err(refused) => {
            import::forget(seat.web.db(), &kept);
            let data = start_data(seat, Some(trouble(&seat.words, &refused))).await?;
            let shell = seat.shell().await?;
            Ok(reply::refused(page_of::start(&seat.words, &shell, &data)))
        }
    }
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Result<T, Oops> {
    tokio::task::spawn_blocking(f).await.map_err(|_| Oops::Page(Kind::Internal))
}

/// What reading the file gives: the first rows, and what would become of all.
type Looked = Result<(Vec<RowOut>, Counted), Refused>;

fn look(db: &Db, ctx: &Ctx, view: &View) -> engine::Result<Looked> {
    let source = match Source::open(&import::path_of(db, &view.file)) {
        Ok(source) => source,
        Err(refused) => return Ok(Err(refused)),
    };
    let rows = match source.preview(&view.plan, PREVIEW) {
        Ok(rows) => rows,
        Err(refused) => return Ok(Err(refused)),
    };
    Ok(import::check(db, ctx, &source, &view.plan)?.map(|counts| (rows, counts)))
}

/// What was chosen under *Rules*.
#[derive(Debug, Clone, Default)]
struct Chosen {
    existing: String,
    list: String,
    source: String,
    date: String,
}

async fn found(seat: &Seat, id: &str) -> Result<View, Oops> {
    let stored = id_of(kind::IMPORT, id)?;
    seat.read(move |tx, ctx| import::get(tx, ctx, stored)).await
}

async fn one(seat: Seat, Path(id): Path<String>, Query(wanted): Query<Part>) -> Answer {
    let view = found(&seat, &id).await?;
    if view.state == "draft" {
        return check(&seat, view, Chosen { existing: "fill".into(), ..Chosen::default() }, None).await;
    }
    let data = filled(&seat, &view, &[], &view.counts, &Chosen::default());
    let shell = seat.shell().await?;
    if wanted.part == "outcome" {
        return Ok(reply::page(page_of::outcome(&seat.words, &shell, &data)));
    }
    Ok(seat.page(page_of::view(&seat.words, &shell, &data)))
}

/// Steps 2 to 4 of a draft.
async fn check(seat: &Seat, view: View, chosen: Chosen, fault: Option<(String, String)>) -> Answer {
    let (db, ctx, wanted) = (seat.web.db().clone(), seat.ctx().clone(), view.clone());
    let looked = blocking(move || look(&db, &ctx, &wanted)).await??;
    let shell = seat.shell().await?;
    match looked {
        Ok((rows, counts)) => {
            let mut data = filled(seat, &view, &rows, &counts, &chosen);
            let refused = fault.is_some();
            data.fault = fault;
            let page = page_of::view(&seat.words, &shell, &data);
            Ok(if refused { reply::refused(page) } else { seat.page(page) })
        }
        Err(refused) => {
            let data = start_data(seat, Some(trouble(&seat.words, &refused))).await?;
            Ok(reply::refused(page_of::start(&seat.words, &shell, &data)))
        }
    }
}

/// *Count again* reads the file by the columns chosen; *Import* begins.
async fn go(Path(id): Path<String>, posted: Posted) -> Answer {
    let seat = &posted.seat;
    let view = found(seat, &id).await?;
    let to = format!("/contacts/imports/{id}");
    if view.state != "draft" {
        if view.state == "paused" {
            let stored = view.row;
            seat.write("resume import", move |tx, ctx| import::resume(tx, ctx, stored)).await?;
        }
        return Ok(reply::see(&to));
    }
    let plan = replanned(&view.plan, &posted);
    let chosen = Chosen {
        existing: posted.get("existing").into(),
        list: posted.get("list").into(),
        source: posted.get("consent_source").into(),
        date: posted.get("consent_date").into(),
    };
    let rules = rules(seat, &chosen);
    let (stored, begin, wanted) = (view.row, posted.get("do") == "import", plan.clone());
    let done = seat
        .write("import", move |tx, ctx| {
            import::replan(tx, ctx, stored, &wanted)?;
            if begin { import::begin(tx, ctx, stored, &rules) } else { Ok(()) }
        })
        .await;
    match done {
        Ok(()) if begin => Ok(reply::see(&to)),
        Ok(()) => check(seat, View { plan, ..view }, chosen, None).await,
        Err(Error::Conflict(_)) => Ok(reply::see(&to)),
        Err(e @ Error::Invalid { .. }) => {
            let fault = shown::why(&seat.words, &e);
            check(seat, View { plan, ..view }, chosen, Some(fault)).await
        }
        Err(e) => Err(e.into()),
    }
}

fn rules(seat: &Seat, chosen: &Chosen) -> Rules {
    let some = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
    let key = format!("import-source-{}", chosen.source);
    Rules {
        list: None,
        list_name: some(&chosen.list),
        consent_source: some(&chosen.source)
            .map(|word| if seat.words.has(&key) { seat.words.t(&key) } else { word }),
        // A day without a source claims nothing.
        consent_date: some(&chosen.date).filter(|_| !chosen.source.is_empty()),
        existing: match chosen.existing.as_str() {
            "overwrite" => Existing::Overwrite,
            "skip" => Existing::Skip,
            _ => Existing::Fill,
        },
    }
}

fn replanned(old: &Plan, posted: &Posted) -> Plan {
    let mut plan = old.clone();
    let country = posted.get("country");
    if country.len() == 2 {
        plan.country = country.to_ascii_uppercase();
    }
    for column in &old.columns {
        if let Some(target) = target_of(posted.get(&format!("column_{}", column.index))) {
            plan.set(column.index, target);
        }
    }
    plan
}

fn target_of(word: &str) -> Option<Target> {
    Some(match word {
        "phone" => Target::Phone,
        "first_name" => Target::FirstName,
        "last_name" => Target::LastName,
        "name" => Target::FullName,
        "email" => Target::Email,
        "consent" => Target::Consent,
        "consent_date" => Target::ConsentDate,
        "skip" => Target::Skip,
        other => Target::Field(other.strip_prefix("field:")?.to_owned()),
    })
}

fn word_of(target: &Target) -> String {
    match target {
        Target::Phone => "phone".into(),
        Target::FirstName => "first_name".into(),
        Target::LastName => "last_name".into(),
        Target::FullName => "name".into(),
        Target::Email => "email".into(),
        Target::Consent => "consent".into(),
        Target::ConsentDate => "consent_date".into(),
        Target::Skip => "skip".into(),
        Target::Field(name) => format!("field:{name}"),
    }
}

/// A field's name out of a header: letters, digits and `_`.
fn field_name(header: &str, index: usize) -> String {
    let name: String =
        header.trim().to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let name: String = name.trim_matches('_').chars().take(40).collect();
    if name.starts_with(char::is_alphabetic) { name } else { format!("column_{}", index + 1) }
}

fn targets(w: &Words, column: &import::Column) -> Vec<Choice> {
    let fixed = ["skip", "phone", "first_name", "last_name", "name", "email", "consent", "consent_date"];
    let mut all: Vec<Choice> = fixed
        .map(|word| Choice::new(word, w.t(&format!("import-target-{}", word.replace('_', "-")))))
        .to_vec();
    let own = match &column.target {
        Target::Field(name) => name.clone(),
        _ => field_name(&column.header, column.index),
    };
    all.push(Choice::new(format!("field:{own}"), w.attr("import-target-field", args!(name: own.as_str()))));
    all
}

fn seen(w: &Words, column: &import::Column) -> String {
    if column.phones > 0 {
        return w.attr("import-seen-phones", args!(n: column.phones as i64));
    }
    match column.filled {
        0 => w.t("import-seen-empty"),
        n => w.attr("import-seen-filled", args!(n: n as i64)),
    }
}

fn preview(seat: &Seat, plan: &Plan, row: &RowOut) -> Row {
    let several = plan.phone_columns().count() > 1;
    let mut nth_phone = 0;
    let cells = plan.columns.iter().map(|column| {
        let text = |value: &str| (value.to_owned(), Cell::Same, false);
        match &column.target {
            Target::Phone => {
                let shown: Vec<_> = row
                    .entries
                    .iter()
                    .skip(if several { nth_phone } else { 0 })
                    .take(if several { 1 } else { usize::MAX })
                    .collect();
                nth_phone += 1;
                let written = shown
                    .iter()
                    .map(|e| e.number.as_deref().map_or_else(|| e.raw.clone(), |n| seat.number(n)));
                let kept = match () {
                    () if shown.iter().any(|e| e.problem.is_some()) => Cell::Bad,
                    () if shown.iter().any(|e| e.repaired) => Cell::Changed,
                    () => Cell::Same,
                };
                (written.collect::<Vec<_>>().join(", "), kept, true)
            }
            Target::FirstName => text(&row.person.first_name),
            Target::LastName => text(&row.person.last_name),
            Target::FullName => text(&row.person.full_name),
            Target::Email => text(&row.person.email),
            Target::Consent => text(
                &row.person
                    .consent
                    .map_or(String::new(), |yes| seat.words.t(if yes { "may-yes" } else { "may-no" })),
            ),
            Target::ConsentDate => text(row.person.consent_date.as_deref().unwrap_or("")),
            Target::Field(_) => text(
                row.person.fields.iter().find(|(at, _)| *at == column.index).map_or("", |(_, value)| value),
            ),
            Target::Skip => (String::new(), Cell::Skipped, false),
        }
    });
    Row { number: row.line as i64, cells: cells.collect() }
}

fn filled(seat: &Seat, view: &View, rows: &[RowOut], counted: &Counted, chosen: &Chosen) -> ImportView {
    let w = &seat.words;
    let plan = &view.plan;
    let lost = rows
        .iter()
        .flat_map(|r| &r.entries)
        .filter(|e| e.problem == Some(import::Problem::DigitsLost))
        .count();
    let tally = &counted.tally;
    let bad = tally.phones.landline
        + tally.phones.service
        + tally.phones.short
        + tally.phones.invalid
        + tally.phones.empty;
    let kind_word = match (&plan.encoding, plan.format.as_str()) {
        (Some(encoding), format) => format!("{format}, {encoding}"),
        (None, format) => format.to_owned(),
    };
    let of = view.of.max(plan.rows as i64);
    let columns = plan.columns.len() as i64;
    ImportView {
        id: view.id.clone(),
        file: view.name.clone(),
        detected: w.attr("import-detected", args!(kind: kind_word, rows: of, columns: columns)),
        rows: of,
        columns: plan
            .columns
            .iter()
            .map(|c| Column {
                index: c.index,
                head: c.header.clone(),
                target: word_of(&c.target),
                targets: targets(w, c),
                seen: seen(w, c),
            })
            .collect(),
        preview: rows.iter().map(|row| preview(seat, plan, row)).collect(),
        restored: tally.repaired as i64,
        lost: lost as i64,
        country: plan.country.clone(),
        countries: countries(w),
        existing: chosen.existing.clone(),
        list: chosen.list.clone(),
        consent_source: chosen.source.clone(),
        consent_date: chosen.date.clone(),
        counts: Counts {
            created: counted.created as i64,
            updated: counted.updated as i64,
            duplicates: tally.duplicates as i64,
            invalid: bad as i64,
            suppressed: counted.suppressed as i64,
            problems: tally.problem_rows as i64,
        },
        stage: stage(w, view),
        fault: None,
    }
}

fn stage(w: &Words, view: &View) -> Stage {
    let took = view.done_at.map_or(0, |done| done - view.created_at);
    match view.state {
        "draft" => Stage::Check,
        "done" => Stage::Done { took, list: view.list.map(|id| public(kind::LIST, id)) },
        "running" => Stage::Running { done: view.done },
        "undoing" => Stage::Undoing,
        "undone" => Stage::Undone,
        _ => {
            let known = view.error.as_ref().map(|fault| fault.code.replace('_', "-"));
            let why = match known {
                Some(key) if w.has(&key) => w.attr(&key, args!(line: 0)),
                _ => w.t("import-heading-stopped"),
            };
            Stage::Stopped { done: view.done, why, again: view.state == "paused" }
        }
    }
}

/// The rows that became nobody, in the reader's language.
async fn problems(seat: Seat, Path((id, what)): Path<(String, String)>) -> Answer {
    let format = what.strip_prefix("problems.").and_then(engine::Format::parse);
    let format = format.ok_or(Error::NotFound("file"))?;
    let stored = id_of(kind::IMPORT, &id)?;
    let (db, ctx, w) = (seat.web.db().clone(), seat.ctx().clone(), seat.words.clone());
    let written = blocking(move || {
        let words = |p: import::Problem| (w.t(p.key()), w.t(&format!("{}-fix", p.key())));
        import::problems(&db, &ctx, stored, format, words, import::nameless(&db)?)
    })
    .await??;
    Ok(file(&format!("{id}-{what}"), format.mime(), super::many::streamed(written)?))
}

/// Halted, gone on with, ended, or taken back.
async fn step(Path((id, what)): Path<(String, String)>, posted: Posted) -> Answer {
    let (stored, to) = (id_of(kind::IMPORT, &id)?, format!("/contacts/imports/{id}"));
    let seat = &posted.seat;
    let done = match what.as_str() {
        "pause" => seat.write("pause import", move |tx, ctx| import::pause(tx, ctx, stored)).await,
        "stop" => match seat.write("stop import", move |tx, ctx| import::stop(tx, ctx, stored)).await {
            Ok(left) => {
                import::forget(seat.web.db(), &left);
                Ok(())
            }
            Err(e) => Err(e),
        },
        "undo" => seat.write("undo import", move |tx, ctx| import::undo(tx, ctx, stored)).await,
        _ => return Err(Error::NotFound("import").into()),
    };
    match done {
        // Over meanwhile: the page says how things stand.
        Ok(()) | Err(Error::Conflict(_)) => Ok(reply::see(&to)),
        Err(e) => Err(e.into()),
    }
}
