//! Tuples of aggregates: several in one pass, each over the value at its position.

use super::Aggregate;

macro_rules! tuples {
    ($($($name:ident $value:ident $at:tt),+;)+) => {$(
        impl<$($value,)+ $($name: Aggregate<$value>),+> Aggregate<($($value,)+)> for ($($name,)+) {
            type State = ($($name::State,)+);
            type Out = ($($name::Out,)+);
            const GROWS: bool = $($name::GROWS)||+;

            fn keeps_nothing(&self) -> bool {
                $(self.$at.keeps_nothing())||+
            }

            #[inline]
            fn create(&self) -> Self::State {
                ($(self.$at.create(),)+)
            }

            #[inline]
            fn add(&self, state: &mut Self::State, value: ($($value,)+)) {
                $(self.$at.add(&mut state.$at, value.$at);)+
            }

            #[inline]
            fn merge(&self, state: &mut Self::State, later: &Self::State) {
                $(self.$at.merge(&mut state.$at, &later.$at);)+
            }

            #[inline]
            fn finish(&self, state: &Self::State) -> Self::Out {
                ($(self.$at.finish(&state.$at),)+)
            }

            #[inline]
            fn subtracts(&self) -> bool {
                $(self.$at.subtracts())&&+
            }

            #[inline]
            fn subtract(&self, state: &mut Self::State, merged: &Self::State) {
                $(self.$at.subtract(&mut state.$at, &merged.$at);)+
            }
        }
    )+};
}
tuples! {
    A T 0, B U 1;
    A T 0, B U 1, C V 2;
    A T 0, B U 1, C V 2, D W 3;
    A T 0, B U 1, C V 2, D W 3, E X 4;
    A T 0, B U 1, C V 2, D W 3, E X 4, F Y 5;
    A T 0, B U 1, C V 2, D W 3, E X 4, F Y 5, G Z 6;
}
