//! Every page with lifelike data, in every language, light and dark.
//!
//! The pages are checked as strings here; with `SENDWORD_LOOK=DIR` they are also written to DIR together with
//! the assets, so that a browser can look at them (`tests/look/shoot.sh`).

mod campaigns;
mod delivery;
mod frame;
mod people;
mod proof;
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
    all.extend(delivery::pages(look));
    all.extend(routes::pages(look));
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
                    || form.contains("action=\"/u/");
                if form.contains("method=\"post\"") && !open_to_all {
                    assert!(form.contains("name=\"csrf\""), "{place}: a form without its guard: {form:.200}");
                }
            }
            for url in page.split("\"/assets/").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
                assert!(assets::all().any(|(file, _)| file == url), "{place} asks for {url}");
            }
        }
    }
}

#[test]
fn no_page_says_a_key_instead_of_its_words() {
    for language in languages() {
        for (name, page) in pages(&Look::new(language)) {
            for key in languages()[0].keys().iter().filter(|key| key.contains('-')) {
                for shown in [format!(">{key}<"), format!("\"{key}\"")] {
                    // Some keys are also names of the wire or of elements.
                    let allowed = ["field-drop", "file-drop"].contains(&key.as_str());
                    assert!(allowed || !page.contains(&shown), "{}/{name} says {key}", language.code);
                }
            }
        }
    }
}

#[test]
fn the_public_page_is_light_and_has_no_script() {
    for language in languages() {
        let page =
            pages(&Look::new(language)).into_iter().find(|(name, _)| *name == "unsubscribe").unwrap().1;
        let css = assets::all().find(|(name, _)| name.starts_with("public.")).unwrap().1;
        assert!(page.len() + css.len() <= 15 * 1024, "{} bytes", page.len() + css.len());
        assert!(!page.contains("<script"));
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
