//! Gzip files that consist of several members.

use super::file::BUFFER;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{BufRead, BufReader, Error, Read, Result, Write};

/// Reads all members of a gzip file; zero bytes that pad the last one to a block are no member.
pub(super) struct GzipMembers<R> {
    current: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> GzipMembers<R> {
    pub(super) fn new(file: R) -> Self {
        Self { current: Some(GzDecoder::new(BufReader::with_capacity(BUFFER, file))) }
    }
}

impl<R: Read> Read for GzipMembers<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        while let Some(member) = &mut self.current {
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let Some(ended) = self.current.take() else { break };
            let mut file = ended.into_inner();
            if skip_zeros(&mut file)? {
                self.current = Some(GzDecoder::new(file));
            }
        }
        Ok(0)
    }
}

/// Whether anything else follows.
fn skip_zeros(file: &mut impl BufRead) -> Result<bool> {
    loop {
        let bytes = file.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if zeros < bytes.len() || bytes.is_empty() {
            let more = !bytes.is_empty();
            file.consume(zeros);
            return Ok(more);
        }
        file.consume(zeros);
    }
}

/// Where the last whole member ends in a part of a file that begins with a member.
pub(super) fn whole_members(file: impl Read) -> u64 {
    let mut file = BufReader::with_capacity(BUFFER, Consumed { file, read: 0 });
    let (mut whole, mut scratch) = (0, vec![0; BUFFER]);
    loop {
        let mut member = GzDecoder::new(file);
        loop {
            match member.read(&mut scratch) {
                Ok(0) => break,
                Ok(_) => {}
                // The last one is torn.
                Err(_) => return whole,
            }
        }
        file = member.into_inner();
        let end = file.get_ref().read - file.buffer().len() as u64;
        if end == whole {
            return whole;
        }
        whole = end;
    }
}

/// Counts what is read.
struct Consumed<R> {
    file: R,
    read: u64,
}

impl<R: Read> Read for Consumed<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.file.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

/// Writes a gzip file of any number of members.
pub(super) enum GzipOutput<W: Write> {
    /// A member, and whether anything was written to it.
    Member(Box<GzEncoder<W>>, bool),
    /// The last member has ended.
    Between(W),
    /// The end of a member could not be written.
    Failed,
}

impl<W: Write> GzipOutput<W> {
    /// A file of at least one member.
    pub(super) fn new(file: W) -> Self {
        Self::Member(Box::new(GzEncoder::new(file, Compression::default())), false)
    }

    fn member(&mut self) -> Result<&mut GzEncoder<W>> {
        if let Self::Between(_) = self
            && let Self::Between(file) = std::mem::replace(self, Self::Failed)
        {
            *self = Self::new(file);
        }
        match self {
            Self::Member(member, written) => {
                *written = true;
                Ok(member)
            }
            Self::Between(_) | Self::Failed => Err(Error::other("the last write has failed")),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.member()?.write(bytes)
    }

    /// Makes what is written readable. Does not begin a member: a cut would not end it.
    pub(super) fn flush(&mut self) -> Result<()> {
        match self {
            Self::Member(_, false) => Ok(()),
            Self::Member(member, true) => member.flush(),
            Self::Between(file) => file.flush(),
            Self::Failed => Ok(()),
        }
    }

    /// Ends the member, unless it is empty; returns the file.
    pub(super) fn end_member(&mut self) -> Result<&mut W> {
        if let Self::Member(_, true) = self
            && let Self::Member(member, _) = std::mem::replace(self, Self::Failed)
        {
            *self = Self::Between(member.finish()?);
        }
        match self {
            Self::Member(member, _) => Ok(member.get_mut()),
            Self::Between(file) => Ok(file),
            Self::Failed => Err(Error::other("the last write has failed")),
        }
    }

    /// Ends the file.
    pub(super) fn end(&mut self) -> Result<&mut W> {
        if let Self::Member(_, written) = self {
            *written = true;
        }
        self.end_member()
    }
}
