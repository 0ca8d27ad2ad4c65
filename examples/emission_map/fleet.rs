//! Simulated vehicles: commuters and taxis, which report every minute.

use super::rng::Random;
use super::zones::{Place, WIDTH, ZONES};
use millstream::prelude::*;

const MINUTES_PER_DAY: u32 = 24 * 60;
/// One in this many vehicles is a taxi, on the road all day.
const TAXIS: u32 = 20;
/// The working hours of taxis, in minutes of the day.
const TAXI_HOURS: (u32, u32) = (6 * 60, 22 * 60);
/// The metres a vehicle drives in a minute in town, at least and at most.
const METRES: (u32, u32) = (300, 900);

/// The report of a vehicle, sent every minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    pub at: EventTime,
    /// Position of its model in the list of models.
    pub model: u32,
    /// Its current zone.
    pub zone: u8,
    /// Metres driven in this minute; 0 if parked.
    pub metres: u32,
}

/// The daily routine of a vehicle.
#[derive(Debug, Clone, Copy)]
enum Life {
    /// Drives to work and home again, at these minutes of the day.
    Commuter { home: Place, work: Place, leaves: u32, returns: u32 },
    /// Drives to random places during [`TAXI_HOURS`].
    Taxi,
}

#[derive(Debug, Clone)]
struct Vehicle {
    model: u32,
    life: Life,
    place: Place,
    target: Place,
    /// Metres driven since it entered this zone.
    way: u32,
    random: Random,
}

/// An iterator over the reports of all vehicles, minute by minute, in a fixed order within each.
#[derive(Debug, Clone)]
pub struct Fleet {
    vehicles: Vec<Vehicle>,
    start: EventTime,
    /// The minute of the day at the start.
    clock: u32,
    minute: u32,
    minutes: u32,
    next: usize,
}

impl Fleet {
    /// A fleet that reports for a number of hours after `start`.
    ///
    /// Equal arguments always produce equal reports.
    pub fn new(seed: u64, (vehicles, models): (u32, u32), start: EventTime, hours: u32) -> Self {
        let mut random = Random::new(seed);
        let vehicles = (0..vehicles).map(|_| Vehicle::new(&mut random, models)).collect();
        let clock = start.as_micros().div_euclid(60_000_000).rem_euclid(MINUTES_PER_DAY.into());
        let clock = u32::try_from(clock).unwrap_or(0);
        Self { vehicles, start, clock, minute: 0, minutes: hours * 60, next: 0 }
    }
}

impl Iterator for Fleet {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        if self.next == self.vehicles.len() {
            (self.next, self.minute) = (0, self.minute + 1);
        }
        if self.minute >= self.minutes {
            return None;
        }
        let at = self.start + self.minute.mins();
        let vehicle = self.vehicles.get_mut(self.next)?;
        self.next += 1;
        Some(vehicle.report(at, (self.clock + self.minute) % MINUTES_PER_DAY))
    }
}

impl Vehicle {
    fn new(random: &mut Random, models: u32) -> Self {
        let home = any_place(random);
        // More people work in the city centre than live there.
        let work = if random.between(0, 3) == 0 { any_place(random) } else { middle(random) };
        let life = if random.between(0, TAXIS) == 0 {
            Life::Taxi
        } else {
            let (leaves, returns) = (random.between(390, 570), random.between(930, 1_140));
            Life::Commuter { home, work, leaves, returns }
        };
        let model = random.between(0, models);
        let random = Random::new(u64::from(random.between(0, u32::MAX)));
        Self { model, life, place: home, target: home, way: 0, random }
    }

    fn report(&mut self, at: EventTime, minute: u32) -> Report {
        self.choose_target(minute);
        let metres = if self.place == self.target { 0 } else { self.drive() };
        // Every place on a route is in the city; the centre is a safe default.
        let zone = self.place.zone().unwrap_or(ZONES / 2);
        Report { at, model: self.model, zone, metres }
    }

    fn choose_target(&mut self, minute: u32) {
        let arrived = self.place == self.target;
        match self.life {
            Life::Commuter { work, leaves, .. } if minute == leaves => self.target = work,
            Life::Commuter { home, returns, .. } if minute == returns => self.target = home,
            Life::Taxi if arrived && (TAXI_HOURS.0..TAXI_HOURS.1).contains(&minute) => {
                self.target = any_place(&mut self.random);
            }
            Life::Commuter { .. } | Life::Taxi => {}
        }
    }

    /// Drives for a minute; returns the metres.
    fn drive(&mut self) -> u32 {
        let metres = self.random.between(METRES.0, METRES.1);
        self.way += metres;
        if self.way >= WIDTH {
            self.way -= WIDTH;
            let ways: Vec<_> = self.place.towards(self.target).collect();
            let way = self.random.between(0, u32::try_from(ways.len()).unwrap_or(0));
            self.place = ways.get(way as usize).copied().unwrap_or(self.target);
        }
        metres
    }
}

fn any_place(random: &mut Random) -> Place {
    Place::of(u8::try_from(random.between(0, ZONES.into())).unwrap_or(0))
}

/// A random place in the centre or in the ring around it.
fn middle(random: &mut Random) -> Place {
    loop {
        let place = any_place(random);
        if place.ring() <= 1 {
            return place;
        }
    }
}
