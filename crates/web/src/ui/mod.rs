//! The components pages are built from: icons, state pills, people's text, numbers.
//!
//! A component knows markup and words, never data of the store. State is always colour, icon and word together.

use maud::{Markup, html};

use crate::assets;
use crate::words::Words;

pub mod blocks;
pub mod charts;
pub mod form;
pub mod state;
pub mod table;

/// An icon of the sprite, hidden from those who listen: the word beside it says the same.
pub fn icon(name: &str) -> Markup {
    icon_as("i", name)
}

/// A small icon.
pub fn icon_s(name: &str) -> Markup {
    icon_as("i s", name)
}

/// An icon that points along the line and turns with the direction of the page.
pub fn icon_flip(name: &str) -> Markup {
    icon_as("i flip", name)
}

/// An icon with its own classes.
pub fn icon_as(class: &str, name: &str) -> Markup {
    html! {
        svg class=(class) aria-hidden="true" { use href={ (assets::url("icons.svg")) "#" (name) } {} }
    }
}

/// The mark of the product.
pub fn mark() -> Markup {
    html! {
        svg viewBox="0 0 28 28" aria-hidden="true" {
            path d="M5 3h18a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H12.5L6 25.8V21H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z" fill="var(--accent)" {}
            path d="M8 12.2h7.5M8 16h4" stroke="var(--accent-ink)" stroke-width="2" stroke-linecap="round" {}
            circle cx="20" cy="12.2" r="1.6" fill="var(--accent-ink)" {}
        }
    }
}

/// Text a person wrote, with its own direction, inside a line of ours.
pub fn user_text(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A figure, a phone number, an id: left to right wherever it stands.
pub fn number(text: &str) -> Markup {
    html! { bdi dir="ltr" class="n" { (text) } }
}

/// A count in the figures of the language.
pub fn count(w: &Words, n: i64) -> Markup {
    number(&w.n(n))
}

/// An id or a piece of code.
pub fn code(text: &str) -> Markup {
    html! { bdi dir="ltr" class="mono" { (text) } }
}

/// A person's initials, or a figure where there is no name.
pub fn avatar(name: &str, class: &str) -> Markup {
    let initials = initials(name);
    html! {
        span class={ "avatar " (class) } aria-hidden="true" {
            @if initials.is_empty() { (icon("user")) } @else { (initials) }
        }
    }
}

/// The first letters of the first two words; nothing for a bare number.
pub fn initials(name: &str) -> String {
    let words =
        name.split([' ', '-', '\u{5be}']).filter(|word| word.chars().next().is_some_and(char::is_alphabetic));
    words.take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// Who somebody is: the name where there is one, else the number.
pub fn who(name: &str, phone: &str) -> Markup {
    if name.is_empty() { number(phone) } else { user_text(name) }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_letters_of_any_script_and_never_digits() {
        assert_eq!(initials("Dana Levi"), "DL");
        assert_eq!(initials("נועה בן־ארי"), "נב");
        assert_eq!(initials("иван петров"), "ИП");
        assert_eq!(initials("+44 7700 900118"), "");
    }
}
