//! An enum of another module, its outputs used by name and nothing imported but the macros.

/// What is parsed.
pub mod parts {
    /// A line, parsed.
    #[derive(Debug, millstream::Outputs)]
    pub enum Parsed {
        /// A number.
        Number(u64),
        /// What is no number.
        NoNumber(String),
    }

    /// Parses a line.
    #[millstream::operator]
    pub async fn parse(line: &'static str) -> Parsed {
        line.parse().map_or_else(|_| Parsed::NoNumber(line.to_owned()), Parsed::Number)
    }
}

use parts::parse;

/// Declares them.
pub fn main() {
    let topology = millstream::topology!(
        parsed = source(millstream::connector::memory::from_iter(["1", "two"])) >> parse,
        parsed.number >> map(|number| number + 1) >> ignore,
        parsed.no_number >> map(|text: String| text.len()) >> ignore,
    );
    assert_eq!(topology.nodes().len(), 6);
    topology.check().unwrap();
}
