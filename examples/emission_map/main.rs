//! Draws a map of the CO2 that simulated vehicles emit in the zones of a city (chapter 8).
//!
//! ```text
//! cargo run --release --example emission_map
//! cargo run --release --example emission_map -- --help
//! ```
//!
//! writes `emission_map.html`, to open in a browser. Models and temperatures are
//! generated, or read from CSV files.

use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use millstream_examples::emission_map::fleet::Fleet;
use millstream_examples::emission_map::map::Emitted;
use millstream_examples::emission_map::{emission_map, models, page, temperature};
use std::process::ExitCode;
use std::sync::Arc;

const HELP: &str = "\
Draws a map of the CO2 that vehicles emit in the zones of a city.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints the plan: call or channel, and why
  top                              shows a table of the nodes while the job runs

  --models FILE         vehicle models as CSV: MAKE, MODEL, CO2EMISSIONS in g/km [built-in]
  --temperatures FILE   hourly temperatures as CSV: date, temperature in °C [generated]
  --output FILE         the map, as HTML [emission_map.html]
  --vehicles N          number of vehicles [1000]
  --hours N             hours to simulate [24]
  --seed N              seed of the simulation [1]
  --instances N         instances of each operator [1]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("emission_map", HELP, run).await
}

async fn run(args: Args) -> Result<(), BoxError> {
    let count = |option, default| args.number(option, default).map(u32::try_from);
    let (vehicles, hours) = (count("--vehicles", 1_000)??, count("--hours", 24)??);
    let instances = usize::try_from(args.number("--instances", 1)?)?;
    let models = match args.file_if_given("--models") {
        Some(path) => models::read(&path).await?,
        None => models::made_up(),
    };
    let mut weather = match args.file_if_given("--temperatures") {
        Some(path) => temperature::read(&path).await?,
        None => temperature::made_up(hours),
    };
    weather.truncate(hours as usize);
    let start = weather.first().ok_or("there are no temperatures")?.at;

    let kinds = u32::try_from(models.count())?;
    let reports = Fleet::new(args.number("--seed", 1)?, (vehicles, kinds), start, hours);
    let temperatures = temperature::by_zone(&weather);
    let totals = Collected::new();
    let topology = emission_map(
        from_iter(reports),
        from_iter(temperatures),
        Arc::new(models),
        totals.sink(),
        instances,
    );
    if args.answer(&topology, &Config::from_env()?)? {
        return Ok(());
    }
    topology.run(args.config()?).await?;

    let hourly: Vec<WindowResult<u8, u64>> = totals.take();
    let emitted =
        Emitted::of(hourly.into_iter().map(|total| (total.key, total.start, total.value)));
    let output = args.file("--output", "emission_map.html");
    let html = page::page(&emitted, &format!("{vehicles} vehicles of {kinds} models"))?;
    std::fs::write(&output, html).map_err(|e| format!("cannot write {}: {e}", output.display()))?;
    // Fewer than requested if the job was drained.
    let until = emitted.by_hour.last_key_value().map_or(start, |(hour, _)| *hour + 1.hours());
    println!("{vehicles} vehicles emit {:.3} kg from {start} to {until}", emitted.total);
    println!("the map is in {}", output.display());
    Ok(())
}
