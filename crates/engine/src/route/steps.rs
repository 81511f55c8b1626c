//! What leads from one table to another: rules that are new, gone, changed or elsewhere. As few of them as there are.

use super::doc::Doc;

/// What happened to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stays: changed from what it was, where that is there, and moved from a place, where that is.
    Kept {
        /// How it was.
        was: Option<Box<Doc>>,
        /// Where it stood, from 1.
        from: Option<usize>,
    },
}

/// One rule that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it stands, from 1; of one that is gone where it stood.
    pub place: usize,
    /// The rule.
    pub rule: Doc,
    /// What happened to it.
    pub what: What,
}

/// The steps from one table to another, in the order of the new one; those that are gone at the end.
pub fn steps(old: &[Doc], new: &[Doc]) -> Vec<Step> {
    let stood: Vec<Option<usize>> = new.iter().map(|n| old.iter().position(|o| o.id == n.id)).collect();
    let stays = longest_rise(&stood);
    let mut out = Vec::new();
    for (n, rule) in new.iter().enumerate() {
        let what = match stood[n] {
            None => What::Added,
            Some(at) => {
                let was = (old[at] != *rule).then(|| Box::new(old[at].clone()));
                let from = (!stays.contains(&n)).then_some(at + 1);
                if was.is_none() && from.is_none() {
                    continue;
                }
                What::Kept { was, from }
            }
        };
        out.push(Step { place: n + 1, rule: rule.clone(), what });
    }
    let gone = old.iter().enumerate().filter(|(_, o)| !new.iter().any(|n| n.id == o.id));
    out.extend(gone.map(|(n, o)| Step { place: n + 1, rule: o.clone(), what: What::Removed }));
    out
}

/// The places of a longest rising run: whoever is in it did not move. Tables are short, so squared time is nothing.
fn longest_rise(all: &[Option<usize>]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(all.len());
    for (n, value) in all.iter().enumerate() {
        let before = (0..n).filter(|m| value.is_some() && all[*m].is_some() && all[*m] < *value);
        let before = before.max_by_key(|m| best[*m].0);
        let length = usize::from(value.is_some()) + before.map_or(0, |m| best[m].0);
        best.push((length, before));
    }
    let mut at = (0..all.len()).filter(|n| all[*n].is_some()).max_by_key(|n| best[*n].0);
    let mut out = Vec::new();
    while let Some(n) = at {
        out.push(n);
        at = best[n].1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str, name: &str) -> Doc {
        Doc { id: id.into(), name: name.into(), ..Doc::default() }
    }

    fn said(old: &[Doc], new: &[Doc]) -> Vec<String> {
        let word = |step: Step| match step.what {
            What::Added => format!("+{}@{}", step.rule.id, step.place),
            What::Removed => format!("-{}@{}", step.rule.id, step.place),
            What::Kept { was, from } => {
                let changed = if was.is_some() { "~" } else { "" };
                format!(
                    "{changed}{}@{}{}",
                    step.rule.id,
                    from.map_or(String::new(), |n| format!("{n}>")),
                    step.place
                )
            }
        };
        steps(old, new).into_iter().map(word).collect()
    }

    #[test]
    fn what_differs_is_said_once() {
        let old = [rule("1", "a"), rule("2", "b"), rule("3", "c")];
        let none: [&str; 0] = [];
        assert_eq!(said(&old, &old), none);
        assert_eq!(said(&old, &[rule("2", "b"), rule("1", "a"), rule("3", "c")]).len(), 1);
        assert_eq!(said(&old, &[rule("3", "c"), rule("1", "a"), rule("2", "b")]), ["3@3>1"]);
        assert_eq!(said(&old, &[rule("1", "a"), rule("3", "c")]), ["-2@2"]);
        assert_eq!(said(&old, &[rule("1", "a"), rule("4", "d"), rule("2", "b"), rule("3", "c")]), ["+4@2"]);
        assert_eq!(said(&old, &[rule("1", "z"), rule("2", "b"), rule("3", "c")]), ["~1@1"]);
        assert_eq!(said(&old, &[rule("3", "z"), rule("1", "a"), rule("2", "b")]), ["~3@3>1"]);
        assert_eq!(said(&[], &old).len(), 3);
        assert_eq!(said(&old, &[]), ["-1@1", "-2@2", "-3@3"]);
    }
}
