//! The dashboard of `docs/grafana.json` asks only for metrics that exist.

use super::made_up::fraud;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

const DASHBOARD: &str = include_str!("../../../docs/grafana.json");
const OPERATING: &str = include_str!("../../../docs/operating.md");

/// The names of all samples of a job that has every kind of figure.
fn exposed() -> BTreeSet<String> {
    let samples = fraud().families().into_iter().flat_map(|family| family.samples);
    samples.map(|sample| sample.name).collect()
}

fn asked(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\bmillstream_[a-z_]+").unwrap();
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// All panels, those in rows included.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let panels = dashboard["panels"].as_array().unwrap();
    panels.iter().filter(|panel| panel["type"] != "row").collect()
}

#[test]
fn every_name_in_the_dashboard_is_exposed() {
    let missing: Vec<_> = asked(DASHBOARD).difference(&exposed()).cloned().collect();
    assert_eq!(missing, Vec::<String>::new());
    assert!(asked(DASHBOARD).len() > 20);
}

#[test]
fn every_name_in_the_guide_is_exposed() {
    let named = asked(&OPERATING.replace("millstream::", ""));
    assert_eq!(named.difference(&exposed()).cloned().collect::<Vec<_>>(), Vec::<String>::new());
    assert!(named.len() > 10);
}

#[test]
fn every_panel_has_a_place_a_title_and_queries_of_one_job() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = panels(&dashboard);
    assert!(panels.len() > 10, "{} panels", panels.len());
    let mut places = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(!panel["description"].as_str().unwrap().is_empty(), "{title}");
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}");
        let place = &panel["gridPos"];
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| place[side].as_u64().unwrap());
        assert!(x + w <= 24 && h > 0, "{title} is beside the dashboard");
        for at in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(places.insert(at), "{title} covers another panel");
        }
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title}");
        for target in targets {
            let query = target["expr"].as_str().unwrap();
            assert!(query.contains("job=~\"$job\""), "{title}: {query}");
            assert_eq!(target["datasource"], panel["datasource"], "{title}");
        }
    }
}

#[test]
fn counters_are_asked_for_by_their_rate() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let counter = Regex::new(r"(\w+)\(millstream_\w+_(total|bucket|count|sum)\b").unwrap();
    let grows = Regex::new(r"millstream_\w+_(total|bucket|count|sum)\b").unwrap();
    for panel in panels(&dashboard) {
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            let counters = grows.find_iter(query).count();
            let taken = counter.captures_iter(query).map(|found| found[1].to_owned());
            let taken: Vec<_> = taken.collect();
            assert_eq!(taken.len(), counters, "{query}");
            assert!(taken.iter().all(|by| by == "rate" || by == "increase"), "{query}");
        }
    }
}
