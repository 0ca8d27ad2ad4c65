//! Reads the arguments of `#[state(…)]`.

use super::{Arguments, Upgrade};
use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, state as sentence};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitInt, Path, Token, parenthesized};

/// Reads all arguments, and reports what is wrong with their values.
pub(super) fn read(
    input: ParseStream<'_>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    let mut upgraded = false;
    while !input.is_empty() {
        let key = Ident::parse_any(input)?;
        match key.to_string().as_str() {
            "version" => {
                input.parse::<Token![=]>()?;
                let number: Expr = input.parse()?;
                if arguments.version.is_some() {
                    errors.say(&key, &sentence::given_twice("version"));
                } else {
                    arguments.version = version(&number, errors);
                }
            }
            "upgrade" => {
                if std::mem::replace(&mut upgraded, true) {
                    errors.say(&key, &sentence::given_twice("upgrade"));
                }
                let inside;
                parenthesized!(inside in input);
                upgrades(&inside, arguments, errors)?;
            }
            "crate" => {
                input.parse::<Token![=]>()?;
                let path: Expr = input.parse()?;
                match CratePath::read(&path) {
                    Some(path) => arguments.runtime = path,
                    None => errors.say(&path, &attribute::crate_is_no_path()),
                }
            }
            _ => return Err(input.error("an unknown argument")),
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// Reads `1 = from_v1, 2 = from_v2`.
fn upgrades(
    input: ParseStream<'_>,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !input.is_empty() {
        let number: Expr = input.call(Expr::parse_without_eager_brace)?;
        let (number, function) = match number {
            Expr::Assign(assign) => match *assign.right {
                Expr::Path(function) => (*assign.left, function.path),
                _ => return Err(input.error("no function")),
            },
            number => {
                input.parse::<Token![=]>()?;
                (number, input.parse::<Path>()?)
            }
        };
        if let Some((version, number)) = version(&number, errors) {
            arguments.upgrades.push(Upgrade { version, number, function });
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// The number of a version.
fn version(number: &Expr, errors: &mut Errors) -> Option<(u32, LitInt)> {
    let literal = match number {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(literal), .. }) => Some(literal),
        _ => None,
    };
    let version = literal.and_then(|literal| {
        let version = literal.base10_parse().ok().filter(|version| *version > 0)?;
        Some((version, literal.clone()))
    });
    if version.is_none() {
        errors.say(number, &sentence::no_version());
    }
    version
}
