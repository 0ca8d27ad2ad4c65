//! A block of lines on a terminal that is drawn again in the same place.

use std::io::{self, Write};

/// Draws a block of lines. What others print meanwhile, on any stream of the same terminal, is
/// never erased: it pushes the block down.
///
/// The block stands below a blank line, and the cursor on it. So another line is printed where
/// nothing is, and the next drawing erases what is below it: the block before. Of several lines in
/// between, all but the first are printed over the block, and what they do not cover stays.
#[derive(Debug)]
pub(super) struct Screen<W> {
    out: W,
}

/// Erases from the cursor to the end of the screen.
const ERASE: &str = "\r\x1b[J";

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }

    /// Draws the block again; other lines follow above it.
    pub(super) fn draw(&mut self, lines: &[String]) -> io::Result<()> {
        let block: String = lines.iter().map(|line| format!("\n{line}")).collect();
        let up = lines.len();
        // In one piece: others may write between two.
        self.write(&format!("{ERASE}{block}\x1b[{up}A\r"))
    }

    /// Draws the block for the last time; other lines follow below it.
    pub(super) fn finish(&mut self, lines: &[String]) -> io::Result<()> {
        let block: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.write(&format!("{ERASE}{block}"))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal shows, without blank lines at the end. Its driver returns at line feeds.
    fn shown(drawn: &[u8]) -> Vec<String> {
        let mut terminal = vt100::Parser::new(8.try_into().unwrap(), 40.try_into().unwrap(), 0);
        terminal.process(String::from_utf8_lossy(drawn).replace('\n', "\r\n").as_bytes());
        let contents = terminal.screen().contents();
        contents.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    fn block(nth: usize) -> Vec<String> {
        (0..3).map(|line| format!("{line} of drawing {nth}")).collect()
    }

    fn drawn(work: impl FnOnce(&mut Screen<&mut Vec<u8>>) -> io::Result<()>) -> Vec<u8> {
        let mut out = Vec::new();
        work(&mut Screen::new(&mut out)).unwrap();
        out
    }

    #[test]
    fn a_block_is_drawn_in_its_place_and_stays_at_the_end() {
        let out = drawn(|screen| {
            screen.out.write_all(b"$ run\n")?;
            (0..5).try_for_each(|nth| screen.draw(&block(nth)))?;
            screen.finish(&block(5))?;
            screen.out.write_all(b"done\n")
        });
        let expected = ["$ run", "0 of drawing 5", "1 of drawing 5", "2 of drawing 5", "done"];
        assert_eq!(shown(&out), expected);
    }

    #[test]
    fn what_others_print_stays_above_the_block() {
        let out = drawn(|screen| {
            screen.draw(&block(0))?;
            screen.out.write_all(b"first\n")?;
            screen.draw(&block(1))?;
            screen.out.write_all(b"second\nthird, longer than it\n")?;
            screen.draw(&block(2))
        });
        let expected = [
            "first",
            "second",
            "third, longer than it",
            "",
            "0 of drawing 2",
            "1 of drawing 2",
            "2 of drawing 2",
        ];
        assert_eq!(shown(&out), expected);
    }

    #[test]
    fn a_block_at_the_bottom_scrolls_and_leaves_nothing_behind() {
        let out = drawn(|screen| {
            screen.out.write_all("line\n".repeat(20).as_bytes())?;
            (0..9).try_for_each(|nth| screen.draw(&block(nth)))
        });
        let lines = shown(&out);
        assert_eq!(lines[..4], ["line"; 4]);
        assert_eq!(lines[5..], block(8));
    }

    #[test]
    fn fewer_lines_than_before_erase_the_rest() {
        let out = drawn(|screen| {
            screen.draw(&block(0))?;
            screen.draw(&block(1)[..1])
        });
        assert_eq!(shown(&out), ["", "0 of drawing 1"]);
    }
}
