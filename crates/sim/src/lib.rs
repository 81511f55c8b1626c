//! The pretend world: SMSCs and virtual phones, with faults and one seed.
