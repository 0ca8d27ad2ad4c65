//! Files that are flipped, cut, mixed up or swapped.

use super::*;
use crate::error::ErrorKind;

/// A disk with the checkpoints 1 to 3.
fn three() -> Disk {
    let disk = Disk::default();
    let directory = begun(&disk);
    (1..=3).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    drop(directory);
    disk
}

/// What is restored, and the faults on the way.
fn restored(disk: &Disk) -> (u64, Vec<String>) {
    let found = open(disk).latest().unwrap().unwrap();
    assert_numbered(&found);
    (found.epoch(), found.skipped().iter().map(ToString::to_string).collect())
}

#[test]
fn no_flipped_bit_is_accepted_and_the_checkpoint_before_is_used() {
    let (disk, path) = (three(), delta(3));
    for bit in 0..disk.bytes(&path).len() * 8 {
        let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
        disk.damage(&path, flip);
        let (epoch, faults) = restored(&disk);
        assert_eq!(epoch, 2, "bit {bit} is not noticed");
        assert!(faults[0].contains("3.delta is damaged: "), "bit {bit}: {}", faults[0]);
        disk.damage(&path, flip);
    }
    assert_eq!(restored(&disk), (3, Vec::new()));
}

#[test]
fn a_flipped_bit_below_the_newest_checkpoint_costs_all_that_build_on_it() {
    let (disk, path) = (three(), delta(2));
    for bit in 0..disk.bytes(&path).len() * 8 {
        let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
        disk.damage(&path, flip);
        let (epoch, faults) = restored(&disk);
        assert_eq!((epoch, faults.len()), (1, 2), "bit {bit} is not noticed");
        assert!(faults[0].contains("3.delta builds on checkpoint 2: "), "{}", faults[0]);
        disk.damage(&path, flip);
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_or_too_long_is_not_accepted() {
    let (disk, path) = (three(), delta(3));
    let whole = disk.bytes(&path);
    for length in 0..whole.len() {
        disk.damage(&path, |bytes| bytes.truncate(length));
        assert_eq!(restored(&disk).0, 2, "cut at {length}");
        disk.damage(&path, |bytes| bytes.resize(whole.len(), 0));
        assert_eq!(restored(&disk).0, 2, "zeros from {length} on");
        disk.damage(&path, |bytes| bytes.clone_from(&whole));
    }
    for more in [1, 8, 32, 70_000] {
        disk.damage(&path, |bytes| bytes.resize(whole.len() + more, 0));
        assert_eq!(restored(&disk).0, 2, "{more} bytes more");
        // The same end twice.
        disk.damage(&path, |bytes| {
            let at = bytes.len() - 32;
            bytes[at..].copy_from_slice(&whole[whole.len() - 32..]);
        });
        assert_eq!(restored(&disk).0, 2, "{more} bytes more before the footer");
        disk.damage(&path, |bytes| bytes.clone_from(&whole));
    }
}

#[test]
fn blocks_that_changed_places_are_noticed() {
    let disk = Disk::default();
    let directory = begun(&disk);
    write_numbered(&directory, 1).unwrap();
    let big = whole("lines", 0, &(0..300_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
    directory.write(&manifest(2, 1), &[big]).unwrap();
    drop(directory);
    let (block, start) = (65_536 + 8, 54);
    disk.damage(delta(2), |bytes| {
        let (one, other) = bytes[start..start + 2 * block].split_at_mut(block);
        one.swap_with_slice(other);
    });
    let (epoch, faults) = restored(&disk);
    assert_eq!(epoch, 1);
    assert!(faults[0].contains("its blocks together have CRC"), "{}", faults[0]);
    disk.damage(delta(2), |bytes| bytes[start + 3 * block + 100] ^= 4);
    assert!(restored(&disk).1[0].contains("block 3 has CRC"));
}

#[test]
fn a_file_of_another_checkpoint_run_or_job_is_noticed() {
    let disk = three();
    let swapped = |bytes: Vec<u8>| {
        let disk = disk.copy();
        disk.damage(delta(2), |there| *there = bytes);
        let (epoch, faults) = restored(&disk);
        assert_eq!(epoch, 1);
        faults
    };
    assert!(swapped(disk.bytes(delta(3)))[1].contains("it holds checkpoint 3"));
    // Another run of the same job has the same number, and another identity.
    let other = Disk::default();
    let env = env(&other).seeded(8);
    let directory = CheckpointDirectory::open(&env, folder(), JOB).unwrap();
    directory.latest().unwrap();
    (1..=2).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    let faults = swapped(other.bytes(delta(2)));
    assert!(faults[0].contains("it is not the one that the next one builds on"), "{faults:?}");
    let other = Disk::default();
    let directory = CheckpointDirectory::open(&super::env(&other), folder(), "sums").unwrap();
    directory.latest().unwrap();
    for epoch in 1..=2 {
        let manifest = Manifest { job: "sums".into(), ..manifest(epoch, 1) };
        directory.write(&manifest, &[]).unwrap();
    }
    let faults = swapped(other.bytes(delta(2)));
    assert!(faults[1].contains("it is of the job \"sums\""), "{faults:?}");
}

#[test]
fn a_missing_file_costs_all_that_build_on_it() {
    use crate::env::Files as _;
    let disk = three();
    disk.remove(&delta(2)).unwrap();
    let (epoch, faults) = restored(&disk);
    assert_eq!(epoch, 1);
    assert!(faults[0].ends_with("builds on checkpoint 2: there is no checkpoint 2"), "{faults:?}");
}

#[test]
fn a_job_does_not_begin_anew_if_all_checkpoints_are_damaged() {
    let disk = three();
    disk.damage(delta(1), |bytes| bytes.clear());
    let error = open(&disk).latest().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    let text = format!("{error:#}");
    assert!(text.contains("no checkpoint in checkpoints can be restored: "), "{text}");
    assert!(text.contains("1.delta is damaged: it is cut off: it has 0 bytes"), "{text}");
}

#[test]
fn a_skipped_checkpoint_does_not_come_back_after_the_next_one() {
    let disk = three();
    let good = disk.bytes(delta(3));
    disk.damage(delta(3), |bytes| bytes[0] ^= 1);
    let directory = open(&disk);
    assert_eq!(directory.latest().unwrap().unwrap().epoch(), 2);
    assert_eq!(directory.last_epoch(), 3);
    let again = write_numbered(&directory, 3).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Internal);
    // It could be read after all, but the job has gone on without it.
    disk.damage(delta(3), |bytes| *bytes = good);
    let parts = [rows([(1, Some(4)), (1_004, Some(4)), (1_002, None)]), whole("lines", 0, &[4])];
    directory.write(&manifest(4, 1), &parts).unwrap();
    let found = directory.latest().unwrap().unwrap();
    assert_eq!(all_rows(&found), BTreeMap::from([(1, 4), (1_004, 4)]));
    drop(directory);
    disk.damage(delta(4), |bytes| bytes[0] ^= 1);
    assert_eq!(restored(&disk).0, 2);
}

#[test]
fn damage_that_comes_after_a_file_was_opened_is_an_error() {
    let disk = three();
    let found = open(&disk).latest().unwrap().unwrap();
    disk.damage(delta(2), |bytes| bytes[70] ^= 1);
    let error = found.rows(NODE, PartKind::Rows, &|_| true, &mut |_, _, _| Ok(())).unwrap_err();
    assert!(error.to_string().contains("2.delta is damaged: block 0 has CRC"), "{error}");
}
