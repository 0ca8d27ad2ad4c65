//! `topology!`: turns lines of streams into calls of the builder.
//!
//! `grammar` splits the tokens (with `token`, `arrow` and `cut`) into a `model`, `resolve` counts
//! the uses of each name, `check` finds the broken rules, and `expand` generates the calls. Nothing
//! is parsed as an expression, so half-written code expands like complete code.

mod again;
mod arguments;
mod arrow;
mod bounds;
mod calls;
mod check;
mod cut;
mod edges;
mod end_points;
mod expand;
mod feedback;
mod foreign_syntax;
mod given;
mod grammar;
mod in_flight;
mod instances;
mod joins;
mod keys;
mod model;
mod options;
mod rates;
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
mod zeros;

use proc_macro2::TokenStream;

/// Expands the list in the parentheses of `topology!( … )` to calls of the builder.
///
/// All mistakes in the shape are reported together, after the calls. If they would cause follow-up
/// errors, the calls are hidden from the compiler, but not from editors.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let declaration = grammar::declaration(input);
    let names = resolve::Names::of(&declaration);
    let errors = check::check(&declaration, &names);
    let body = expand::body(&declaration, &names);
    expand::block(&declaration, &body, &errors)
}
