//! Why a job failed to start or ended early.

mod instance;
mod noted;
mod position;

pub use instance::Instance;
pub(crate) use noted::{note_panic, take_noted};
pub use position::RecordPosition;

use std::fmt;
use std::sync::Arc;

/// An error of user code, of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A `Result` whose error is a job's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a job failed to start or ended early.
///
/// To react to it, match on its [`kind`](Error::kind), [`node`](Error::node),
/// [`instance`](Error::instance) and [`position`](Error::position), or ask for a cause by type with
/// [`downcast_ref`](Error::downcast_ref).
///
/// # Printing
/// The message names the node, says what failed, contains the immediate cause, and ends with what
/// can be done about it. So a log line with `{error}` has the reason. As with [`std::io::Error`],
/// [`source`](std::error::Error::source) continues with the cause of that cause: no reporter prints
/// a cause twice.
///
/// | | prints |
/// |---|---|
/// | `{error}` | the message |
/// | `{error:#}` | the message with all further causes, in one line |
/// | `{error:?}` | the message, and each further cause on a line; so does a `main` that returns it |
///
/// # Examples
/// The error of an operator ends the job:
/// ```
/// use millstream::ErrorKind;
/// use millstream::prelude::*;
/// use std::num::ParseIntError;
///
/// #[operator]
/// async fn parsed(line: &'static str) -> Result<u64, ParseIntError> {
///     line.parse()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let topology = topology!(
///     numbers = source(from_iter(["1", "two"])) >> parsed,
///     numbers >> ignore,
///     numbers.errors >> fail,
/// );
/// let error = topology.run(Config::default()).await.unwrap_err();
/// assert_eq!((error.kind(), error.node()), (ErrorKind::Operator, Some("numbers")));
/// assert!(error.downcast_ref::<ParseIntError>().is_some());
/// assert_eq!(
///     error.to_string(),
///     "operator `numbers` failed at its event 2, \"two\": invalid digit found in string",
/// );
/// # }
/// ```
///
/// A source or sink makes its own. The job adds the name of the node:
/// ```
/// use millstream::source::RecordPosition;
/// use millstream::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Source, "cannot read the record")
///     .at(RecordPosition::new("orders.csv", 17))
///     .caused_by("the disk is gone");
/// assert_eq!(error.position().map(RecordPosition::number), Some(17));
/// assert_eq!(error.to_string(), "orders.csv:17: cannot read the record: the disk is gone");
/// ```
#[derive(Clone)]
pub struct Error(Box<ErrorParts>);

#[derive(Clone)]
struct ErrorParts {
    kind: ErrorKind,
    node: Option<FailedNode>,
    position: Option<RecordPosition>,
    message: String,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
    help: Option<&'static str>,
    /// Whether a sink has nobody left to write for: then the job drains, and has not failed.
    unread: bool,
    /// How often the job had restarted before.
    restarts: u64,
}

#[derive(Clone)]
struct FailedNode {
    role: Role,
    name: Arc<str>,
    instance: Instance,
}

/// What a node that failed is called in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Source,
    Operator,
    Sink,
    /// The code that picks the instance for each event, and gives it its key.
    KeyFunction,
    /// The same without a key.
    Grouping,
    /// What is copied for several consumers.
    Output,
}

/// The category of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The topology breaks a rule.
    Topology,
    /// A setting has an invalid value.
    Config,
    /// A source cannot be opened or read.
    Source,
    /// A record of a source is malformed, and the source's error output is not connected.
    Record,
    /// An operator returned an error, and its error output is not connected.
    Operator,
    /// User code panicked.
    Panic,
    /// A join buffers as many rows as it may, and sheds none; see
    /// [`at_most`](crate::builder::Joining::at_most).
    Full,
    /// A sink cannot be opened or written.
    Sink,
    /// A checkpoint cannot be written, or none can be restored.
    Checkpoint,
    /// Another process has taken over the checkpoints of the job, so this one has ended.
    TakenOver,
    /// The job was aborted.
    Aborted,
    /// The engine broke a rule of its own. Please report it.
    Internal,
}

impl Error {
    /// An error of a source, a sink or the program around the job.
    ///
    /// Leave out the name of the node, which the job adds, and the text of the cause: pass it to
    /// [`caused_by`](Error::caused_by).
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        let (node, position, cause, help) = (None, None, None, None);
        let (unread, restarts) = (false, 0);
        let parts = ErrorParts { kind, node, position, message, cause, help, unread, restarts };
        Self(Box::new(parts))
    }

    /// Adds the cause, whose text becomes part of the message.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<BoxError>) -> Self {
        self.0.cause = Some(cause.into().into());
        self
    }

    /// Adds the record at which the error happened.
    #[must_use]
    pub fn at(mut self, position: RecordPosition) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Adds what can be done about it, as the end of the message.
    ///
    /// # Examples
    /// ```
    /// use millstream::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Sink, "cannot open `out.db`")
    ///     .caused_by("the disk is full")
    ///     .help("make room");
    /// assert_eq!(error.to_string(), "cannot open `out.db`: the disk is full; make room");
    /// ```
    #[must_use]
    pub fn help(mut self, help: &'static str) -> Self {
        self.0.help = Some(help);
        self
    }

    /// Marks the error of a sink whose reader is gone, if it is one, as under `app | head`.
    #[must_use]
    pub(crate) fn unread(mut self, unread: bool) -> Self {
        self.0.unread = unread;
        self
    }

    /// Whether it is the error of a sink whose reader is gone.
    #[must_use]
    pub(crate) fn is_unread(&self) -> bool {
        self.0.unread
    }

    /// Adds how often the job had restarted before, which may be never.
    #[must_use]
    pub(crate) fn after_restarts(mut self, restarts: u64) -> Self {
        self.0.restarts = restarts;
        self
    }

    /// Adds the node that failed, unless the error has one already: an error that passes through an
    /// upstream node is not that node's. Nor is an abort.
    #[cold]
    #[must_use]
    pub(crate) fn of(mut self, role: Role, node: &Arc<str>, instance: Instance) -> Self {
        if self.0.kind != ErrorKind::Aborted && self.0.node.is_none() {
            self.0.node = Some(FailedNode { role, name: node.clone(), instance });
        }
        self
    }

    /// Names the node whose state cannot be saved or restored, unless the message names one.
    #[cold]
    #[must_use]
    pub(crate) fn in_state_of(self, node: &Arc<str>) -> Self {
        if self.0.node.is_some() {
            return self;
        }
        let mut error = self;
        error.0.message = format!("the state of `{node}`: {}", error.0.message);
        error
    }

    /// The category, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the node that failed, as in the topology.
    ///
    /// For a key function it is the node downstream, whose key it is. There is none if the job as
    /// a whole failed.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.0.node.as_ref().map(|node| &*node.name)
    }

    /// The instance of the node that failed; there is none if there is no [`node`](Error::node).
    ///
    /// For a key function it is the instance upstream that emitted the event.
    #[must_use]
    pub fn instance(&self) -> Option<Instance> {
        self.0.node.as_ref().map(|node| node.instance)
    }

    /// The record that is malformed or could not be read, if the source reports positions.
    #[must_use]
    pub fn position(&self) -> Option<&RecordPosition> {
        self.0.position.as_ref()
    }

    /// The first cause of type `E`, such as the error that an operator returned.
    #[must_use]
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.causes().find_map(|cause| cause.downcast_ref())
    }

    fn causes(&self) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
        let first = self.0.cause.as_deref().map(|cause| cause as _);
        std::iter::successors(first, |cause: &&(dyn std::error::Error + 'static)| cause.source())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrorParts { node, position, message, help, restarts, .. } = &*self.0;
        if let Some(node) = node {
            write!(f, "{node}")?;
        }
        let mut text = position.as_ref().map(ToString::to_string).unwrap_or_default();
        append(&mut text, message);
        let shown = if f.alternate() { usize::MAX } else { 1 };
        self.causes().take(shown).for_each(|cause| append(&mut text, &cause.to_string()));
        f.write_str(&text)?;
        match restarts {
            0 => {}
            1 => f.write_str(", after a restart")?,
            more => write!(f, ", after {more} restarts")?,
        }
        if let Some(help) = help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

/// Appends a part of the message, unless one of the two contains the other: a cause may begin with
/// the position, and many errors of users end with the text of their own cause.
fn append(text: &mut String, part: &str) {
    if part.is_empty() || ends_with(text, part) {
        return;
    }
    match part.strip_prefix(&**text) {
        Some(rest) if text.is_empty() || rest.starts_with(": ") => text.clear(),
        _ => text.push_str(": "),
    }
    text.push_str(part);
}

/// Whether a message contains the text of its cause, where messages have it.
fn ends_with(message: &str, cause: &str) -> bool {
    let rest = message.strip_suffix(cause);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(": "))
}

impl fmt::Display for FailedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self.role {
            Role::Source => "source",
            Role::Operator => "operator",
            Role::Sink => "sink",
            Role::KeyFunction => "the key function of",
            Role::Grouping => "the grouping of",
            Role::Output => "the output of",
        };
        write!(f, "{role} `{}`", self.name)?;
        // That of a key function is one of the node upstream, and in the message.
        if self.instance.count() > 1 && !matches!(self.role, Role::KeyFunction | Role::Grouping) {
            write!(f, " ({})", self.instance)?;
        }
        // The message about an operator has it as its subject.
        f.write_str(if matches!(self.role, Role::Source | Role::Sink) { ": " } else { " " })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut above = String::new();
        for (at, cause) in self.causes().enumerate() {
            let text = cause.to_string();
            if at > 0 && !ends_with(&above, &text) {
                write!(f, "\n  caused by: {text}")?;
            }
            above = text;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The message contains the first.
        self.causes().nth(1)
    }
}
