//! The number of instances of a stream, as far as it is known at compile time.
//!
//! A node without `* n` has the job's number of instances, whatever its upstream has. If both are
//! known to be the same, no call is generated, and the two can be one chain.

use super::model::Job;
use super::token;
use millstream_graph::words::{AUTO, Instances, NextEdge, Word};
use proc_macro2::{Delimiter, TokenTree};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A number of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// Written as a number.
    Literal(u64),
    /// Written as a name or a field, compared by its hash: the same text is the same number.
    Named(u64),
    /// The number of `job(…).instances(…)`.
    OfJob,
    /// Known when the job starts.
    Unknown,
}

impl Count {
    /// The number that a node has without `* n`.
    pub(super) fn default_of(job: Option<&Job>) -> Self {
        let methods = job.map(|job| job.methods.as_slice()).unwrap_or_default();
        let says =
            |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "instances");
        if methods.iter().any(says) { Self::OfJob } else { Self::Literal(1) }
    }

    /// Whether the tokens are a number, and that is 0.
    pub(super) fn is_zero(tokens: &[TokenTree]) -> bool {
        Self::written(tokens) == Self::Literal(0)
    }

    /// Whether it is known to be 1.
    pub(super) fn is_one(self) -> bool {
        self == Self::Literal(1)
    }

    /// The number, if it is written as one.
    pub(super) fn literal(tokens: &[TokenTree]) -> Option<u64> {
        match Self::written(tokens) {
            Self::Literal(number) => Some(number),
            _ => None,
        }
    }

    /// The number after a `*`.
    pub(super) fn written(tokens: &[TokenTree]) -> Self {
        match tokens {
            [TokenTree::Literal(literal)] => number(&literal.to_string()),
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                Self::written(&token::inside(group))
            }
            [] => Self::Unknown,
            tokens if tokens.iter().all(is_name) => Self::Named(hash(tokens)),
            _ => Self::Unknown,
        }
    }
}

/// Whether a token belongs to a path or a field, whose value is the same for two nodes.
fn is_name(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word != AUTO,
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':'),
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}

fn hash(tokens: &[TokenTree]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for token in tokens {
        token.to_string().hash(&mut hasher);
    }
    hasher.finish()
}

fn number(literal: &str) -> Count {
    let digits: String = literal.chars().filter(|digit| *digit != '_').collect();
    let digits = digits.strip_suffix("usize").unwrap_or(&digits);
    digits.parse().map_or(Count::Unknown, Count::Literal)
}

/// The number of instances of a stream, and that of the next node, if it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InstanceCount {
    count: Count,
    next: Option<Count>,
    certainty: Certainty,
}

/// Whether the numbers decide what the edge downstream of a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// They do.
    Certain,
    /// Not before the next node: the stream is a reference to outputs, which is never fused, or a
    /// buffer or an overflow policy is declared for the edge.
    FromNextNode,
    /// They do not: attributes, or calls unknown to the macro, may have changed the stream.
    Uncertain,
}

impl InstanceCount {
    /// A stream with this number of instances.
    pub(super) fn at(count: Count) -> Self {
        Self { count, next: None, certainty: Certainty::Certain }
    }

    /// The stream after attributes or calls that may have changed its instances.
    pub(super) fn uncertain(self) -> Self {
        Self { certainty: Certainty::Uncertain, ..self }
    }

    /// The method that declares the kind of the edge to a node with `to` instances, if it is known
    /// at compile time. The grouping of the edge is irrelevant.
    pub(super) fn edge(self, to: Count) -> Option<&'static str> {
        match (self.count, to) {
            _ if self.certainty != Certainty::Certain || self.next.is_some() => None,
            (Count::Literal(1), Count::Literal(1)) => Some("as_call"),
            (Count::Literal(_), Count::Literal(_)) => Some("as_channel"),
            _ => None,
        }
    }

    /// Whether the stream certainly has one instance, and the next node none of its own.
    pub(super) fn is_once(self) -> bool {
        self.certainty == Certainty::Certain && self.next.is_none() && self.count.is_one()
    }

    /// The merged streams.
    pub(super) fn merged(streams: &[Self]) -> Self {
        let mut counts = streams.iter().map(|stream| stream.used_again().count);
        let first = counts.next().unwrap_or(Count::Unknown);
        let count = if counts.all(|count| count == first) { first } else { Count::Unknown };
        let uncertain = streams.iter().any(|stream| stream.is_uncertain());
        let merged = Self { certainty: Certainty::FromNextNode, ..Self::at(count) };
        if uncertain { merged.uncertain() } else { merged }
    }

    /// The joined sides: the number of the next node, if all of them set the same.
    pub(super) fn joined(sides: &[Self]) -> Self {
        let mut counts = sides.iter().map(|side| side.next);
        let first = counts.next().flatten();
        let said = sides.iter().any(|side| side.next.is_some());
        let next = match first {
            Some(count) if counts.all(|next| next == Some(count)) => Some(count),
            _ if said => Some(Count::Unknown),
            _ => None,
        };
        Self { next, ..Self::at(Count::Unknown) }
    }

    /// The stream if it is used more than once, or a side output of its node.
    pub(super) fn used_again(self) -> Self {
        let count = self.next.unwrap_or(self.count);
        let again = Self { certainty: Certainty::FromNextNode, ..Self::at(count) };
        if self.is_uncertain() { again.uncertain() } else { again }
    }

    /// The stream after a word that adds no node.
    pub(super) fn behind(self, word: &Word, arguments: &[TokenTree], default: Count) -> Self {
        let next = match word.instances {
            Instances::OfJob => Some(default),
            Instances::One => Some(Count::Literal(1)),
            Instances::Written => Some(Count::written(arguments)),
            Instances::Unknown => return Self::at(Count::Unknown),
            Instances::Same => self.next,
        };
        let declared = word.edge == NextEdge::Declared && self.certainty == Certainty::Certain;
        let certainty = if declared { Certainty::FromNextNode } else { self.certainty };
        Self { next, certainty, ..self }
    }

    /// Whether the job's number of instances has to be set explicitly for the next node.
    pub(super) fn strays_from(self, default: Count) -> bool {
        self.next.is_none() && self.count != default
    }

    /// Whether the next node is known to have as many instances as the stream.
    pub(super) fn continues_at(self, written: Count) -> bool {
        self.next.is_none() && written != Count::Unknown && written == self.count
    }

    /// The stream after the next node.
    pub(super) fn behind_node(self, written: Option<Count>, default: Count) -> Self {
        let after = Self::at(written.or(self.next).unwrap_or(default));
        if self.is_uncertain() { after.uncertain() } else { after }
    }

    fn is_uncertain(self) -> bool {
        self.certainty == Certainty::Uncertain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millstream_graph::words::find;

    fn behind(stream: InstanceCount, word: &str, default: Count) -> InstanceCount {
        stream.behind(find(word).unwrap(), &[], default)
    }

    #[test]
    fn numbers_are_read_as_rust_writes_them() {
        let written = |text: &str| {
            let tokens: Vec<_> =
                text.parse::<proc_macro2::TokenStream>().unwrap().into_iter().collect();
            Count::written(&tokens)
        };
        assert_eq!(written("2"), Count::Literal(2));
        assert_eq!(written("1_000usize"), Count::Literal(1000));
        assert_eq!(written("(0)"), Count::Literal(0));
        assert_eq!(written("n + 1"), Count::Unknown);
        assert_eq!(written("auto"), Count::Unknown);
        assert_eq!(written("config.n"), written("config . n"));
        assert_ne!(written("config.n"), written("config.m"));
        assert_eq!(written("2 + 2"), Count::Unknown);
    }

    #[test]
    fn a_route_takes_the_number_of_the_job_and_to_one_takes_one() {
        let stream = InstanceCount::at(Count::Literal(4));
        assert!(stream.strays_from(Count::OfJob));
        for word in ["by", "shuffle", "to_all", "to_one"] {
            let routed = behind(behind(stream, word, Count::OfJob), "buffer", Count::OfJob);
            assert!(!routed.strays_from(Count::OfJob), "{word}");
        }
        let one = behind(stream, "to_one", Count::OfJob).behind_node(None, Count::OfJob);
        assert_eq!(one, InstanceCount::at(Count::Literal(1)));
    }

    #[test]
    fn streams_of_different_numbers_are_merged_into_an_unknown_one() {
        let at = |count| InstanceCount::at(Count::Literal(count));
        let unknown = InstanceCount::at(Count::Unknown);
        assert_eq!(InstanceCount::merged(&[at(2), at(2)]), at(2).used_again());
        assert_eq!(InstanceCount::merged(&[at(2), at(1)]), unknown.used_again());
    }
}
