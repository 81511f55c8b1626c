//! A million people: brought in from a file, counted by criteria, looked through on the page, on both databases.
//!
//! Files are imported by the real command in its own process. Questions are asked in this process, each as a page or the
//! API asks it, on a reader; the median of several.

use crate::figures::{Figures, Goal, median};
use crate::home::Home;
use crate::names::Benchmark;
use crate::{Bench, Res, import, list};
use clap::Args;
use engine::audience::{self, Filter};
use engine::{Ctx, Format, bulk, segment};
use std::hint::black_box;
use std::time::Instant;
use store::contact::Consent;
use store::field::Kind;
use store::segment::{Ask, Tree};
use store::suppression::{self, New, Scope};
use store::testing::Postgres;
use store::{Clock, Db, Options, Tx};

#[derive(Args, Clone)]
pub(crate) struct People {
    /// Rows of the list; some 92 of 100 become people
    #[arg(long, default_value_t = 1_080_000)]
    rows: u64,
    /// How often each question is asked
    #[arg(long, default_value_t = 11)]
    looks: usize,
    /// Without the workbook, which is written and imported once more on each database
    #[arg(long)]
    no_xlsx: bool,
    /// One database alone: sqlite or postgres
    #[arg(long)]
    only: Option<String>,
}

impl Benchmark for People {
    fn told(&self) -> (&'static str, String) {
        let how = format!(
            "{} CSV rows of 8 columns imported into one list with a claim of consent, one number in twenty refused before; the \
             same people exported to a workbook and imported from it; then two fields, a tag on one in a hundred, a list of one in \
             ten, an advertisement delivered to one in five; each question {} times on a reader, the median",
            self.rows, self.looks
        );
        ("people", how)
    }

    fn quick(&mut self) {
        (self.rows, self.looks) = (self.rows.min(20_000), 3);
    }

    fn run(&self, bench: &Bench) -> Res<Figures> {
        let server = Postgres::start(true)?;
        let mut figures = Figures::default();
        for (name, postgres) in [("sqlite", false), ("postgres", true)] {
            if self.only.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            let home = || -> Res<Home> {
                let home = Home::empty(bench)?;
                let home = if postgres { home.on(&server.database()) } else { home };
                home.init("Bench")?;
                Ok(home)
            };
            figures.take(&format!("{name}: "), self.on(&home()?, &home)?);
        }
        Ok(figures)
    }
}

/// Opens the store of a home that no server has open, with the one workspace in it.
fn opened(home: &Home) -> Res<(Db, Ctx)> {
    let db = Db::open(&Options { dir: home.data(), url: home.database(), clock: Clock::default() })?;
    let workspace = db.read_blocking(store::workspace::list)?.first().ok_or("there is no workspace")?.id;
    Ok((db, Ctx::system(workspace)))
}

impl People {
    fn on(&self, home: &Home, other: &dyn Fn() -> Res<Home>) -> Res<Figures> {
        let file = home.file("list.csv");
        let counts = list::messy(&file, self.rows)?;
        let people = counts.mobiles - counts.repeats;
        refuse(home, people)?;
        let (imported, created) = import::measured(home, &file, self.rows, 50_000.0)?;
        // Who refused is in no contact; the list says it of everybody.
        if created > people || created < people * 9 / 10 {
            return Err(format!("{created} contacts were made of {people} numbers").into());
        }
        let mut figures = Figures::default();
        figures.add("people", "", created as f64);
        figures.take("CSV: ", imported);
        if !self.no_xlsx {
            figures.take("XLSX: ", self.workbook(home, &other()?, created)?);
        }
        let (db, ctx) = opened(home)?;
        fill(&db, &ctx, people)?;
        self.questions(&db, &ctx, &mut figures)?;
        Ok(figures)
    }

    /// Everybody as a workbook, imported into another store.
    fn workbook(&self, home: &Home, other: &Home, people: u64) -> Res<Figures> {
        let file = home.file("people.xlsx");
        let (db, ctx) = opened(home)?;
        let started = Instant::now();
        let out = std::io::BufWriter::new(std::fs::File::create(&file)?);
        let (out, written) = audience::export(&db, &ctx, &Filter::default(), Format::Xlsx, out)?;
        drop(out.into_inner().map_err(|e| e.to_string())?);
        let took = started.elapsed().as_secs_f64();
        drop(db);
        refuse(other, people)?;
        let (mut figures, created) = import::measured(other, &file, written, 25_000.0)?;
        if created > written || created < written * 9 / 10 {
            return Err(format!("{created} contacts were made of {written} rows").into());
        }
        figures.add("rows written", "/s", written as f64 / took);
        Ok(figures)
    }

    fn questions(&self, db: &Db, ctx: &Ctx, figures: &mut Figures) -> Res<()> {
        for (name, text, most) in SEGMENTS {
            let look = |tx: &mut Tx<'_>, ctx: &Ctx| segment::look(tx, ctx, text).map(|found| found.count);
            let (ms, n) = self.asked(db, ctx, look)?;
            figures.add_with_goal(format!("segment, {name} ({n})"), "ms", ms, Goal::AtMost(*most));
        }
        let (list, tag) = db.read_blocking({
            let ctx = ctx.clone();
            move |tx| {
                let lists = store::list::by_name(tx, ctx.workspace, "club")?.map(|l| l.id);
                let tags = audience::tags(tx, &ctx)?;
                Ok::<_, engine::Error>((lists, tags.first().map(|t| t.row)))
            }
        })?;
        let search = |text: &str| Filter { search: text.into(), ..Filter::default() };
        let pages = [
            ("nothing", Filter::default()),
            ("a list", Filter { list, ..Filter::default() }),
            ("a tag", Filter { tag, ..Filter::default() }),
            ("permission", Filter { consent: Some(Consent::Granted), ..Filter::default() }),
            ("who left", Filter { consent: Some(Consent::Left), ..Filter::default() }),
            ("a name many have", search("cohen")),
            ("a name and a list", Filter { list, ..search("noa levi") }),
            ("a whole number", search(&list::mobile(777_777 % self.rows))),
            ("a piece of a number", search("0502345")),
            ("a name nobody has", search("zzyzx")),
        ];
        for (name, filter) in pages {
            let filter = Filter { limit: 50, ..filter };
            let (ms, n) = self.asked(db, ctx, move |tx, ctx| page(tx, ctx, &filter))?;
            figures.add_with_goal(format!("page by {name} ({n})"), "ms", ms, Goal::AtMost(50.0));
        }
        let (ms, _) = self.asked(db, ctx, |tx, ctx| Ok(audience::summary(tx, ctx)?.all))?;
        figures.add("  of it how many there are of which kind", "ms", ms);
        Ok(())
    }

    /// The median of several, and what was found.
    fn asked(
        &self,
        db: &Db,
        ctx: &Ctx,
        ask: impl Fn(&mut Tx<'_>, &Ctx) -> engine::Result<i64> + Clone + Send + 'static,
    ) -> Res<(f64, i64)> {
        let (mut took, mut found) = (Vec::with_capacity(self.looks), 0);
        for _ in 0..self.looks.max(1) {
            let (ask, ctx) = (ask.clone(), ctx.clone());
            let started = Instant::now();
            found = db.read_blocking(move |tx| black_box(ask(tx, &ctx)))?;
            took.push(started.elapsed().as_secs_f64() * 1e3);
        }
        took.sort_unstable_by(f64::total_cmp);
        Ok((median(&took), found))
    }
}

/// What is asked of the criteria: a name, the text, and how many ms it may take.
const SEGMENTS: &[(&str, &str, f64)] = &[
    ("a tag", "tag = regular", 30.0),
    ("a value", "city = Eilat", 30.0),
    ("a list", "list = club", 30.0),
    ("permission", "consent = yes", 30.0),
    (
        "five mixed, a value first",
        "city = Eilat and consent = yes and not tag = regular and birthday < 1990-01-01 and delivered > 30d ago",
        250.0,
    ),
    (
        "five mixed, groups",
        "(city = Eilat or city = Ashdod) and consent = yes and list = club and birthday > 1980-01-01 and not delivered > 30d ago",
        250.0,
    ),
    (
        "five mixed, nothing narrow",
        "consent = yes and birthday < 1990-01-01 and not tag = regular and not city = Haifa and not delivered > 30d ago",
        250.0,
    ),
];

/// What the people's page asks of the store.
fn page(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> engine::Result<i64> {
    let found = audience::contacts(tx, ctx, filter)?;
    black_box((found.data.len(), audience::summary(tx, ctx)?));
    black_box((audience::lists(tx, ctx)?, audience::tags(tx, ctx)?, audience::filters(tx, ctx)?));
    black_box(bulk::list(tx, ctx, 5)?);
    Ok(audience::count(tx, ctx, filter)?.n)
}

/// One number in twenty refused before anybody was imported.
fn refuse(home: &Home, people: u64) -> Res<()> {
    let (db, ctx) = opened(home)?;
    let numbers: Vec<String> = (0..people).step_by(20).map(list::mobile).collect();
    for slice in numbers.chunks(2_000) {
        let (slice, workspace) = (slice.to_vec(), ctx.workspace);
        db.write_blocking("bench", move |tx| {
            for number in &slice {
                let (scope, reason) = (Scope::Marketing, "self_reply");
                suppression::add(tx, &New { workspace, number, scope, reason, evidence: "" })?;
            }
            Ok::<_, store::Error>(())
        })?;
    }
    Ok(())
}

/// What there is beside the contacts themselves.
fn fill(db: &Db, ctx: &Ctx, people: u64) -> Res<()> {
    let (who, workspace) = (ctx.clone(), ctx.workspace);
    let (tag, club) = db.write_blocking("bench", move |tx| {
        audience::declare(tx, &who, "city", Kind::Text)?;
        audience::declare(tx, &who, "birthday", Kind::Date)?;
        let club = audience::list_create(tx, &who, "club")?;
        Ok::<_, engine::Error>((audience::tag_named(tx, &who, "regular")?, club))
    })?;
    engine::jobs::run_due(db)?;
    let mut after = 0;
    loop {
        let ids = db.read_blocking(move |tx| {
            store::segment::page(tx, workspace, &Tree::Ask(Ask::Anybody), after, 50_000)
        })?;
        let Some(last) = ids.last().copied() else { break };
        after = last;
        db.write_blocking("bench", move |tx| {
            let every = |n: usize| ids.iter().copied().step_by(n).collect::<Vec<i64>>();
            store::tag::mark(tx, workspace, tag, &every(97))?;
            store::list::add(tx, workspace, club, &every(10))
        })?;
    }
    let numbers: Vec<String> = (0..people).step_by(5).map(|n| list::mobile(n + 1)).collect();
    for slice in numbers.chunks(1_000) {
        let slice = slice.to_vec();
        db.write_blocking("bench", move |tx| {
            let at = tx.now() - 86_400_000;
            store::testing::delivered(tx, workspace, &slice, at)
        })?;
    }
    Ok(())
}
