//! The dialect of a CSV file.

/// When a field of a CSV file is quoted.
///
/// # Examples
/// ```
/// use millstream::connector::csv::Quoting;
///
/// assert_eq!(Quoting::default(), Quoting::WhereNeeded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// A sink quotes the fields that need it; a source understands quotes.
    #[default]
    WhereNeeded,
    /// A sink quotes every field; a source understands quotes.
    Always,
    /// A quote is a character like any other. An event with a field that needs quotes, since it
    /// contains the delimiter, a quote or the end of a line, is an error of the sink.
    Never,
}

/// The dialect of a CSV file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    pub(super) header: bool,
    pub(super) delimiter: u8,
    pub(super) trims: bool,
    pub(super) quoting: Quoting,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { header: true, delimiter: b',', trims: false, quoting: Quoting::WhereNeeded }
    }
}

impl Dialect {
    /// A reader of records, the header among them.
    pub(super) fn reader(self) -> csv::ReaderBuilder {
        let mut builder = csv::ReaderBuilder::new();
        builder
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quoting != Quoting::Never)
            .trim(if self.trims { csv::Trim::All } else { csv::Trim::None });
        builder
    }

    /// A writer of records that are quoted where `style` says so.
    pub(super) fn writer(self, style: csv::QuoteStyle) -> csv::WriterBuilder {
        let mut builder = csv::WriterBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter).quote_style(style);
        builder
    }

    /// The style of a sink.
    pub(super) fn style(self) -> csv::QuoteStyle {
        match self.quoting {
            Quoting::WhereNeeded => csv::QuoteStyle::Necessary,
            Quoting::Always => csv::QuoteStyle::Always,
            Quoting::Never => csv::QuoteStyle::Never,
        }
    }
}
