//! Named moments at which a test has the program die as `kill -9` would: at once, with nothing flushed or undone.
//!
//! `SENDWORD_FAILPOINT=NAME:N:MS` names one moment, which time it is reached, and how long the thread that reached it
//! stands still before the end: whatever was said too soon has left by then. Without the feature `failpoints`, which
//! only tests of the finished binary ask for, every function here is empty and nothing is read from the environment.

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    /// The one moment that is waited for.
    struct Point {
        name: String,
        left: AtomicI64,
        pause: Duration,
    }

    fn point() -> Option<&'static Point> {
        static POINT: OnceLock<Option<Point>> = OnceLock::new();
        let read = || {
            let text = std::env::var("SENDWORD_FAILPOINT").ok()?;
            let mut words = text.split(':');
            let name = words.next()?.to_owned();
            let left = AtomicI64::new(words.next().and_then(|n| n.parse().ok()).unwrap_or(1));
            let pause = Duration::from_millis(words.next().and_then(|ms| ms.parse().ok()).unwrap_or(0));
            Some(Point { name, left, pause })
        };
        POINT.get_or_init(read).as_ref()
    }

    pub(super) fn turn(is: impl Fn(&str) -> bool) -> bool {
        let Some(point) = point() else { return false };
        is(&point.name) && point.left.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub(super) fn die() -> ! {
        std::thread::sleep(point().map(|p| p.pause).unwrap_or_default());
        let us = rustix::process::getpid();
        let _ = rustix::process::kill_process(us, rustix::process::Signal::KILL);
        std::process::abort() // the signal is faster
    }
}

/// Whether this moment is the one, and this time the time. Whoever asks then calls [`die`].
#[inline(always)]
pub fn turn(name: &str) -> bool {
    #[cfg(feature = "failpoints")]
    return armed::turn(|point| point == name);
    #[cfg(not(feature = "failpoints"))]
    {
        let _ = name;
        false
    }
}

/// Dies when this moment is the one.
#[inline(always)]
pub fn here(name: &str) {
    if turn(name) {
        die();
    }
}

/// The end, without a word.
#[inline(always)]
pub fn die() -> ! {
    #[cfg(feature = "failpoints")]
    armed::die();
    #[cfg(not(feature = "failpoints"))]
    std::process::abort()
}

/// Every closure of the store has two moments: `NAME.before_commit` and `NAME.after_commit`. A batch reaches each once.
#[inline(always)]
pub(crate) fn commit<'a>(side: &str, names: impl Fn() -> Box<dyn Iterator<Item = &'a str> + 'a>) {
    #[cfg(feature = "failpoints")]
    {
        let meant = |point: &str| {
            let closure = point.strip_suffix(side).and_then(|rest| rest.strip_suffix('.'));
            closure.is_some_and(|closure| names().any(|name| name == closure))
        };
        if armed::turn(meant) {
            armed::die();
        }
    }
    #[cfg(not(feature = "failpoints"))]
    let _ = (side, names);
}
