//! One number from its permission to its erasure, on both engines.

use super::*;
use crate::consent::{Grant, Method, Refuse, grant, refuse};
use crate::testing::{House, on_each};
use crate::{Submission, submit};
use store::erasure::finish_all;

const DANA: &str = "+972502345678";

#[test]
fn everything_is_told_and_then_forgotten() {
    on_each("everything_is_told_and_then_forgotten", |h: &House| {
        let nobody = h.write(|tx, ctx| proof(tx, ctx, "050-234-5678"));
        assert_eq!((nobody.number.as_str(), nobody.may.code), (DANA, Some(Code::NoConsent)));
        h.contact(DANA);
        h.write(|tx, _| Ok(store::campaign::sample::connector(tx)?));
        h.write(|tx, ctx| {
            let claim = Grant {
                number: DANA.into(),
                method: Method::Form,
                wording: "I agree to get offers by SMS.".into(),
                evidence: "form 3 v2".into(),
                claimed_at: 0,
            };
            grant(tx, ctx, &claim)?;
            let one = |class| Submission {
                workspace: ctx.workspace,
                to: DANA.into(),
                text: "Shoes are here".into(),
                class: Some(class),
                source: "api",
                test: true,
                ..Submission::default()
            };
            submit(tx, &[one(Class::Marketing)])
        });
        let told = h.write(|tx, ctx| proof(tx, ctx, DANA));
        assert!(told.may.marketing && told.may.basis == "consent", "{told:?}");
        assert_eq!(told.events[0].wording, "I agree to get offers by SMS.");
        assert_eq!(told.messages.len(), 1, "{told:?}");
        // As it left: with the label and the way out that the law of the country adds.
        assert_eq!(told.messages[0].text, "פרסומת: Shoes are here\nלהסרה השב הסר");
        h.write(|tx, ctx| {
            let no = Refuse {
                number: DANA.into(),
                scope: Scope::Marketing,
                method: Method::Link,
                evidence: "unsubscribe:x".into(),
            };
            refuse(tx, ctx, &no)
        });
        let told = h.write(|tx, ctx| proof(tx, ctx, DANA));
        assert_eq!((told.may.marketing, told.may.code), (false, Some(Code::SuppressedWorkspace)));
        assert_eq!((told.silences.len(), told.silences[0].left_after.len()), (1, 0));
        assert_eq!(told.stops[0].reason, "link");
        let other = Ctx::system(h.ctx.workspace + 1);
        let leak = h.db.read_blocking(move |tx| proof(tx, &other, DANA));
        assert_eq!(leak.err(), Some(Error::NotFound("workspace")));

        let early = h.try_write(|tx, ctx| erase(tx, ctx, DANA, "by letter"));
        assert_eq!(early, Err(Error::Conflict("message_on_its_way")));
        let workspace = h.ctx.workspace;
        h.write(move |tx, _| Ok(finish_all(tx, workspace)?));
        let silent = h.try_write(|tx, ctx| erase(tx, ctx, DANA, " "));
        assert!(matches!(silent, Err(Error::Invalid { .. })), "{silent:?}");
        // Case D1: consents, messages, decisions, sources, and nobody else's.
        let held = h.write(|tx, ctx| access(tx, ctx, DANA));
        assert_eq!((held.number.as_str(), held.proof.messages.len(), held.proof.events.len()), (DANA, 1, 2));
        assert!(held.sources.contains(&"form 3 v2".to_owned()), "{:?}", held.sources);
        assert!(held.history.iter().any(|e| e.kind == "out") && held.kept_days["message_texts"] == 730);
        let words = serde_json::to_string(&held).unwrap();
        assert!(!words.contains("usr_") && !words.contains("key_"), "who of ours did it is not the person's");
        let elsewhere = h.db.read_blocking(move |tx| access(tx, &Ctx::system(workspace + 1), DANA));
        assert_eq!(elsewhere.err(), Some(Error::NotFound("workspace")));
        // A link from before, and a row of a file that has the number in a cell.
        let token = h.write(|tx, ctx| crate::unsubscribe::url_token(tx, ctx.workspace, DANA));
        h.write(|tx, ctx| {
            let row = |row, cells: &str| store::import::ProblemRow {
                row,
                cells: cells.into(),
                problem: "[]".into(),
                suggestion: String::new(),
            };
            let rows = [row(1, "[\"Dana\",\"050-234-5678\"]"), row(2, "[\"Noa\",\"03-5551234\"]")];
            Ok(store::import::add_problems(tx, ctx.workspace, 7, &rows)?)
        });
        let erased = h.write(|tx, ctx| erase(tx, ctx, DANA, "by letter of today"));
        let rows = h.write(|tx, ctx| Ok(store::import::problems(tx, ctx.workspace, 7, 0, 9)?));
        assert_eq!(rows.iter().map(|r| r.row).collect::<Vec<_>>(), [2], "the cells with the number are gone");
        let t = token.clone();
        let kept = h.write(move |tx, _| Ok(store::unsubscribe::get(tx, &t)?.unwrap()));
        assert!(!kept.number.contains("502345678") && kept.digest().is_some(), "{kept:?}");
        let seen = h.write(move |tx, _| crate::unsubscribe::look(tx, &token));
        assert!(seen.already && !seen.number.contains("678"), "the link still knows the refusal: {seen:?}");
        assert_eq!((erased.contacts, erased.messages, erased.refusals), (1, 1, 1), "{erased:?}");
        let after = h.write(|tx, ctx| proof(tx, ctx, DANA));
        assert!(after.contact.is_none() && after.messages.iter().all(|m| m.text.is_empty()), "{after:?}");
        assert_eq!(after.may.code, Some(Code::SuppressedWorkspace), "a refusal survives");
        assert_eq!(after.events.len(), told.events.len(), "what happened stays told");
        h.contact(DANA);
        let again = h.write(|tx, ctx| proof(tx, ctx, DANA));
        assert_eq!(again.may.code, Some(Code::SuppressedWorkspace), "coming back lifts nothing");
        let checks = h.write(crate::audit::verify);
        assert!(checks.iter().all(crate::audit::Check::holds), "{checks:?}");
    });
}

/// An old link in an old message: the person was erased, and still may refuse.
#[test]
fn a_link_works_after_the_erasure() {
    on_each("a_link_works_after_the_erasure", |h: &House| {
        h.contact(DANA);
        let token = h.write(|tx, ctx| crate::unsubscribe::url_token(tx, ctx.workspace, DANA));
        let topic = store::suppression::TOPICS;
        h.write(move |tx, ctx| {
            let tag = tx.tag(DANA);
            Ok(store::topic_consent::put(tx, ctx.workspace, tag, topic, 0)?)
        });
        h.write(|tx, ctx| erase(tx, ctx, DANA, "by letter of today"));
        let left = h.write(move |tx, ctx| {
            let tag = tx.tag(DANA);
            Ok(store::topic_consent::of_tags(tx, ctx.workspace, &[topic], &[tag])?.len())
        });
        assert_eq!(left, 0, "who is forgotten agrees to no topic");
        let t = token.clone();
        let seen = h.write(move |tx, _| crate::unsubscribe::look(tx, &t));
        assert!(!seen.already && !seen.nonce.is_empty());
        let t = token.clone();
        let done = h.write(move |tx, _| crate::unsubscribe::act(tx, &t, &seen.nonce));
        assert!(!done.already);
        // Whoever brings the number again finds the refusal there.
        h.contact(DANA);
        let after = h.write(|tx, ctx| proof(tx, ctx, DANA));
        assert_eq!(after.may.code, Some(Code::SuppressedWorkspace));
        assert_eq!(after.stops[0].reason, "link");
        // Whoever is written to again is known to the link again, so that a press stops what waits under the key of today.
        let again = h.write(|tx, ctx| crate::unsubscribe::tokens(tx, ctx.workspace, &[DANA, DANA]));
        assert_eq!(again, [token.clone(), token.clone()]);
        let kept = h.write(move |tx, _| Ok(store::unsubscribe::get(tx, &token)?.unwrap()));
        assert_eq!((kept.number.as_str(), kept.digest()), (DANA, None));
    });
}

/// What a workspace keeps no longer goes; what proves stays.
#[test]
fn clocks_run() {
    on_each("clocks_run", |h: &House| {
        let (now, day) = (h.db.now_ms(), 86_400_000);
        let workspace = h.ctx.workspace;
        let old = h.write(move |tx, ctx| {
            let end = (Status::Delivered, Code::None);
            Ok(store::testing::ended(tx, ctx.workspace, DANA, end, now - 3 * day)?)
        });
        let kind = store::keep::Kind::MessageTexts;
        let no = h.try_write(|tx, ctx| crate::keep::choose(tx, ctx, "code_texts", 30));
        assert!(matches!(no, Err(Error::Invalid { .. })), "codes are kept for a day: {no:?}");
        h.write(|tx, ctx| crate::keep::choose(tx, ctx, "message_texts", 1));
        let clocks = h.write(crate::keep::clocks);
        let chosen = clocks.iter().find(|c| c.kind == "message_texts").unwrap();
        assert_eq!((chosen.days, chosen.usual), (1, 730));
        let text = move || {
            let found = h.write(move |tx, _| Ok(store::message::get(tx, workspace, old)?));
            found.unwrap().text
        };
        // Its id is of today, whatever the row says: what is newer than the edge stays.
        h.write(move |tx, _| Ok(store::keep::slice(tx, workspace, kind, now - day, 500)?));
        assert_eq!(text(), "Hello");
        assert!(h.write(move |tx, _| Ok(store::keep::slice(tx, workspace, kind, now + day, 500)?)));
        assert_eq!(text(), "");
        let ran = h.write(crate::keep::clocks);
        let ran = ran.iter().find(|c| c.kind == "message_texts").unwrap();
        assert!(ran.gone == 1 && ran.ran_at.is_some(), "{ran:?}");
    });
}

fn problem(row: i64, cells: &str) -> store::import::ProblemRow {
    store::import::ProblemRow { row, cells: cells.into(), problem: "[]".into(), suggestion: String::new() }
}

/// An import with rows that became nobody, in the workspace; gives its id.
fn file_of(h: &House, rows: &[(i64, &str)]) -> i64 {
    let rows: Vec<_> = rows.iter().map(|(row, cells)| problem(*row, cells)).collect();
    h.write(move |tx, ctx| {
        let import = store::import::add(tx, ctx.workspace, "list.csv", "", "{}")?;
        store::import::add_problems(tx, ctx.workspace, import, &rows)?;
        Ok(import)
    })
}

fn left_of(h: &House, import: i64) -> Vec<i64> {
    let workspace = h.ctx.workspace;
    let found = h.write(move |tx, _| Ok(store::import::problems(tx, workspace, import, 0, 5_000)?));
    found.into_iter().map(|p| p.row).collect()
}

/// Rows of files that became nobody have numbers in them too, in every spelling, and in files of before they were found
/// by their digits.
#[test]
fn an_erasure_finds_the_rows_of_files_that_became_nobody() {
    on_each("an_erasure_finds_the_rows_of_files", |h: &House| {
        let rows = [
            (1, r#"["Dana","050-123-4567"]"#),
            (2, r#"["Dana","0501234568"]"#),
            (3, r#"["+97250","1234567","home"]"#),
            (4, r#"["05012345670521112233"]"#),
            (5, r#"["Dana",""]"#),
        ];
        let (new, old) = (file_of(h, &rows), file_of(h, &rows));
        let workspace = h.ctx.workspace;
        h.write(move |tx, _| Ok(store::testing::unfile(tx, workspace, old)?));
        h.write(|tx, ctx| erase(tx, ctx, "+972501234567", "by letter of today"));
        assert_eq!((left_of(h, new), left_of(h, old)), (vec![2, 5], vec![2, 5]));
        h.write(|tx, ctx| erase(tx, ctx, "+972521112233", "by letter of today"));
        h.write(|tx, ctx| erase(tx, ctx, "+972501234568", "by letter of today"));
        assert_eq!(left_of(h, new), [5]);
    });
}

/// A clock takes a file of any size slice by slice, and none of what is newer than its edge.
#[test]
fn clocks_take_large_files_and_deeds_in_slices() {
    on_each("clocks_take_large_files_and_deeds_in_slices", |h: &House| {
        let cells: Vec<(i64, &str)> = (1..=25).map(|n| (n, r#"["Dana","0501234567"]"#)).collect();
        let (one, two) = (file_of(h, &cells), file_of(h, &cells[..3]));
        let workspace = h.ctx.workspace;
        h.write(move |tx, _| {
            let people: Vec<(i64, String)> = (1..=25).map(|n| (n, String::new())).collect();
            store::bulk::touch(tx, workspace, one, &people)?;
            Ok(store::bulk::touch(tx, workspace, two, &people[..3])?)
        });
        let later = h.db.now_ms() + 86_400_000;
        let touched =
            move |of| h.write(move |tx, _| Ok(store::bulk::touched(tx, workspace, of, 0, 100)?)).len();
        for kind in [store::keep::Kind::ProblemRows, store::keep::Kind::Undo] {
            let turn = move || h.write(move |tx, _| Ok(store::keep::slice(tx, workspace, kind, later, 10)?));
            let left = || match kind {
                store::keep::Kind::Undo => (touched(one), touched(two)),
                _ => (left_of(h, one).len(), left_of(h, two).len()),
            };
            // The third slice has room for what is left of the first and all of the second.
            for expected in [(15, 3), (5, 3), (0, 0)] {
                assert!(turn(), "{kind:?}");
                assert_eq!(left(), expected, "{kind:?}");
            }
            assert!(!turn(), "{kind:?}: nothing is left");
        }
        let ran = h.write(crate::keep::clocks);
        for kind in ["problem_rows", "undo"] {
            assert_eq!(ran.iter().find(|c| c.kind == kind).unwrap().gone, 28, "{kind}");
        }
        // What a row was found by goes with it: the digits lead nowhere.
        let again = file_of(h, &[(1, r#"["0501234567"]"#)]);
        h.write(|tx, ctx| erase(tx, ctx, "+972501234567", "by letter of today"));
        assert!(left_of(h, again).is_empty());
    });
}

/// A one-time code is worth stealing for minutes: its text goes a day after the carrier took it, whether a report came or
/// not, while another message keeps its own until it has ended.
#[test]
fn texts_of_codes_go_as_soon_as_the_carrier_has_them() {
    on_each("texts_of_codes_go_as_soon_as_the_carrier_has_them", |h: &House| {
        let workspace = h.ctx.workspace;
        let ids = h.write(move |tx, _| {
            let now = tx.now();
            let mut ids = Vec::new();
            for (class, status) in [
                (sms::Class::Otp, Status::Queued),
                (sms::Class::Otp, Status::Submitted),
                (sms::Class::Otp, Status::Delivered),
                (sms::Class::Marketing, Status::Submitted),
            ] {
                let one = store::testing::ended_as(tx, workspace, DANA, class, (status, Code::None), now)?;
                ids.push(one);
            }
            Ok(ids)
        });
        let later = h.db.now_ms() + 2 * 86_400_000;
        let texts = move || {
            let ids = ids.clone();
            h.write(move |tx, _| {
                let mut out = Vec::new();
                for id in &ids {
                    out.push(store::message::get(tx, workspace, *id)?.unwrap().text);
                }
                Ok(out)
            })
        };
        for kind in [store::keep::Kind::CodeTexts, store::keep::Kind::MessageTexts] {
            assert!(h.write(move |tx, _| Ok(store::keep::slice(tx, workspace, kind, later, 500)?)));
        }
        assert_eq!(texts(), ["Hello", "", "", "Hello"]);
    });
}
