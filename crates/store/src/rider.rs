//! Riders: what the owner of a lane leaves with the store, to be run last in every batch that rang the lane's bell.
//!
//! It sees the rows just inserted and may move them on, so that accepting a message and the intent to send it are one
//! commit. The store knows nothing of what it does; a rider that fails is put off and does not ride again.

use crate::work::{Ran, Work};
use crate::{Bell, Error, Result, Tx};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Runs along with other people's batches.
pub trait Rider: Send + Sync + 'static {
    /// What a ride gave.
    type Freight: Send + 'static;

    /// Runs in the transaction of a batch that rang the bell. Like any closure it may run again, and touches nothing but
    /// its transaction.
    fn ride(&self, tx: &mut Tx<'_>) -> Result<Self::Freight>;

    /// The batch is committed; called on the store's thread, so it only hands on.
    fn arrived(&self, freight: Self::Freight);
}

/// A rider's place; without it the rider rides no more. [`Seat::leave`] also waits for a ride under way.
pub struct Seat<R: Rider> {
    riders: Arc<Riders>,
    bell: Bell,
    rider: Arc<R>,
}

impl<R: Rider> Seat<R> {
    /// The rider itself.
    pub fn rider(&self) -> &R {
        &self.rider
    }

    /// Gets off, and returns when no ride is under way any more: all freight has arrived.
    pub async fn leave(self) {
        let rider = Arc::clone(&self.rider);
        drop(self);
        while Arc::strong_count(&rider) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl<R: Rider> Drop for Seat<R> {
    fn drop(&mut self) {
        let place = Arc::as_ptr(&self.rider).cast::<()>();
        let mut seats = self.riders.lock();
        if let Some(taken) = seats.get_mut(&self.bell) {
            taken.retain(|r| r.place() != place);
            if taken.is_empty() {
                seats.remove(&self.bell);
            }
        }
    }
}

/// A rider whose freight is its own affair.
trait Any: Send + Sync {
    fn work(self: Arc<Self>, riders: &Arc<Riders>, bell: Bell) -> Box<dyn Work>;
    fn place(&self) -> *const ();
}

impl<R: Rider> Any for R {
    fn work(self: Arc<Self>, riders: &Arc<Riders>, bell: Bell) -> Box<dyn Work> {
        Box::new(Ride { rider: self, freight: None, riders: Arc::clone(riders), bell })
    }
    fn place(&self) -> *const () {
        std::ptr::from_ref(self).cast()
    }
}

/// All riders of a store, by the bell they wait for.
#[derive(Default)]
pub(crate) struct Riders(Mutex<HashMap<Bell, Vec<Arc<dyn Any>>>>);

impl Riders {
    fn lock(&self) -> MutexGuard<'_, HashMap<Bell, Vec<Arc<dyn Any>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seats a rider.
    pub(crate) fn seat<R: Rider>(self: &Arc<Self>, bell: Bell, rider: R) -> Seat<R> {
        let rider = Arc::new(rider);
        self.lock().entry(bell).or_default().push(Arc::clone(&rider) as Arc<dyn Any>);
        Seat { riders: Arc::clone(self), bell, rider }
    }

    /// Those who ride along with a batch that rang these bells.
    pub(crate) fn of(self: &Arc<Self>, bells: &[Bell]) -> Vec<Box<dyn Work>> {
        let seats = self.lock();
        if seats.is_empty() {
            return Vec::new();
        }
        let mut rung: Vec<Bell> = Vec::new();
        for bell in bells {
            if !rung.contains(bell) {
                rung.push(*bell);
            }
        }
        rung.iter()
            .flat_map(|bell| seats.get(bell).into_iter().flatten().map(|r| Arc::clone(r).work(self, *bell)))
            .collect()
    }
}

/// One ride.
struct Ride<R: Rider> {
    rider: Arc<R>,
    freight: Option<R::Freight>,
    riders: Arc<Riders>,
    bell: Bell,
}

impl<R: Rider> Work for Ride<R> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran {
        self.freight = None;
        let out = catch_unwind(AssertUnwindSafe(|| self.rider.ride(tx)));
        match out {
            Ok(Ok(freight)) => {
                self.freight = Some(freight);
                return Ran::Kept;
            }
            Ok(Err(Error::Undone)) => return Ran::Refused, // others stood in its way: it rides with the next
            Ok(Err(e)) => tracing::warn!(error = %e, "a rider was put off"),
            Err(_) => tracing::error!("a rider panicked and was put off"),
        }
        let place = self.rider.place();
        if let Some(seats) = self.riders.lock().get_mut(&self.bell) {
            seats.retain(|r| r.place() != place);
        }
        Ran::Refused
    }

    fn answer(self: Box<Self>, batch: Result<()>) {
        if let (Some(freight), Ok(())) = (self.freight, batch) {
            self.rider.arrived(freight);
        }
    }

    fn name(&self) -> &'static str {
        "rider"
    }

    fn rides(&self) -> bool {
        true
    }
}
