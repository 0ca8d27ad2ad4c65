//! Emissions by vehicle model, from a file or a small built-in table.

use millstream::prelude::*;
use serde::Deserialize;
use std::path::Path;

/// A vehicle model, and its CO2 emission in grams per kilometre.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Model {
    pub make: String,
    pub model: String,
    #[serde(rename = "CO2EMISSIONS")]
    pub grams_per_km: f64,
}

/// Models, indexed by position.
#[derive(Debug, Clone)]
pub struct Models(Vec<Model>);

/// The emission of an unknown model, in grams per kilometre.
const DEFAULT_GRAMS: f64 = 200.0;

impl Models {
    /// The number of models.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The emission of a model, in grams per kilometre.
    pub fn grams_per_km(&self, model: u32) -> f64 {
        self.0.get(model as usize).map_or(DEFAULT_GRAMS, |model| model.grams_per_km)
    }
}

/// Reads models from a CSV file with the columns `MAKE`, `MODEL` and `CO2EMISSIONS`.
///
/// # Errors
/// If the file cannot be read, or a record is malformed.
pub async fn read(path: &Path) -> millstream::Result<Models> {
    let models = Collected::new();
    topology!(job("models"), source(csv_file(path)) >> sink(models.sink()))
        .run(Config::default())
        .await?;
    Ok(Models(models.take()))
}

/// Fictional models, for a run without a file.
pub fn made_up() -> Models {
    let models = [("Acorn", 108), ("Birch", 158), ("Cedar", 196), ("Dogwood", 255), ("Elm", 359)];
    let of = |(model, grams): (&str, u32)| Model {
        make: "Made up".into(),
        model: model.into(),
        grams_per_km: grams.into(),
    };
    Models(models.map(of).to_vec())
}
