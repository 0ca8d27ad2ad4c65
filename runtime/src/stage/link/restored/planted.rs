//! The law notices what is not saved.

use super::cases;
use crate::mutant::Mutant;

fn is_noticed(mutant: Mutant, law: fn()) -> bool {
    Mutant::plant(Some(mutant));
    let result = std::panic::catch_unwind(law);
    Mutant::plant(None);
    result.is_err()
}

#[test]
fn what_is_not_saved_of_a_window_or_join_is_noticed() {
    let (windows, joins): (fn(), fn()) =
        (cases::tumbling_windows_go_on_where_they_were, cases::joins_go_on_where_they_were);
    for (mutant, law) in [
        (Mutant::StoreNotSaved, windows),
        (Mutant::FiringNotSaved, windows),
        (Mutant::StoreWatermarkNotRestored, joins),
        (Mutant::HeldNotSaved, windows),
        (Mutant::SideNotSaved, joins),
    ] {
        assert!(is_noticed(mutant, law), "{mutant:?}");
    }
}
