//! Every operation on a file fails, or is the last before a power cut.

use super::*;
use crate::env::disk::DiskFault;
use crate::mutant::Mutant;
use std::io::ErrorKind;

/// A disk with three checkpoints, the first two of them merged.
fn prepared() -> Disk {
    let disk = Disk::default();
    let directory = begun(&disk);
    (1..=2).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    directory.compact().unwrap();
    write_numbered(&directory, 3).unwrap();
    drop(directory);
    disk.forget();
    disk
}

/// Goes on from there; returns the newest checkpoint that was acknowledged.
fn work(disk: &Disk) -> u64 {
    let Ok(directory) = CheckpointDirectory::open(&env(disk), folder(), JOB) else { return 3 };
    let found = directory.latest().unwrap().unwrap();
    assert_numbered(&found);
    let mut acknowledged = found.epoch();
    for epoch in 4..=7_u64 {
        // What a failed checkpoint would have removed is removed by the next one.
        let mut parts = vec![whole("lines", 0, &epoch.to_le_bytes())];
        let removed: Vec<_> = (acknowledged..epoch).collect();
        for epoch in removed {
            parts.push(rows([(epoch + 1_000, None)]));
        }
        parts.push(rows([(1, Some(epoch)), (epoch + 1_000, Some(epoch))]));
        if directory.write(&manifest(epoch, 1), &parts).is_ok() {
            acknowledged = epoch;
            directory.describe(&manifest(epoch, 1));
        }
        if epoch % 2 == 0 {
            drop(directory.compact());
        }
    }
    acknowledged
}

/// The operations of all that.
fn steps() -> Vec<String> {
    let disk = prepared();
    assert_eq!(work(&disk), 7);
    disk.forget()
}

#[test]
fn after_a_power_cut_at_any_operation_the_newest_acknowledged_checkpoint_is_there() {
    let steps = steps();
    assert!(steps.len() > 60, "{steps:#?}");
    for (at, step) in steps.iter().enumerate() {
        let disk = prepared();
        disk.plan(at, DiskFault::PowerCut);
        let acknowledged = work(&disk);
        for seed in 0..12 {
            let disk = disk.after_power_cut(seed);
            let directory = open(&disk);
            let found = directory.latest().unwrap().unwrap();
            assert!(found.epoch() >= acknowledged, "{at} {step}, seed {seed}");
            assert_numbered(&found);
            assert!(found.skipped().is_empty(), "{at} {step}: {:?}", found.skipped());
            // The job goes on.
            let last = directory.last_epoch();
            let parts = [
                whole("lines", 0, &(last + 1).to_le_bytes()),
                rows([
                    (1, Some(last + 1)),
                    (found.epoch() + 1_000, None),
                    (last + 1_001, Some(last + 1)),
                ]),
            ];
            directory.write(&manifest(last + 1, 1), &parts).unwrap();
            directory.compact().unwrap();
            let disk = disk.after_power_cut(0);
            let found = open(&disk).latest().unwrap().unwrap();
            assert_eq!(found.epoch(), last + 1);
            assert_numbered(&found);
        }
    }
}

#[test]
fn an_operation_that_fails_costs_at_most_its_own_checkpoint() {
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied, ErrorKind::Other] {
        for (at, step) in steps().iter().enumerate() {
            let disk = prepared();
            disk.plan(at, DiskFault::Fails(kind));
            let acknowledged = work(&disk);
            assert!(acknowledged >= 6 || acknowledged == 3, "{at} {step}: {acknowledged}");
            disk.forget();
            for disk in [disk.copy(), disk.after_power_cut(0), disk.after_power_cut(at as u64 + 1)]
            {
                let directory = open(&disk);
                let found = directory.latest().unwrap().unwrap();
                assert!(found.epoch() >= acknowledged, "{at} {step}");
                assert_numbered(&found);
                let names = directory.folder.names().unwrap();
                assert!(names.iter().all(|name| !name.ends_with(".tmp")), "{at} {step} {names:?}");
            }
        }
    }
}

#[test]
fn a_checkpoint_that_could_not_be_made_durable_is_gone() {
    for operation in ["sync checkpoints/", "rename", "sync the directory"] {
        let disk = prepared();
        let directory = begun(&disk);
        disk.forget();
        let probe = disk.copy();
        write_numbered(&begun(&probe), 4).unwrap();
        let steps = probe.forget();
        let own = steps.iter().skip_while(|step| !step.contains("4.")).collect::<Vec<_>>();
        let at = own.iter().position(|step| step.starts_with(operation)).unwrap();
        disk.plan(at, DiskFault::Fails(ErrorKind::Other));
        let error = write_numbered(&directory, 4).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot write checkpoints/00000000000000000004.delta"),
            "{error}"
        );
        disk.forget();
        let names = directory.folder.names().unwrap();
        assert!(!names.iter().any(|name| name.contains("4.")), "{operation}: {names:?}");
        assert_eq!(directory.latest().unwrap().unwrap().epoch(), 3);
        // The number is not used again, and the next checkpoint builds on what is there.
        assert!(write_numbered(&directory, 4).is_err());
        let parts = [
            whole("lines", 0, &5_u64.to_le_bytes()),
            rows([(1, Some(5)), (1_003, None), (1_005, Some(5))]),
        ];
        directory.write(&manifest(5, 1), &parts).unwrap();
        assert_numbered(&directory.latest().unwrap().unwrap());
    }
}

#[test]
fn a_merge_that_deletes_first_is_noticed() {
    Mutant::plant(Some(Mutant::DeletedBeforeMerged));
    let law = after_a_power_cut_at_any_operation_the_newest_acknowledged_checkpoint_is_there;
    let result = std::panic::catch_unwind(law);
    Mutant::plant(None);
    assert!(result.is_err());
}
