//! A file system in memory for tests, which loses at a power cut what was not synced.

use super::{Env, FileKind, FileLock, FileStatus, Files, ReadAt};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{Cursor, Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// The file system; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<DiskState>>);

#[derive(Debug, Default)]
struct DiskState {
    files: Vec<DiskFile>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// The old and new names of renamed files, until the directory is synced. A power cut leaves
    /// one of both, as on a file system with a journal.
    renamed: Vec<[PathBuf; 2]>,
    folders: BTreeSet<PathBuf>,
    locked: BTreeSet<PathBuf>,
    /// The operations that change something, so far.
    steps: Vec<String>,
    fault: Option<(usize, DiskFault)>,
}

#[derive(Debug, Default, Clone)]
struct DiskFile {
    bytes: Vec<u8>,
    durable: Vec<u8>,
}

/// What happens at an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiskFault {
    /// It fails; a write is done by half.
    Fails(ErrorKind),
    /// The power is cut: neither this nor any later operation has an effect; a write is done by
    /// half.
    PowerCut,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, DiskState> {
        self.0.lock().unwrap()
    }

    /// Lets something happen at an operation, counted from now and from 0.
    pub(crate) fn plan(&self, at: usize, fault: DiskFault) {
        let mut state = self.state();
        state.steps.clear();
        state.fault = Some((at, fault));
    }

    /// Forgets the operations so far and what was planned; returns the operations.
    pub(crate) fn forget(&self) -> Vec<String> {
        let mut state = self.state();
        state.fault = None;
        std::mem::take(&mut state.steps)
    }

    /// The file system after a power cut now. With seed 0 all that was not synced is lost; with
    /// another one a random part of it. What was appended to synced bytes takes none of them along.
    pub(crate) fn after_power_cut(&self, seed: u64) -> Self {
        let env = Env::system().seeded(seed);
        let choose = |most: u64| if seed == 0 { 0 } else { env.random() % most };
        let state = self.state();
        let mut after = DiskState { folders: state.folders.clone(), ..DiskState::default() };
        for DiskFile { bytes, durable } in &state.files {
            // What was synced and is still there stays.
            let kept = bytes.iter().zip(durable).take_while(|(now, synced)| now == synced).count();
            let half = kept + (bytes.len() - kept) / 2;
            let bytes = match choose(4) {
                _ if bytes == durable => bytes.clone(),
                0 => durable.clone(),
                1 => bytes.clone(),
                2 => bytes[..half].to_vec(),
                _ => [&bytes[..half], &vec![0; bytes.len() - half]].concat(),
            };
            after.files.push(DiskFile { durable: bytes.clone(), bytes });
        }
        let renames: Vec<_> = state.renamed.iter().map(|_| choose(2)).collect();
        for name in state.names.keys().chain(state.durable_names.keys()) {
            let pair = state.renamed.iter().position(|pair| pair.contains(name));
            let choice = match pair.and_then(|pair| renames.get(pair)) {
                Some(choice) => *choice,
                None => choose(2),
            };
            let names = if choice == 0 { &state.durable_names } else { &state.names };
            if let Some(file) = names.get(name) {
                after.names.insert(name.clone(), *file);
            }
        }
        after.durable_names = after.names.clone();
        Self(Arc::new(Mutex::new(after)))
    }

    /// A second file system with the same files.
    pub(crate) fn copy(&self) -> Self {
        let state = self.state();
        let (names, folders) = (state.names.clone(), state.folders.clone());
        let files = state.files.iter();
        let files = files.map(|file| DiskFile { durable: file.bytes.clone(), ..file.clone() });
        let files = files.collect();
        let durable_names = names.clone();
        let copy = DiskState { files, names, durable_names, folders, ..DiskState::default() };
        Self(Arc::new(Mutex::new(copy)))
    }

    /// A file system with one file.
    pub(crate) fn with(path: &str, text: &[u8]) -> Self {
        let disk = Self::default();
        disk.put(path, text);
        disk
    }

    /// Replaces the bytes of a file, or creates it, behind everyone's back.
    pub(crate) fn put(&self, path: &str, text: &[u8]) {
        let mut state = self.state();
        let next = state.files.len();
        let file = *state.names.entry(path.into()).or_insert(next);
        state.durable_names.insert(path.into(), file);
        let text = DiskFile { bytes: text.to_vec(), durable: text.to_vec() };
        if file < next { state.files[file] = text } else { state.files.push(text) }
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Vec<String> {
        self.state().names.keys().map(|path| path.display().to_string()).collect()
    }

    /// The files and directories that were synced since the operations were last forgotten, which
    /// they are now.
    pub(crate) fn synced(&self) -> Vec<String> {
        let steps = self.forget().into_iter();
        let synced = steps.filter_map(|step| match step.strip_prefix("sync the directory ") {
            Some(folder) => Some(format!("{folder}/.")),
            None => step.strip_prefix("sync ").map(str::to_owned),
        });
        synced.collect()
    }

    /// The machine, with these files.
    pub(crate) fn env(&self) -> Env {
        Env::system().with_files(self.clone())
    }

    /// Changes the bytes of a file behind everyone's back.
    pub(crate) fn damage(&self, path: impl AsRef<Path>, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let file = state.names[path.as_ref()];
        let file = &mut state.files[file];
        change(&mut file.bytes);
        file.durable = file.bytes.clone();
    }

    /// The bytes of a file; none if there is no such file.
    pub(crate) fn bytes(&self, path: impl AsRef<Path>) -> Vec<u8> {
        let state = self.state();
        let file = state.names.get(path.as_ref());
        file.map_or(Vec::new(), |file| state.files[*file].bytes.clone())
    }

    fn create_at(&self, path: &Path, keep: bool) -> Result<Box<dyn Write + Send>> {
        self.state().step("create", path)?;
        let mut state = self.state();
        let file = match state.names.get(path) {
            Some(file) => *file,
            None => {
                state.files.push(DiskFile::default());
                state.files.len() - 1
            }
        };
        if !keep {
            state.files[file].bytes.clear();
        }
        state.names.insert(path.to_owned(), file);
        Ok(Box::new(DiskWriter { disk: self.clone(), file, path: path.to_owned() }))
    }
}

impl DiskState {
    /// Counts an operation, which may be the one that fails.
    fn step(&mut self, what: &str, path: &Path) -> Result<()> {
        let now = self.steps.len();
        self.steps.push(format!("{what} {}", path.display()));
        match self.fault {
            Some((at, DiskFault::Fails(kind))) if at == now => Err(kind.into()),
            Some((at, DiskFault::PowerCut)) if at <= now => Err(Error::other("no power")),
            _ => Ok(()),
        }
    }

    fn file(&self, path: &Path) -> Result<usize> {
        self.names.get(path).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }
}

struct DiskWriter {
    disk: Disk,
    file: usize,
    path: PathBuf,
}

impl Write for DiskWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut state = self.disk.state();
        let cut_before = state.fault.is_some_and(|(at, _)| at < state.steps.len());
        let done = state.step("write", &self.path);
        let length = match done {
            Ok(()) => bytes.len(),
            Err(_) if cut_before => 0,
            Err(_) => bytes.len() / 2,
        };
        state.files[self.file].bytes.extend(&bytes[..length]);
        done.map(|()| length)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// An open file: it is there even if its name is gone.
#[derive(Debug)]
struct DiskReader {
    disk: Disk,
    file: usize,
}

impl ReadAt for DiskReader {
    fn length(&self) -> Result<u64> {
        Ok(self.disk.state().files[self.file].bytes.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let state = self.disk.state();
        let start = usize::try_from(offset).unwrap();
        let bytes = state.files[self.file].bytes.get(start..start + buffer.len());
        buffer.copy_from_slice(bytes.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Releases a lock when dropped.
struct DiskLock(Disk, PathBuf);

impl Drop for DiskLock {
    fn drop(&mut self) {
        self.0.state().locked.remove(&self.1);
    }
}

impl Files for Disk {
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>> {
        let state = self.state();
        let file = state.file(path)?;
        Ok(Box::new(Cursor::new(state.files[file].bytes.clone())))
    }

    fn create(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        self.create_at(path, false)
    }

    fn append(&self, path: &Path) -> Result<Box<dyn Write + Send>> {
        self.create_at(path, true)
    }

    fn status(&self, path: &Path) -> Result<FileStatus> {
        let state = self.state();
        if state.folders.contains(path) || path == Path::new(".") {
            return Ok(FileStatus { kind: FileKind::Directory, length: 0, id: None });
        }
        let length = state.files[state.file(path)?].bytes.len() as u64;
        Ok(FileStatus { kind: FileKind::Regular, length, id: None })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let mut state = self.state();
        state.step("rename", from)?;
        let file = state.file(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), file);
        state.renamed.push([from.to_owned(), to.to_owned()]);
        Ok(())
    }

    fn directory(&self, path: &Path) -> Result<Vec<OsString>> {
        let mut state = self.state();
        state.folders.insert(path.to_owned());
        let inside = state.names.keys().filter(|name| name.parent() == Some(path));
        Ok(inside.filter_map(|name| name.file_name()).map(Into::into).collect())
    }

    fn remove(&self, path: &Path) -> Result<()> {
        let mut state = self.state();
        state.step("remove", path)?;
        state.file(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn set_length(&self, path: &Path, length: u64) -> Result<()> {
        let mut state = self.state();
        state.step("set the length of", path)?;
        let file = state.file(path)?;
        state.files[file].bytes.resize(usize::try_from(length).unwrap(), 0);
        Ok(())
    }

    fn sync(&self, path: &Path) -> Result<()> {
        let mut state = self.state();
        state.step("sync", path)?;
        let file = state.file(path)?;
        let file = &mut state.files[file];
        file.durable.clone_from(&file.bytes);
        Ok(())
    }

    fn sync_directory(&self, path: &Path) -> Result<()> {
        let mut state = self.state();
        state.step("sync the directory", path)?;
        state.durable_names.retain(|name, _| name.parent() != Some(path));
        state.renamed.retain(|[name, _]| name.parent() != Some(path));
        let inside = state.names.iter().filter(|(name, _)| name.parent() == Some(path));
        let inside: Vec<_> = inside.map(|(name, file)| (name.clone(), *file)).collect();
        state.durable_names.extend(inside);
        Ok(())
    }

    fn open_at_random(&self, path: &Path) -> Result<Box<dyn ReadAt>> {
        let file = self.state().file(path)?;
        Ok(Box::new(DiskReader { disk: self.clone(), file }))
    }

    fn lock(&self, path: &Path) -> Result<FileLock> {
        if !self.state().locked.insert(path.to_owned()) {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(FileLock::new(DiskLock(self.clone(), path.to_owned())))
    }
}
