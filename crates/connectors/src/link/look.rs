//! Who looks at the wire of a link: the tap begins and ends with them.

use super::Link;
use crate::tap::Tap;

impl Link<'_> {
    /// Begins, changes or ends the tap as people look or cease to; where nobody does and nothing changed, one number is
    /// compared.
    pub(super) fn look(&mut self) {
        let looks = self.board.looks();
        if self.tap.is_none() && looks == self.looks {
            return;
        }
        let now = self.db.now_ms();
        if looks != self.looks {
            self.looks = looks;
            let (watches, dialect) = (self.board.watches(), self.session.dialect());
            match (watches, dialect, &mut self.tap) {
                (Some(watches), _, Some(tap)) => tap.look(watches),
                (Some(watches), Some(dialect), None) => {
                    self.tap = Some(Box::new(Tap::new(dialect, self.taker, watches, now)));
                }
                _ => {}
            }
            if self.board.watches().is_none() {
                self.untap(now);
            }
        }
        if let Some(tap) = &mut self.tap {
            tap.flush(self.db, now, false);
            if !tap.is_watched(now) {
                self.untap(now);
            }
        }
    }

    pub(super) fn untap(&mut self, now: i64) {
        if let Some(mut tap) = self.tap.take() {
            tap.flush(self.db, now, true);
        }
    }
}
