//! The figure of a node, which shows its kind, its name, and its number of instances.

use super::caption::made_of;
use super::layout::{Frame, Point, Size};
use super::measure::{shortened, width, width_bold};
use super::text::{escaped, line, number};
use crate::shape::{Kind, Node};

/// The most letters of a line of text on a node.
const LETTERS: usize = 40;
/// The longest of what is written on a node while the job runs.
const WIDEST: &str = "97 % awaiting";
/// The height of a node with one line of text, and of a second line.
const LINE: f64 = 34.0;
const SECOND: f64 = 13.0;
/// The offset of the outline of a further instance.
const BEHIND: f64 = 4.0;
/// The height of the place for the shares of a node's time, and its distance from the text.
const SHARES: f64 = 6.0;
const BELOW: f64 = 5.0;
/// The height of the rim of a cylinder, and the distance of the bars of an awaiting node from its
/// side.
const RIM: f64 = 5.0;
const BAR: f64 = 7.0;
/// The size of the circle of an ignored end, and the space beside it.
const CIRCLE: f64 = 18.0;
const BESIDE: f64 = 6.0;

/// Whether a drawing is of what is declared, or has room for what a running job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A picture to look at.
    Still,
    /// A part of a page that changes it.
    Live,
}

/// The size of the figure of a node.
pub(super) fn size(node: &Node, form: Form) -> Size {
    let name = first_line(node, form);
    let made = second_line(node, form);
    if node.kind == Kind::Ignored {
        let width = CIRCLE + BESIDE + width(&name, 12.0);
        return Size { width, height: CIRCLE, behind: 0.0 };
    }
    let side = side(node.kind, form);
    let rim = if node.kind == Kind::Sink { 2.0 * RIM } else { 0.0 };
    let (shares, size_of_second) = match form {
        Form::Still => (0.0, 12.0),
        Form::Live => (SHARES + BELOW, 11.0),
    };
    let second = if made.is_empty() { 0.0 } else { SECOND };
    Size {
        width: width_bold(&name, 14.0).max(width(&made, size_of_second)).max(30.0) + 2.0 * side,
        height: LINE + second + rim + shares,
        behind: f64::from(behind(node)) * BEHIND,
    }
}

/// The name; and the number of instances where there is no other line for it.
fn first_line(node: &Node, form: Form) -> String {
    let name = shortened(&node.name, LETTERS);
    match (form, node.instances.as_str()) {
        (Form::Still, _) | (Form::Live, "" | "1") => name,
        (Form::Live, many) if many.len() > 5 => format!("{name} × n"),
        (Form::Live, many) => format!("{name} × {many}"),
    }
}

/// What it is made of, or the room to say what it does.
fn second_line(node: &Node, form: Form) -> String {
    match form {
        Form::Still => shortened(&made_of(node), LETTERS),
        Form::Live => WIDEST.to_owned(),
    }
}

/// The space between the text and the side of a node.
fn side(kind: Kind, form: Form) -> f64 {
    let side = match kind {
        Kind::Source => 20.0,
        Kind::Awaiting => 15.0 + BAR,
        Kind::Sink | Kind::Operator | Kind::Ignored => 15.0,
    };
    if form == Form::Live { side - 4.0 } else { side }
}

/// The number of outlines behind the first: one for two instances, two for more.
fn behind(node: &Node) -> u8 {
    match node.instances.as_str() {
        "" | "1" => 0,
        "2" => 1,
        _ => 2,
    }
}

/// The elements that draw a node.
pub(super) fn figure((at, node): (usize, &Node), frame: &Frame, form: Form) -> String {
    let kind = node.kind.name();
    let mut text = format!("<g class=\"ms-node ms-{kind}\" data-node=\"{at}\">\n");
    text.push_str(&format!("<title>{}</title>\n", escaped(&title(node))));
    let Frame { corner, size } = *frame;
    if node.kind == Kind::Ignored {
        text.push_str(&ignored(node, frame));
        return text + "</g>\n";
    }
    for step in (0..=behind(node)).rev() {
        let by = f64::from(step) * BEHIND;
        let corner = Point { x: corner.x + by, y: corner.y - by };
        text.push_str(&format!("<path d=\"{}\"/>\n", outline(node.kind, corner, size)));
    }
    let inner = inner(node.kind, corner, size);
    if !inner.is_empty() {
        text.push_str(&format!("<path class=\"ms-inner\" d=\"{inner}\"/>\n"));
    }
    let x = corner.x + size.width / 2.0;
    let rim = if node.kind == Kind::Sink { RIM } else { 0.0 };
    let shares = if form == Form::Live { SHARES + BELOW } else { 0.0 };
    let middle = corner.y + (size.height - shares) / 2.0 + rim;
    let made = second_line(node, form);
    let up = if made.is_empty() { 5.0 } else { -2.0 };
    text.push_str(&line("ms-name ms-middle", Point { x, y: middle + up }, &{
        first_line(node, form)
    }));
    if form == Form::Live {
        text.push_str(&line("ms-at ms-middle", Point { x, y: middle + 14.0 }, ""));
    } else if !made.is_empty() {
        text.push_str(&line("ms-made ms-middle", Point { x, y: middle + 14.0 }, &made));
    }
    if form == Form::Live {
        text.push_str(&shares_of(node.kind, frame));
    }
    text + "</g>\n"
}

/// The place for the shares of a node's time, at its lower side.
fn shares_of(kind: Kind, frame: &Frame) -> String {
    let Frame { corner, size } = *frame;
    let rim = if kind == Kind::Sink { RIM } else { 0.0 };
    format!(
        "<rect class=\"ms-shares\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"/>\n",
        number(corner.x + side(kind, Form::Live)),
        number(corner.y + size.height - rim - BELOW - SHARES),
        number(size.width - 2.0 * side(kind, Form::Live)),
        number(SHARES)
    )
}

/// The details of a node, shown when the pointer is over it.
fn title(node: &Node) -> String {
    let mut title = node.name.clone();
    title.push_str(&format!(" ({})", node.kind.name()));
    for line in [made_of(node), node.location.clone()] {
        if !line.is_empty() {
            title.push('\n');
            title.push_str(&line);
        }
    }
    title
}

/// A small crossed-out circle, with the name beside it.
fn ignored(node: &Node, frame: &Frame) -> String {
    let radius = CIRCLE / 2.0;
    let Point { x, y } = frame.corner;
    let inset = radius * 0.3;
    let (circle, stroke) = (
        rounded(frame.corner, (CIRCLE, CIRCLE), radius),
        format!(
            "M{} {}L{} {}",
            number(x + inset),
            number(y + CIRCLE - inset),
            number(x + CIRCLE - inset),
            number(y + inset)
        ),
    );
    let name = shortened(&node.name, LETTERS);
    let at = Point { x: x + CIRCLE + BESIDE, y: y + radius + 4.0 };
    format!("<path d=\"{circle}\"/>\n<path d=\"{stroke}\"/>\n{}", line("ms-made", at, &name))
}

/// The outline, which shows the kind.
fn outline(kind: Kind, corner: Point, size: Size) -> String {
    let sides = (size.width, size.height);
    match kind {
        Kind::Source => rounded(corner, sides, size.height / 2.0),
        Kind::Sink => cylinder(corner, size),
        Kind::Awaiting => rounded(corner, sides, 4.0),
        Kind::Operator | Kind::Ignored => rounded(corner, sides, 8.0),
    }
}

/// The lines within the outline.
fn inner(kind: Kind, corner: Point, size: Size) -> String {
    let (top, bottom) = (number(corner.y), number(corner.y + size.height));
    match kind {
        Kind::Awaiting => format!(
            "M{left} {top}V{bottom}M{right} {top}V{bottom}",
            left = number(corner.x + BAR),
            right = number(corner.x + size.width - BAR),
        ),
        Kind::Sink => format!(
            "M{} {}a{} {RIM} 0 0 0 {} 0",
            number(corner.x),
            number(corner.y + RIM),
            number(size.width / 2.0),
            number(size.width)
        ),
        Kind::Source | Kind::Operator | Kind::Ignored => String::new(),
    }
}

fn rounded(corner: Point, sides: (f64, f64), radius: f64) -> String {
    let across = number(sides.0 - 2.0 * radius);
    let down = number(sides.1 - 2.0 * radius);
    let (x, y, r) = (number(corner.x + radius), number(corner.y), number(radius));
    let turn = |x: &str, y: &str| format!("a{r} {r} 0 0 1 {x} {y}");
    let minus = format!("-{r}");
    format!(
        "M{x} {y}h{across}{}v{down}{}h-{across}{}v-{down}{}z",
        turn(&r, &r),
        turn(&minus, &r),
        turn(&minus, &minus),
        turn(&r, &minus)
    )
}

fn cylinder(corner: Point, size: Size) -> String {
    let (half, width) = (number(size.width / 2.0), number(size.width));
    let down = number(size.height - 2.0 * RIM);
    let (x, y) = (number(corner.x), number(corner.y + RIM));
    format!("M{x} {y}a{half} {RIM} 0 0 1 {width} 0v{down}a{half} {RIM} 0 0 1 -{width} 0z")
}
