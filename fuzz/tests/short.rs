//! A short run of every target, from one seed: the same cases on every machine. Longer: `cargo run --release -p fuzz`.

/// Printed with every failure; another one is another set of cases.
const SEED: u64 = 20_261_122;

macro_rules! short {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            let named = stringify!($name).trim_end_matches('_');
            let target = fuzz::targets::ALL.iter().find(|t| t.name == named).expect("a target of this name");
            match fuzz::run(target, SEED, |n| n < target.cases) {
                // A target that tells nothing apart would look at the same thing again and again.
                Ok(told) => assert!(told.marks >= 10 && told.kept > 1, "{told:?}"),
                Err(failure) => panic!("{failure}"),
            }
        })*

        #[test]
        fn no_target_is_left_out() {
            let here = [$(stringify!($name).trim_end_matches('_')),*];
            let all: Vec<&str> = fuzz::targets::ALL.iter().map(|t| t.name).collect();
            assert_eq!(here.as_slice(), all);
        }
    };
}

short!(smpp, session, rusmpp, ucp, cimd2, at, tpdu, udh, receipt, text, trace, webhook, file, workbook);
