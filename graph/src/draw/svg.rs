//! A topology as a picture.

use super::caption::{along, route, setting};
use super::figure::{Form, figure, size};
use super::layout::{Course, Line, Point, Room, Way, lay_out, lay_out_apart};
use super::measure::{shortened, width, width_bold};
use super::text::{escaped, line, number};
use crate::shape::{Edge, Shape};

/// The styles, light and dark.
const STYLE: &str = include_str!("style.css");
/// The margin of the picture, and the height of the title.
const MARGIN: f64 = 20.0;
const TITLE: f64 = 34.0;
/// The size of the text along edges, the height of its lines, and the most letters of one.
const SMALL: f64 = 11.0;
const LEADING: f64 = 13.0;
const LETTERS: usize = 32;
/// The widest rate that is written along an edge while the job runs, the room between columns with
/// the slope of edges, and the margin then: the whole graph is to be on one screen.
const RATE: &str = "88.8 M/s";
const NEAR: (f64, f64) = (13.0, 0.15);
const NARROW: f64 = 12.0;
/// How far the tip of an arrow goes back, and how far an edge begins within its node, which hides
/// it, so that it meets an outline that is round.
const TIP: f64 = 8.0;
const WITHIN: f64 = 12.0;

/// The picture of a topology, as self-contained SVG.
///
/// Events flow from left to right. The outline of a node shows its kind: a source has round ends,
/// an operator is a box, with bars at its sides if it awaits, a sink is a cylinder, an ignored end
/// a small crossed-out circle. One outline behind a node means two instances, two mean more. Edges
/// from side outputs are dashed, those that feed back dotted. The colours follow the viewer, light
/// or dark; the place where a node is declared appears when the pointer is over it. Nodes and edges
/// have their index in the shape as `data-node` and `data-edge`.
///
/// # Examples
/// ```
/// use millstream_graph::draw::svg;
/// use millstream_graph::shape::{Kind, Node, Shape};
///
/// let mut shape = Shape::new("fraud", "exactly once");
/// shape.nodes.push(Node::new("tx", Kind::Source));
/// let picture = svg(&shape);
/// assert!(picture.starts_with("<svg ") && picture.contains(">tx</text>"));
/// ```
#[must_use]
pub fn svg(shape: &Shape) -> String {
    picture(shape, Form::Still)
}

/// The picture of a topology for a page that shows it while it runs: without colours and title,
/// which are the page's, and with room for what changes.
///
/// A node has a `rect` of class `ms-shares`, the place for the shares of its time,
/// and an empty `text` of class `ms-at`, for what it does most of the time; an edge has one of
/// class `ms-rate`, for its rate, and one of class `ms-fill`, for how full it is. Operators, types
/// of events and settings of edges are in the titles only.
///
/// # Examples
/// ```
/// use millstream_graph::draw::live_svg;
/// use millstream_graph::shape::{Kind, Node, Shape};
///
/// let mut shape = Shape::new("fraud", "exactly once");
/// shape.nodes.push(Node::new("tx", Kind::Source));
/// let picture = live_svg(&shape);
/// assert!(picture.contains("data-node=\"0\"") && picture.contains("class=\"ms-shares\""));
/// assert!(!picture.contains("<style>"));
/// ```
#[must_use]
pub fn live_svg(shape: &Shape) -> String {
    picture(shape, Form::Live)
}

fn picture(shape: &Shape, form: Form) -> String {
    let sizes: Vec<_> = shape.nodes.iter().map(|node| size(node, form)).collect();
    // With their index in the shape, where edges without a node are kept.
    let edges: Vec<(usize, &Edge)> = shape.connected().collect();
    let lines: Vec<Line> = edges.iter().map(|(_, edge)| line_of(edge, form)).collect();
    let (mut layout, (title, title_width)) = match form {
        Form::Still => (lay_out(&sizes, &lines), title(shape)),
        Form::Live => (lay_out_apart(&sizes, &lines, NEAR), (String::new(), 0.0)),
    };
    let margin = if form == Form::Live { NARROW } else { MARGIN };
    let top = if title.is_empty() { margin } else { margin + TITLE };
    layout.move_by(Point { x: margin, y: top });

    let (wide, high) = (layout.width.max(title_width) + 2.0 * margin, layout.height + top + margin);
    let mut text = begin(shape, (wide, high), form);
    text.push_str(&title);
    for course in &layout.courses {
        if let Some((at, edge)) = edges.get(course.line) {
            text.push_str(&edge_of(shape, (*at, edge), course, form));
        }
    }
    for ((at, node), frame) in shape.nodes.iter().enumerate().zip(&layout.frames) {
        text.push_str(&figure((at, node), frame, form));
    }
    text + "</svg>\n"
}

fn begin(shape: &Shape, (wide, high): (f64, f64), form: Form) -> String {
    let (wide, high) = (number(wide.ceil()), number(high.ceil()));
    let (role, ground) = match form {
        // Its parts can be reached one by one.
        Form::Live => ("group", String::new()),
        Form::Still => (
            "img",
            format!(
                "<style>\n{STYLE}</style>\n\
                 <rect class=\"ms-ground\" width=\"{wide}\" height=\"{high}\" rx=\"10\"/>\n"
            ),
        ),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"0 0 {wide} {high}\" role=\"{role}\" aria-label=\"Topology {}\">\n{ground}",
        escaped(&shape.name)
    )
}

/// The name of the job and its delivery, and how wide that is.
fn title(shape: &Shape) -> (String, f64) {
    if shape.name.is_empty() && shape.delivery.is_empty() {
        return (String::new(), 0.0);
    }
    let (name, delivery) = (shortened(&shape.name, 60), shortened(&shape.delivery, 60));
    let wide = width_bold(&name, 17.0) + width(&delivery, 14.0) + 24.0;
    let between = if name.is_empty() || delivery.is_empty() { "" } else { "· " };
    let title = format!(
        "<text class=\"ms-title\" x=\"{}\" y=\"{}\">{}\
         <tspan class=\"ms-made\" dx=\"6\">{between}{}</tspan></text>\n",
        number(MARGIN),
        number(MARGIN + 16.0),
        escaped(&name),
        escaped(&delivery)
    );
    (title, wide)
}

/// A line of text at an edge: its class, and what it says.
type Text = (&'static str, String);

/// The text of an edge: the part above it, and the lines below.
fn texts(edge: &Edge, form: Form) -> (String, Vec<Text>) {
    let below = match form {
        Form::Still => [("ms-events", edge.events.clone()), ("ms-events", setting(edge))]
            .into_iter()
            .filter(|(_, line)| !line.is_empty())
            .map(|(class, line)| (class, shortened(&line, LETTERS)))
            .collect(),
        Form::Live => vec![("ms-rate", String::new()), ("ms-fill", String::new())],
    };
    let above = match (form, &edge.output) {
        (Form::Live, Some(output)) => output.clone(),
        _ => route(edge),
    };
    (shortened(&above, LETTERS), below)
}

fn line_of(edge: &Edge, form: Form) -> Line {
    let (above, below) = texts(edge, form);
    let widest =
        below.iter().map(|(_, line)| width(if line.is_empty() { RATE } else { line }, SMALL));
    // The name of a side output is bold.
    let widest = widest.chain([width_bold(&above, SMALL)]).max_by(f64::total_cmp);
    let widest = widest.unwrap_or_default();
    let room = Room {
        width: if widest > 0.0 { widest + 8.0 } else { 0.0 },
        above: if above.is_empty() { 0.0 } else { LEADING },
        below: below.iter().map(|_| LEADING).sum(),
    };
    Line { from: edge.from, to: edge.to, output: edge.output.clone(), room }
}

fn edge_of(shape: &Shape, (at, edge): (usize, &Edge), course: &Course, form: Form) -> String {
    let class = match (course.way, &edge.output) {
        (Way::On, None) => "ms-edge",
        (Way::On, Some(_)) => "ms-edge ms-side",
        (_, None) => "ms-edge ms-back",
        (_, Some(_)) => "ms-edge ms-back ms-side",
    };
    let name = |node: usize| shape.nodes.get(node).map_or("", |node| node.name.as_str());
    let mut told = format!("{} → {}", name(edge.from), name(edge.to));
    let along = along(edge);
    if !along.is_empty() {
        told.push_str(&format!("\n{along}"));
    }
    let (path, tip) = path(course);
    let mut text = format!(
        "<g class=\"{class}\" data-edge=\"{at}\">\n<title>{}</title>\n<path d=\"{path}\"/>\n\
         <path class=\"ms-tip\" d=\"{tip}\"/>\n",
        escaped(&told)
    );
    let (above, below) = texts(edge, form);
    let Point { x, mut y } = course.label;
    if !above.is_empty() {
        text.push_str(&line("ms-along ms-middle", Point { x, y: y - 5.0 }, &above));
    }
    for (class, below) in below {
        y += LEADING;
        text.push_str(&line(&format!("{class} ms-middle"), Point { x, y }, &below));
    }
    text + "</g>\n"
}

/// The curve of an edge, and the tip of its arrow.
fn path(course: &Course) -> (String, String) {
    let (Some(first), Some(last)) = (course.points.first(), course.points.last()) else {
        return (String::new(), String::new());
    };
    match course.way {
        Way::On => {
            let begin = Point { x: first.x - WITHIN, ..*first };
            let end = Point { x: last.x - TIP + 1.0, ..*last };
            (curve(begin, &course.points, end), tip(*last, (-TIP, 0.0)))
        }
        Way::Back => {
            let begin = Point { x: first.x + TIP - 1.0, ..*first };
            let end = Point { x: last.x + WITHIN, ..*last };
            (curve(begin, &course.points, end), tip(*first, (TIP, 0.0)))
        }
        Way::Around => {
            let high = super::layout::LOOP * 1.15;
            let path = format!(
                "M{} {}C{} {} {} {} {} {}",
                number(first.x),
                number(first.y),
                number(first.x + 6.0),
                number(first.y - high),
                number(last.x),
                number(last.y - high),
                number(last.x),
                number(last.y - TIP + 1.0)
            );
            (path, tip(*last, (0.0, -TIP)))
        }
    }
}

/// A curve that is level within columns, and bends smoothly from one to the next.
fn curve(begin: Point, points: &[Point], end: Point) -> String {
    let mut path = format!("M{} {}", number(begin.x), number(begin.y));
    let mut at = begin;
    let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or_default();
    for (index, point) in inner.iter().enumerate() {
        // The first of these is the right side of the column it begins in, the next the left side
        // of the one it goes to, and so on.
        let last = index + 1 == inner.len();
        let to = if last { Point { x: point.x.min(end.x), ..*point } } else { *point };
        if index % 2 == 0 || (at.y - to.y).abs() < 0.05 {
            path.push_str(&format!("L{} {}", number(to.x), number(to.y)));
        } else {
            let middle = number(f64::midpoint(at.x, to.x));
            path.push_str(&format!(
                "C{middle} {} {middle} {} {} {}",
                number(at.y),
                number(to.y),
                number(to.x),
                number(to.y)
            ));
        }
        at = to;
    }
    path.push_str(&format!("L{} {}", number(end.x), number(end.y)));
    path
}

/// A triangle at a point; `back` leads to the middle of its base.
fn tip(at: Point, back: (f64, f64)) -> String {
    let (x, y) = (at.x + back.0, at.y + back.1);
    let across = (back.1 / 2.0, back.0 / 2.0);
    format!(
        "M{} {}L{} {}L{} {}z",
        number(at.x),
        number(at.y),
        number(x - across.0),
        number(y - across.1),
        number(x + across.0),
        number(y + across.1)
    )
}

#[cfg(test)]
mod tests {
    use super::{line_of, live_svg, svg};
    use crate::draw::figure::{Form, size};
    use crate::draw::layout::lay_out;
    use crate::draw::samples::{edge, fraud, node, small};
    use crate::shape::{Edge, Kind, Shape};

    /// Whether each element is closed in the order in which it was opened.
    fn is_well_formed(text: &str) -> bool {
        let mut open = Vec::new();
        for tag in text.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = tag.split(' ').next().unwrap();
            match name.strip_prefix('/') {
                Some(name) if open.pop() != Some(name) => return false,
                Some(_) => {}
                None if tag.ends_with('/') => {}
                None => open.push(name),
            }
        }
        open.is_empty()
    }

    #[test]
    fn no_edge_crosses_another_in_the_detection_of_fraud() {
        let shape = fraud();
        for form in [Form::Still, Form::Live] {
            let sizes: Vec<_> = shape.nodes.iter().map(|node| size(node, form)).collect();
            let lines: Vec<_> = shape.edges.iter().map(|edge| line_of(edge, form)).collect();
            assert_eq!(lay_out(&sizes, &lines).crossings, 0);
        }
    }

    #[test]
    fn a_picture_says_all_that_is_declared() {
        let picture = svg(&small());
        for text in [">priced<", ">price&lt;Eur&gt; × 2<", ">errors<", ">PriceError<", ">by key<"]
        {
            assert!(picture.contains(text), "{text} is not in {picture}");
        }
        assert!(picture.contains("\nsrc/enrich.rs:12</title>"), "{picture}");
        assert!(picture.contains("buffer 64") && picture.contains("prefers-color-scheme: dark"));
        assert_eq!(picture, svg(&small()));
    }

    #[test]
    fn nodes_and_edges_have_the_index_of_the_shape() {
        let mut shape = small();
        // Not drawn, but counted: what is said about edges is by their place in the shape.
        shape.edges.insert(1, Edge::new(0, 9));
        for picture in [svg(&shape), live_svg(&shape)] {
            for at in 0..4 {
                assert_eq!(picture.matches(&format!("data-node=\"{at}\"")).count(), 1, "{picture}");
            }
            for (at, drawn) in [(0, 1), (1, 0), (2, 1), (3, 1)] {
                let edges = picture.matches(&format!("data-edge=\"{at}\"")).count();
                assert_eq!(edges, drawn, "{picture}");
            }
        }
    }

    #[test]
    fn a_live_picture_has_room_for_what_changes_and_no_colours() {
        let picture = live_svg(&small());
        let count = |text: &str| picture.matches(text).count();
        // An ignored end has no task, so no shares of time.
        assert_eq!((count("class=\"ms-shares\""), count("class=\"ms-at ")), (3, 3));
        assert_eq!((count("class=\"ms-rate "), count("class=\"ms-fill ")), (3, 3));
        assert!(picture.contains(">errors<") && !picture.contains(">PriceError<"), "{picture}");
        assert_eq!(count("<style") + count("style="), 0);
    }

    #[test]
    fn pictures_are_well_formed_whatever_is_declared() {
        let mut odd = Shape::new("<a> & \"b\"\u{1}", "");
        odd.nodes = vec![
            node("取引先", Kind::Awaiting, "</text>", "one on each core"),
            node("", Kind::Ignored, "", ""),
        ];
        odd.edges =
            vec![edge(1, 0, "by key", "Vec<[u8; 4]>"), edge(0, 0, "", "]]>"), Edge::new(0, 5)];
        let mut long = Shape::new("", "");
        long.nodes = (0..200).map(|at| node(&format!("n{at}"), Kind::Operator, "", "")).collect();
        long.edges = (1..200).map(|at| edge(at - 1, at, "shuffle", "T")).collect();
        let shapes = [odd, long, fraud(), small(), Shape::default()];
        for picture in shapes.iter().flat_map(|shape| [svg(shape), live_svg(shape)]) {
            assert!(is_well_formed(&picture), "{picture}");
            assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
        }
    }
}
