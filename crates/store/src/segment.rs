//! Live audiences: their rows, and criteria as questions to the store.
//!
//! A criterion is one of a closed list and each has its piece of SQL here; a tree of them is one statement. What people
//! typed are values of markers. A tree that begins with something an index finds is answered from that index.

use crate::composed::Composed;
use crate::{Result, Row, Tx, params, sql};

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The same.
    Is,
    /// Less, or earlier.
    Less,
    /// Less or the same.
    AtMost,
    /// More, or later.
    More,
    /// More or the same.
    AtLeast,
}

impl Compare {
    const fn piece(self) -> &'static str {
        match self {
            Compare::Is => " = ",
            Compare::Less => " < ",
            Compare::AtMost => " <= ",
            Compare::More => " > ",
            Compare::AtLeast => " >= ",
        }
    }
}

/// One question about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Everybody.
    Anybody,
    /// In a list.
    List(i64),
    /// Marked with a tag.
    Tag(i64),
    /// What they allow: 0 unknown, 1 granted, 2 refused; 3 is that a refusal stands.
    Consent(i64),
    /// A field holds these folded words.
    Words(i64, String),
    /// A field holds these folded words somewhere; `%`, `_` and `!` in it stand for themselves.
    Piece(i64, String),
    /// A field holds a number or day.
    Number(i64, Compare, i64),
    /// A field holds anything.
    Set(i64),
    /// The number begins so, E.164.
    Begins(String),
    /// Name, number or e-mail hold this folded piece.
    Search(String),
    /// Became a contact at or after a moment, ms.
    Since(i64),
    /// Was written to at or after a moment; the second is whether it was delivered.
    Sent(i64, bool),
    /// Was written to by a campaign; the second is whether it was delivered.
    Campaign(i64, bool),
    /// Wrote to us at or after a moment.
    Wrote(i64),
}

/// A tree of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// Every one of them; nothing is everybody.
    All(Vec<Tree>),
    /// At least one of them; nothing is nobody.
    Any(Vec<Tree>),
    /// Not that.
    Not(Box<Tree>),
    /// A question.
    Ask(Ask),
}

/// Ids are made at the moment of accepting; nothing is accepted for much earlier than its id says.
const ID_SLACK_MS: i64 = 86_400_000;
/// A receipt comes at the latest so long after its message was accepted.
const RECEIPT_MS: i64 = 4 * 86_400_000;

/// The smallest id that a message accepted at a moment could have.
fn id_at(ms: i64) -> i64 {
    (ms - sms::id::EPOCH_MS).max(0) << (sms::id::NODE_BITS + sms::id::SEQ_BITS)
}

/// Which statement.
enum Want {
    Count,
    /// Contacts behind one, in order, so many.
    Page(i64, i64),
    /// Whether one contact is in.
    One(i64),
}

fn pattern(piece: &str) -> String {
    let mut out = String::from("%");
    for c in piece.chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// The rank of a range of values among what a statement may begin with.
const RANGE: i32 = 4;

/// The question that a statement begins with: the first of those that all must hold which an index answers.
fn driver(tree: &Tree) -> Option<&Ask> {
    let rank = |ask: &Ask| match ask {
        Ask::Words(..) => Some(0),
        Ask::Tag(_) => Some(1),
        Ask::List(_) => Some(2),
        Ask::Number(_, Compare::Is, _) => Some(3),
        Ask::Number(..) => Some(RANGE),
        _ => None,
    };
    match tree {
        Tree::Ask(ask) => rank(ask).map(|_| ask),
        // A range is half of everybody as a rule, in the order of its values: rows of people would be fetched from all over
        // the file. Beside other questions people are passed in their own order instead, in which their values stand too.
        Tree::All(all) => {
            let found = all.iter().filter_map(driver).filter_map(|a| Some((rank(a)?, a)));
            found.filter(|(rank, _)| *rank < RANGE).min_by_key(|(rank, _)| *rank).map(|(_, ask)| ask)
        }
        Tree::Any(_) | Tree::Not(_) => None,
    }
}

/// Whether the answer needs the contact's own row.
fn needs_row(tree: &Tree) -> bool {
    match tree {
        Tree::All(all) | Tree::Any(all) => all.iter().any(needs_row),
        Tree::Not(one) => needs_row(one),
        Tree::Ask(ask) => !matches!(
            ask,
            Ask::Anybody
                | Ask::List(_)
                | Ask::Tag(_)
                | Ask::Words(..)
                | Ask::Piece(..)
                | Ask::Number(..)
                | Ask::Set(_)
                | Ask::Campaign(..)
        ),
    }
}

fn compose(workspace: i64, tree: &Tree, want: &Want) -> Composed {
    let mut c = Composed::new();
    let driver = driver(tree).filter(|_| !matches!(want, Want::One(_)));
    let row = driver.is_none() || needs_row(tree);
    let id = if row { "c.id" } else { "d.contact" };
    match want {
        Want::Count => c.piece("SELECT count(*)"),
        Want::Page(..) | Want::One(_) => c.piece("SELECT ").piece(id),
    };
    match driver {
        Some(Ask::List(_)) => c.piece(" FROM list_member AS d"),
        Some(Ask::Tag(_)) => c.piece(" FROM tagged AS d"),
        Some(_) => c.piece(" FROM contact_value AS d"),
        None => c.piece(" FROM contact AS c"),
    };
    if driver.is_some() && row {
        // Said so, SQLite begins where it is told to; PostgreSQL knows better by its statistics.
        c.piece(" CROSS JOIN contact AS c WHERE c.id = d.contact AND c.workspace = ").int(workspace);
        c.piece(" AND d.workspace = ").int(workspace);
    } else if row {
        c.piece(" WHERE c.workspace = ").int(workspace);
    } else {
        c.piece(" WHERE d.workspace = ").int(workspace);
    }
    if let Some(ask) = driver {
        match ask {
            Ask::List(list) => c.piece(" AND d.list = ").int(*list),
            Ask::Tag(tag) => c.piece(" AND d.tag = ").int(*tag),
            Ask::Words(field, text) => {
                c.piece(" AND d.field = ").int(*field).piece(" AND d.n = 0 AND d.text = ").text(text)
            }
            Ask::Number(field, compare, n) => {
                c.piece(" AND d.field = ").int(*field).piece(" AND d.n").piece(compare.piece()).int(*n)
            }
            _ => &mut c,
        };
    }
    if Some(tree) != driver.map(|a| Tree::Ask(a.clone())).as_ref() {
        c.piece(" AND ");
        condition(&mut c, workspace, tree, id);
    }
    match want {
        Want::Count => {}
        Want::Page(after, limit) => {
            c.piece(" AND ").piece(id).piece(" > ").int(*after);
            c.piece(" ORDER BY ").piece(id).piece(" LIMIT ").int(*limit);
        }
        Want::One(contact) => {
            c.piece(" AND c.id = ").int(*contact);
        }
    }
    c
}

fn condition(c: &mut Composed, workspace: i64, tree: &Tree, id: &'static str) {
    let joined = |c: &mut Composed, all: &[Tree], word: &'static str| {
        c.piece("(");
        for (n, one) in all.iter().enumerate() {
            if n > 0 {
                c.piece(word);
            }
            condition(c, workspace, one, id);
        }
        c.piece(")");
    };
    match tree {
        Tree::All(all) if all.is_empty() => drop(c.piece("1 = 1")),
        Tree::Any(all) if all.is_empty() => drop(c.piece("1 = 0")),
        Tree::All(all) => joined(c, all, " AND "),
        Tree::Any(all) => joined(c, all, " OR "),
        Tree::Not(one) => {
            c.piece("NOT ");
            condition(c, workspace, one, id);
        }
        Tree::Ask(ask) => question(c, workspace, ask, id),
    }
}

/// The piece of one question. Each that names a table names the workspace.
fn question(c: &mut Composed, workspace: i64, ask: &Ask, id: &'static str) {
    let value = |c: &mut Composed, field: i64| {
        c.piece("EXISTS (SELECT 1 FROM contact_value AS v WHERE v.contact = ").piece(id);
        c.piece(" AND v.workspace = ").int(workspace).piece(" AND v.field = ").int(field);
    };
    match ask {
        Ask::Anybody => c.piece("1 = 1"),
        Ask::List(list) => {
            c.piece("EXISTS (SELECT 1 FROM list_member AS m WHERE m.contact = ").piece(id);
            c.piece(" AND m.workspace = ").int(workspace).piece(" AND m.list = ").int(*list).piece(")")
        }
        Ask::Tag(tag) => {
            c.piece("EXISTS (SELECT 1 FROM tagged AS t WHERE t.contact = ").piece(id);
            c.piece(" AND t.workspace = ").int(workspace).piece(" AND t.tag = ").int(*tag).piece(")")
        }
        Ask::Consent(3) => stopped(c, workspace),
        Ask::Consent(kind) => {
            c.piece("(c.consent = ").int(*kind).piece(" AND NOT ");
            stopped(c, workspace).piece(")")
        }
        Ask::Words(field, text) => {
            value(c, *field);
            c.piece(" AND v.n = 0 AND v.text = ").text(text).piece(")")
        }
        Ask::Piece(field, text) => {
            value(c, *field);
            c.piece(" AND v.text LIKE ").text(&pattern(text)).piece(" ESCAPE '!')")
        }
        Ask::Number(field, compare, n) => {
            value(c, *field);
            c.piece(" AND v.n").piece(compare.piece()).int(*n).piece(")")
        }
        Ask::Set(field) => {
            value(c, *field);
            c.piece(")")
        }
        Ask::Begins(prefix) => {
            // Digits alone: nothing to escape, and no order of letters to depend on, which databases do not share.
            c.piece("c.number LIKE ").text(&format!("{prefix}%"))
        }
        Ask::Search(text) => c.piece("c.search LIKE ").text(&pattern(text)).piece(" ESCAPE '!'"),
        Ask::Since(at) => c.piece("c.created_at >= ").int(*at),
        Ask::Sent(at, delivered) => {
            let first = id_at(at - if *delivered { RECEIPT_MS } else { ID_SLACK_MS });
            c.piece("c.tag IN (SELECT s.tag FROM message AS s WHERE s.workspace = ").int(workspace);
            c.piece(" AND s.id >= ").int(first);
            if *delivered {
                c.piece(" AND s.status = ").int(sms::Status::Delivered.number());
                c.piece(" AND s.done_at >= ").int(*at).piece(")")
            } else {
                c.piece(" AND s.accepted_at >= ").int(*at).piece(")")
            }
        }
        Ask::Campaign(campaign, delivered) => {
            c.piece(id).piece(" IN (SELECT s.contact FROM message AS s WHERE s.workspace = ").int(workspace);
            c.piece(" AND s.campaign <> 0 AND s.campaign = ").int(*campaign);
            if *delivered {
                c.piece(" AND s.status = ").int(sms::Status::Delivered.number());
            }
            c.piece(")")
        }
        Ask::Wrote(at) => {
            c.piece(
                "EXISTS (SELECT 1 FROM thread AS t JOIN inbound AS i ON i.thread = t.id AND i.thread <> 0",
            );
            c.piece(" AND i.workspace = ").int(workspace);
            c.piece(" WHERE t.address = c.number AND t.workspace = ").int(workspace);
            c.piece(" AND i.received_at >= ").int(*at).piece(")")
        }
    };
}

fn stopped(c: &mut Composed, workspace: i64) -> &mut Composed {
    // Of everything or of all advertising; who left one topic alone is reached by the others.
    c.piece("c.tag IN (SELECT x.tag FROM suppression AS x WHERE x.scope IN (1, 2) AND (x.workspace = ");
    c.int(workspace).piece(" OR x.workspace = 0))")
}

/// How many people a tree finds.
pub fn count(tx: &mut Tx<'_>, workspace: i64, tree: &Tree) -> Result<i64> {
    let mut n = 0;
    tx.composed(&compose(workspace, tree, &Want::Count), &mut |r| {
        n = r.get(0)?;
        Ok(())
    })?;
    Ok(n)
}

/// The contacts that a tree finds, behind one, in their order.
pub fn page(tx: &mut Tx<'_>, workspace: i64, tree: &Tree, after: i64, limit: i64) -> Result<Vec<i64>> {
    let mut out = Vec::new();
    tx.composed(&compose(workspace, tree, &Want::Page(after, limit)), &mut |r| {
        out.push(r.get(0)?);
        Ok(())
    })?;
    Ok(out)
}

/// Whether a tree finds one contact.
pub fn holds(tx: &mut Tx<'_>, workspace: i64, tree: &Tree, contact: i64) -> Result<bool> {
    let mut found = false;
    tx.composed(&compose(workspace, tree, &Want::One(contact)), &mut |_| {
        found = true;
        Ok(())
    })?;
    Ok(found)
}

/// One segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its id.
    pub id: i64,
    /// Its name, unique in the workspace.
    pub name: String,
    /// Its tree, as JSON.
    pub tree: String,
    /// Goes up with every change.
    pub version: i64,
    /// When it last changed, ms since 1970.
    pub updated_at: i64,
}

fn read(r: &Row<'_>) -> Result<Segment> {
    Ok(Segment { id: r.get(0)?, name: r.get(1)?, tree: r.get(2)?, version: r.get(3)?, updated_at: r.get(4)? })
}

/// Every segment, by name.
pub fn all(tx: &mut Tx<'_>, workspace: i64) -> Result<Vec<Segment>> {
    let sql =
        sql!("SELECT id, name, tree, version, updated_at FROM segment WHERE workspace = $1 ORDER BY name");
    tx.rows(sql, &params![workspace], read)
}

/// One segment.
pub fn get(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Option<Segment>> {
    let sql =
        sql!("SELECT id, name, tree, version, updated_at FROM segment WHERE workspace = $1 AND id = $2");
    tx.one(sql, &params![workspace, id], read)
}

/// The segment of a name.
pub fn by_name(tx: &mut Tx<'_>, workspace: i64, name: &str) -> Result<Option<Segment>> {
    let sql =
        sql!("SELECT id, name, tree, version, updated_at FROM segment WHERE workspace = $1 AND name = $2");
    tx.one(sql, &params![workspace, name], read)
}

/// Makes a segment; `None` when the name is taken.
pub fn make(tx: &mut Tx<'_>, workspace: i64, name: &str, tree: &str) -> Result<Option<i64>> {
    let (id, now) = (tx.id(), tx.now());
    let made = tx.exec(
        sql!(
            "INSERT INTO segment (id, workspace, name, tree, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, 1, $5, $5) ON CONFLICT (workspace, name) DO NOTHING"
        ),
        &params![id, workspace, name, tree, now],
    )?;
    Ok((made > 0).then_some(id))
}

/// Writes a segment anew; `false` when there is none.
pub fn change(tx: &mut Tx<'_>, workspace: i64, id: i64, name: &str, tree: &str) -> Result<bool> {
    let now = tx.now();
    let sql = sql!(
        "UPDATE segment SET name = $3, tree = $4, version = version + 1, updated_at = $5
         WHERE workspace = $1 AND id = $2"
    );
    Ok(tx.exec(sql, &params![workspace, id, name, tree, now])? > 0)
}

/// Removes a segment; lists that were frozen from it stay. `false` when there was none.
pub fn remove(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<bool> {
    tx.exec(
        sql!("UPDATE list SET segment = 0 WHERE workspace = $1 AND segment = $2"),
        &params![workspace, id],
    )?;
    let sql = sql!("DELETE FROM segment WHERE workspace = $1 AND id = $2");
    Ok(tx.exec(sql, &params![workspace, id])? > 0)
}

/// The list that stands for a segment where a campaign is written to it, made where there is none.
pub fn list_of_segment(tx: &mut Tx<'_>, workspace: i64, segment: i64, name: &str) -> Result<i64> {
    let sql = sql!("SELECT id FROM list WHERE workspace = $1 AND segment = $2");
    if let Some(id) = tx.one(sql, &params![workspace, segment], |r| r.get(0))? {
        return Ok(id);
    }
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        sql!(
            "INSERT INTO list (id, workspace, name, size, created_at, segment) VALUES ($1, $2, $3, 0, $4, $5)"
        ),
        &params![id, workspace, name, now, segment],
    )?;
    Ok(id)
}

/// The segment that a list stands for; 0 is none.
pub fn of_list(tx: &mut Tx<'_>, workspace: i64, list: i64) -> Result<i64> {
    let sql = sql!("SELECT segment FROM list WHERE workspace = $1 AND id = $2");
    Ok(tx.one(sql, &params![workspace, list], |r| r.get(0))?.unwrap_or(0))
}

/// The members of a list between two contacts (behind the first, up to the second).
pub fn members_between(
    tx: &mut Tx<'_>,
    workspace: i64,
    list: i64,
    (after, upto): (i64, i64),
) -> Result<Vec<i64>> {
    tx.rows(
        sql!(
            "SELECT contact FROM list_member
             WHERE list = $2 AND workspace = $1 AND contact > $3 AND contact <= $4 ORDER BY contact"
        ),
        &params![workspace, list, after, upto],
        |r| r.get(0),
    )
}
