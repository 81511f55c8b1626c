//! People who do not exist, so that there is somebody to try a campaign on: simulator numbers only, which no live
//! route takes. Made once, in a workspace that is new; never beside real people.

use store::Tx;

use crate::audience::{self, Claim, New};
use crate::consent::{self, Method, Refuse};
use crate::{Ctx, Error, Result};
use std::collections::BTreeMap;
use store::suppression::Scope;

/// The list they are in.
pub const LIST: &str = "Demo list";
/// How many there are, the three with a phone on the screen included.
pub const PEOPLE: usize = 195;
/// How many of them have left.
pub const LEFT: usize = 6;

/// Those whose phones stand on the simulator page.
const PHONES: &[(&str, &str, &str)] =
    &[("+9995550100", "נועה", "לוי"), ("+9995550201", "Иван", "Петров"), ("+9995550305", "Lucía", "García")];
const FIRST: &[&str] = &[
    "מיכל",
    "דוד",
    "יעל",
    "אורי",
    "תמר",
    "Анна",
    "Олег",
    "Марина",
    "Оксана",
    "Тарас",
    "Zsófia",
    "Ákos",
    "Réka",
    "Bence",
    "Sofía",
    "Mateo",
    "Valentina",
    "Diego",
    "Emily",
    "James",
    "Olivia",
    "Noah",
];
const LAST: &[&str] = &[
    "כהן",
    "מזרחי",
    "פרץ",
    "ביטון",
    "Смирнова",
    "Волков",
    "Шевченко",
    "Бойко",
    "Kovács",
    "Nagy",
    "Szabó",
    "González",
    "Fernández",
    "Silva",
    "Brown",
    "Walker",
    "Hughes",
];
const CITIES: &[&str] = &["חיפה", "Тверь", "Львів", "Szeged", "Córdoba", "Leeds", "Salto"];

/// Makes them, with their list, their permissions and the refusals of a few.
///
/// # Errors
/// When it may not be asked, or the workspace reaches real phones.
pub fn sample(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    if !ctx.test {
        return Err(Error::Conflict("not_in_test_mode"));
    }
    let list = audience::list_create(tx, ctx, LIST)?;
    for (number, first_name, last_name) in PHONES {
        add(tx, ctx, list, number, (first_name, last_name), CITIES[0])?;
    }
    let others = PEOPLE - PHONES.len();
    for n in 0..others {
        let number = format!("+999556{:04}", n + 1);
        let name = (FIRST[n % FIRST.len()], LAST[n % LAST.len()]);
        add(tx, ctx, list, &number, name, CITIES[n % CITIES.len()])?;
        // A few all along the list, none of them at its head.
        if n % (others / LEFT) == 7 {
            let refusal = Refuse {
                number,
                scope: Scope::Marketing,
                method: Method::Keyword,
                evidence: "made with the sample people".into(),
            };
            consent::refuse(tx, ctx, &refusal)?;
        }
    }
    Ok(())
}

fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    list: i64,
    number: &str,
    (first_name, last_name): (&str, &str),
    city: &str,
) -> Result<()> {
    let new = New {
        number: number.into(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        fields: BTreeMap::from([("city".to_owned(), city.to_owned())]),
        lists: vec![list],
        consent: Some(Claim { source: "Sample people: nobody was asked, nobody exists".into(), at: None }),
    };
    audience::add_contact(tx, ctx, &new).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{self, FirstRun};
    use crate::campaign::{self, Draft};
    use crate::{Actor, Permission};
    use store::{Clock, Db, Options};

    #[test]
    fn a_campaign_to_them_goes_to_all_but_those_who_left() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), url: None, clock: Clock::default() };
        let db = Db::open(&options).unwrap();
        let first = FirstRun {
            email: "a@b.cd".into(),
            name: String::new(),
            password: access::hash_password("a@b.cd", "correct horse battery").unwrap(),
            workspace: "Shop".into(),
            country: "IL".into(),
            language: String::new(),
            zone: String::new(),
        };
        let audience = db.write_blocking("demo", move |tx| {
            let made = access::first_run(tx, &first)?;
            let ctx = |test| Ctx::new(made.workspace, Actor::Person(made.person), test, Permission::ALL);
            assert_eq!(sample(tx, &ctx(false)), Err(Error::Conflict("not_in_test_mode")));
            sample(tx, &ctx(true))?;
            let list = audience::lists(tx, &ctx(true))?.remove(0);
            assert_eq!((list.name.as_str(), list.size), (LIST, PEOPLE as i64));
            let draft = Draft {
                name: "Spring".into(),
                text: "Hello {{first_name}}".into(),
                sender: None,
                class: None,
                topic: None,
                list: Some(list.row),
                due: None,
            };
            let id = campaign::create(tx, &ctx(true), &draft)?;
            campaign::audience(tx, &ctx(true), id)
        });
        let audience = audience.unwrap();
        assert_eq!((audience.total, audience.will_send), (PEOPLE as i64, (PEOPLE - LEFT) as i64));
    }
}
