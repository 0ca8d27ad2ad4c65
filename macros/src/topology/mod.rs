//! `topology!`: turns lines of streams into calls of the builder.
//!
//! `grammar` splits the tokens (with `token`, `arrow` and `cut`) into a `model`, `resolve` counts
//! the uses of each name, `facts` follows each stream, `check` finds the broken rules, and `expand`
//! generates the calls. Nothing is parsed as an expression, so half-written code expands like
//! complete code.

mod again;
mod arguments;
mod arrow;
mod bounds;
mod calls;
mod captures;
mod check;
mod cut;
mod edges;
mod end_points;
mod expand;
mod facts;
mod feedback;
mod foreign_syntax;
mod foreign_words;
mod forks;
mod given;
mod grammar;
pub(crate) mod graph;
mod in_flight;
mod instances;
mod joins;
mod keys;
mod model;
mod options;
mod resolve;
mod side_outputs;
mod sinks;
#[cfg(test)]
mod tests;
mod times;
mod token;
mod variants;
mod windows;
mod words;

use proc_macro2::TokenStream;

/// Expands the list in the parentheses of `topology!( … )` to calls of the builder.
///
/// All mistakes in the shape are reported together, after the calls. If they would cause follow-up
/// errors, the calls are hidden from the compiler, but not from editors.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let declaration = grammar::declaration(input);
    let names = resolve::Names::of(&declaration);
    let known = facts::Known::of(&declaration, &names);
    let errors = check::check(&declaration, (&names, &known));
    let body = expand::body(&declaration, (&names, &known));
    expand::block(&declaration, &body, &errors)
}
