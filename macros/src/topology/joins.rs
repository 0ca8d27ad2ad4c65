//! Joins: their sides, and the bound of their state.
//!
//! Keys are checked by `keys`, which follows them through the lines; the types of keys are checked
//! by the compiler.

use super::bounds;
use super::cut;
use super::model::{Call, Chain, Declaration, HeadKind, Join, StepKind};
use super::token::{self, stream};
use crate::errors::Errors;
use millstream_graph::sentence::foreign_syntax::method_of_stream;
use millstream_graph::sentence::join as sentence;
use millstream_graph::words::{self, Joins, Sides, Word};
use proc_macro2::TokenTree;

/// The greatest number of sides of a join.
const MOST_SIDES: usize = 4;

/// Reports mistakes in joins.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    declaration.each_chain(errors, chain);
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
            && word.joins().is_some()
        {
            without_sides(chain, word, call, errors);
        }
    }
}

/// A join behind a single stream; the other is its argument, if anything is.
fn without_sides(chain: &Chain, word: &Word, call: &Call, errors: &mut Errors) {
    let given = call.arguments.as_ref().map(|given| cut::arguments(given.stream()));
    let first = given.as_ref().and_then(|pieces| pieces.first());
    let other = match first.map(|piece| piece.tokens.as_slice()) {
        Some([TokenTree::Ident(name)]) => Some(token::spelled(name)),
        _ => None,
    };
    let (HeadKind::Name(stream, _), Some(other), true) =
        (&chain.head.kind, other, given.is_some_and(|pieces| pieces.len() > 1))
    else {
        return errors.say_alone(&call.name, &sentence::without_sides(word.name));
    };
    let stream = token::spelled(stream);
    let sentence = method_of_stream((&stream, word.name, &other), Some(word.name));
    errors.say_alone(&call.name, &sentence);
}

fn sides(join: &Join<'_>, errors: &mut Errors) {
    let sides = cut::at_commas(join.group.stream());
    if sides.len() < 2 {
        errors.say_alone(join.group, &sentence::too_few_sides(join.word.name));
    } else if join.emits == Joins::Second && sides.len() > 2 {
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
    let sides = words::function(&token::spelled(bound)).map_or(Sides::Any, |bound| bound.sides);
    match (sides, join.emits) {
        // Of the right one there are two anyway.
        (Sides::Two, Joins::Matching | Joins::First | Joins::All) if join.sides.len() > 2 => {
            errors.say_alone(bound, &sentence::within_of_two());
        }
        (Sides::LookedUp, Joins::Second | Joins::All) => {
            errors.say_alone(bound, &sentence::latest_looks_up(join.word.name));
        }
        _ => {}
    }
}
