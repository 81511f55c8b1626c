//! What is asked of an import, the same at the API and on the command line: how a file is read and by which rules.
//!
//! A file is looked at before anything is written; one that is refused leaves nothing behind.

use crate::page;
use crate::problem::{Answer, Problem};
use axum::http::{StatusCode, Uri};
use engine::import::{Existing, Plan, Refused, Rules, Source, Target};
use std::path::Path;

const TARGETS: &[(&str, Target)] = &[
    ("phone", Target::Phone),
    ("first_name", Target::FirstName),
    ("last_name", Target::LastName),
    ("name", Target::FullName),
    ("email", Target::Email),
    ("consent", Target::Consent),
    ("consent_date", Target::ConsentDate),
    ("skip", Target::Skip),
];
const EXISTING: &[(&str, Existing)] =
    &[("fill", Existing::Fill), ("overwrite", Existing::Overwrite), ("skip", Existing::Skip)];

/// What is asked of an import.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The file's own name.
    pub name: String,
    /// The list to fill: its id, or its name, and then it is made where it is not there.
    pub list: Option<String>,
    /// The country national numbers are read by; the workspace's where nothing is said.
    pub country: Option<String>,
    /// What a column is: target and header, or number from 1.
    pub map: Vec<(String, String)>,
    /// Where these people agreed.
    pub consent_source: Option<String>,
    /// On which day.
    pub consent_date: Option<String>,
    /// What happens to people who are there: `fill`, `overwrite`, `skip`.
    pub existing: Option<String>,
}

impl Asked {
    /// Out of a query.
    pub(crate) fn of(uri: &Uri) -> Answer<Asked> {
        let mut asked = Asked::default();
        for (name, value) in page::pairs(uri) {
            let slot = match name.as_str() {
                "name" => {
                    asked.name = value;
                    continue;
                }
                "dry_run" => continue,
                "list" => &mut asked.list,
                "country" => &mut asked.country,
                "consent_source" => &mut asked.consent_source,
                "consent_date" => &mut asked.consent_date,
                "existing" => &mut asked.existing,
                other => {
                    let Some(target) = other.strip_prefix("map.") else {
                        let detail = format!("there is no parameter '{other}'");
                        return Err(Problem::input(other, "unknown_field", detail));
                    };
                    asked.map.push((target.to_owned(), value));
                    continue;
                }
            };
            *slot = Some(value);
        }
        if asked.name.is_empty() {
            asked.name = "upload".into();
        }
        Ok(asked)
    }

    /// As the pairs of a query, unescaped.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut all = vec![("name".to_owned(), self.name.clone())];
        let fixed = [
            ("list", &self.list),
            ("country", &self.country),
            ("consent_source", &self.consent_source),
            ("consent_date", &self.consent_date),
            ("existing", &self.existing),
        ];
        all.extend(fixed.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))));
        all.extend(self.map.iter().map(|(target, column)| (format!("map.{target}"), column.clone())));
        all
    }

    /// By which rules the rows are written.
    ///
    /// # Errors
    /// When a word is none of those that are known.
    pub fn rules(&self) -> Result<Rules, Problem> {
        let existing = match self.existing.as_deref() {
            None => Existing::default(),
            Some(word) => {
                EXISTING.iter().find(|(name, _)| *name == word).map(|(_, e)| *e).ok_or_else(|| {
                    let detail = format!("existing: '{word}' is none of fill, overwrite, skip");
                    Problem::input("existing", "invalid", detail)
                })?
            }
        };
        let id = self.list.as_deref().and_then(|l| sms::id::parse(sms::id::kind::LIST, l));
        Ok(Rules {
            list: id,
            list_name: self.list.clone().filter(|_| id.is_none()),
            consent_source: self.consent_source.clone(),
            consent_date: self.consent_date.clone(),
            existing,
        })
    }

    /// Looks at a file and makes up how it is read.
    ///
    /// # Errors
    /// When the file is none that can be imported, or a column is named that it does not have.
    pub fn look(&self, file: &Path, home: &str) -> Result<(Source, Plan), Problem> {
        let country = self.country.as_deref().unwrap_or(home);
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_alphabetic()) {
            let detail = "country: must be the two letters of a country, as IL";
            return Err(Problem::input("country", "invalid", detail));
        }
        let source = Source::open(file).map_err(|r| refused(&r))?;
        let mut plan = source.plan(country).map_err(|r| refused(&r))?;
        self.map_onto(&mut plan)?;
        if plan.phone_columns().next().is_none() {
            return Err(refused(&Refused::NoPhoneColumn));
        }
        Ok((source, plan))
    }

    fn map_onto(&self, plan: &mut Plan) -> Answer<()> {
        // Whoever names the columns of numbers means these and no others.
        if self.map.iter().any(|(target, _)| target == "phone") {
            let guessed: Vec<usize> = plan.phone_columns().map(|c| c.index).collect();
            guessed.into_iter().for_each(|at| plan.set(at, Target::Skip));
        }
        for (word, column) in &self.map {
            let target = TARGETS.iter().find(|(name, _)| name == word).map(|(_, t)| t.clone());
            let target = target.unwrap_or_else(|| Target::Field(word.clone()));
            if matches!(target, Target::Field(_)) && !is_field_name(word) {
                let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
                let detail = format!("'{word}' is none of {}, nor a field's name", known.join(", "));
                return Err(Problem::input("map", "bad_name", detail)
                    .fix("a field's name is made of letters, digits and _, and begins with no digit"));
            }
            let at = plan.column_named(column).ok_or_else(|| {
                let heads: Vec<String> = plan.columns.iter().map(|c| format!("'{}'", c.header)).collect();
                let detail = format!("map.{word}: there is no one column '{column}'");
                let fix = format!("name one of {}, or count them from 1", heads.join(", "));
                Problem::input(&format!("map.{word}"), "no_such_column", detail).fix(fix)
            })?;
            plan.set(at, target);
        }
        Ok(())
    }
}

fn is_field_name(word: &str) -> bool {
    let first = word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && word.chars().count() <= 60 && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A file that is not read, as a problem: what it is first, what to do about it after.
pub(crate) fn refused(refused: &Refused) -> Problem {
    let sentence = refused.to_string();
    let (what, fix) = match sentence.split_once(". ") {
        Some((what, fix)) => (format!("{what}."), fix.to_owned()),
        None => (sentence, "choose an XLSX, CSV or TXT file with one person a row".to_owned()),
    };
    let fix = match refused {
        Refused::NoPhoneColumn => "name it: map.phone=COLUMN (--map phone=COLUMN on the command line)".into(),
        _ => fix,
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refused.code(), what).param("file").fix(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back() {
        let asked = Asked {
            name: "people.csv".into(),
            list: Some("Spring".into()),
            map: vec![("phone".into(), "Tel".into()), ("phone".into(), "Mobile".into())],
            ..Asked::default()
        };
        let query: Vec<String> = asked.pairs().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let uri: Uri = format!("/v1/imports?{}&dry_run=true", query.join("&")).parse().unwrap();
        let read = Asked::of(&uri).unwrap();
        assert_eq!((read.pairs(), read.list), (asked.pairs(), asked.list));
        let wrong: Uri = "/v1/imports?lst=x".parse().unwrap();
        assert_eq!(Asked::of(&wrong).unwrap_err().item().param.as_deref(), Some("lst"));
    }

    #[test]
    fn named_columns_replace_the_guessed_ones() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f.csv");
        std::fs::write(&file, "Tel,Mobile\n0502345678,0529876543\n0502345679,0529876544\n").unwrap();
        let asked = Asked { map: vec![("phone".into(), "mobile".into())], ..Asked::default() };
        let (_, plan) = asked.look(&file, "IL").unwrap();
        assert_eq!(plan.phone_columns().map(|c| c.index).collect::<Vec<_>>(), [1]);
        let wrong = Asked { map: vec![("phone".into(), "Fax".into())], ..Asked::default() };
        assert_eq!(wrong.look(&file, "IL").map(drop).unwrap_err().item().code, "no_such_column");
        std::fs::write(&file, b"%PDF-1.7\n...").unwrap();
        let problem = Asked::default().look(&file, "IL").map(drop).unwrap_err().to_json();
        assert_eq!((&problem["code"], &problem["status"]), (&"file_pdf".into(), &422.into()));
        assert_eq!(problem["fix"], "Export the list as XLSX or CSV.");
    }
}
