//! Fields that a tree is the first to ask about.

use super::{Criterion, Known, Node, Op};
use crate::audience::declare;
use crate::audience::text::day_ms;
use crate::{Ctx, Result};
use store::Tx;
use store::field::Kind;

/// Declares what a tree is the first to ask about, of the kind that its values suggest.
pub(super) fn declare_asked(tx: &mut Tx<'_>, ctx: &Ctx, node: &Node, known: &Known) -> Result<()> {
    let (name, kind) = match node {
        Node::All(all) | Node::Any(all) => {
            return all.iter().try_for_each(|one| declare_asked(tx, ctx, one, known));
        }
        Node::Not(one) => return declare_asked(tx, ctx, one, known),
        Node::Is(Criterion::Set(name)) => (name, Kind::Text),
        Node::Is(Criterion::Field(name, op, value)) => (name, suggested(*op, value)),
        Node::Is(_) => return Ok(()),
    };
    if known.fields.contains_key(name) { Ok(()) } else { declare(tx, ctx, name, kind) }
}

fn suggested(op: Op, value: &str) -> Kind {
    match op {
        Op::Is | Op::Holds => Kind::Text,
        _ if day_ms(value).is_some() => Kind::Date,
        _ => Kind::Number,
    }
}
