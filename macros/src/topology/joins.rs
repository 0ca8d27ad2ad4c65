//! Joins: their sides, and the bound of their state.
//!
//! Keys are checked by `keys`, which follows them through the lines; the types of keys are checked
//! by the compiler.

use super::bounds;
use super::cut;
use super::model::{Chain, Declaration, Join, StepKind};
use super::token::{self, stream};
use crate::errors::Errors;
use millstream_graph::sentence::join as sentence;
use proc_macro2::TokenTree;

/// The greatest number of sides of a join.
const MOST_SIDES: usize = 4;

/// Reports mistakes in joins.
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
        bounds::check(join, errors);
    }
    for step in chain.steps.iter().skip(usize::from(join.is_some())) {
        if let StepKind::Word(word, call) = &step.kind
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
    let spec = join.call.arguments.as_ref().map(|spec| spec.stream().into_iter());
    let spec: Vec<TokenTree> = spec.into_iter().flatten().take(2).collect();
    let [TokenTree::Ident(bound), TokenTree::Group(_)] = spec.as_slice() else {
        if spec.is_empty() {
            errors.say_alone(&join.call.name, &sentence::without_bound(join.word.name));
        }
        return;
    };
    match (token::spelled(bound).as_str(), join.word.name) {
        // Of the right one there are two anyway.
        ("within", "join" | "left_join" | "full_join") if join.sides.len() > 2 => {
            errors.say_alone(bound, &sentence::within_of_two());
        }
        ("latest", word @ ("right_join" | "full_join")) => {
            errors.say_alone(bound, &sentence::latest_looks_up(word));
        }
        _ => {}
    }
}
