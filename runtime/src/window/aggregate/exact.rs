//! Which sums can be undone: those of integers, known by their type.

use std::any::{Any, TypeId};

macro_rules! integers {
    ($($integer:ty)+) => {
        /// Whether values of this type can be taken out of their sum.
        #[inline]
        pub(super) fn is_exact<V: 'static>() -> bool {
            $(TypeId::of::<V>() == TypeId::of::<$integer>())||+
        }

        /// Takes a value out of a sum; nothing if it [cannot](is_exact) be.
        #[inline]
        pub(super) fn subtract<V: 'static>(sum: &mut V, value: &V) {
            let (sum, value): (&mut dyn Any, &dyn Any) = (sum, value);
            $(
                if let (Some(sum), Some(value)) =
                    (sum.downcast_mut::<$integer>(), value.downcast_ref::<$integer>())
                {
                    // Undoes a sum that has wrapped, too.
                    *sum = sum.wrapping_sub(*value);
                    return;
                }
            )+
        }
    };
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_integers_can_be_undone_and_others_cannot() {
        assert!(is_exact::<u8>() && is_exact::<i128>() && is_exact::<usize>());
        assert!(!is_exact::<f64>() && !is_exact::<std::time::Duration>());
        let (mut sum, mut float) = (i64::MIN, 1.0);
        subtract(&mut sum, &1);
        subtract(&mut float, &1.0);
        assert_eq!((sum, float), (i64::MAX, 1.0));
    }
}
