//! What a job does as text: for monitoring systems, for a terminal.

mod dashboard;
mod exported;
mod made_up;
mod open_metrics;
mod status;
mod table;
