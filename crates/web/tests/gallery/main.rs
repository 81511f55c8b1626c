//! Every page with lifelike data, in every language, light and dark.
//!
//! The pages are checked as strings here; with `SENDWORD_LOOK=DIR` they are also written to DIR together with
//! the assets, so that a browser can look at them (`tests/look/shoot.sh`).

mod campaigns;
mod collect;
mod connections;
mod delivery;
mod frame;
mod people;
mod proof;
mod public;
mod routes;

use std::collections::BTreeSet;
use std::path::Path;

use frame::Look;
use web::assets;
use web::words::languages;

/// Every page by its file name.
fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    all.extend(frame::pages(look));
    all.extend(people::pages(look));
    all.extend(proof::pages(look));
    all.extend(campaigns::pages(look));
    all.extend(connections::pages(look));
    all.extend(delivery::pages(look));
    all.extend(collect::pages(look));
    all.extend(routes::pages(look));
    all.extend(public::pages(look));
    all
}

fn count(page: &str, what: &str) -> usize {
    page.matches(what).count()
}

#[test]
fn every_page_is_sound_in_every_language() {
    for language in languages() {
        for (name, page) in pages(&Look::new(language)) {
            let place = format!("{}/{name}", language.code);
            assert_eq!(count(&page, "<h1"), 1, "{place} has one heading that says the answer");
            assert_eq!(count(&page, "<main"), 1, "{place}");
            for forbidden in [" style=", "<style", "javascript:", " onclick", "⟦", "\u{e000}"] {
                assert!(!page.contains(forbidden), "{place} contains {forbidden}");
            }
            for script in page.split("<script").skip(1) {
                let outside = [" type=\"module\" src=\"/assets/", " defer src=\"/assets/"];
                assert!(outside.iter().any(|o| script.starts_with(o)), "{place} has an inline script");
            }
            let mut ids = BTreeSet::new();
            for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(ids.insert(id.to_owned()), "{place} has two {id}");
            }
            for form in page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()) {
                let open_to_all = form.contains("action=\"/login\"")
                    || form.contains("action=\"/first-run\"")
                    || form.contains("action=\"/u/")
                    // It carries a code that holds once and changes nothing.
                    || form.contains("action=\"/who/code");
                // Who signs up has no session: what they send carries the nonce of the page they saw.
                let public =
                    ["/f/", "/c/", "/p/", "/who?"].iter().any(|p| form.contains(&format!("action=\"{p}")));
                if public {
                    assert!(
                        form.contains("name=\"nonce\""),
                        "{place}: a form without its nonce: {form:.200}"
                    );
                } else if form.contains("method=\"post\"") && !open_to_all {
                    assert!(form.contains("name=\"csrf\""), "{place}: a form without its guard: {form:.200}");
                }
            }
            for url in page.split("\"/assets/").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
                assert!(assets::all().any(|(file, _)| file == url), "{place} asks for {url}");
            }
        }
    }
}

/// A search puts new rows over the old: without ids a tick would go over to whoever stands there now.
#[test]
fn a_tick_stays_with_its_person() {
    let look = Look::new(&languages()[0]);
    let (_, page) = people::pages(&look).into_iter().find(|(name, _)| *name == "contacts").unwrap();
    let ids: Vec<&str> =
        page.split("name=\"who\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), 6);
    for id in ids {
        let (row, tick) = (format!("<tr id=\"{id}\">"), format!(" id=\"who-{id}\""));
        assert!(page.contains(&row) && page.contains(&tick), "{id}: a row and its box are told apart by ids");
    }
}

#[test]
fn no_page_says_a_key_instead_of_its_words() {
    let keys = languages()[0].keys();
    for language in languages() {
        for (name, page) in pages(&Look::new(language)) {
            // Whatever stands alone between two tags or between two quotation marks.
            let texts = page.split('>').skip(1).filter_map(|rest| Some(rest.split_once('<')?.0));
            let quoted = page.split('"').skip(1);
            for said in texts.chain(quoted).filter(|said| said.contains('-')) {
                // Some keys are also names of the wire or of elements.
                let allowed = ["field-drop", "file-drop"].contains(&said);
                assert!(allowed || !keys.contains(said), "{}/{name} says {said}", language.code);
            }
        }
    }
}

#[test]
fn the_public_pages_are_light_and_have_no_script() {
    for language in languages() {
        let look = Look::new(language);
        let mut public = public::pages(&look);
        public.extend(pages(&look).into_iter().filter(|(name, _)| name.starts_with("unsubscribe")));
        let css = assets::all().find(|(name, _)| name.starts_with("public.")).unwrap().1;
        for (name, page) in public {
            assert!(page.len() + css.len() <= 15 * 1024, "{name}: {} bytes", page.len() + css.len());
            assert!(!page.contains("<script"), "{name}");
        }
    }
}

#[test]
fn the_pages_can_be_looked_at() {
    let Ok(dir) = std::env::var("SENDWORD_LOOK") else { return };
    let dir = Path::new(&dir);
    std::fs::create_dir_all(dir.join("assets")).unwrap();
    for (name, bytes) in assets::all() {
        std::fs::write(dir.join("assets").join(name), bytes).unwrap();
    }
    for language in languages() {
        let folder = dir.join(&language.code);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, page) in pages(&Look::new(language)) {
            std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
        }
    }
}
