//! What an operator reports, from its [`Mode`].

use super::reports::{CallFailure, ReportsAs};
use super::{Mode, Operator};

/// How the operator `O` reports.
pub type ReportsOf<O, T> = <<O as Operator<T>>::Mode as Mode>::Reports;

/// What the `.errors` output of the operator `O` emits: its errors, or dead letters.
pub type Reported<O, T> = <ReportsOf<O, T> as ReportsAs<T, <O as Operator<T>>::Error>>::Reported;

/// How a call of the operator `O` has failed.
pub type FailureOf<O, T> = CallFailure<
    <O as Operator<T>>::Error,
    <ReportsOf<O, T> as ReportsAs<T, <O as Operator<T>>::Error>>::Panic,
>;
