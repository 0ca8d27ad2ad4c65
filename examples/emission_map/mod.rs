//! The CO2 emission of simulated vehicles, by zone and hour, as a map.

pub mod fleet;
pub mod map;
pub mod models;
pub mod page;
pub mod rng;
pub mod temperature;
pub mod topology;
pub mod zones;

pub use topology::emission_map;
