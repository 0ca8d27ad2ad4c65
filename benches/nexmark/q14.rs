//! q14: conversion, filter and classification in one.

use super::q01::RATE;
use super::{Minute, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The time of day of a bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TimeType {
    /// From 8:00 to 18:59.
    DayTime,
    /// Until 6:59, and 20:00 or later.
    NightTime,
    /// In between.
    OtherTime,
}

impl TimeType {
    /// The time of day, in UTC, of a time in milliseconds since the epoch.
    pub const fn of(date_time: u64) -> Self {
        match Minute::of(date_time).hour() {
            8..=18 => Self::DayTime,
            ..=6 | 20.. => Self::NightTime,
            _ => Self::OtherTime,
        }
    }
}

/// A bid that is neither small nor huge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: f64,
    pub bid_time_type: TimeType,
    pub date_time: u64,
    pub c_counts: usize,
}

#[operator]
async fn classified(bid: Bid) -> Option<Row> {
    let price = RATE * bid.price as f64;
    if price <= 1_000_000.0 || price >= 50_000_000.0 {
        return None;
    }
    let Bid { auction, bidder, date_time, .. } = bid;
    let c_counts = bid.extra.bytes().filter(|byte| *byte == b'c').count();
    let bid_time_type = TimeType::of(date_time);
    Some(Row { auction, bidder, price, bid_time_type, date_time, c_counts })
}

/// The bids above 1 and below 50 million, classified.
pub fn q14(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q14").instances(instances),
        source(events) >> shuffle >> bid >> classified >> sink(rows),
    )
}
