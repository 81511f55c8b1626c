//! Rows changed behind the store's back, one column at a time, for tests of the chains. Never part of the product.

use crate::{Result, Tx, params, sql};

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoil {
    /// An event's action.
    Action,
    /// When it is said to have happened.
    Claimed,
    /// What shows it.
    Evidence,
    /// Whose it is.
    Tag,
    /// The words it was given under, with their digest made to fit.
    Wording,
    /// What it says of the person.
    Personal,
    /// An event is gone.
    Gone,
    /// A deed's actor.
    Actor,
    /// When it was done.
    At,
    /// A deed is changed together with its mark.
    Marked,
    /// A link is gone.
    Link,
    /// A link's seal is of another ring.
    Seal,
}

/// All of them.
pub const SPOILS: &[Spoil] = &[
    Spoil::Action,
    Spoil::Claimed,
    Spoil::Evidence,
    Spoil::Tag,
    Spoil::Wording,
    Spoil::Personal,
    Spoil::Gone,
    Spoil::Actor,
    Spoil::At,
    Spoil::Marked,
    Spoil::Link,
    Spoil::Seal,
];

/// Changes the second row of its sort; gives what a check has to name.
pub fn spoil(tx: &mut Tx<'_>, workspace: i64, what: Spoil) -> Result<String> {
    let second = |tx: &mut Tx<'_>, sql| -> Result<i64> {
        Ok(tx.rows(sql, &params![workspace], |r| r.get(0))?.get(1).copied().unwrap_or_default())
    };
    let event = second(tx, sql!("SELECT id FROM consent_event WHERE workspace = $1 ORDER BY id"))?;
    let deed = second(tx, sql!("SELECT id FROM deed WHERE workspace = $1 ORDER BY id"))?;
    let (sql, id, told) = match what {
        Spoil::Action => (
            sql!("UPDATE consent_event SET action = 'refuse' WHERE workspace = $1 AND id = $2"),
            event,
            format!("consent_event {event}"),
        ),
        Spoil::Claimed => (
            sql!("UPDATE consent_event SET claimed_at = claimed_at - 1 WHERE workspace = $1 AND id = $2"),
            event,
            format!("consent_event {event}"),
        ),
        Spoil::Evidence => (
            sql!("UPDATE consent_event SET evidence = 'form 4' WHERE workspace = $1 AND id = $2"),
            event,
            format!("consent_event {event}"),
        ),
        Spoil::Tag => (
            sql!("UPDATE consent_event SET tag = tag + 1 WHERE workspace = $1 AND id = $2"),
            event,
            format!("consent_event {event}"),
        ),
        Spoil::Wording => (
            sql!(
                "UPDATE wording SET text = 'I agree to all.' WHERE workspace = $1
                 AND id = (SELECT wording FROM consent_event WHERE id = $2 AND workspace = $1)"
            ),
            event,
            "row_changed".to_owned(),
        ),
        Spoil::Personal => (
            sql!("UPDATE consent_personal SET json = '{}' WHERE workspace = $1 AND event = $2"),
            event,
            format!("consent_event {event}"),
        ),
        Spoil::Gone => (
            sql!("DELETE FROM consent_event WHERE workspace = $1 AND id = $2"),
            event,
            "row_missing".to_owned(),
        ),
        Spoil::Actor => (
            sql!("UPDATE deed SET actor = 'console' WHERE workspace = $1 AND id = $2"),
            deed,
            format!("deed {deed}"),
        ),
        Spoil::At => (
            sql!("UPDATE deed SET at = at + 1 WHERE workspace = $1 AND id = $2"),
            deed,
            format!("deed {deed}"),
        ),
        Spoil::Marked => {
            tx.exec(
                sql!("UPDATE deed SET detail = 'y' WHERE workspace = $1 AND id = $2"),
                &params![workspace, deed],
            )?;
            let link = sql!("SELECT link FROM deed WHERE workspace = $1 AND id = $2");
            let link = tx.one(link, &params![workspace, deed], |r| r.get::<i64>(0))?.unwrap_or_default();
            let found = crate::deed::chained(tx, workspace, link, link)?;
            let mark = found.first().map_or(0, |row| crate::chain::mark(&row.digest));
            tx.exec(
                sql!("UPDATE deed SET mark = $3 WHERE workspace = $1 AND id = $2"),
                &params![workspace, deed, mark],
            )?;
            return Ok(format!("deed {deed}"));
        }
        Spoil::Link => (
            sql!("DELETE FROM chain WHERE workspace = $1 AND kind = 1 AND link = 3 AND $2 <> 0"),
            event,
            "link_missing".to_owned(),
        ),
        Spoil::Seal => {
            let sql = sql!("UPDATE chain SET seal = $2 WHERE workspace = $1 AND kind = 1 AND link = 2");
            tx.exec(sql, &params![workspace, [7u8; 32]])?;
            return Ok("seal_foreign".into());
        }
    };
    tx.exec(sql, &params![workspace, id])?;
    Ok(told)
}
