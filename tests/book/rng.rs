//! A small seeded generator of random numbers, so that every run of a test is the same.

/// SplitMix64 (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, 2014).
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, less than `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

#[test]
fn the_numbers_are_those_of_the_paper() {
    let mut rng = Rng(1_234_567);
    let numbers = [rng.next(), rng.next(), rng.next()];
    let expected =
        [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
    assert_eq!(numbers, expected);
}
