//! What a word by SMS does to a request that waits, on both engines.

use super::confirm::{act, by_reply, look};
use super::fill::LAPSES_MS;
use crate::consent::{self, Method, Refuse};
use crate::testing::{House, on_each};
use store::signup::{self, New, State};
use store::suppression::{self, Scope};

const DANA: &str = "+972502345678";
const AVI: &str = "+972522345678";

/// Somebody typed this number into a form; gives what opens the question.
fn typed(h: &House, number: &'static str) -> String {
    h.write(move |tx, ctx| {
        let now = tx.now();
        let new = New {
            workspace: ctx.workspace,
            form: 0,
            version: 1,
            number,
            state: State::Waits,
            language: "en",
            ask: r#"{"wording":"Offers by SMS","method":"web_form"}"#,
            nonce: number,
            addr: 0,
            block: 0,
            until: now + LAPSES_MS,
        };
        let keys = tx.keys().clone();
        signup::add(tx, &new, |id| super::limits::token(&keys, "signup", id))?;
        Ok(signup::waiting(tx, ctx.workspace, number)?.remove(0).token)
    })
}

/// A question of no form is ended by the run that asked. One whose run was stopped is forgotten all the same, days later.
#[test]
fn a_question_that_no_run_ends_lapses_days_later() {
    on_each("a_question_that_no_run_ends", |h: &House| {
        h.write(|tx, ctx| {
            let now = tx.now();
            let keys = tx.keys().clone();
            for (number, until) in [(DANA, now - LAPSES_MS - 1), (AVI, now - 1)] {
                let new = New {
                    workspace: ctx.workspace,
                    form: 0,
                    version: 0,
                    number,
                    state: State::Waits,
                    language: "en",
                    ask: "{}",
                    nonce: number,
                    addr: 0,
                    block: 0,
                    until,
                };
                signup::add(tx, &new, |id| super::limits::token(&keys, "signup", id))?;
            }
            Ok(())
        });
        assert_eq!(h.write(|tx, _| Ok(signup::lapse(tx, 9)?)), 1);
        let waits = |number: &'static str| {
            h.write(move |tx, ctx| Ok(signup::waiting(tx, ctx.workspace, number)?)).len()
        };
        assert_eq!((waits(DANA), waits(AVI)), (0, 1));
    });
}

fn stopped(h: &House, number: &'static str) -> bool {
    h.write(move |tx, ctx| Ok(suppression::get(tx, ctx.workspace, number, Scope::Marketing)?)).is_some()
}

fn consent(h: &House, number: &'static str) -> &'static str {
    h.write(move |tx, ctx| consent::state(tx, ctx, number)).consent
}

/// A stranger fills in the number of somebody who has left. Whatever that person answers to anything with a bare yes, the
/// refusal stands; the link in the question is meant for nothing else.
#[test]
fn a_bare_yes_lifts_no_refusal_and_the_link_of_the_question_does() {
    on_each("a_bare_yes_lifts_no_refusal", |h: &House| {
        h.write(|tx, ctx| {
            let (number, scope, method) = (DANA.into(), Scope::Marketing, Method::Keyword);
            let refusal = Refuse { number, scope, method, evidence: "inb:STOP".into() };
            consent::refused(tx, ctx.workspace, &refusal)
        });
        let dana = typed(h, DANA);
        typed(h, AVI);
        let answered = |number: &'static str| {
            h.write(move |tx, ctx| by_reply(tx, ctx.workspace, number, "inb:yes")).is_some()
        };
        assert!(answered(AVI), "who never refused may say yes by a word");
        assert_eq!(consent(h, AVI), "granted");
        assert!(!answered(DANA));
        assert!(stopped(h, DANA));
        assert_eq!(consent(h, DANA), "unknown", "nobody was made a contact either");
        h.write(move |tx, _| {
            let seen = look(tx, &dana)?;
            act(tx, &dana, &seen.nonce).map(drop)
        });
        assert!(!stopped(h, DANA));
        assert_eq!(consent(h, DANA), "granted");
    });
}
