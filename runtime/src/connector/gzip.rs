//! Decompression of files that consist of several members.

use super::file::BUFFER;
use flate2::bufread::GzDecoder;
use std::io::{BufRead, BufReader, Read, Result};

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
