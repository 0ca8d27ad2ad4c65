//! Disks that are full, read-only, or without power.

use crate::driver::{Driver, Kind, number, report, seed};
use crate::input::Random;
use crate::output::Earlier;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PACE: &str = "30000";

/// How many power cuts one job gets, before the next one begins anew.
const CUTS_OF_A_JOB: u64 = 20;

/// Runs a command; what it has printed, or why it has failed.
fn command(program: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(args).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A file system that is unmounted in the end.
struct Mounted(PathBuf);

impl Mounted {
    /// One in memory, of so many bytes; says why there is none.
    fn in_memory(at: &Path, size: &str) -> Result<Self, String> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={size}");
        let args = ["-t", "tmpfs", "-o", &*size, "tmpfs", text(at)];
        command(Path::new("mount"), &args)?;
        Ok(Self(at.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        command(Path::new("umount"), &["--lazy", text(&self.0)]).ok();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes until there is no space left.
fn fill(at: &Path) {
    let mut file = std::fs::File::create(at).unwrap();
    for size in [4_096, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
}

#[test]
fn a_disk_that_is_full_for_a_while_loses_nothing() {
    let (wanted, seed) = (number("MILLSTREAM_KILLS", 8).div_ceil(4).min(50), seed(13));
    let folder = tempfile::tempdir().unwrap();
    let disk = match Mounted::in_memory(&folder.path().join("disk"), "24m") {
        Ok(disk) => disk,
        Err(said) => return report(&format!("SKIPPED, a disk that is full: {said}")),
    };
    let mut driver = Driver::new(Kind::ExactlyOnceParts, folder.path(), &disk.0, seed);
    driver.input.extend(5_000);
    let (mut filled, mut failed, mut noticed) = (0, 0, 0);
    while filled < wanted {
        let mut process = driver.start(&["--pace", PACE]);
        assert!(process.runs(), "the job does not start: {}", driver.messages());
        let after = Duration::from_micros(driver.random.below(100_000));
        if process.ends_within(after).is_some() {
            driver.input.extend(10_000);
            continue;
        }
        fill(&disk.0.join("rubbish"));
        let ended = process.ends_within(Duration::from_millis(50 + driver.random.below(400)));
        driver.look();
        std::fs::remove_file(disk.0.join("rubbish")).unwrap();
        filled += u64::from(ended.is_none_or(|status| !status.success()));
        failed += u64::from(!process.end().success());
        noticed += process.failures();
        driver.look();
        driver.input.extend(5_000);
    }
    driver.finish();
    report(&format!(
        "a disk that is full: seed {seed}: {filled} times beneath a running job, {failed} of them \
         have ended it with an error, the others had {noticed} failures; {} lines, none lost, none \
         wrong",
        driver.lines()
    ));
    assert!(failed + noticed > 0, "nobody has noticed it");
}

#[test]
fn a_directory_that_is_read_only_for_a_while_loses_nothing() {
    let (wanted, seed) = (number("MILLSTREAM_KILLS", 8).div_ceil(4).min(50), seed(14));
    let folder = tempfile::tempdir().unwrap();
    let mut driver = Driver::new(Kind::ExactlyOnceParts, folder.path(), folder.path(), seed);
    driver.input.extend(5_000);
    // Root may write whatever the permissions say, so the directory is immutable.
    let attribute = |sign: &str, at: &Path| command(Path::new("chattr"), &[sign, text(at)]);
    let tried = attribute("+i", folder.path()).and_then(|_| attribute("-i", folder.path()));
    if let Err(said) = tried {
        return report(&format!("SKIPPED, a directory that is read-only: {said}"));
    }
    let (mut times, mut failed, mut noticed) = (0, 0, 0);
    while times < wanted {
        let mut process = driver.start(&["--pace", PACE]);
        assert!(process.runs(), "the job does not start: {}", driver.messages());
        let after = Duration::from_micros(driver.random.below(100_000));
        if process.ends_within(after).is_some() {
            driver.input.extend(10_000);
            continue;
        }
        let which = driver.random.one_of(&[0, 1]);
        let at = [driver.checkpoints(), driver.output()][which].clone();
        attribute("+i", &at).unwrap();
        let ended = process.ends_within(Duration::from_millis(50 + driver.random.below(400)));
        // A job that is started now is refused.
        let refused = match ended.is_some() {
            true => !driver.start(&[]).end().success(),
            false => true,
        };
        attribute("-i", &at).unwrap();
        assert!(refused || which == 1, "a job has started whose checkpoints cannot be written");
        driver.look();
        times += u64::from(ended.is_none_or(|status| !status.success()));
        failed += u64::from(!process.end().success());
        noticed += process.failures();
        driver.look();
        driver.input.extend(5_000);
    }
    driver.finish();
    report(&format!(
        "a directory that is read-only: seed {seed}: {times} times beneath a running job, {failed} \
         of them have ended it with an error, the others had {noticed} failures; {} lines, none \
         lost, none wrong",
        driver.lines()
    ));
    assert!(failed + noticed > 0, "nobody has noticed it");
}

/// A disk that can lose its power.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

fn power(args: &[&str]) -> Result<String, String> {
    command(&Path::new(env!("CARGO_MANIFEST_DIR")).join("power.sh"), args)
}

impl Disk {
    fn new(folder: &Path) -> Self {
        let disk = Self { image: folder.join("image"), at: folder.join("disk") };
        power(&["begin", text(&disk.image), text(&disk.at)]).unwrap();
        disk
    }

    /// Whatever was not synced is gone from here on.
    fn cut(&self) {
        power(&["cut", text(&self.at)]).unwrap();
    }

    fn mount_again(&self) {
        power(&["again", text(&self.image), text(&self.at)]).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        power(&["end", text(&self.at)]).ok();
    }
}

/// Cuts the power beneath a job, at a random moment; whether it was running.
fn cut_once(driver: &mut Driver, disk: &Disk) -> bool {
    let longest = driver.random.one_of(&[5, 50, 400]);
    let after = Duration::from_micros(driver.random.below(longest * 1_000));
    let mut process = driver.start(&["--pace", PACE]);
    assert!(process.runs(), "the job does not start: {}", driver.messages());
    if let Some(status) = process.ends_within(after) {
        assert!(status.success(), "the job ended with {status}: {}", driver.messages());
        driver.input.extend(5_000);
        return false;
    }
    // What was behind the last cut of a file may be anything, until the next process writes to it.
    let is_visible_in_whole_epochs = driver.kind == Kind::ExactlyOnceParts;
    if is_visible_in_whole_epochs {
        driver.look();
    }
    // A name of its own: ext4 writes at once what replaces the contents of a file.
    let control = disk.at.join(format!("control-{}", driver.random.next()));
    std::fs::write(&control, "not synced").unwrap();
    disk.cut();
    let was_running = process.kill();
    disk.mount_again();
    let left = std::fs::read(&control).unwrap_or_default();
    assert!(left.is_empty(), "the disk has kept what was not synced: this is no power cut");
    if is_visible_in_whole_epochs {
        driver.earlier = Earlier::MayWait;
        driver.look();
    }
    was_running
}

#[test]
fn a_power_cut_loses_nothing_and_doubles_nothing() {
    let (wanted, seed) = (number("MILLSTREAM_POWER_CUTS", 6), seed(15));
    if let Err(said) = power(&["probe"]) {
        return report(&format!("SKIPPED, power cuts: {said}"));
    }
    let (mut cuts, mut lines, mut random, mut jobs) = (0, 0, Random(seed), 0);
    while cuts < wanted {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path());
        let kinds = [Kind::ExactlyOnceParts, Kind::ExactlyOnceFile, Kind::AtLeastOnce];
        let kind = kinds[usize::try_from(jobs % 3).unwrap()];
        jobs += 1;
        let mut driver = Driver::new(kind, folder.path(), &disk.at, random.next());
        driver.input.extend(5_000);
        let until = wanted.min(cuts + CUTS_OF_A_JOB.min(wanted.div_ceil(3)));
        while cuts < until {
            cuts += u64::from(cut_once(&mut driver, &disk));
        }
        driver.finish();
        lines += driver.lines();
    }
    report(&format!(
        "power cuts: seed {seed}: {cuts} of {wanted} hit a running job; {lines} lines, none lost, \
         none wrong"
    ));
}
