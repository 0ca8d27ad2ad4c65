//! A crate that re-exports millstream passes its path to the macros.

use engine::flow::prelude::*;

mod engine {
    pub(crate) use millstream as flow;

    /// A macro of the crate, whose users have no `millstream` of their own.
    macro_rules! count_words {
        ($lines:expr, $counted:expr) => {{
            #[derive(engine::flow::Outputs)]
            #[outputs(crate = "engine::flow")]
            enum Split {
                Word(String),
                Line(String),
            }

            #[operator(crate = "engine::flow")]
            async fn split(line: String) -> Vec<Split> {
                let words = line.split(' ').map(|word| Split::Word(word.to_owned()));
                words.chain([Split::Line(line.clone())]).collect()
            }

            topology!(
                crate = engine::flow,
                job("words", at_most_once),
                lines = source($lines) >> split,
                lines.word >> map(|word| word.len()) >> sink($counted),
                lines.line >> ignore,
            )
        }};
    }
    pub(crate) use count_words;
}

#[tokio::main(flavor = "current_thread")]
pub async fn main() {
    let counted = Collected::new();
    let lines = from_iter(["to be".to_owned(), "or".to_owned()]);
    let topology = engine::count_words!(lines, counted.sink());
    topology.run(Config::default()).await.unwrap();
    assert_eq!(counted.take(), [2, 2, 2]);
}
