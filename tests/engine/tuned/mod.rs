//! Jobs that are changed while they run: numbers of calls, overflow policies, paused sources.

mod calls;
mod overflow;
mod paused;
mod rates;
mod refused;
mod restarted;
mod wired;
