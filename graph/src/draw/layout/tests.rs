//! The laws of a layout, on topologies made at random.

use super::{Course, Frame, Layout, Line, Point, Room, Size, Way, lay_out};

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn length(&mut self, least: u32, end: usize) -> f64 {
        f64::from(least + u32::try_from(self.below(end)).unwrap())
    }
}

fn topology(seed: u64) -> (Vec<Size>, Vec<Line>) {
    let mut random = Random(seed * 0x9e37_79b9 + 1);
    let nodes = 1 + random.below(30);
    let size = |random: &mut Random| Size {
        width: random.length(40, 160),
        height: random.length(18, 40),
        behind: [0.0, 4.0, 8.0][random.below(3)],
    };
    let sizes = (0..nodes).map(|_| size(&mut random)).collect();
    let mut lines = Vec::new();
    for _ in 0..random.below(nodes * 2 + 1) {
        let (a, b) = (random.below(nodes), random.below(nodes));
        let turned = random.one_in(12);
        let (from, to) = if turned { (a.max(b), a.min(b)) } else { (a.min(b), a.max(b)) };
        let output = random.one_in(6).then(|| "late".to_owned());
        let room = Room { width: random.length(20, 90), above: 13.0, below: random.length(0, 27) };
        let room = if random.one_in(3) { Room::default() } else { room };
        lines.push(Line { from, to, output, room });
    }
    lines.push(Line { from: nodes, to: 0, ..Line::default() });
    (sizes, lines)
}

fn layouts() -> impl Iterator<Item = (u64, Vec<Line>, Layout)> {
    (0..150).map(|seed| {
        let (sizes, lines) = topology(seed);
        let layout = lay_out(&sizes, &lines);
        (seed, lines, layout)
    })
}

/// The left, upper, right and lower side.
type Sides = [f64; 4];

fn sides(frame: &Frame) -> Sides {
    let Frame { corner: Point { x, y }, size } = *frame;
    [x, y - size.behind, x + size.width + size.behind, y + size.height]
}

fn label(course: &Course, lines: &[Line]) -> Option<Sides> {
    let (room, at) = (lines[course.line].room, course.label);
    let half = room.width / 2.0;
    (room.width > 0.0).then_some([at.x - half, at.y - room.above, at.x + half, at.y + room.below])
}

fn overlap(a: &Sides, b: &Sides) -> bool {
    a[0] < b[2] - 0.01 && b[0] < a[2] - 0.01 && a[1] < b[3] - 0.01 && b[1] < a[3] - 0.01
}

#[test]
fn nothing_stands_on_anything_else_and_all_is_in_the_picture() {
    for (seed, lines, layout) in layouts() {
        let labels = layout.courses.iter().filter_map(|course| label(course, &lines));
        let boxes: Vec<Sides> = layout.frames.iter().map(sides).chain(labels).collect();
        for (index, one) in boxes.iter().enumerate() {
            let within = one[0] >= -0.01 && one[1] >= -0.01;
            assert!(within && one[2] <= layout.width + 0.01, "{seed}: {one:?}");
            assert!(one[3] <= layout.height + 0.01, "{seed}: {one:?}");
            for other in &boxes[index + 1..] {
                assert!(!overlap(one, other), "{seed}: {one:?} {other:?}");
            }
        }
    }
}

#[test]
fn an_edge_runs_from_left_to_right_from_its_beginning_to_its_end() {
    for (seed, lines, layout) in layouts() {
        for course in layout.courses.iter().filter(|course| course.way != Way::Around) {
            let line = &lines[course.line];
            let (left, right) =
                if course.way == Way::Back { (line.to, line.from) } else { (line.from, line.to) };
            assert!(course.points.windows(2).all(|two| two[0].x <= two[1].x), "{seed}: {course:?}");
            let (first, last) = (course.points[0], course.points[course.points.len() - 1]);
            let (left, right) = (sides(&layout.frames[left]), sides(&layout.frames[right]));
            assert!(first.x == left[2] && first.y > left[1] && first.y < left[3], "{seed}");
            assert!(last.x == right[0] && last.y > right[1] && last.y < right[3], "{seed}");
            assert!(left[2] < right[0], "{seed}");
        }
    }
}

#[test]
fn an_edge_runs_over_no_node() {
    for (seed, _, layout) in layouts() {
        for course in &layout.courses {
            for two in course.points.windows(2).filter(|two| two[0].y == two[1].y) {
                let level = [two[0].x, two[0].y - 1.0, two[1].x, two[1].y + 1.0];
                for frame in layout.frames.iter().filter(|_| course.way != Way::Around) {
                    assert!(!overlap(&level, &sides(frame)), "{seed}: {course:?}");
                }
            }
        }
    }
}

#[test]
fn the_same_topology_has_the_same_layout() {
    for seed in 0..50 {
        let (sizes, lines) = topology(seed);
        assert_eq!(lay_out(&sizes, &lines), lay_out(&sizes, &lines));
    }
}

fn plain(pairs: &[(usize, usize)], nodes: usize) -> Layout {
    let size = Size { width: 80.0, height: 40.0, behind: 0.0 };
    let room = Room { width: 40.0, above: 13.0, below: 13.0 };
    let line = |(from, to): &(usize, usize)| Line { from: *from, to: *to, output: None, room };
    lay_out(&vec![size; nodes], &pairs.iter().map(line).collect::<Vec<_>>())
}

#[test]
fn edges_cross_only_where_they_must() {
    for (pairs, nodes, crossings) in [
        (&[(0, 3), (1, 2)][..], 4, 0),
        (&[(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)], 5, 0),
        (&[(0, 3), (1, 3), (0, 4), (1, 4)], 5, 1),
        (&[(0, 5), (0, 6), (1, 4), (1, 6), (2, 4), (2, 5)], 7, 2),
        (&[(0, 1), (1, 2), (2, 3), (0, 3), (0, 2), (1, 3)], 4, 1),
    ] {
        let layout = plain(pairs, nodes);
        assert!(layout.crossings <= crossings, "{pairs:?}: {}", layout.crossings);
    }
}

#[test]
fn a_chain_is_straight_however_long() {
    let pairs: Vec<_> = (1..200).map(|node| (node - 1, node)).collect();
    let layout = plain(&pairs, 200);
    let first = layout.frames[0].corner.y;
    assert!(layout.frames.iter().all(|frame| (frame.corner.y - first).abs() < 0.01));
}

#[test]
fn a_wide_fan_is_even_and_its_source_stands_in_the_middle() {
    let layout = plain(&(1..=61).map(|node| (0, node)).collect::<Vec<_>>(), 62);
    let heights: Vec<f64> = layout.frames.iter().map(|frame| frame.corner.y).collect();
    assert!((heights[0] - heights[31]).abs() < 0.01, "{heights:?}");
    let step = heights[2] - heights[1];
    assert!(heights[1..].windows(2).all(|two| (two[1] - two[0] - step).abs() < 0.5), "{heights:?}");
}

#[test]
fn nothing_has_a_layout_too() {
    assert_eq!(lay_out(&[], &[]), Layout::default());
    let one = plain(&[(0, 0), (0, 7)], 1);
    assert_eq!((one.frames.len(), one.courses.len()), (1, 1));
}
