//! Permissions and refusals through the gate, their chain, and what a changed octet does to it.

use super::*;
use crate::audit::{self, Check};
use crate::testing::{House, on_each};
use store::Db;
use store::chain::Kind;

const DANA: &str = "+972501234567";

fn said(method: Method, wording: &str) -> Grant {
    Grant { number: DANA.into(), method, wording: wording.into(), evidence: "form 3".into(), claimed_at: 0 }
}

fn refusal(method: Method, evidence: &str) -> Refuse {
    Refuse { number: DANA.into(), scope: Scope::Marketing, method, evidence: evidence.into() }
}

fn checked(db: &Db, ctx: &Ctx) -> Vec<Check> {
    let ctx = ctx.clone();
    db.read_blocking(move |tx| audit::verify(tx, &ctx)).unwrap()
}

#[test]
fn having_a_number_is_no_permission() {
    on_each("having_a_number_is_no_permission", |h: &House| {
        for method in [Method::Staff, Method::Api, Method::Call, Method::Paper] {
            let no = h.try_write(move |tx, ctx| grant(tx, ctx, &said(method, "  ")));
            assert!(matches!(no, Err(Error::Invalid { why: "required", .. })), "{method:?}: {no:?}");
        }
        assert_eq!(h.write(|tx, ctx| state(tx, ctx, DANA)).consent, "unknown");
        assert_eq!(h.write(|tx, ctx| grant(tx, ctx, &said(Method::Paper, "I agree."))), State::Granted);
    });
}

#[test]
fn an_existing_customer_needs_all_three_facts() {
    on_each("an_existing_customer_needs_all_three_facts", |h: &House| {
        let whole = Facts {
            transaction: "invoice 7".into(),
            product_family: "shoes".into(),
            refusal_offered_at: Some(1),
            ..Facts::default()
        };
        let without = [
            ("", whole.clone()),
            ("We write to you.", Facts { transaction: String::new(), ..whole.clone() }),
            ("We write to you.", Facts { product_family: " ".into(), ..whole.clone() }),
            ("We write to you.", Facts { refusal_offered_at: None, ..whole.clone() }),
            ("We write to you.", Facts { refusal_offered_at: Some(i64::MAX), ..whole.clone() }),
        ];
        let on = |facts: Facts| Terms { basis: Basis::ExistingCustomer, facts, ..Terms::default() };
        for (words, facts) in without {
            let terms = on(facts);
            let no = h.try_write(move |tx, ctx| grant_on(tx, ctx, &said(Method::Form, words), terms.clone()));
            assert!(matches!(no, Err(Error::Invalid { .. })), "{words}: {no:?}");
        }
        let terms = on(whole);
        let words = "We write to you.";
        h.write(move |tx, ctx| grant_on(tx, ctx, &said(Method::Form, words), terms.clone()));
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!(
            (view.standings[0].state, view.standings[0].basis.as_str()),
            ("granted", "existing_customer")
        );
        assert_eq!(view.events[0].facts["product_family"], "shoes");
        assert_eq!(view.events[0].wording, words);
    });
}

#[test]
fn nobody_but_the_person_lifts_a_refusal() {
    on_each("nobody_but_the_person_lifts_a_refusal", |h: &House| {
        h.contact(DANA);
        let no = h.try_write(|tx, ctx| refuse(tx, ctx, &refusal(Method::Call, " ")));
        assert!(matches!(no, Err(Error::Invalid { why: "required", .. })), "C16 needs evidence: {no:?}");
        assert!(h.write(|tx, ctx| refuse(tx, ctx, &refusal(Method::Call, "called at noon"))));
        for method in [Method::Staff, Method::Api, Method::Import, Method::Call, Method::Paper] {
            let after = h.write(move |tx, ctx| grant(tx, ctx, &said(method, "I agree.")));
            assert_eq!(after, State::Refused, "{method:?} lifted a refusal");
        }
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!((view.consent, view.standings[0].state), ("refused", "refused"));
        let lifted = h.try_write(|tx, ctx| not_a_refusal(tx, ctx, DANA));
        assert_eq!(lifted, Err(Error::Conflict("not_suspected")));
        // C1: the person's own word, which is newer.
        assert_eq!(h.write(|tx, ctx| grant(tx, ctx, &said(Method::Keyword, "START"))), State::Granted);
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!((view.consent, view.standings[0].state, view.stopped.len()), ("granted", "granted", 0));
    });
}

#[test]
fn a_permission_runs_out_by_itself() {
    on_each("a_permission_runs_out_by_itself", |h: &House| {
        h.contact(DANA);
        let past = h.try_write(|tx, ctx| {
            let terms = Terms { until: 1, ..Terms::default() };
            grant_on(tx, ctx, &said(Method::Form, "A year."), terms)
        });
        assert!(matches!(past, Err(Error::Invalid { why: "in_the_past", .. })), "{past:?}");
        h.write(|tx, ctx| {
            let terms = Terms { until: tx.now() + 60_000, ..Terms::default() };
            grant_on(tx, ctx, &said(Method::Form, "A minute."), terms)
        });
        let workspace = h.ctx.workspace;
        assert_eq!(h.write(move |tx, _| Ok(expire::expire(tx, workspace)?)), 0);
        assert_eq!(h.write(|tx, ctx| state(tx, ctx, DANA)).consent, "granted");
        h.write(move |tx, _| Ok(rows::set_until(tx, workspace, DANA, 5)?));
        assert_eq!(h.write(move |tx, _| Ok(expire::expire(tx, workspace)?)), 1);
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!((view.consent, view.events[0].action.as_str()), ("unknown", "expire"));
        assert_eq!(h.write(move |tx, _| Ok(expire::expire(tx, workspace)?)), 0);
        assert!(checked(&h.db, &h.ctx).iter().all(Check::holds));
    });
}

/// STOP, a yes that only a file tells of, and STOP again: the last word is a no.
#[test]
fn who_refuses_once_more_has_the_last_word() {
    on_each("who_refuses_once_more_has_the_last_word", |h: &House| {
        h.contact(DANA);
        let stop = |h: &House| {
            h.write(|tx, ctx| Ok(suppression::get(tx, ctx.workspace, DANA, Scope::Marketing)?)).unwrap()
        };
        assert!(h.write(|tx, ctx| refuse(tx, ctx, &refusal(Method::Form, "form 1"))));
        let first = stop(h).at;
        let claim = h.write(move |tx, ctx| {
            let wording = rows::wording(tx, ctx.workspace, "I agree.")?;
            let claim = store::consent_claim::New {
                number: DANA,
                file_row: 1,
                claimed_at: first + 1,
                refused_at: first,
            };
            store::consent_claim::add(tx, ctx.workspace, (7, wording), &[claim])?;
            let waiting = claims(tx, ctx)?;
            Ok(sms::id::parse(sms::id::kind::ROW, &waiting[0].id).unwrap())
        });
        assert!((0..10_000_000).any(|_| h.db.now_ms() > first), "the clock stands still");
        // What one of ours, a file or a program says again is no new word of the person.
        for method in [Method::Staff, Method::Import, Method::Api] {
            assert!(!h.write(move |tx, ctx| refuse(tx, ctx, &refusal(method, "again"))));
        }
        assert_eq!((stop(h).at, h.write(|tx, ctx| state(tx, ctx, DANA)).events.len()), (first, 1));
        let known = !h.write(|tx, ctx| refuse(tx, ctx, &refusal(Method::Form, "form 2")));
        assert!(known, "it was stopped already");
        assert!(stop(h).at > first && stop(h).evidence == "form 2");
        assert_eq!(h.write(|tx, ctx| state(tx, ctx, DANA)).events.len(), 2);
        let late = h.try_write(move |tx, ctx| settle_claim(tx, ctx, claim, Some("binder 7")));
        assert_eq!(late, Err(Error::Conflict("refused_since")));
        assert!(checked(&h.db, &h.ctx).iter().all(Check::holds));
    });
}

/// The clock of the evidence takes what has ended. A topic does not end by the end of everything, but by a refusal.
#[test]
fn the_proof_of_a_topic_outlives_the_end_of_everything() {
    on_each("the_proof_of_a_topic_outlives", |h: &House| {
        let gone = h.write(|tx, ctx| {
            for topic in ["", "shoes"] {
                let personal = Personal { name: "Dana".into(), ..Personal::default() };
                let terms = Terms { topic: topic.into(), personal, ..Terms::default() };
                grant_on(tx, ctx, &said(Method::Form, "I agree."), terms)?;
            }
            lapsed(tx, ctx.workspace, DANA)?;
            Ok(rows::forget_ended(tx, ctx.workspace, (0, i64::MAX))?)
        });
        assert_eq!(gone, 1);
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        let shoes = view.events.iter().find(|e| e.topic == "shoes").unwrap();
        assert_eq!(shoes.personal["name"], "Dana");
        let gone = h.write(|tx, ctx| {
            refuse(tx, ctx, &refusal(Method::Link, "unsubscribe:x"))?;
            Ok(rows::forget_ended(tx, ctx.workspace, (0, i64::MAX))?)
        });
        assert_eq!(gone, 1, "a refusal ends the topics too");
    });
}

#[test]
fn the_chain_holds_and_an_erasure_does_not_break_it() {
    on_each("the_chain_holds", |h: &House| {
        for n in 0..5 {
            let words = format!("I agree, version {}.", n % 2);
            h.write(move |tx, ctx| {
                let personal =
                    Personal { name: "Dana".into(), ip: "192.0.2.7".into(), ..Personal::default() };
                let terms = Terms { personal, ..Terms::default() };
                grant_on(tx, ctx, &said(Method::Form, &words), terms)
            });
        }
        h.write(|tx, ctx| refuse(tx, ctx, &refusal(Method::Link, "unsubscribe:x")));
        h.write(|tx, ctx| audit::note(tx, ctx, "contact.export", "con_1", ""));
        let all = checked(&h.db, &h.ctx);
        assert!(all.iter().all(Check::holds), "{all:?}");
        assert_eq!(all.iter().map(|c| (c.chain, c.rows)).collect::<Vec<_>>(), [("consent", 6), ("deeds", 1)]);
        let workspace = h.ctx.workspace;
        let erased = h.write(move |tx, _| {
            let tag = tx.tag(DANA);
            Ok(rows::erase_personal(tx, workspace, &[tag])?)
        });
        assert_eq!(erased, 5);
        let after = checked(&h.db, &h.ctx);
        assert!(after.iter().all(Check::holds) && after[0].erased == 5, "{after:?}");
        assert_eq!(after[0].end, all[0].end);
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert!(view.events.iter().all(|e| e.personal == serde_json::json!({})), "{view:?}");
        let end = all[0].end.clone();
        assert!(h.write(move |tx, _| Ok(store::chain::has(tx, workspace, Kind::Consent, &end)?)));
        let foreign = "ab".repeat(32);
        assert!(!h.write(move |tx, _| Ok(store::chain::has(tx, workspace, Kind::Consent, &foreign)?)));
    });
}

/// D4, for every column: what is changed behind our back is named.
#[test]
fn one_changed_octet_is_named() {
    on_each("one_changed_octet_is_named", |h: &House| {
        let workspace = h.ctx.workspace;
        for n in 0..3 {
            h.write(move |tx, ctx| {
                let personal = Personal { name: format!("Dana {n}"), ..Personal::default() };
                let terms = Terms { personal, ..Terms::default() };
                grant_on(tx, ctx, &said(Method::Form, "I agree."), terms)
            });
            h.write(|tx, ctx| audit::note(tx, ctx, "contact.export", "con_1", "x"));
        }
        for spoil in store::testing::SPOILS {
            let (spoiled, broken) = h
                .try_write(move |tx, ctx| {
                    let row = store::testing::spoil(tx, workspace, *spoil)?;
                    let broken: Vec<_> =
                        audit::verify(tx, ctx)?.into_iter().filter_map(|c| c.broken).collect();
                    Err::<(), _>(Error::invalid(row, "undone", serde_json::to_string(&broken).unwrap()))
                })
                .err()
                .map(|e| match e {
                    Error::Invalid { param, detail, .. } => (param, detail),
                    other => panic!("{spoil:?}: {other:?}"),
                })
                .unwrap();
            assert!(broken.contains(&spoiled), "{spoil:?} spoiled {spoiled}, and was told: {broken}");
        }
        assert!(checked(&h.db, &h.ctx).iter().all(Check::holds), "the spoiling was to be undone");
    });
}

/// What a carrier said of a message to Dana, as settling leaves it behind.
fn told(h: &House, code: sms::Code, at: i64) -> i64 {
    h.write(move |tx, ctx| {
        let id = store::testing::ended(tx, ctx.workspace, DANA, (sms::Status::Undelivered, code), at)?;
        Ok(id)
    })
}

/// Case C11: what is refused at the carrier is refused here.
#[test]
fn case_c11_a_refusal_at_the_carrier_is_one_here() {
    on_each("case_c11_a_refusal_at_the_carrier_is_one_here", |h: &House| {
        h.contact(DANA);
        h.write(|tx, ctx| grant(tx, ctx, &said(Method::Paper, "I agree.")));
        let id = told(h, sms::Code::SuppressedCarrier, 0);
        assert_eq!(h.write(|tx, _| carrier::act(tx)), 1);
        assert_eq!(h.write(|tx, _| carrier::act(tx)), 0, "once");
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!((view.consent, view.stopped), ("refused", vec!["marketing"]));
        let event = &view.events[0];
        assert_eq!((event.action.as_str(), event.method.as_str()), ("refuse", "carrier"));
        assert_eq!(event.evidence, sms::id::public(sms::id::kind::MESSAGE, id));
        let no = h.write(|tx, ctx| grant(tx, ctx, &said(Method::Staff, "He said so.")));
        assert_eq!(no, State::Refused, "one of ours does not lift it");
        assert_eq!(h.write(|tx, ctx| grant(tx, ctx, &said(Method::Keyword, "START"))), State::Granted);
    });
}

/// Case C17, its first half: three times in a row nobody has the number.
#[test]
fn case_c17_a_number_that_is_nobodys_waits_for_a_look() {
    on_each("case_c17_a_number_that_is_nobodys_waits_for_a_look", |h: &House| {
        let contact = h.contact(DANA);
        h.write(|tx, ctx| grant(tx, ctx, &said(Method::Paper, "I agree.")));
        let shoes = h.write(|tx, ctx| {
            let id = store::topic::put(tx, ctx.workspace, "shoes", "{}")?;
            let terms = Terms { topic: "shoes".into(), ..Terms::default() };
            grant_on(tx, ctx, &said(Method::Form, "Shoes."), terms)?;
            Ok(id)
        });
        let topics = || {
            h.write(move |tx, ctx| {
                let tag = tx.tag(DANA);
                Ok(store::topic_consent::of_tags(tx, ctx.workspace, &[shoes], &[tag])?.len())
            })
        };
        let stopped = || h.write(|tx, ctx| state(tx, ctx, DANA)).stopped;
        for _ in 0..2 {
            told(h, sms::Code::UnknownSubscriber, 0);
            h.write(|tx, _| carrier::act(tx));
        }
        assert!(stopped().is_empty(), "twice is not thrice");
        told(h, sms::Code::None, 0);
        for _ in 0..2 {
            told(h, sms::Code::UnknownSubscriber, 0);
            h.write(|tx, _| carrier::act(tx));
        }
        assert!(stopped().is_empty(), "not in a row");
        told(h, sms::Code::UnknownSubscriber, 0);
        h.write(|tx, _| carrier::act(tx));
        assert_eq!(stopped(), ["marketing"]);
        let waits = h.write(stale::stale);
        assert_eq!((waits.len(), waits[0].why, waits[0].number.as_str()), (1, "nobody", DANA));
        // A person of ours may say that the number is right, and nobody lost a permission by the wait.
        h.write(move |tx, ctx| stale::decide(tx, ctx, contact, true));
        assert!(stopped().is_empty());
        assert_eq!(h.write(|tx, ctx| state(tx, ctx, DANA)).consent, "granted");
        let again = h.try_write(move |tx, ctx| stale::decide(tx, ctx, contact, true));
        assert_eq!(again, Err(Error::Conflict("not_stale")));
        told(h, sms::Code::UnknownSubscriber, 0);
        h.write(|tx, _| carrier::act(tx));
        assert_eq!(topics(), 1);
        h.write(move |tx, ctx| stale::decide(tx, ctx, contact, false));
        let view = h.write(|tx, ctx| state(tx, ctx, DANA));
        assert_eq!((view.consent, view.standings.len()), ("unknown", 2));
        assert!(view.standings.iter().all(|s| s.state == "expired"), "{:?}", view.standings);
        assert_eq!(topics(), 0, "whoever has the number now agreed to no topic either");
        assert!(checked(&h.db, &h.ctx).iter().all(Check::holds));
    });
}

/// Case C17, its second half: half a year of writing, and nothing came back.
#[test]
fn case_c17_half_a_year_of_silence_waits_for_a_look() {
    on_each("case_c17_half_a_year_of_silence_waits_for_a_look", |h: &House| {
        h.contact(DANA);
        let now = h.db.now_ms();
        let day = 86_400_000;
        h.write(move |tx, ctx| {
            let old = Grant { claimed_at: now - 300 * day, ..said(Method::Paper, "I agree.") };
            grant(tx, ctx, &old)
        });
        let workspace = h.ctx.workspace;
        let silent = move || h.write(move |tx, _| stale::silent(tx, workspace, 0)).0;
        for days in [150, 100] {
            told(h, sms::Code::AbsentSubscriber, now - days * day);
        }
        assert!(silent().is_empty(), "two messages say little");
        h.write(move |tx, ctx| {
            for end in [sms::Status::Suppressed, sms::Status::Cancelled, sms::Status::Rejected] {
                let at = now - 20 * day;
                store::testing::ended(tx, ctx.workspace, DANA, (end, sms::Code::None), at)?;
            }
            Ok(())
        });
        assert!(silent().is_empty(), "what never left says nothing of the number");
        told(h, sms::Code::AbsentSubscriber, now - 10 * day);
        assert_eq!(silent(), [DANA]);
        // One of ours knows better: it is not asked again the next night, but half a year later.
        let contact = h.write(move |tx, ctx| {
            stale::hold(tx, ctx.workspace, DANA, "silence")?;
            let one = store::contact::by_number(tx, ctx.workspace, DANA)?.unwrap().id;
            stale::decide(tx, ctx, one, true)?;
            Ok(one)
        });
        assert!(silent().is_empty(), "somebody said so a moment ago");
        h.write(move |tx, ctx| {
            store::testing::backdate(tx, ctx.workspace, "stale.kept", stale::SILENCE_MS + day)?;
            Ok(())
        });
        assert_eq!(silent(), [DANA], "what was said half a year ago is asked again");
        let refused = h.try_write(move |tx, ctx| stale::decide(tx, ctx, contact, true));
        assert_eq!(refused, Err(Error::Conflict("not_stale")));
        h.write(move |tx, ctx| {
            store::testing::ended(
                tx,
                ctx.workspace,
                DANA,
                (sms::Status::Delivered, sms::Code::None),
                now - day,
            )?;
            Ok(())
        });
        assert!(silent().is_empty(), "one that arrived is an answer");
    });
}

/// A number waits because nothing was heard from it, and then it writes something that may be a refusal.
#[test]
fn a_doubtful_answer_is_not_lost_behind_a_silence() {
    on_each("a_doubtful_answer_is_not_lost_behind_a_silence", |h: &House| {
        h.contact(DANA);
        let (first, again) = h.write(|tx, ctx| {
            stale::hold(tx, ctx.workspace, DANA, "silence")?;
            let first = suspect(tx, ctx.workspace, DANA, "inb:7")?;
            Ok((first, suspect(tx, ctx.workspace, DANA, "inb:8")?))
        });
        assert!(first && !again);
        let row = h.write(|tx, ctx| Ok(suppression::get(tx, ctx.workspace, DANA, Scope::Marketing)?));
        assert_eq!(row.map(|r| (r.reason, r.evidence)), Some(("suspect".into(), "inb:7".into())));
        assert!(h.write(stale::stale).is_empty(), "there is one question about it, and not two");
        assert!(h.write(|tx, ctx| state(tx, ctx, DANA)).suspect);
    });
}
