//! Doubles made one and two again, people as files: on both engines.

use super::*;
use crate::consent::{self, Grant, Method, Terms};
use crate::import::Source;
use crate::testing::{House, on_each};
use crate::{Error, Format};
use std::collections::BTreeMap;
use std::io::Cursor;

const DANA: &str = "+972502345678";
const OTHER: &str = "+972522345678";

fn person(h: &House, number: &'static str, first: &'static str, field: (&'static str, &'static str)) -> i64 {
    h.write(move |tx, ctx| {
        let fields = BTreeMap::from([(field.0.to_owned(), field.1.to_owned())]);
        let new = New {
            number: number.into(),
            first_name: first.into(),
            last_name: "Levi".into(),
            fields,
            ..New::default()
        };
        add_contact(tx, ctx, &new)
    })
}

#[test]
fn doubles_become_one_and_two_again() {
    on_each("doubles_become_one_and_two_again", |h: &House| {
        let kept = person(h, DANA, "Dana", ("city", "Haifa"));
        let gone = person(h, OTHER, "Dana", ("email", "dana@tern.example"));
        let ends = h.db.now_ms() + 9 * 86_400_000;
        let list = h.write(move |tx, ctx| {
            let grant = Grant {
                number: OTHER.into(),
                method: Method::Form,
                wording: "I agree.".into(),
                evidence: "form 1".into(),
                claimed_at: 0,
            };
            consent::grant_on(tx, ctx, &grant, Terms { until: ends, ..Terms::default() })?;
            let list = list_create(tx, ctx, "Club")?;
            add_to_list(tx, ctx, list, &[gone])?;
            retag(tx, ctx, gone, &["gold".to_owned()])?;
            Ok(list)
        });
        let found = h.write(move |tx, ctx| doubles(tx, ctx, kept));
        assert_eq!(found.iter().map(|d| d.row.id).collect::<Vec<_>>(), [gone]);
        let merged = h.write(move |tx, ctx| merge(tx, ctx, kept, gone));
        let one = h.write(move |tx, ctx| contact(tx, ctx, kept)).contact;
        assert_eq!(
            (one.lists.as_slice(), one.tags.as_slice()),
            (&["Club".to_owned()][..], &["gold".to_owned()][..])
        );
        assert_eq!(one.fields.len(), 2, "{:?}", one.fields);
        assert_eq!(one.consent, "unknown", "a permission for another number is none for this one");
        assert!(h.write(|tx, ctx| by_number(tx, ctx, OTHER)).is_none());
        let story = h.write(move |tx, ctx| crate::history::of(tx, ctx, kept, 0, 50)).data;
        assert!(story.iter().any(|e| e.kind == "grant" && e.text == "I agree."), "{story:?}");
        h.write(move |tx, ctx| unmerge(tx, ctx, merged));
        let (one, two) = h.write(move |tx, ctx| Ok((contact(tx, ctx, kept)?, by_number(tx, ctx, OTHER)?)));
        let two = two.unwrap();
        let known = h.write(|tx, ctx| Ok(store::admission::known(tx, ctx.workspace, &[OTHER])?));
        assert_eq!(
            known[OTHER].consent_until, ends,
            "what was permitted for a while is not permitted for good"
        );
        assert_eq!((two.row.id, two.consent, two.tags.len(), two.lists.len()), (gone, "granted", 1, 1));
        assert_eq!((one.contact.tags.len(), one.contact.lists.len(), one.contact.fields.len()), (0, 0, 1));
        let size = h.write(move |tx, ctx| Ok(store::list::get(tx, ctx.workspace, list)?.unwrap().size));
        assert_eq!(size, 1);
        assert_eq!(
            h.try_write(move |tx, ctx| unmerge(tx, ctx, merged)),
            Err(Error::Conflict("already_undone"))
        );
    });
}

/// A permission that ran out while two were one is none when they are two again.
#[test]
fn a_permission_that_ended_meanwhile_does_not_come_back_by_a_merge() {
    on_each("a_permission_that_ended_meanwhile", |h: &House| {
        let kept = person(h, DANA, "Dana", ("city", "Haifa"));
        let gone = person(h, OTHER, "Dana", ("email", "dana@tern.example"));
        h.write(|tx, ctx| {
            let ran_out = store::consent::New {
                workspace: ctx.workspace,
                tag: tx.tag(OTHER),
                purpose: "marketing",
                action: "grant",
                method: "paper",
                claimed_at: 1,
                until: 5,
                ..store::consent::New::default()
            };
            store::consent::add(tx, &[ran_out])?;
            let granted = store::consent::State::Granted;
            Ok(store::consent::set_state(tx, ctx.workspace, OTHER, granted, 1)?)
        });
        let merged = h.write(move |tx, ctx| merge(tx, ctx, kept, gone));
        h.write(move |tx, ctx| unmerge(tx, ctx, merged));
        let known = h.write(|tx, ctx| Ok(store::admission::known(tx, ctx.workspace, &[OTHER])?));
        assert_eq!((known[OTHER].consent, known[OTHER].consent_until), (0, 0));
    });
}

/// Case D5: what goes out runs in no spreadsheet, and comes in again as it was.
#[test]
fn case_d5_people_go_out_inert_and_come_back_whole() {
    on_each("case_d5_people_go_out_inert", |h: &House| {
        person(h, DANA, "=1+1", ("note", "@SUM(A1)"));
        person(h, OTHER, "Dana", ("note", "a, \"b\"\nc"));
        let written = |format: Format, filter: &Filter| {
            let out = export(&h.db, &h.ctx, filter, format, Cursor::new(Vec::new())).unwrap();
            (out.0.into_inner(), out.1)
        };
        let everybody = Filter::default();
        let (csv, n) = written(Format::Csv, &everybody);
        let text = String::from_utf8(csv.clone()).unwrap();
        assert_eq!(n, 2);
        assert!(text.contains("\r\n+972502345678,'=1+1,Levi,unknown,,,,'@SUM(A1)"), "{text}");
        let (xlsx, _) = written(Format::Xlsx, &everybody);
        for file in [csv, xlsx] {
            let source = Source::bytes(file).unwrap();
            let rows = source.preview(&source.plan("IL").unwrap(), 10).unwrap();
            let numbers: Vec<_> = rows.iter().map(|r| r.entries[0].number.clone().unwrap()).collect();
            assert_eq!(numbers, [DANA, OTHER], "numbers stay numbers");
        }
        let (_, some) = written(Format::Csv, &Filter { search: "dana".into(), ..Filter::default() });
        assert_eq!(some, 1, "whom the filter finds, and nobody else");
    });
}

/// Who is forgotten does not come back by a merge that is taken back, whichever of the two numbers was asked for.
#[test]
fn an_erased_number_does_not_come_back_by_a_merge() {
    on_each("an_erased_number_does_not_come_back_by_a_merge", |h: &House| {
        let kept = person(h, DANA, "Dana", ("city", "Haifa"));
        let gone = person(h, OTHER, "Dana", ("email", "dana@tern.example"));
        let merged = h.write(move |tx, ctx| merge(tx, ctx, kept, gone));
        // The contact of the number is gone already; what is kept of it for taking the merge back is not.
        let erased = h.write(|tx, ctx| crate::proof::erase(tx, ctx, OTHER, "by letter of today"));
        assert_eq!(erased.contacts, 0, "{erased:?}");
        let again = h.try_write(move |tx, ctx| unmerge(tx, ctx, merged));
        assert_eq!(again, Err(Error::Conflict("already_undone")));
        assert!(h.write(|tx, ctx| by_number(tx, ctx, OTHER)).is_none());
        let left = h.write(move |tx, ctx| merges(tx, ctx, kept));
        assert!(left.iter().all(|m| m.number.is_empty()), "{left:?}");
        let story = h.write(move |tx, ctx| crate::history::of(tx, ctx, kept, 0, 50)).data;
        assert!(!format!("{story:?}").contains("522345678"), "{story:?}");
        assert!(h.write(|tx, ctx| by_number(tx, ctx, DANA)).is_some(), "the other number stays");
    });
}
