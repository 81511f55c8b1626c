//! The one way this crate declares a closed list: an enum, its names, its numbers, and `ALL`.

/// Declares an enum whose variants have a stable name (JSON, pages, logs) and a stable number (store).
///
/// Gives `ALL`, `name()`, `number()`, `from_number()`, `FromStr`, `Display` and serde by name.
macro_rules! closed_list {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant = $number),+ }

        impl $name {
            /// Every entry, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The name as it appears in JSON, logs and on the command line.
            pub const fn name(self) -> &'static str { match self { $($name::$variant => $text),+ } }
            /// The number as it is stored; never reused.
            pub const fn number(self) -> i64 { self as i64 }
            /// The entry of a stored number.
            pub const fn from_number(n: i64) -> Option<Self> { match n { $($number => Some($name::$variant),)+ _ => None } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) }
        }
        impl std::str::FromStr for $name {
            type Err = crate::id::UnknownWord;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|x| x.name().eq_ignore_ascii_case(s)).ok_or_else(|| crate::id::UnknownWord(s.into()))
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.name()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let s = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                s.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use closed_list;
