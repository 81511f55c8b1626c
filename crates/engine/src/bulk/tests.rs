//! Deeds to many: done, halted, taken back; on both engines.

use super::*;
use crate::audience::{New, add_contact, contacts, retag};
use crate::consent::{self, Grant, Method, Refuse, Terms};
use crate::import;
use crate::jobs::run_due;
use crate::testing::{House, on_each};
use std::io::Cursor;
use store::consent::State;
use store::suppression::{self, Scope};

const PEOPLE: i64 = 1_203;

fn number(n: i64) -> String {
    format!("+97250{:07}", 2_345_000 + n)
}

/// So many people; every third is called Noa and lives in Haifa.
fn fill(h: &House) {
    h.write(|tx, ctx| {
        for n in 0..PEOPLE {
            let first = if n % 3 == 0 { "Noa" } else { "Dan" };
            let new = New { number: number(n), first_name: first.into(), ..New::default() };
            add_contact(tx, ctx, &new)?;
        }
        Ok(())
    });
}

fn begin_one(h: &House, deed: Deed, whom: Whom, target: &str) -> i64 {
    let target = target.to_owned();
    h.write(move |tx, ctx| {
        let wanted =
            Wanted { deed, whom: whom.clone(), target: target.clone(), words: "asked by mail".into() };
        begin(tx, ctx, &wanted)
    })
}

fn seen(h: &House, id: i64) -> View {
    h.write(move |tx, ctx| get(tx, ctx, id))
}

fn tagged(h: &House, name: &'static str) -> i64 {
    h.write(move |tx, ctx| {
        let tag = audience::tag_named(tx, ctx, name)?;
        Ok(audience::count(tx, ctx, &Filter { tag: Some(tag), ..Filter::default() })?.n)
    })
}

#[test]
fn a_tag_for_all_whom_a_filter_finds_and_back() {
    on_each("a_tag_for_all_whom_a_filter_finds_and_back", |h: &House| {
        fill(h);
        let first = h.write(|tx, ctx| {
            let one = contacts(tx, ctx, &Filter { search: "noa".into(), limit: 1, ..Filter::default() })?;
            let id = one.data[0].row.id;
            retag(tx, ctx, id, &["VIP".to_owned()])?;
            Ok(id)
        });
        let noas = Whom { search: "noa".into(), ..Whom::default() };
        let id = begin_one(h, Deed::AddTag, noas, " vip ");
        assert_eq!((seen(h, id).of, seen(h, id).state.as_str()), (401, "running"));
        run_due(&h.db).unwrap();
        let done = seen(h, id);
        assert_eq!((done.state.as_str(), done.seen, done.changed, done.undoes), ("done", 401, 400, true));
        assert_eq!(tagged(h, "VIP"), 401);
        h.write(move |tx, ctx| undo(tx, ctx, id));
        run_due(&h.db).unwrap();
        assert_eq!(
            (seen(h, id).state.as_str(), tagged(h, "vip")),
            ("undone", 1),
            "who bore it before bears it"
        );
        let again = h.try_write(move |tx, ctx| undo(tx, ctx, id));
        assert_eq!(again, Err(Error::Conflict("not_undoable")));
        let story = h.write(move |tx, ctx| crate::history::of(tx, ctx, first, 0, 50));
        assert!(story.data.iter().any(|e| e.kind == "edit" && e.text == "VIP"), "{story:?}");
    });
}

#[test]
fn people_named_one_by_one_into_a_list_and_a_halt() {
    on_each("people_named_one_by_one_into_a_list_and_a_halt", |h: &House| {
        fill(h);
        let (list, some) = h.write(|tx, ctx| {
            let list = audience::list_create(tx, ctx, "Club")?;
            let page = contacts(tx, ctx, &Filter { limit: 3, ..Filter::default() })?;
            Ok((list, page.data.iter().map(|p| p.row.id).collect::<Vec<_>>()))
        });
        let public = public(kind::LIST, list);
        let mut named = some.clone();
        named.push(7); // nobody
        let id = begin_one(h, Deed::AddList, Whom { named, ..Whom::default() }, &public);
        run_due(&h.db).unwrap();
        let done = seen(h, id);
        assert_eq!((done.changed, done.left_out, done.target.as_str()), (3, 1, "Club"));
        // Halted behind its first slice, it goes no further, and what was done can be taken back.
        let id = begin_one(h, Deed::AddList, Whom::default(), &public);
        let workspace = h.ctx.workspace;
        assert!(h.write(move |tx, _| run::slice(tx, workspace, id)));
        h.write(move |tx, ctx| stop(tx, ctx, id));
        run_due(&h.db).unwrap();
        let half = seen(h, id);
        assert_eq!((half.state.as_str(), half.seen), ("stopped", 500));
        h.write(move |tx, ctx| undo(tx, ctx, id));
        run_due(&h.db).unwrap();
        let size = h.write(move |tx, ctx| Ok(store::list::get(tx, ctx.workspace, list)?.unwrap().size));
        assert_eq!(size, 3, "those of the first deed are in it still");
    });
}

#[test]
fn a_refusal_for_many_touches_no_word_of_the_person() {
    on_each("a_refusal_for_many_touches_no_word_of_the_person", |h: &House| {
        fill(h);
        let own = number(0);
        let theirs = own.clone();
        h.write(move |tx, ctx| {
            let (number, scope) = (theirs.clone(), Scope::Marketing);
            let refusal = Refuse { number, scope, method: Method::Link, evidence: "unsubscribe:x".into() };
            consent::refused(tx, ctx.workspace, &refusal)
        });
        let noas = Whom { search: "noa".into(), ..Whom::default() };
        let id = begin_one(h, Deed::Suppress, noas.clone(), "");
        run_due(&h.db).unwrap();
        assert_eq!((seen(h, id).seen, seen(h, id).changed), (401, 400));
        let refused = |h: &House, n: i64| {
            let number = number(n);
            h.write(move |tx, ctx| consent::state(tx, ctx, &number)).consent == "refused"
        };
        assert!(refused(h, 3) && !refused(h, 1));
        h.write(move |tx, ctx| undo(tx, ctx, id));
        run_due(&h.db).unwrap();
        assert!(!refused(h, 3) && refused(h, 0), "the person's own word stands");
        let state = h.write(move |tx, ctx| consent::state(tx, ctx, &number(3)));
        assert_eq!(state.standings.len(), 0, "what was taken back was never said: {state:?}");
        let none = h.try_write(move |tx, ctx| {
            let wanted =
                Wanted { deed: Deed::Erase, whom: noas.clone(), target: String::new(), words: " ".into() };
            begin(tx, ctx, &wanted)
        });
        assert!(matches!(none, Err(Error::Invalid { why: "required", .. })), "{none:?}");
    });
}

fn say_no(h: &House, n: i64, method: Method) {
    h.write(move |tx, ctx| {
        let (number, scope) = (number(n), Scope::Marketing);
        let refusal = Refuse { number, scope, method, evidence: "inb:STOP".into() };
        consent::refused(tx, ctx.workspace, &refusal)
    });
}

/// Why advertising to somebody is stopped; nothing where it is not.
fn stopped(h: &House, n: i64) -> Option<String> {
    h.write(move |tx, ctx| {
        let row = suppression::get(tx, ctx.workspace, &number(n), Scope::Marketing)?;
        Ok(row.map(|row| row.reason))
    })
}

/// Until when somebody may be written to, as the row of the contact says.
fn until(h: &House, n: i64) -> (i64, i64) {
    h.write(move |tx, ctx| {
        let number = number(n);
        let known = store::admission::known(tx, ctx.workspace, &[&number])?;
        Ok((known[&number].consent, known[&number].consent_until))
    })
}

/// What an undoing of a refusal for many gives back, and what it leaves: each of six people stood elsewhere before.
#[test]
fn undoing_a_refusal_for_many_gives_back_what_was_and_no_more() {
    on_each("undoing_a_refusal_for_many_gives_back_what_was_and_no_more", |h: &House| {
        let ends = h.db.now_ms() + 9 * 86_400_000;
        let [plain, limited, spoke, suspect, stale, over] = [0, 1, 2, 3, 4, 5];
        h.write(move |tx, ctx| {
            for n in [plain, limited, spoke, suspect, stale, over] {
                add_contact(tx, ctx, &New { number: number(n), ..New::default() })?;
            }
            // Permitted when the deed is done; by the time it is undone that has run out.
            let ran_out = store::consent::New {
                workspace: ctx.workspace,
                tag: tx.tag(&number(over)),
                purpose: "marketing",
                action: "grant",
                method: "paper",
                claimed_at: 1,
                until: 5,
                ..store::consent::New::default()
            };
            store::consent::add(tx, &[ran_out])?;
            store::consent::set_state(tx, ctx.workspace, &number(over), State::Granted, 1)?;
            let (method, wording, evidence) = (Method::Paper, "I agree.".into(), "form 7".into());
            let grant = Grant { number: number(limited), method, wording, evidence, claimed_at: 0 };
            consent::grant_on(tx, ctx, &grant, Terms { until: ends, ..Terms::default() })?;
            for (n, reason) in [(suspect, "suspect"), (stale, "stale")] {
                let (workspace, number, scope) = (ctx.workspace, &number(n), Scope::Marketing);
                let new = suppression::New { workspace, number, scope, reason, evidence: "inb:7" };
                suppression::add(tx, &new)?;
            }
            Ok(())
        });
        let id = begin_one(h, Deed::Suppress, Whom::default(), "");
        run_due(&h.db).unwrap();
        assert_eq!(seen(h, id).changed, 6);
        assert_eq!(until(h, limited), (2, 0), "refused");
        // While the deed stands, one of them writes STOP: the stop is theirs from then on.
        say_no(h, spoke, Method::Keyword);
        assert_eq!(stopped(h, spoke).as_deref(), Some("self_reply"));
        h.write(move |tx, ctx| undo(tx, ctx, id));
        run_due(&h.db).unwrap();
        assert_eq!(seen(h, id).state, "undone");
        assert_eq!((stopped(h, plain), stopped(h, limited)), (None, None));
        assert_eq!(until(h, limited), (1, ends), "the permission ends when it was to end");
        assert_eq!(
            (stopped(h, over), until(h, over)),
            (None, (0, 0)),
            "what ended meanwhile is none for good"
        );
        assert_eq!(stopped(h, spoke).as_deref(), Some("self_reply"), "the person's own word");
        assert_eq!(until(h, spoke).0, 2);
        for n in [suspect, stale] {
            assert_eq!(
                stopped(h, n).as_deref(),
                Some("bulk"),
                "{n}: nobody had decided before the deed either"
            );
        }
    });
}

/// A stop of ours for many is no word of the person's. A no of a file beside it is; and a stop that was taken back was never
/// said.
#[test]
fn a_stop_of_ours_hides_no_word_of_a_file() {
    on_each("a_stop_of_ours_hides_no_word_of_a_file", |h: &House| {
        let [said, back] = [0, 1];
        h.write(move |tx, ctx| {
            for n in [said, back] {
                let (number, scope, evidence) = (number(n), Scope::Marketing, "blk_x".into());
                let refusal = Refuse { number, scope, method: Method::Bulk, evidence };
                consent::refused(tx, ctx.workspace, &refusal)?;
            }
            consent::retract(tx, ctx.workspace, &number(back), "blk_x", "system")
        });
        let text = format!("phone,consent\n{},no\n{},yes\n", number(said), number(back));
        let file = import::keep(&h.db, &mut Cursor::new(text.as_bytes())).unwrap();
        let plan = import::Source::open(&import::path_of(&h.db, &file)).unwrap().plan("IL").unwrap();
        let rules = import::Rules {
            list_name: Some("Everybody".into()),
            consent_source: Some("till form".into()),
            consent_date: Some("2026-01-15".into()),
            ..import::Rules::default()
        };
        let new = import::NewImport { file, name: "people.csv".into(), plan, rules };
        let id = h.write(move |tx, ctx| import::start(tx, ctx, &new));
        run_due(&h.db).unwrap();
        let counts = h.write(move |tx, ctx| import::get(tx, ctx, id)).counts;
        assert_eq!((counts.suppressed, counts.refused, counts.agreed), (1, 1, 1), "{counts:?}");
        assert_eq!(until(h, back).0, 1, "what was taken back is no refusal");
        let lifted =
            h.write(move |tx, ctx| consent::retract(tx, ctx.workspace, &number(said), "blk_x", "system"));
        assert!(!lifted, "it is the person's own by now");
        assert_eq!(stopped(h, said).as_deref(), Some("import"));
    });
}

/// A job whose lease was lost is begun again elsewhere while the first still works.
#[test]
fn slices_of_one_deed_wait_for_one_another() {
    on_each("slices_of_one_deed_wait_for_one_another", |h: &House| {
        fill(h);
        let id = begin_one(h, Deed::Suppress, Whom { search: "dan".into(), ..Whom::default() }, "");
        let workspace = h.ctx.workspace;
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while seen(h, id).state == "running" {
                        h.db.write_blocking("slice", move |tx| run::slice(tx, workspace, id)).unwrap();
                    }
                });
            }
        });
        let done = seen(h, id);
        assert_eq!((done.state.as_str(), done.seen, done.changed), ("done", 802, 802));
        let events = h.write(|tx, ctx| Ok(consent::state(tx, ctx, &number(1))?.events.len()));
        assert_eq!(events, 1, "refused once");
    });
}
