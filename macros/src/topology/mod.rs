//! `topology!`: lines of streams become calls of the builder.
//!
//! The input is cut by tokens (`token`, `arrow`, `cut`, `grammar`) into a `model`; `resolve` counts
//! the uses of each name, `check` finds the rules that are broken, `expand` writes the calls.
//! Nothing is parsed as an expression, so half-written code expands as well as complete code does.

mod arguments;
mod arrow;
mod calls;
mod check;
mod cut;
mod expand;
mod feedback;
mod foreign_syntax;
mod grammar;
mod instances;
mod joins;
mod keys;
mod model;
mod options;
mod resolve;
mod side_outputs;
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
/// All mistakes in the shape are told at once, behind the calls; these are then hidden from the
/// compiler, which would complain about what follows from a mistake, but not from an editor.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let declaration = grammar::declaration(input);
    let names = resolve::Names::of(&declaration);
    let errors = check::check(&declaration, &names);
    let body = expand::body(&declaration, &names);
    expand::block(&declaration, &body, &errors)
}
