//! `#[derive(State)]`: types that are kept in checkpoints, with a version and upgrades.

mod arguments;
mod expand;

#[cfg(test)]
mod tests;

use crate::crate_path::CratePath;
use crate::derived;
use crate::errors::Errors;
use millstream_graph::sentence::state as sentence;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Ident, Item, ItemEnum, ItemStruct, LitInt, Path};

/// A type that is kept in checkpoints.
#[derive(Debug)]
struct StateType {
    item: Definition,
    arguments: Arguments,
}

/// Its definition.
#[derive(Debug, Clone)]
enum Definition {
    Struct(ItemStruct),
    Enum(ItemEnum),
}

/// The arguments of `#[state(…)]`.
#[derive(Debug, Default)]
struct Arguments {
    version: Option<(u32, LitInt)>,
    upgrades: Vec<Upgrade>,
    runtime: CratePath,
}

/// A function that upgrades a version.
#[derive(Debug)]
struct Upgrade {
    version: u32,
    number: LitInt,
    function: Path,
}

impl StateType {
    fn ident(&self) -> &Ident {
        match &self.item {
            Definition::Struct(item) => &item.ident,
            Definition::Enum(item) => &item.ident,
        }
    }

    fn generics(&self) -> &Generics {
        match &self.item {
            Definition::Struct(item) => &item.generics,
            Definition::Enum(item) => &item.generics,
        }
    }

    fn attrs(&self) -> &[Attribute] {
        match &self.item {
            Definition::Struct(item) => &item.attrs,
            Definition::Enum(item) => &item.attrs,
        }
    }
}

impl Arguments {
    /// A type without a version has the first.
    fn present(&self) -> u32 {
        self.version.as_ref().map_or(1, |(version, _)| *version)
    }
}

/// Expands `#[derive(State)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    derived::expand(item, read, expand::expand)
}

/// Reads the type, and reports mistakes. A type with mistakes in its arguments is still kept, so
/// that nothing else is reported.
fn read(item: Item, errors: &mut Errors) -> Option<StateType> {
    let item = match item {
        Item::Struct(item) => Definition::Struct(item),
        Item::Enum(item) => Definition::Enum(item),
        Item::Union(item) => {
            errors.say(item.union_token, &sentence::union());
            return None;
        }
        // The compiler allows a derive on nothing else.
        _ => return None,
    };
    let mut state = StateType { item, arguments: Arguments::default() };
    if let Some(lifetime) = state.generics().lifetimes().next() {
        let name = state.ident().unraw().to_string();
        errors.say(&lifetime.lifetime, &sentence::borrows(&name));
        return None;
    }
    let mut arguments = Arguments::default();
    for attr in state.attrs().iter().filter(|attr| attr.path().is_ident("state")) {
        add_arguments(attr, &mut arguments, errors);
    }
    if errors.is_empty() {
        check(&arguments, errors);
    }
    state.arguments = arguments;
    Some(state)
}

fn add_arguments(attr: &Attribute, arguments: &mut Arguments, errors: &mut Errors) {
    let parsed = attr.parse_args_with(|input: syn::parse::ParseStream<'_>| {
        arguments::read(input, arguments, errors)
    });
    if parsed.is_err() {
        errors.say(&attr.meta, &sentence::unknown_argument());
    }
}

/// Checks that each version from the first that is upgraded has an upgrade, and no other.
fn check(arguments: &Arguments, errors: &mut Errors) {
    let present = arguments.present();
    for (at, Upgrade { version, number, .. }) in arguments.upgrades.iter().enumerate() {
        let before = arguments.upgrades.iter().take(at);
        if *version >= present {
            errors.say(number, &sentence::not_below(*version, present));
        } else if before.into_iter().any(|other| other.version == *version) {
            errors.say(number, &sentence::upgraded_twice(*version));
        }
    }
    let Some((_, number)) = &arguments.version else { return };
    let has = |version: u32| arguments.upgrades.iter().any(|upgrade| upgrade.version == version);
    let first = arguments.upgrades.iter().map(|upgrade| upgrade.version).min();
    let first = first.unwrap_or(present).min(present.saturating_sub(1)).max(1);
    if let Some(missing) = (first..present).rev().find(|version| !has(*version)) {
        errors.say(number, &sentence::without_upgrade(missing, present));
    }
}
