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
        let erased = h.write(|tx, ctx| erase(tx, ctx, DANA, "by letter of today"));
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
