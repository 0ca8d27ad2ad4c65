//! Two processes, two jobs.

use super::*;

#[test]
fn a_second_process_is_refused_until_the_first_is_gone() {
    let disk = Disk::default();
    let first = begun(&disk);
    write_numbered(&first, 1).unwrap();
    let error = CheckpointDirectory::open(&env(&disk), folder(), JOB).unwrap_err().to_string();
    assert!(error.starts_with("the checkpoints in checkpoints are in use by process "), "{error}");
    assert!(error.ends_with("stop it first, or give this job a directory of its own"), "{error}");
    drop(first);
    let second = open(&disk);
    assert_eq!((second.generation(), second.last_epoch()), (2, 1));
    assert_numbered(&second.latest().unwrap().unwrap());
}

#[test]
fn a_directory_of_another_job_is_refused() {
    let disk = Disk::default();
    drop(open(&disk));
    let error = CheckpointDirectory::open(&env(&disk), folder(), "sums").unwrap_err().to_string();
    assert!(error.contains("are of the job \"counts\", not of \"sums\"; give each job"), "{error}");
}

#[test]
fn a_process_that_was_shut_out_publishes_nothing_any_more() {
    let disk = Disk::default();
    let first = begun(&disk);
    (1..=2).for_each(|epoch| write_numbered(&first, epoch).unwrap());
    let second = CheckpointDirectory::take_over(&env(&disk), folder(), JOB).unwrap();
    assert_numbered(&second.latest().unwrap().unwrap());
    let error = write_numbered(&first, 3).unwrap_err().to_string();
    assert_eq!(error, "another process has taken over the checkpoints in checkpoints");
    assert!(first.compact().is_err());
    write_numbered(&second, 3).unwrap();
    assert_numbered(&second.latest().unwrap().unwrap());
    let names = second.folder.names().unwrap();
    assert!(names.iter().all(|name| !name.ends_with("full") && !name.ends_with("tmp")));
}

#[test]
fn a_process_that_stops_before_it_renames_is_shut_out_too() {
    use crate::env::Files as _;
    let disk = Disk::default();
    drop(begun(&disk));
    // What the process has written, and checked that nobody has taken over.
    let unfinished = file("00000000000000000005.1.tmp");
    disk.create(&unfinished).unwrap();
    let second = CheckpointDirectory::take_over(&env(&disk), folder(), JOB).unwrap();
    assert!(disk.rename(&unfinished, &delta(5)).is_err());
    assert_eq!((second.generation(), second.last_epoch()), (2, 5));
}

#[test]
fn a_damaged_generation_is_taken_from_the_checkpoints() {
    let disk = Disk::default();
    for epoch in 1..=3 {
        write_numbered(&begun(&disk), epoch).unwrap();
    }
    disk.damage(file("GENERATION"), |bytes| bytes[0] = 0xff);
    let directory = open(&disk);
    assert_eq!(directory.generation(), 4);
    assert_numbered(&directory.latest().unwrap().unwrap());
}

#[test]
fn the_machines_files_can_be_locked_written_merged_and_read() {
    let path = std::env::temp_dir().join(format!("millstream-{}", std::process::id()));
    let path = path.join("parent").join("checkpoints");
    let env = Env::system();
    let directory = CheckpointDirectory::open(&env, &path, JOB).unwrap();
    assert!(directory.latest().unwrap().is_none());
    let error = CheckpointDirectory::open(&env, &path, JOB).unwrap_err().to_string();
    assert!(error.contains(&format!("in use by process {}", std::process::id())), "{error}");
    for epoch in 1..=20 {
        write_numbered(&directory, epoch).unwrap();
        if epoch % 7 == 0 {
            directory.compact().unwrap();
        }
    }
    drop(directory);
    let directory = CheckpointDirectory::open(&env, &path, JOB).unwrap();
    assert_numbered(&directory.latest().unwrap().unwrap());
    let shown = crate::checkpoint::inspect(&path).unwrap();
    assert_eq!(shown.files.len(), 15);
    std::fs::remove_dir_all(path.ancestors().nth(2).unwrap()).unwrap();
}
