//! The blocks of the pages.

use super::ahead::{Ahead, Summary};
use crate::figures::{Runs, Short};
use crate::goals::Goals;
use crate::systems::System;
use crate::table::{DELAYS, HEAD, Rows};
use crate::work::Work;
use std::fmt::Write;

const PICTURE: &str = "![CPU time of millstream, tokio, timely, Renoir and DFIR as a multiple of a \
loop by hand: a panel for each work](performance/peers.svg)";

/// The block of a name.
pub fn block(name: &str, runs: &Runs) -> Option<String> {
    Some(match name {
        "summary" => Summary(runs).to_string(),
        "picture" => PICTURE.to_owned(),
        "runs" => sittings(runs),
        "goals" => Goals(runs).to_string(),
        "ahead" => Ahead(runs).to_string(),
        "two" => two(runs),
        "workers" => workers(runs),
        "delays" => table(DELAYS, runs, is_delay, System::is_near),
        "all_delays" => table(DELAYS, runs, is_delay, |_| true),
        "all" => table(HEAD, runs, |work| !is_delay(work) && !is_growth(work), |_| true),
        "growth" => table(HEAD, runs, is_growth, |_| true),
        _ => return None,
    })
}

fn is_delay(work: Work) -> bool {
    matches!(work, Work::Latency(_))
}

fn is_growth(work: Work) -> bool {
    matches!(work, Work::Events(_) | Work::Keys(_))
}

/// The rows of some works and systems.
fn table(head: &str, runs: &Runs, has: fn(Work) -> bool, shows: fn(System) -> bool) -> String {
    let works = runs.works().into_iter().filter(|work| has(*work));
    let rows = works.map(|work| Rows { work, runs, shows }.to_string());
    [head.to_owned(), "\n".to_owned()].into_iter().chain(rows).collect()
}

/// When and where the runs were.
fn sittings(runs: &Runs) -> String {
    let mut text = String::from(
        "| run | processor | cores | kernel | compiler | commit | rounds |\n|---|---|---|---|---|---|---|\n",
    );
    for run in &runs.0 {
        let machine = &run.machine;
        let rounds = run.works.iter().flat_map(|one| &one.systems).map(|one| one.rounds.len());
        let rounds = rounds.min().unwrap_or_default();
        let quick = if run.quick { ", `--quick`" } else { "" };
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {rounds}{quick} |",
            run.date, machine.processor, machine.cores, machine.kernel, machine.rustc, run.commit,
        )
        .ok();
    }
    text
}

/// Cost and throughput at two instances.
fn two(runs: &Runs) -> String {
    let systems = [System::MILLSTREAM, System::PEERS[0], System::PEERS[1], System::PEERS[2]];
    let mut text = String::from("| work, two instances | |");
    for system in systems {
        write!(text, " {system} |").ok();
    }
    text.push_str("\n|---|---|---|---|---|---|\n");
    for work in runs.works().into_iter().filter(|work| work.has_two() && work.has_loop()) {
        let ratios = [
            ("CPU ÷ loop", systems.map(|of| runs.cpu_ratio(work, of.two(), System::LOOP))),
            ("throughput ÷ loop", systems.map(|of| runs.rate_ratio(work, of.two(), System::LOOP))),
        ];
        for (what, all) in ratios {
            write!(text, "| {work} | {what} |").ok();
            for ratio in all {
                let cell = ratio.map(|ratio| ratio.cell(" ×")).unwrap_or_default();
                write!(text, " {cell} |").ok();
            }
            text.push('\n');
        }
    }
    text
}

/// One instance on a runtime of one thread, and on one of two.
fn workers(runs: &Runs) -> String {
    let mut text = String::from(
        "| work | CPU time, one thread | CPU time, two threads | 99.9 % of the delays, one thread \
         | two threads |\n|---|---|---|---|---|\n",
    );
    let systems = System::all().into_iter().filter(|system| system.is_millstream());
    let systems: Vec<_> = systems.filter(|system| system.instances() == 1).collect();
    for work in runs.works().into_iter().filter(|work| work.has_two_workers()) {
        write!(text, "| {work} |").ok();
        for system in &systems {
            // The source polls, so its CPU time is that of a core.
            let cpu = runs.all(work, *system, |one| work.in_unit(one.cpu()));
            let cpu = cpu.filter(|_| !is_delay(work));
            let cell = cpu.map(|cpu| cpu.cell(&work.cpu_unit())).unwrap_or_default();
            write!(text, " {cell} |").ok();
        }
        for system in &systems {
            let delay = runs.delay(work, *system, |all| all.p999);
            let cell = delay.map(|delay| format!("{} µs", Short(delay.median)));
            write!(text, " {} |", cell.unwrap_or_default()).ok();
        }
        text.push('\n');
    }
    text
}
