//! The lists of the laws.

/// The one list of the laws in `transactional`.
#[macro_export]
#[doc(hidden)]
macro_rules! __transactional_laws {
    ($then:ident $($rest:tt)*) => {
        $crate::testkit::laws::$then! { transactional ($($rest)*)
            nothing_is_visible_before_its_commit
            a_commit_shows_all_epochs_that_it_lists
            a_commit_shows_nothing_of_later_epochs
            a_commit_of_the_same_epoch_changes_nothing
            a_commit_of_the_past_changes_nothing
            a_commit_that_took_effect_is_repeated_with_later_epochs
            a_recovery_shows_what_was_prepared
            a_recovery_that_is_repeated_changes_nothing
            a_recovery_of_what_is_visible_changes_nothing
            a_recovery_without_epochs_shows_nothing
            an_abandoned_epoch_never_becomes_visible
            events_behind_the_last_cut_never_become_visible
            an_epoch_without_events_is_committed_too
            restarts_in_a_row_lose_nothing
            what_is_prepared_outlives_its_writer
            a_job_that_begins_anew_is_visible_too
            at_least_once_loses_nothing
        }
    };
}

/// The one list of the laws in `truncating`.
#[macro_export]
#[doc(hidden)]
macro_rules! __truncating_laws {
    ($then:ident $($rest:tt)*) => {
        $crate::testkit::laws::$then! { truncating ($($rest)*)
            what_is_cut_outlives_the_process
            events_behind_the_last_cut_are_cut_off
            a_cut_that_is_not_in_a_checkpoint_is_cut_off
            a_restart_before_the_first_cut_begins_where_the_sink_began
            a_restart_that_is_repeated_changes_nothing
            an_epoch_without_events_cuts_off_nothing
            restarts_in_a_row_lose_nothing
            at_least_once_loses_nothing
        }
    };
}

/// The one list of the laws in `idempotent`.
#[macro_export]
#[doc(hidden)]
macro_rules! __idempotent_laws {
    ($then:ident $($rest:tt)*) => {
        $crate::testkit::laws::$then! { idempotent ($($rest)*)
            what_is_cut_outlives_the_process
            events_written_again_replace_themselves
            events_written_again_after_a_restart_replace_themselves
            at_least_once_loses_nothing
        }
    };
}

/// The laws as values, inside of their module.
#[macro_export]
#[doc(hidden)]
macro_rules! __law_table {
    ($kind:ident () $($law:ident)*) => {
        vec![$(Law::new(stringify!($law), $law)),*]
    };
}

#[doc(hidden)]
pub use {__idempotent_laws, __law_table, __transactional_laws, __truncating_laws};
