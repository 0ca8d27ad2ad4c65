//! A stream with the name of a sink.

use millstream::prelude::*;

fn collected() -> impl Sink<f64> {
    Collected::new().sink()
}

fn main() {
    let out = collected();
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        out = a >> map(|e| e.1),
        out >> sink(out),
    );
}
