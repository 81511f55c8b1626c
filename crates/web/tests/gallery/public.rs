//! What recipients see who sign up: the form, what it answers, the number's own yes, what a person wishes.

use engine::collect::confirm::{self, Stage};
use engine::collect::fill::{Open, Question};
use engine::collect::wishes::{self, Often};
use web::pages::signup::{self, Typed};

use super::frame::Look;

fn open_form(look: &Look) -> Open {
    let question = |name: &str, kind, label: String, required, choices: Vec<String>| Question {
        name: name.into(),
        kind,
        label,
        required,
        choices,
    };
    let towns = vec![look.say("Bristol", "חיפה"), look.say("Bath", "עכו")];
    Open {
        slug: "k7m2p9xa".into(),
        business: look.shop(),
        language: look.w.language.code.clone(),
        languages: ["en", "he", "ru"].map(str::to_owned).to_vec(),
        version: 3,
        title: look.say("Be the first to hear", "לשמוע ראשונים"),
        intro: look.say("New shoes and sales, twice a month.", "נעליים חדשות ומבצעים, פעמיים בחודש."),
        wording: look.say(
            "I agree to get offers of Tern & Tiller by SMS. I can stop at any time.",
            "אני מסכימה לקבל מבצעים של נעלי רבקה במסרון. אפשר להפסיק בכל עת.",
        ),
        fields: vec![
            question("first_name", "text", look.say("First name", "שם פרטי"), true, Vec::new()),
            question("email", "email", look.say("E-mail", "דואר אלקטרוני"), false, Vec::new()),
            question("city", "choice", look.say("Shop", "סניף"), false, towns),
        ],
        topics: vec![
            ("sales".into(), look.say("Sales", "מבצעים")),
            ("new".into(), look.say("New shoes", "נעליים חדשות")),
        ],
        country: look.say("GB", "IL"),
        nonce: "1794917640.5f2a91c0".into(),
        page: "https://sms.example.com/f/k7m2p9xa".into(),
        asks: true,
        sites: Vec::new(),
    }
}

fn asked(look: &Look, stage: Stage) -> String {
    let over = stage == Stage::Over;
    let view = confirm::View {
        business: look.shop(),
        number: if over {
            String::new()
        } else {
            look.say("+44 •••• ••• 118", "050-•••-••18")
        },
        language: look.w.language.code.clone(),
        wording: if over { String::new() } else { open_form(look).wording },
        stage,
        nonce: "1794917640.5f2a91c0".into(),
    };
    signup::confirm(&look.w, &view, "/c/k7m2p9xaq3w5").into_string()
}

fn wished(look: &Look, stopped: bool, saved: Option<bool>) -> String {
    let topics = open_form(look).topics.into_iter().map(|(name, title)| (name, title, !stopped)).collect();
    let view = wishes::View {
        business: look.shop(),
        number: look.say("+44 •••• ••• 118", "050-•••-••18"),
        language: look.w.language.code.clone(),
        topics,
        often: Often::Week,
        stopped,
        nonce: "1794917640.5f2a91c0".into(),
    };
    signup::wishes(&look.w, &view, "k7m2p9xaq3w5", saved).into_string()
}

pub(crate) fn pages(look: &Look) -> Vec<(&'static str, String)> {
    let w = &look.w;
    let wrong = Typed {
        number: "12".into(),
        faults: Some(vec![
            ("first_name".into(), "required"),
            ("number".into(), "not_a_number"),
            ("topics".into(), "topics"),
            ("agreed".into(), "required"),
        ]),
        ..Typed::default()
    };
    let open = open_form(look);
    let says =
        |title: &str, text: &str| signup::says(w, &open.business, &w.t(title), &w.t(text)).into_string();
    vec![
        ("form", signup::form(w, &open, &Typed::default()).into_string()),
        ("form-wrong", signup::form(w, &open, &wrong).into_string()),
        ("form-thanks", says("pub-thanks", "pub-thanks-says")),
        ("form-later", says("pub-later", "pub-later-says")),
        ("form-gone", signup::says(w, "", &w.t("pub-gone"), &w.t("pub-gone-says")).into_string()),
        ("confirm", asked(look, Stage::Ask)),
        ("confirm-done", asked(look, Stage::Done)),
        ("confirm-over", asked(look, Stage::Over)),
        ("wishes", wished(look, false, None)),
        ("wishes-saved", wished(look, false, Some(true))),
        ("wishes-stopped", wished(look, true, Some(false))),
    ]
}
