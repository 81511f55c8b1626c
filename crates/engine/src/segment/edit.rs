//! The builder: a text's outline, and a text with one condition more or less. Whoever builds and whoever types get the
//! same text, because both end here.

use super::text::{Names, parse, print};
use super::{Known, Node};
use crate::{Ctx, Error, Permission, Result};
use serde::Serialize;
use store::Tx;

/// One line of the outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// Where it stands, as `0.2.1`; empty is the whole.
    pub path: String,
    /// How deep it stands.
    pub depth: usize,
    /// `all`, `any`, `not`, `is`.
    pub kind: &'static str,
    /// The criterion as text; empty for a group.
    pub text: String,
}

/// How a new condition joins what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Both must hold.
    And,
    /// One of them must hold.
    Or,
    /// The new one must not hold.
    AndNot,
}

/// A text's outline, from the outside in.
///
/// # Errors
/// When it may not be asked, or the text is none.
pub fn outline(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<Vec<Outline>> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let node = parse(text, &known)?;
    let mut out = Vec::new();
    lines(&node, "", 0, &known, &mut out);
    Ok(out)
}

fn lines(node: &Node, path: &str, depth: usize, names: &dyn Names, out: &mut Vec<Outline>) {
    let (kind, inner) = parts(node);
    let text = if kind == "is" { print(node, names) } else { String::new() };
    out.push(Outline { path: path.to_owned(), depth, kind, text });
    for (n, one) in inner.iter().enumerate() {
        let path = if path.is_empty() { n.to_string() } else { format!("{path}.{n}") };
        lines(one, &path, depth + 1, names, out);
    }
}

fn parts(node: &Node) -> (&'static str, &[Node]) {
    match node {
        Node::All(all) => ("all", all),
        Node::Any(all) => ("any", all),
        Node::Not(one) => ("not", std::slice::from_ref(one)),
        Node::Is(_) => ("is", &[]),
    }
}

/// The text with one condition more.
///
/// # Errors
/// When it may not be asked, or either is no text.
pub fn with(tx: &mut Tx<'_>, ctx: &Ctx, text: &str, join: Join, condition: &str) -> Result<String> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let (old, new) = (parse(text, &known)?, parse(condition, &known)?);
    Ok(print(&joined(old, join, new), &known))
}

fn joined(old: Node, join: Join, new: Node) -> Node {
    let everybody = matches!(&old, Node::All(all) if all.is_empty());
    let new = if join == Join::AndNot { Node::Not(Box::new(new)) } else { new };
    let node = match join {
        _ if everybody => new,
        Join::And | Join::AndNot => Node::All(vec![old, new]),
        Join::Or => Node::Any(vec![old, new]),
    };
    node.plain()
}

/// The text without what stands at a path of its outline.
///
/// # Errors
/// When it may not be asked, the text is none, or nothing stands there.
pub fn without(tx: &mut Tx<'_>, ctx: &Ctx, text: &str, path: &str) -> Result<String> {
    ctx.need(Permission::Read)?;
    let known = Known::load(tx, ctx.workspace)?;
    let node = dropped(parse(text, &known)?, path)?;
    Ok(print(&node.plain(), &known))
}

fn dropped(node: Node, path: &str) -> Result<Node> {
    let nothing = || Error::NotFound("condition");
    if path.is_empty() {
        return Ok(Node::All(Vec::new()));
    }
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let n: usize = head.parse().map_err(|_| nothing())?;
    let inside = |mut all: Vec<Node>| -> Result<Vec<Node>> {
        if n >= all.len() {
            return Err(nothing());
        }
        let one = all.remove(n);
        if !rest.is_empty() {
            let kept = dropped(one, rest)?;
            // A group that lost its last member says nothing any more.
            if !matches!(&kept, Node::All(inner) if inner.is_empty()) {
                all.insert(n, kept);
            }
        }
        Ok(all)
    };
    Ok(match node {
        Node::All(all) => Node::All(inside(all)?),
        Node::Any(all) => match inside(all)? {
            left if left.is_empty() => Node::All(left),
            left => Node::Any(left),
        },
        Node::Not(one) => match (n, rest.is_empty()) {
            (0, true) => Node::All(Vec::new()),
            (0, false) => match dropped(*one, rest)? {
                Node::All(left) if left.is_empty() => Node::All(left),
                left => Node::Not(Box::new(left)),
            },
            _ => return Err(nothing()),
        },
        Node::Is(_) => return Err(nothing()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Criterion, Op};
    use super::*;

    fn is(name: &str) -> Node {
        Node::Is(Criterion::Field(name.into(), Op::Is, "1".into()))
    }

    #[test]
    fn conditions_come_and_go() {
        let everybody = Node::All(Vec::new());
        let a = joined(everybody.clone(), Join::And, is("a"));
        assert_eq!(a, is("a"));
        let ab = joined(a, Join::And, is("b"));
        assert_eq!(ab, Node::All(vec![is("a"), is("b")]));
        let or = joined(ab.clone(), Join::Or, is("c"));
        assert_eq!(or, Node::Any(vec![ab.clone(), is("c")]));
        let not = joined(ab, Join::AndNot, is("c"));
        assert_eq!(not, Node::All(vec![is("a"), is("b"), Node::Not(Box::new(is("c")))]));
        assert_eq!(dropped(or.clone(), "0.1").unwrap().plain(), Node::Any(vec![is("a"), is("c")]));
        assert_eq!(dropped(or.clone(), "1").unwrap().plain(), Node::All(vec![is("a"), is("b")]));
        assert_eq!(dropped(not.clone(), "2.0").unwrap().plain(), Node::All(vec![is("a"), is("b")]));
        assert_eq!(dropped(not, "").unwrap(), everybody);
        assert_eq!(dropped(is("a"), "0"), Err(Error::NotFound("condition")));
        assert_eq!(dropped(or, "7"), Err(Error::NotFound("condition")));
        let lonely = Node::Any(vec![Node::Not(Box::new(is("a")))]);
        assert_eq!(dropped(lonely, "0.0").unwrap().plain(), everybody);
    }
}
