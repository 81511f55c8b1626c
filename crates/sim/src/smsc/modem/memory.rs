//! The card's memory for messages: places from 1, each with its PDU.

use tokio::sync::oneshot;
use wire::smpp::Status;

/// What stands in a place.
#[derive(Debug)]
pub(super) struct Stored {
    /// 0 unread, 1 read, 2 unsent, 3 sent.
    pub(super) status: u8,
    /// As the modem shows it, in hexadecimal digits.
    pub(super) digits: String,
    /// The length it tells: without the service centre.
    pub(super) length: usize,
    /// Tells the phone that its message was taken, when it is deleted here.
    pub(super) taken: Option<oneshot::Sender<Status>>,
}

#[derive(Debug)]
pub(super) struct Memory {
    places: Vec<Option<Stored>>,
}

impl Memory {
    pub(super) fn new(size: usize) -> Memory {
        Memory { places: (0..size).map(|_| None).collect() }
    }

    pub(super) fn size(&self) -> usize {
        self.places.len()
    }

    pub(super) fn used(&self) -> usize {
        self.places.iter().flatten().count()
    }

    pub(super) fn has_room(&self) -> bool {
        self.used() < self.size()
    }

    /// Stores in the first free place; the place.
    pub(super) fn put(&mut self, stored: Stored) -> Option<usize> {
        let at = self.places.iter().position(Option::is_none)?;
        self.places[at] = Some(stored);
        Some(at + 1)
    }

    pub(super) fn at(&mut self, place: usize) -> Option<&mut Stored> {
        self.places.get_mut(place.checked_sub(1)?)?.as_mut()
    }

    /// Empties a place; what stood there. `None` where there is no such place.
    pub(super) fn delete(&mut self, place: usize) -> Option<Option<Stored>> {
        self.places.get_mut(place.checked_sub(1)?).map(Option::take)
    }

    /// Everything, with its place.
    pub(super) fn all(&mut self) -> impl Iterator<Item = (usize, &mut Stored)> {
        self.places.iter_mut().enumerate().filter_map(|(n, stored)| Some((n + 1, stored.as_mut()?)))
    }
}
