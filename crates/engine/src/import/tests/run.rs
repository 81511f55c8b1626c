//! Imports written down: on both engines, killed in the middle, beside refusals, from every list there is.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Cursor;

use serde_json::Value;
use store::testing::Postgres;
use store::workspace::{self, Mode};
use store::{Clock, Db, Options, Tx, contact, suppression};

use super::{expected, shared};
use crate::audience::{self, Filter};
use crate::consent::{self, Method, Refuse};
use crate::import::{self, Counts, Existing, NewImport, Rules, Source, View};
use crate::jobs::run_due;
use crate::{Ctx, Error, Permission, Result};

struct House {
    db: Db,
    ctx: Ctx,
    _dir: tempfile::TempDir,
}

fn open(url: Option<String>) -> House {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Options { dir: dir.path().into(), url, clock: Clock::default() }).unwrap();
    let shop = workspace::New {
        name: "shop".into(),
        country: "IL".into(),
        language: "en".into(),
        zone: "Asia/Jerusalem".into(),
        mode: Mode::Live,
        parts_max: 6,
    };
    let id = db.write_blocking("test", move |tx| workspace::insert(tx, &shop)).unwrap().id;
    House { db, ctx: Ctx::system(id), _dir: dir }
}

fn on_each(test: &str, story: impl Fn(&House)) {
    story(&open(None));
    if let Some(server) = Postgres::shared(test) {
        story(&open(Some(server.database())));
    }
}

fn claimed() -> Rules {
    Rules {
        list_name: Some("Everybody".into()),
        consent_source: Some("till form".into()),
        consent_date: Some("2026-01-15".into()),
        ..Rules::default()
    }
}

impl House {
    fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.db.write_blocking("test", move |tx| f(tx, &ctx))
    }

    /// A text as a file that was kept and looked at.
    fn brought(&self, text: &[u8], country: &str, rules: Rules) -> NewImport {
        let file = import::keep(&self.db, &mut Cursor::new(text)).unwrap();
        let plan = Source::open(&import::path_of(&self.db, &file)).unwrap().plan(country).unwrap();
        NewImport { file, name: "people.csv".into(), plan, rules }
    }

    fn started(&self, new: NewImport) -> i64 {
        self.write(move |tx, ctx| import::start(tx, ctx, &new)).unwrap()
    }

    fn view(&self, id: i64) -> View {
        self.write(move |tx, ctx| import::get(tx, ctx, id)).unwrap()
    }

    /// Imports by the job.
    fn import(&self, text: &[u8], country: &str, rules: Rules) -> View {
        let id = self.started(self.brought(text, country, rules));
        run_due(&self.db).unwrap();
        self.view(id)
    }

    fn contact(&self, number: &'static str) -> Option<audience::View> {
        self.write(move |tx, ctx| audience::by_number(tx, ctx, number)).unwrap()
    }

    /// Every person: number, names, fields, consent; what must be the same however the run went.
    fn people(&self) -> Vec<String> {
        let workspace = self.ctx.workspace;
        let page = contact::Filter { limit: i64::MAX, ..contact::Filter::default() };
        let all = self.db.read_blocking(move |tx| contact::page(tx, workspace, &page)).unwrap();
        let one = |c: contact::Contact| {
            format!(
                "{} {}|{}|{}|{}|{}",
                c.number, c.first_name, c.last_name, c.fields, c.consent, c.consent_at
            )
        };
        let mut out: Vec<String> = all.into_iter().map(one).collect();
        out.sort();
        out
    }

    fn events(&self, number: &'static str) -> Vec<String> {
        let id = self.contact(number).unwrap().row.id;
        let detail = self.write(move |tx, ctx| audience::contact(tx, ctx, id)).unwrap();
        detail.events.iter().map(|e| format!("{} {} {}", e.action, e.method, e.wording)).collect()
    }

    fn list_sizes(&self) -> Vec<(String, i64)> {
        let lists = self.write(audience::lists).unwrap();
        lists.into_iter().map(|l| (l.name, l.size)).collect()
    }

    fn refuse(&self, number: &'static str) {
        let refusal = Refuse {
            number: number.into(),
            scope: suppression::Scope::Marketing,
            method: Method::Keyword,
            evidence: "inb_1".into(),
        };
        assert!(self.write(move |tx, ctx| consent::refuse(tx, ctx, &refusal)).unwrap());
    }
}

fn agrees(counts: &Counts, wanted: &Value) {
    let number = |name: &str| wanted[name].as_u64().unwrap();
    let phones = counts.tally.phones;
    assert_eq!(counts.tally.rows, number("rows"));
    assert_eq!(phones.mobile, number("valid_mobiles"));
    assert_eq!(phones.landline, number("landline"));
    assert_eq!(phones.service, number("service_numbers"));
    assert_eq!(phones.short, number("short_numbers"));
    assert_eq!(phones.invalid, number("invalid"));
    assert_eq!(phones.empty, number("empty_phone_cells"));
    assert_eq!(counts.tally.duplicates, number("duplicates"));
    assert_eq!(counts.created + counts.updated + counts.suppressed, number("valid_mobiles_unique"));
}

#[test]
fn the_shops_list_becomes_1120_people_and_again_changes_nothing() {
    let Some(data) = shared("the shop's list") else { return };
    let file = std::fs::read(data.join("shop-haifa.xlsx")).unwrap();
    let wanted = expected(&data)["contacts"]["shop-haifa.xlsx"]["counts"].clone();
    on_each("the_shops_list_becomes_1120_people_and_again_changes_nothing", |house| {
        let first = house.import(&file, "IL", claimed());
        assert_eq!((first.state, first.done, first.of), ("done", 1240, 1240), "{:?}", first.error);
        agrees(&first.counts, &wanted);
        assert_eq!((first.counts.created, first.counts.updated, first.counts.suppressed), (1120, 0, 0));
        assert_eq!(house.list_sizes(), [("Everybody".to_owned(), 1120)]);
        assert!(!import::path_of(&house.db, &first.file).exists(), "a read file is gone");
        let summary = house.write(audience::summary).unwrap();
        assert_eq!(summary.all, 1120);
        assert_eq!((summary.granted, summary.refused), answers(&file));
        let people = house.people();
        let again = house.import(&file, "IL", claimed());
        agrees(&again.counts, &wanted);
        assert_eq!((again.counts.created, again.counts.updated, again.counts.suppressed), (0, 1120, 0));
        assert_eq!(
            (again.counts.agreed, again.counts.refused),
            (0, 0),
            "nothing was said that was not known"
        );
        assert_eq!(house.people(), people);
        assert_eq!(house.list_sizes(), [("Everybody".to_owned(), 1120)]);
    });
}

/// How many different mobiles of a file have a yes and no no, and how many have a no.
fn answers(file: &[u8]) -> (i64, i64) {
    let source = Source::bytes(file.to_vec()).unwrap();
    let (rows, _) = super::read_all(&source, &source.plan("IL").unwrap());
    let mut said: HashMap<String, (bool, bool)> = HashMap::new();
    for row in &rows {
        for number in row.entries.iter().filter_map(import::Entry::mobile) {
            let (yes, no) = said.entry(number.to_owned()).or_default();
            *yes |= row.person.consent == Some(true);
            *no |= row.person.consent == Some(false);
        }
    }
    let count = |which: fn(&(bool, bool)) -> bool| said.values().filter(|s| which(s)).count() as i64;
    (count(|(yes, no)| *yes && !*no), count(|(_, no)| *no))
}

#[test]
fn every_list_becomes_as_many_people_as_it_has_mobiles() {
    let Some(data) = shared("every list") else { return };
    let lists = expected(&data)["contacts"].clone();
    for (name, list) in lists.as_object().unwrap().iter().filter(|(name, _)| *name != "contacts.vcf") {
        let house = open(None);
        let file = std::fs::read(data.join(name)).unwrap();
        let view = house.import(&file, list["default_country"].as_str().unwrap(), Rules::default());
        assert_eq!(view.state, "done", "{name}");
        assert_eq!(view.counts.created, list["counts"]["valid_mobiles_unique"].as_u64().unwrap(), "{name}");
        assert_eq!(house.people().len() as u64, view.counts.created, "{name}");
        assert_eq!(view.counts.agreed, 0, "{name}: no permission without a source");
    }
}

const PEOPLE: &str = "name,phone,consent,city\n\
    Noa Levi,050-2345671,yes,Haifa\n\
    Dana Cohen,050-2345672,no,Acre\n\
    Lior,050-2345673,,Haifa\n\
    Yael,050-2345674,yes,Haifa\n\
    Yael,0502345674,no,Acre\n\
    Amit,050-2345675,no,Haifa\n\
    Amit,+972502345675,yes,Haifa\n\
    Office,04-8123456,yes,Haifa\n";

#[test]
fn a_yes_needs_a_source_and_a_no_wins() {
    on_each("a_yes_needs_a_source_and_a_no_wins", |house| {
        let told = |number| house.contact(number).unwrap().consent;
        let bare = house.import(PEOPLE.as_bytes(), "IL", Rules::default());
        assert_eq!((bare.counts.created, bare.counts.agreed, bare.counts.refused), (5, 0, 3));
        assert_eq!(told("050-2345671"), "unknown");
        let view = house.import(PEOPLE.as_bytes(), "IL", claimed());
        assert_eq!((view.counts.updated, view.counts.agreed, view.counts.refused), (5, 1, 0));
        let all = ["0502345671", "0502345672", "0502345673", "0502345674", "0502345675"].map(told);
        assert_eq!(all, ["granted", "refused", "unknown", "refused", "refused"]);
        assert_eq!(house.events("0502345671"), ["grant import till form"]);
        assert_eq!(house.events("0502345674"), ["refuse import "]);
        let noa = house.contact("0502345671").unwrap();
        assert_eq!((noa.first_name.as_str(), noa.last_name.as_str()), ("Noa", "Levi"));
        assert_eq!(noa.fields["city"], "Haifa");
        assert_eq!(noa.row.consent_at, audience::text::day_ms("2026-01-15").unwrap());
        assert_eq!(noa.lists, ["Everybody"]);
        // A file that says yes of everybody brings nobody back.
        let yes = PEOPLE.replace(",no,", ",yes,");
        house.import(yes.as_bytes(), "IL", claimed());
        assert_eq!(told("0502345672"), "refused");
        // Nor does removing the person first.
        let id = house.contact("0502345672").unwrap().row.id;
        house.write(move |tx, ctx| audience::remove_contact(tx, ctx, id)).unwrap();
        assert_eq!(house.import(yes.as_bytes(), "IL", claimed()).counts.created, 1);
        assert_eq!(told("0502345672"), "refused");
    });
}

#[test]
fn who_left_stays_out() {
    on_each("who_left_stays_out", |house| {
        house.refuse("+972502345671");
        let new = house.brought(PEOPLE.as_bytes(), "IL", claimed());
        let source = Source::open(&import::path_of(&house.db, &new.file)).unwrap();
        let looked = import::check(&house.db, &house.ctx, &source, &new.plan).unwrap().unwrap();
        assert_eq!((looked.created, looked.updated, looked.suppressed), (4, 0, 1));
        assert!(house.people().is_empty(), "a look writes nothing");
        let view = house.import(PEOPLE.as_bytes(), "IL", claimed());
        assert_eq!((view.counts.created, view.counts.suppressed), (4, 1));
        assert!(house.contact("0502345671").is_none());
        assert_eq!(house.list_sizes(), [("Everybody".to_owned(), 4)]);
        // Somebody who leaves after the file came is left as he is by the next.
        house.refuse("+972502345673");
        let yes = PEOPLE.replace("Lior,050-2345673,,Haifa", "Changed,050-2345673,yes,Acre");
        let view = house.import(yes.as_bytes(), "IL", Rules { existing: Existing::Overwrite, ..claimed() });
        assert_eq!((view.counts.created, view.counts.updated, view.counts.suppressed), (0, 3, 2));
        let lior = house.contact("0502345673").unwrap();
        assert_eq!((lior.consent, lior.first_name.as_str()), ("left", "Lior"));
    });
}

#[test]
fn gaps_are_filled_replaced_or_left() {
    let house = open(None);
    house.import(b"first name,phone,city\nNoa,050-2345671,\n", "IL", Rules::default());
    let later = b"first name,last name,phone,city\nNoa,Levi,050-2345671,Haifa\n";
    let now = |existing| {
        house.import(later, "IL", Rules { existing, ..Rules::default() });
        let c = house.contact("0502345671").unwrap();
        (c.last_name.clone(), c.fields.get("city").cloned().unwrap_or_default())
    };
    assert_eq!(now(Existing::Skip), (String::new(), String::new()));
    assert_eq!(now(Existing::Fill), ("Levi".into(), "Haifa".into()));
    let id = house.contact("0502345671").unwrap().row.id;
    let other = audience::New {
        number: "0502345671".into(),
        first_name: "Noa".into(),
        last_name: "Cohen".into(),
        ..audience::New::default()
    };
    house.write(move |tx, ctx| audience::update_contact(tx, ctx, id, &other)).unwrap();
    assert_eq!(now(Existing::Fill), ("Cohen".into(), "Haifa".into()));
    assert_eq!(now(Existing::Overwrite), ("Levi".into(), "Haifa".into()));
}

/// A long list with everything in it: repeats far apart, contradictions, problems.
fn long() -> Vec<u8> {
    let mut text = String::from("name,phone,consent\n");
    for i in 0..3_200 {
        let person = if i % 7 == 6 { i - 6 } else { i };
        let phone =
            if i % 11 == 3 { format!("04-81{:05}", i) } else { format!("050-2{:06}", 100_000 + person) };
        text.push_str(&format!("P{person} Q{i},{phone},{}\n", ["yes", "no", "", "yes", "yes"][i % 5]));
    }
    // Every person of the first slices once more at the end, with the opposite answer for some.
    for i in 0..600 {
        text.push_str(&format!("Again,050-2{:06},{}\n", 100_000 + i, ["no", "yes"][i % 2]));
    }
    text.into_bytes()
}

/// [`long`] with so much of each person that it is sorted in several parts.
fn wide() -> Vec<u8> {
    let mut text = String::new();
    for line in String::from_utf8(long()).unwrap().lines() {
        let city = format!("{}x", line.len()).repeat(300);
        text.push_str(&format!("{line},{}\n", if text.is_empty() { "city" } else { &city }));
    }
    assert!(text.len() > 3 << 20);
    text.into_bytes()
}

#[test]
fn killed_after_any_slice_the_end_is_the_same() {
    for file in [long(), wide()] {
        killed_after_any_slice(&file);
    }
}

fn killed_after_any_slice(file: &[u8]) {
    let whole = open(None);
    let undisturbed = whole.import(file, "IL", claimed());
    assert_eq!((undisturbed.state, undisturbed.done), ("done", 3_800));
    on_each("killed_after_any_slice_the_end_is_the_same", |house| {
        let id = house.started(house.brought(file, "IL", claimed()));
        let mut done = 0;
        for slices in [1, 0, 2, 1, 0] {
            let left = Cell::new(slices);
            let go_on = || left.replace(left.get() - 1) > 0;
            // What a kill leaves is what was committed: the run is begun anew from its row.
            import::run::again(&house.db, house.ctx.workspace, id, &go_on).unwrap();
            let view = house.view(id);
            assert_eq!(view.state, "running");
            assert!(view.done >= done && view.done < 3_800);
            done = view.done;
        }
        let so_far = house.people().len() as u64;
        assert_eq!(so_far, 2_000);
        assert_eq!(house.view(id).counts.created, so_far);
        run_due(&house.db).unwrap();
        let view = house.view(id);
        assert_eq!((view.state, view.counts), ("done", undisturbed.counts));
        assert_eq!(house.people(), whole.people());
        assert_eq!(house.list_sizes(), whole.list_sizes());
        let problems = |house: &House, id| {
            let words = |p: import::Problem| (p.words().to_owned(), p.suggestion().to_owned());
            let out = std::io::Cursor::new(Vec::new());
            let written = import::problems(&house.db, &house.ctx, id, crate::Format::Csv, words, out);
            String::from_utf8(written.unwrap().into_inner())
        };
        let rows = problems(house, id).unwrap();
        assert_eq!(rows, problems(&whole, undisturbed.row).unwrap());
        assert_eq!(rows.lines().count() as u64, 1 + view.counts.tally.problem_rows);
        let told = rows.lines().find(|line| line.contains("04-8100003,yes,")).unwrap();
        assert!(told.ends_with(",4,a landline: it takes no SMS,write a mobile number"), "{told}");
    });
}

#[test]
fn a_person_may_halt_it_go_on_and_end_it() {
    let house = open(None);
    let id = house.started(house.brought(&long(), "IL", claimed()));
    let stop_after_one = Cell::new(1);
    import::run::again(&house.db, house.ctx.workspace, id, &|| stop_after_one.replace(0) > 0).unwrap();
    house.write(move |tx, ctx| import::pause(tx, ctx, id)).unwrap();
    run_due(&house.db).unwrap();
    assert_eq!((house.view(id).state, house.people().len()), ("paused", 500));
    house.write(move |tx, ctx| import::resume(tx, ctx, id)).unwrap();
    run_due(&house.db).unwrap();
    assert_eq!((house.view(id).state, house.view(id).done), ("done", 3_800));
    assert_eq!(
        house.write(move |tx, ctx| import::resume(tx, ctx, id)).err(),
        Some(Error::Conflict("not_paused"))
    );
    let other = house.started(house.brought(&long(), "IL", claimed()));
    let file = house.write(move |tx, ctx| import::stop(tx, ctx, other)).unwrap();
    import::forget(&house.db, &file);
    run_due(&house.db).unwrap();
    assert_eq!((house.view(other).state, house.view(other).done), ("stopped", 0));
}

#[test]
fn evil_files_are_refused_or_read_without_harm() {
    let Some(data) = shared("evil files") else { return };
    let wanted = [
        ("formula-cells.csv", 9, 1),
        ("formula-cells.xlsx", 4, 1),
        ("nul-bytes.csv", 5, 1),
        ("300-columns.csv", 50, 0),
        ("mixed-line-ends.csv", 60, 0),
        ("duplicate-headers.csv", 30, 0),
    ];
    on_each("evil_files_are_refused_or_read_without_harm", |house| {
        for (name, mobiles, invalid) in wanted {
            let file = std::fs::read(data.join("evil").join(name)).unwrap();
            let view = house.import(&file, "IL", Rules::default());
            assert_eq!(view.state, "done", "{name}: {:?}", view.error);
            let phones = view.counts.tally.phones;
            assert_eq!((phones.mobile, phones.invalid), (mobiles, invalid), "{name}");
        }
        assert!(house.people().iter().all(|person| !person.contains('\0') && !person.contains("CANARY")));
    });
}

#[test]
fn a_file_that_breaks_off_says_where_and_keeps_what_was_read() {
    let house = open(None);
    let mut text = long();
    let new = house.brought(&text, "IL", claimed());
    text.extend_from_slice(b"Noa,\"050-2345671,yes\n");
    std::fs::write(import::path_of(&house.db, &new.file), &text).unwrap();
    let id = house.started(new);
    run_due(&house.db).unwrap();
    let view = house.view(id);
    let fault = view.error.expect("a reason");
    assert_eq!((view.state, fault.code.as_str()), ("failed", "file_unclosed_quote"));
    assert!(fault.text.contains("line 3802"), "{}", fault.text);
    assert!(view.done >= 3_500 && house.people().len() > 2_000);
}

#[test]
fn a_command_imports_without_a_server_and_its_own_file_stays() {
    let house = open(None);
    let path = house._dir.path().join("mine.csv");
    std::fs::write(&path, long()).unwrap();
    let source = Source::open(&path).unwrap();
    let new = NewImport {
        file: path.to_string_lossy().into_owned(),
        name: "mine.csv".into(),
        plan: source.plan("IL").unwrap(),
        rules: claimed(),
    };
    let mut heard = Vec::new();
    let view =
        import::run_here(&house.db, &house.ctx, &new, &|| true, &mut |rows, _| heard.push(rows)).unwrap();
    assert_eq!((view.state, view.done, heard.last()), ("done", 3_800, Some(&3_800)));
    assert!(heard.is_sorted() && heard.len() > 4, "{heard:?}");
    assert!(path.exists());
    assert_eq!(run_due(&house.db).unwrap(), 0, "no job is left over");
    let told = serde_json::to_value(&view).unwrap();
    for key in ["rows", "phones", "duplicates", "created", "updated", "suppressed"] {
        assert!(told.get(key).is_some(), "{key}: {told}");
    }
    let left = Cell::new(2);
    let go_on = || left.replace(left.get() - 1) > 0;
    let view = import::run_here(&house.db, &house.ctx, &new, &go_on, &mut |_, _| {}).unwrap();
    assert_eq!((view.state, view.counts.updated), ("stopped", 1_000));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let house = open(None);
    let wrong = |rules: Rules| {
        let new = house.brought(PEOPLE.as_bytes(), "IL", rules);
        match house.write(move |tx, ctx| import::start(tx, ctx, &new)).unwrap_err() {
            Error::Invalid { param, why, .. } => format!("{param} {why}"),
            other => other.code().to_owned(),
        }
    };
    let date = |day: &str| Rules { consent_date: Some(day.into()), ..claimed() };
    assert_eq!(wrong(date("")), "consent_date required");
    assert_eq!(wrong(date("15/01/2026")), "consent_date bad_date");
    assert_eq!(wrong(date("2199-01-01")), "consent_date in_the_future");
    assert_eq!(wrong(Rules { consent_source: None, ..claimed() }), "consent_source required");
    assert_eq!(wrong(Rules { list: Some(4711), ..Rules::default() }), "not_found");
    assert!(house.list_sizes().is_empty(), "a refused begin leaves no list");
    let may_read = Ctx::new(house.ctx.workspace, crate::Actor::System, false, &[Permission::Read]);
    let new = house.brought(PEOPLE.as_bytes(), "IL", Rules::default());
    let refused = house.db.write_blocking("test", move |tx| import::start(tx, &may_read, &new));
    assert_eq!(refused.unwrap_err(), Error::NotAllowed(Permission::Contacts));
    let outside =
        NewImport { file: "../ring.key".into(), ..house.brought(PEOPLE.as_bytes(), "IL", claimed()) };
    let refused = house.write(move |tx, ctx| import::start(tx, ctx, &outside)).unwrap_err();
    assert_eq!(refused.code(), "not_kept");
}

#[test]
fn another_workspace_sees_nothing_of_it() {
    let house = open(None);
    let id = house.import(PEOPLE.as_bytes(), "IL", claimed()).row;
    let other = Ctx::system(house.ctx.workspace + 1);
    let looked = other.clone();
    let gone = house.db.read_blocking(move |tx| import::get(tx, &looked, id));
    assert_eq!(gone.unwrap_err(), Error::NotFound("import"));
    let people = house
        .db
        .read_blocking(move |tx| audience::contacts(tx, &other, &Filter { limit: 10, ..Filter::default() }))
        .unwrap();
    assert!(people.data.is_empty());
}

/// Case C3: three of a hundred have left, and case C7: one number however it is written.
#[test]
fn case_c3_who_left_stays_out_and_case_c7_one_number_is_one() {
    on_each("case_c3_who_left_stays_out", |house| {
        let number = |n: usize| format!("05023456{n:02}");
        house
            .write(|tx, ctx| {
                for n in [3, 44, 97] {
                    let number = format!("+9725023456{n:02}");
                    let (scope, method) = (suppression::Scope::Marketing, Method::Link);
                    let refusal = Refuse { number, scope, method, evidence: "unsubscribe:x".into() };
                    consent::refused(tx, ctx.workspace, &refusal)?;
                }
                Ok(())
            })
            .unwrap();
        let mut file = String::from("phone,consent\n");
        for n in 0..100 {
            file.push_str(&format!("{},yes\n", number(n)));
        }
        // C7: three spellings of one of them.
        file.push_str("972502345605,yes\n+972-50-234-5605,yes\n");
        let id = house.started(house.brought(file.as_bytes(), "IL", claimed()));
        run_due(&house.db).unwrap();
        let counts = house.view(id).counts;
        assert_eq!((counts.created, counts.suppressed, counts.tally.duplicates), (97, 3, 2), "{counts:?}");
        let asked = Filter { consent: Some(contact::Consent::Granted), ..Filter::default() };
        let may = house.write(move |tx, ctx| audience::count(tx, ctx, &asked)).unwrap();
        assert_eq!(may.n, 97);
        // C5: a file that claims a later day does not outweigh a person's own no.
        let later = Rules { consent_source: Some("till form 2".into()), ..claimed() };
        let again = house.started(house.brought(b"phone,consent\n0502345603,yes\n", "IL", later));
        run_due(&house.db).unwrap();
        assert_eq!(house.view(again).counts.suppressed, 1);
        let state = house.write(|tx, ctx| consent::state(tx, ctx, "+972502345603")).unwrap();
        assert_eq!(state.stopped, ["marketing"]);
    });
}

#[test]
fn an_import_is_taken_back_and_nothing_else_is() {
    on_each("an_import_is_taken_back", |house| {
        let first = b"phone,name,city,consent\n0502345601,Dana Levi,,yes\n0502345602,Noa Bar,,yes\n";
        house.started(house.brought(first, "IL", claimed()));
        run_due(&house.db).unwrap();
        let second = "phone,name,city,consent\n0502345601,Dana Levi,Haifa,yes\n0502345603,Omer Gal,Haifa,yes\n\
                      0502345604,Tal Or,Haifa,yes\n";
        let other =
            Rules { list_name: Some("Second".into()), consent_source: Some("web form".into()), ..claimed() };
        let id = house.started(house.brought(second.as_bytes(), "IL", other));
        run_due(&house.db).unwrap();
        let sizes = |house: &House| {
            house.write(|tx, ctx| {
                Ok(audience::lists(tx, ctx)?.into_iter().map(|l| l.size).collect::<Vec<_>>())
            })
        };
        assert_eq!(sizes(house).unwrap(), [2, 3]);
        // Somebody changes one of the new people before it is taken back.
        house
            .write(|tx, ctx| {
                let tal = audience::by_number(tx, ctx, "0502345604")?.unwrap();
                let new =
                    audience::New { number: tal.number, first_name: "Tali".into(), ..Default::default() };
                audience::update_contact(tx, ctx, tal.row.id, &new)
            })
            .unwrap();
        house.write(move |tx, ctx| import::undo(tx, ctx, id)).unwrap();
        run_due(&house.db).unwrap();
        assert_eq!(house.view(id).state, "undone");
        let of =
            |number: &'static str| house.write(move |tx, ctx| audience::by_number(tx, ctx, number)).unwrap();
        assert_eq!(of("0502345601").unwrap().fields.get("city"), None, "the first file said nothing of it");
        assert_eq!(of("0502345601").unwrap().consent, "granted", "by the first file");
        assert!(of("0502345603").is_none(), "whom the second alone knew is gone");
        let tal = of("0502345604").unwrap();
        assert_eq!(
            (tal.first_name.as_str(), tal.consent),
            ("Tali", "unknown"),
            "kept, and no longer permitted"
        );
        assert_eq!(sizes(house).unwrap(), [2, 1]);
        let state = house.write(|tx, ctx| consent::state(tx, ctx, "+972502345603")).unwrap();
        assert_eq!(state.standings[0].state, "expired");
        assert_eq!(house.write(move |tx, ctx| import::undo(tx, ctx, id)), Err(Error::Conflict("not_over")));
    });
}

#[test]
fn a_header_that_came_before_is_read_as_then() {
    on_each("a_header_that_came_before_is_read_as_then", |house| {
        let file = b"Who,Cell,Where\nDana,0502345601,Haifa\n";
        let mut new = house.brought(file, "IL", Rules::default());
        new.plan.set(2, import::Target::Field("town".into()));
        house.started(new);
        let mut plan = house.brought(file, "IL", Rules::default()).plan;
        let known = house.write(move |tx, ctx| Ok((import::remembered(tx, ctx, &mut plan)?, plan.clone())));
        let (known, plan) = known.unwrap();
        assert!(known && plan.columns[2].target == import::Target::Field("town".into()), "{plan:?}");
        let mut other = house.brought(b"Who,Cell,Town\nDana,0502345601,Haifa\n", "IL", Rules::default()).plan;
        assert!(!house.write(move |tx, ctx| import::remembered(tx, ctx, &mut other)).unwrap());
    });
}
