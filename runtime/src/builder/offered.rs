//! What an editor offers where a word of `topology!` begins.
//!
//! The words are no values, so an editor would not know them. While one is being written,
//! `topology!` brings what may stand there into scope: functions with the arguments of the words.

/// Values with the names of words, each with the method that its word is.
macro_rules! words {
    ($($word:ident $(($($argument:ident),+))? => $method:path;)+) => {
        $(words! {
            @one #[doc = concat!("A word of `topology!`: see [`", stringify!($method), "`].")]
            $word $(($($argument),+))?
        })+

        /// The words with the names of their arguments.
        #[cfg(test)]
        const OFFERED: &[(&str, &[&str])] =
            &[$((stringify!($word), &[$($(stringify!($argument)),+)?])),+];
    };
    (@one #[$doc:meta] $word:ident) => {
        #[$doc]
        #[expect(non_upper_case_globals, reason = "a topology is written in lower case")]
        pub const $word: () = ();
    };
    (@one #[$doc:meta] $word:ident($($argument:ident),+)) => {
        #[$doc]
        #[expect(unused_variables, reason = "an editor shows the names of the arguments")]
        pub fn $word($($argument: impl Sized),+) {}
    };
}

/// Behind an arrow.
pub mod steps {
    words! {
        event_time(time, strategy) => crate::builder::Stream::event_time;
        in_order(order) => crate::builder::Stream::in_order;
        by(key) => crate::builder::Stream::by;
        shuffle => crate::builder::Stream::shuffle;
        to_all => crate::builder::Stream::to_all;
        to_one => crate::builder::Stream::to_one;
        per_instance => crate::builder::Stream::per_instance;
        window(window) => crate::builder::KeyedStream::window;
        aggregate(value, aggregate) => crate::builder::WindowedStream::aggregate;
        dedupe(within) => crate::builder::KeyedStream::dedupe;
        throttle(rate) => crate::builder::Stream::throttle;
        in_batches_of(n) => crate::builder::Stream::in_batches_of;
        debounce(silence) => crate::builder::KeyedStream::debounce;
        join(bound) => crate::builder::join;
        left_join(bound) => crate::builder::left_join;
        right_join(bound) => crate::builder::right_join;
        full_join(bound) => crate::builder::full_join;
        buffer(n) => crate::builder::Stream::buffer;
        overflow(policy) => crate::builder::Stream::overflow;
        weaken(reason) => crate::builder::Stream::weaken;
        instances(n) => crate::builder::Stream::instances;
        map(closure) => crate::builder::Stream::map;
        filter(closure) => crate::builder::Stream::filter;
        flat_map(closure) => crate::builder::Stream::flat_map;
        inspect(closure) => crate::builder::Stream::inspect;
        through(function) => crate::builder::Stream::through;
        sink(sink) => crate::builder::Stream::sink;
        dead_letters(path) => crate::connector::json::dead_letters;
        ignore => crate::builder::Stream::ignore;
        feedback(name) => crate::builder::Feedback;
        fail => crate::builder::ErrorStream::fail;
    }

    #[cfg(test)]
    mod tests {
        use super::OFFERED;
        use millstream_graph::words::WORDS;

        #[test]
        fn every_word_is_offered_with_its_arguments() {
            let offered: Vec<_> = OFFERED.iter().map(|(name, of)| (*name, of.to_vec())).collect();
            let words = WORDS.iter().map(|word| {
                let names = word.arguments.iter().map(|argument| argument.name);
                (word.name, names.collect::<Vec<_>>())
            });
            assert_eq!(offered, words.collect::<Vec<_>>());
        }
    }
}

/// At the beginning of a line.
pub mod heads {
    words! {
        source(events) => crate::builder::Builder::source;
        feedback(capacity, policy) => crate::builder::Builder::feedback;
        job(name) => crate::builder::Builder::new;
    }

    #[cfg(test)]
    mod tests {
        use super::OFFERED;
        use millstream_graph::words::HEADS;

        #[test]
        fn every_beginning_of_a_line_is_offered() {
            assert!(OFFERED.iter().map(|(name, _)| name).eq(HEADS));
        }
    }
}

/// As a number of instances.
pub mod counts {
    words! {
        auto => crate::topology::Instances::auto;
    }

    #[cfg(test)]
    mod tests {
        use super::OFFERED;

        #[test]
        fn the_word_for_as_many_as_there_are_cores_is_offered() {
            assert_eq!(OFFERED, [("auto", &[] as &[&str])]);
        }
    }
}
