//! Joins: what stands before them, how many sides they have, and that their state has a bound.
//!
//! That each side has a key is told by `keys`, which follows the keys through the lines. Whether
//! the keys are of one type, and which joins go with which bound, the compiler knows.

use super::cut::{self, stream};
use super::model::{Chain, Declaration, Join, StageKind};
use crate::errors::Errors;
use millstream_graph::sentence::join as sentence;

/// The most sides that a join has.
const MOST_SIDES: usize = 4;

/// Says what is wrong with the joins.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    for line in &declaration.lines {
        line.chain.visit(&mut |chain| self::chain(chain, errors));
    }
}

fn chain(chain: &Chain, errors: &mut Errors) {
    let join = chain.join();
    if let Some(join) = &join {
        sides(join, errors);
        bound(join, errors);
    }
    for stage in chain.stages.iter().skip(usize::from(join.is_some())) {
        if let StageKind::Word(word, call) = &stage.kind
            && word.joins()
        {
            errors.say_alone(&call.name, &sentence::without_sides(word.name));
        }
    }
}

fn sides(join: &Join<'_>, errors: &mut Errors) {
    let sides = cut::at_commas(join.group.stream());
    if sides.len() < 2 {
        errors.say_alone(join.group, &sentence::too_few_sides(join.word.name));
    } else if join.word.name == "right_join" && sides.len() > 2 {
        errors.say_alone(&join.call.name, &sentence::right_of_two());
    } else if let Some(side) = sides.get(MOST_SIDES) {
        errors.say_alone(stream(&side.tokens), &sentence::too_many_sides());
    }
}

fn bound(join: &Join<'_>, errors: &mut Errors) {
    if join.call.arguments.as_ref().is_none_or(|spec| spec.stream().is_empty()) {
        errors.say_alone(&join.call.name, &sentence::without_bound(join.word.name));
    }
}
