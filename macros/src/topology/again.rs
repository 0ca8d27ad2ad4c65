//! Sources and sinks that a topology has in two lines: they are moved into the first.

use super::model::{Chain, Declaration, HeadKind, Step};
use super::token;
use millstream_graph::words::How;
use proc_macro2::{Delimiter, TokenTree};
use std::collections::{HashMap, HashSet};

/// Where those stand that an earlier line has: the addresses of their tokens in the model.
pub(super) fn of(declaration: &Declaration) -> HashSet<usize> {
    let (mut seen, mut again) = (HashMap::<String, usize>::new(), HashSet::new());
    // With an attribute, a line may be left out.
    for line in declaration.lines.iter().filter(|line| line.attributes.is_empty()) {
        let mut note = |chain: &Chain| {
            for (name, at) in values(chain) {
                let uses = seen.entry(name).or_default();
                *uses += 1;
                // The compiler reports the second of them, and that is one mistake.
                again.extend((*uses == 2).then_some(at));
            }
        };
        line.chain.visit(&mut note);
    }
    again
}

/// The source and the sink of a chain that are written as a name, with their addresses.
fn values(chain: &Chain) -> impl Iterator<Item = (String, usize)> {
    let source = match &chain.head.kind {
        HeadKind::Source(tokens) => name(tokens.get(1)).map(|name| (name, tokens.as_ptr().addr())),
        _ => None,
    };
    let sink = chain.steps.last().and_then(Step::word).filter(|(word, _)| word.how == How::Sink);
    let sink = sink.and_then(|(_, call)| {
        let arguments = call.arguments.clone().map(TokenTree::Group);
        Some((name(arguments.as_ref())?, std::ptr::from_ref(call).addr()))
    });
    source.into_iter().chain(sink)
}

/// The name in parentheses, if there is nothing else.
fn name(arguments: Option<&TokenTree>) -> Option<String> {
    let inside = token::inside(token::group(arguments, Delimiter::Parenthesis)?);
    match inside.as_slice() {
        [TokenTree::Ident(name)] => Some(token::spelled(name)),
        _ => None,
    }
}
