//! Which packs there are for texts that come in. Every pack reads the words of all languages: a refusal counts in
//! whatever language it is written, so packs differ in nothing here yet but their names.

/// Names of the packs a text can be tried against: countries, their union, and what holds where no other pack does.
pub const PACKS: &[&str] = &["all", "default", "es", "eu-base", "hu", "il", "ru", "ua", "us"];

/// The pack of a name, however it is written.
pub fn pack(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    PACKS.iter().copied().find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn a_pack_is_known_or_it_is_not() {
        assert_eq!((pack("IL"), pack(" us ")), (Some("il"), Some("us")));
        assert_eq!((pack("atlantis"), pack("")), (None, None));
    }
}
