//! What vehicles emit by their model: from a file, or a small table.

use millstream::prelude::*;
use serde::Deserialize;
use std::path::Path;

/// A model of a vehicle, and the CO2 it emits, in grams per kilometre.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Model {
    pub make: String,
    pub model: String,
    #[serde(rename = "CO2EMISSIONS")]
    pub grams_per_km: f64,
}

/// Models, found by their position.
#[derive(Debug, Clone)]
pub struct Models(Vec<Model>);

/// What a model emits that is not there, in grams per kilometre.
const DEFAULT_GRAMS: f64 = 200.0;

impl Models {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What a model emits, in grams per kilometre.
    pub fn grams_per_km(&self, model: u32) -> f64 {
        self.0.get(model as usize).map_or(DEFAULT_GRAMS, |model| model.grams_per_km)
    }
}

/// The models of a CSV file with the columns `MAKE`, `MODEL` and `CO2EMISSIONS`.
///
/// # Errors
/// If the file cannot be read, or has a line that does not fit.
pub async fn read(path: &Path) -> millstream::Result<Models> {
    let models = Collected::new();
    topology!(job("models"), source(csv_file(path)) >> sink(models.sink()))
        .run(Config::default())
        .await?;
    Ok(Models(models.take()))
}

/// Models that do not exist, for a run without a file.
pub fn made_up() -> Models {
    let models = [("Acorn", 108), ("Birch", 158), ("Cedar", 196), ("Dogwood", 255), ("Elm", 359)];
    let of = |(model, grams): (&str, u32)| Model {
        make: "Made up".into(),
        model: model.into(),
        grams_per_km: grams.into(),
    };
    Models(models.map(of).to_vec())
}
