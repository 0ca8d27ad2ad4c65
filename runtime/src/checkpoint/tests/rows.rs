//! Rows and wholes through one or a few checkpoints.

use super::*;
use crate::checkpoint::inspect::inspect_in;
use crate::error::{Error, ErrorKind};
use crate::key::KeyGroup;

#[test]
fn a_directory_without_checkpoints_has_none_to_restore() {
    let directory = open(&Disk::default());
    assert!(directory.latest().unwrap().is_none());
    assert_eq!((directory.last_epoch(), directory.generation()), (0, 1));
}

#[test]
fn rows_are_merged_over_all_checkpoints() {
    let directory = begun(&Disk::default());
    directory
        .write(&manifest(1, 1), &[rows([(1, Some(10)), (2, Some(20)), (3, Some(30))])])
        .unwrap();
    directory.write(&manifest(2, 1), &[rows([(2, None), (3, Some(31)), (4, Some(40))])]).unwrap();
    directory.write(&manifest(4, 1), &[rows([(2, Some(22)), (4, None)])]).unwrap();
    let found = directory.latest().unwrap().unwrap();
    assert_eq!(found.epoch(), 4);
    assert_eq!(all_rows(&found), BTreeMap::from([(1, 10), (2, 22), (3, 31)]));
}

#[test]
fn of_two_records_of_a_key_in_a_part_the_later_counts() {
    let directory = begun(&Disk::default());
    let part = rows([(1, Some(10)), (2, Some(20)), (1, None), (2, Some(21)), (1, Some(11))]);
    directory.write(&manifest(1, 1), &[part]).unwrap();
    let found = directory.latest().unwrap().unwrap();
    assert_eq!(all_rows(&found), BTreeMap::from([(1, 11), (2, 21)]));
}

#[test]
fn everything_replaces_the_owned_groups_and_no_others() {
    let directory = begun(&Disk::default());
    let before: [_; 64] = std::array::from_fn(|key| (key as u64, Some(1)));
    directory.write(&manifest(1, 1), &[rows(before)]).unwrap();
    let owned = |group: KeyGroup| group.index() < 3;
    let mut writer = RowsWriter::new(groups());
    writer.everything(owned);
    directory.write(&manifest(2, 1), &[saved_rows(0, writer)]).unwrap();
    let found = all_rows(&directory.latest().unwrap().unwrap());
    let kept = (0..64_u64).filter(|key| !owned(groups().of(key.key_hash())));
    assert_eq!(found, kept.map(|key| (key, 1)).collect());
    assert!(!found.is_empty() && found.len() < 64);
}

#[test]
fn parts_of_a_failed_checkpoint_come_first_in_the_next() {
    let directory = begun(&Disk::default());
    directory.write(&manifest(1, 1), &[rows([(1, Some(1)), (2, Some(1)), (3, Some(1))])]).unwrap();
    let (failed, next) = (rows([(1, Some(2)), (2, None)]), rows([(1, Some(3))]));
    let parts = [whole("lines", 0, b"two"), failed, whole("lines", 0, b"three"), next];
    directory.write(&manifest(3, 1), &parts).unwrap();
    let found = directory.latest().unwrap().unwrap();
    assert_eq!(all_rows(&found), BTreeMap::from([(1, 3), (3, 1)]));
    assert_eq!(found.whole("lines", PartKind::Source).unwrap(), [(0, b"three".to_vec())]);
}

#[test]
fn wholes_of_another_number_of_instances_do_not_come_back() {
    let directory = begun(&Disk::default());
    let of = |instances: u32, text: &'static [u8]| {
        (0..instances).map(move |instance| whole(NODE, instance, text)).collect::<Vec<_>>()
    };
    directory.write(&manifest(1, 4), &of(4, b"four")).unwrap();
    directory.write(&manifest(2, 4), &[whole(NODE, 1, b"one")]).unwrap();
    let found = directory.latest().unwrap().unwrap().whole(NODE, PartKind::Source).unwrap();
    let texts: Vec<_> = found.iter().map(|(_, text)| &**text).collect();
    assert_eq!(texts, [b"four".as_slice(), b"one", b"four", b"four"]);
    directory.write(&manifest(3, 2), &of(2, b"two")).unwrap();
    for _ in 0..2 {
        let found = directory.latest().unwrap().unwrap().whole(NODE, PartKind::Source).unwrap();
        assert_eq!(found, [(0, b"two".to_vec()), (1, b"two".to_vec())]);
        directory.compact().unwrap();
    }
}

#[test]
fn a_node_that_was_removed_and_is_there_again_has_no_state() {
    let directory = begun(&Disk::default());
    write_numbered(&directory, 1).unwrap();
    let mut without = manifest(2, 1);
    without.nodes.retain(|node| node.name != NODE);
    directory.write(&without, &[]).unwrap();
    directory.write(&manifest(3, 1), &[rows([(7, Some(7))])]).unwrap();
    for _ in 0..2 {
        let found = directory.latest().unwrap().unwrap();
        assert_eq!(all_rows(&found), BTreeMap::from([(7, 7)]));
        assert_eq!(found.whole("lines", PartKind::Source).unwrap().len(), 1);
        directory.compact().unwrap();
    }
}

#[test]
fn keys_and_values_of_all_lengths_are_kept() {
    let directory = begun(&Disk::default());
    let lengths = [0, 1, 63, 64, 127, 128, 8_191, 8_192, 16_384, 65_535, 65_536, 200_000];
    let mut writer = RowsWriter::new(groups());
    let group = groups().at(5).unwrap();
    for length in lengths {
        writer.put(group, &vec![1; length], &vec![2; length]);
    }
    writer.put(group, b"gone", b"");
    writer.remove(group, b"gone");
    directory.write(&manifest(1, 1), &[saved_rows(0, writer)]).unwrap();
    for _ in 0..2 {
        let mut found = Vec::new();
        let checkpoint = directory.latest().unwrap().unwrap();
        let wanted = |wanted| wanted == group;
        let read = checkpoint.rows(NODE, PartKind::Rows, &wanted, &mut |_, key, value| {
            assert!(key.iter().all(|byte| *byte == 1) && value.iter().all(|byte| *byte == 2));
            found.push((key.len(), value.len()));
            Ok(())
        });
        read.unwrap();
        assert_eq!(found, lengths.map(|length| (length, length)));
        write_numbered(&directory, 2).map_or_else(drop, drop);
        directory.compact().unwrap();
    }
}

#[test]
fn another_number_of_key_groups_is_refused() {
    let directory = begun(&Disk::default());
    write_numbered(&directory, 1).unwrap();
    let other = Manifest { key_groups: 16, ..manifest(2, 1) };
    let error = directory.write(&other, &[]).unwrap_err().to_string();
    assert!(error.starts_with("the state is of 8 key groups, not 16; "), "{error}");
}

#[test]
fn a_row_that_cannot_be_encoded_leaves_nothing_behind() {
    let refused = || Err(Error::new(ErrorKind::Operator, "it has no end"));
    let mut writer = RowsWriter::new(groups());
    let group = groups().at(0).unwrap();
    let key = |out: &mut Vec<u8>| {
        out.push(9);
        Ok(())
    };
    assert!(writer.put_with(group, key, |_| refused()).is_err());
    assert!(writer.put_with(group, |_| refused(), key).is_err());
    assert!(writer.remove_with(group, |_| refused()).is_err());
    let rows = writer.finish();
    assert_eq!((rows.records(), rows.bytes()), (0, 0));
}

#[test]
fn a_checkpoint_is_merged_after_sixteen_and_two_lines_remain() {
    let disk = Disk::default();
    let directory = begun(&disk);
    for epoch in 1..=40 {
        write_numbered(&directory, epoch).unwrap();
        if directory.wants_compaction() {
            assert!(directory.compact().unwrap());
        }
        assert_numbered(&directory.latest().unwrap().unwrap());
    }
    let names = directory.folder.names().unwrap();
    let merged: Vec<_> = names.iter().filter(|name| name.ends_with("full")).collect();
    assert_eq!(merged, ["00000000000000000017.full", "00000000000000000033.full"]);
    let deltas: Vec<_> = names.iter().filter(|name| name.ends_with("delta")).collect();
    assert_eq!((deltas.len(), &**deltas[0]), (23, "00000000000000000018.delta"));
    // Either line leads to the newest.
    for damaged in [full(33), delta(33)] {
        let disk = disk.copy();
        disk.damage(&damaged, |bytes| bytes[99] ^= 1);
        let found = open(&disk).latest().unwrap().unwrap();
        assert_eq!((found.epoch(), found.skipped().len()), (40, 0));
        assert_numbered(&found);
    }
}

#[test]
fn a_checkpoint_can_be_read_while_its_files_are_deleted() {
    let directory = begun(&Disk::default());
    (1..=3).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    let found = directory.latest().unwrap().unwrap();
    for epoch in 4..=6 {
        write_numbered(&directory, epoch).unwrap();
        directory.compact().unwrap();
    }
    assert_numbered(&found);
    assert!(directory.folder.names().unwrap().iter().all(|name| !name.contains("3.")));
}

#[test]
fn a_directory_is_shown_without_the_types_of_the_job() {
    let disk = Disk::default();
    let directory = begun(&disk);
    (1..=2).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    disk.damage(delta(1), |bytes| bytes[70] ^= 1);
    let shown = inspect_in(&env(&disk), folder()).unwrap().to_string();
    let lines: Vec<_> = shown.lines().map(|line| line.trim_end()).collect();
    assert!(lines[0].ends_with("counts") && lines[1].ends_with('2'), "{shown}");
    assert!(shown.contains("0001.delta: the checkpoint"), "{shown}");
    assert!(shown.contains("builds on 1\n"), "{shown}");
    let row = "  total                     rows                1       ";
    assert!(lines.iter().any(|line| line.starts_with(row)), "{shown}");
    assert!(inspect_in(&env(&disk), Path::new("elsewhere")).is_err());
}

#[test]
fn a_directory_shows_what_a_job_continues_from() {
    let disk = Disk::default();
    let directory = begun(&disk);
    (1..=3).for_each(|epoch| write_numbered(&directory, epoch).unwrap());
    let inspected = || inspect_in(&env(&disk), folder()).unwrap();
    let start = inspected().start.unwrap();
    let names = [3, 2, 1].map(|epoch| format!("{epoch:020}.delta"));
    assert_eq!((start.epoch, start.files), (3, names.to_vec()));
    let nodes = start.nodes.iter().map(|state| (&*state.node, &*state.kind, state.rows));
    assert_eq!(nodes.collect::<Vec<_>>(), [("lines", "source", 0), ("total", "rows", 2)]);
    assert_eq!(start.nodes.iter().map(|state| state.bytes).collect::<Vec<_>>(), [8, 32]);
    assert_eq!(start.nodes[0].position.as_deref(), Some(&3_u64.to_le_bytes()[..]));
    // The newest is damaged: a job continues from the one before.
    disk.damage(delta(3), |bytes| bytes.truncate(bytes.len() - 1));
    let shown = inspected();
    assert_eq!(shown.start.as_ref().map(|start| (start.epoch, start.nodes[1].rows)), Some((2, 2)));
    assert!(shown.to_string().contains("\na job continues from checkpoint 2: "), "{shown}");
    // The others are good, and build on one that is not.
    disk.damage(delta(1), |bytes| bytes[70] ^= 1);
    let shown = inspected();
    assert_eq!((shown.start.as_ref(), shown.manifest.as_ref().unwrap().epoch), (None, 2));
    assert!(shown.to_string().contains("\na job cannot continue: "), "{shown}");
}

#[test]
fn a_position_is_shown_as_bytes_and_as_a_number_if_it_is_one() {
    let disk = Disk::default();
    let directory = begun(&disk);
    for (epoch, position, shown) in [
        (1, &[0x80, 0x89, 0x7a][..], "3  80897a (2000000)\n"),
        (2, &[0x80, 0x89][..], "2  8089\n"),
        (3, &[7; 17][..], "17  07070707070707070707070707070707…\n"),
    ] {
        directory.write(&manifest(epoch, 1), &[whole("lines", 0, position)]).unwrap();
        let text = inspect_in(&env(&disk), folder()).unwrap().to_string();
        assert!(text.contains(shown), "{shown}: {text}");
    }
}
