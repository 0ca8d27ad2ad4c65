//! Random numbers that are the same on every machine and in every version.
//!
//! Only integer arithmetic and the four operations and square root of IEEE 754 are used: the
//! logarithm and the exponential of the standard library may differ in the last bit between
//! platforms.

/// The independent sequences of random numbers drawn from one seed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// The positions of the terminals.
    Terminals = 1,
    /// The homes and habits of the customers.
    Customers = 2,
    /// The purchases of one day.
    Purchases = 3,
    /// The terminals and cards compromised on one day, and the uses of those cards.
    Frauds = 4,
    /// The distant uses of leaked cards on one day.
    DistantUses = 5,
}

/// A generator of random numbers (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The sequence of a seed for one purpose and one day.
    pub(super) fn new(seed: u64, purpose: Purpose, day: u64) -> Self {
        let purpose = mix(mix(seed).wrapping_add(purpose as u64));
        Self { state: mix(purpose.wrapping_add(day)) }
    }

    /// 64 random bits.
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A uniform number from 0 (inclusive) to 1 (exclusive).
    pub(super) fn unit(&mut self) -> f64 {
        const STEPS: f64 = (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 / STEPS
    }

    /// A uniform number from `low` (inclusive) to `high` (exclusive).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// A uniform integer below `bound`; 0 if the bound is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let scaled = ((self.bits() >> 32) * u64::from(bound)) >> 32;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// Two independent numbers of the standard normal distribution, by the polar method (Marsaglia
    /// and Bray, *A convenient method for generating normal variables*, SIAM Review 1964).
    pub(super) fn normals(&mut self) -> (f64, f64) {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let scale = (-2.0 * logarithm(square) / square).sqrt();
                return (x * scale, y * scale);
            }
        }
    }

    /// A number of the Poisson distribution with this mean, by inversion; `none` is its probability
    /// of 0, `exponential(-mean)`.
    pub(super) fn poisson(&mut self, mean: f64, none: f64) -> u32 {
        // Far above any plausible count for a mean of a few events; ends the search if rounding
        // leaves the sum of probabilities below 1.
        const MOST: u32 = 100;
        let mut rest = self.unit() - none;
        let mut probability = none;
        let mut count = 0;
        while rest >= 0.0 && count < MOST {
            count += 1;
            probability *= mean / f64::from(count);
            rest -= probability;
        }
        count
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The natural logarithm of a positive normal number.
pub(super) fn logarithm(value: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    const ONE: u64 = 1023 << 52;
    let bits = value.to_bits();
    let mut exponent = (bits >> 52) as f64 - 1023.0;
    let mut mantissa = f64::from_bits((bits & FRACTION) | ONE);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)): the argument is below 0.172, so these terms reach full
    // precision.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * square + 1.0 / odd;
    }
    2.0 * ratio * sum + exponent * std::f64::consts::LN_2
}

/// The exponential of a number from -8 to 8.
pub(super) fn exponential(value: f64) -> f64 {
    // e^v = (e^(v/32))^32: the Taylor series converges fast on the small argument.
    let small = value / 32.0;
    let mut power = 1.0;
    for order in (1..=14).rev() {
        power = 1.0 + power * small / f64::from(order);
    }
    for _ in 0..5 {
        power *= power;
    }
    power
}
