//! Reads types as written; names are not resolved.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Generics, Ident, Lifetime,
    ParenthesizedGenericArguments, Path, PathArguments, PathSegment, Type, TypeFnPtr,
    TypeImplTrait, TypeReference, WherePredicate,
};

/// The type without parentheses and without the groups that `macro_rules!` puts around it.
pub(super) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// Whether the type is a `&'static T`, which can be stored like a value.
pub(super) fn is_static(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            let lifetime = reference.lifetime.as_ref();
            reference.mutability.is_none() && lifetime.is_some_and(|name| name.ident == "static")
        }
        _ => false,
    }
}

/// The last segment of a type's path.
pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether the last segment of the type's path is this word.
pub(super) fn ends_in(ty: &Type, word: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == word)
}

/// The types between the angle brackets of a segment.
pub(super) fn arguments(segment: &PathSegment) -> Vec<&Type> {
    angle(segment)
        .into_iter()
        .flat_map(|angle| &angle.args)
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect()
}

/// The `T` of a type `X<T>`.
pub(super) fn only_argument(ty: &Type) -> Option<&Type> {
    match arguments(last_segment(ty)?).as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// The `T` of a bound `Iterator<Item = T>`.
pub(super) fn item_of(bound: &Path) -> Option<&Type> {
    associated(bound, "Item")
}

/// The `T` of a bound `Trait<Name = T>`.
pub(super) fn associated<'a>(bound: &'a Path, name: &str) -> Option<&'a Type> {
    angle(bound.segments.last()?)?.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// The `T` of a `Pin<Box<T>>` or a `Box<T>`.
pub(super) fn pinned(ty: &Type) -> &Type {
    match last_segment(ty).filter(|end| end.ident == "Pin" || end.ident == "Box") {
        Some(_) => only_argument(ty).map_or(ty, pinned),
        None => ungrouped(ty),
    }
}

fn angle(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(angle) => Some(angle),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    }
}

/// Why values of a type cannot be stored, with the offending tokens.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// It borrows: a `&` or a lifetime other than `'static`.
    Borrows(TokenStream),
    /// It has no name: an `impl Trait`.
    Unnamed(TokenStream),
}

/// The first reason in the type why its values cannot be stored.
pub(super) fn obstacle(ty: &Type) -> Option<Obstacle> {
    let mut search = ObstacleSearch(None);
    search.visit_type(ty);
    search.0
}

struct ObstacleSearch(Option<Obstacle>);

impl ObstacleSearch {
    fn found(&mut self, obstacle: Obstacle) {
        self.0.get_or_insert(obstacle);
    }
}

impl<'ast> Visit<'ast> for ObstacleSearch {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            self.found(Obstacle::Borrows(lifetime.to_token_stream()));
        }
    }

    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        if reference.lifetime.is_none() {
            self.found(Obstacle::Borrows(reference.and_token.to_token_stream()));
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
        self.found(Obstacle::Unnamed(ty.to_token_stream()));
    }

    // What a function pointer or a closure takes is borrowed for the call only.
    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}
}

/// Whether there is an `impl Trait` in the type.
pub(super) fn unnamed(ty: &Type) -> bool {
    let mut search = UnnamedSearch(false);
    search.visit_type(ty);
    search.0
}

struct UnnamedSearch(bool);

impl<'ast> Visit<'ast> for UnnamedSearch {
    fn visit_type_impl_trait(&mut self, _: &'ast TypeImplTrait) {
        self.0 = true;
    }
}

/// Whether the type is unsized, whatever names are in scope.
pub(super) fn is_unsized(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// The owned type for an unsized one: `String` for `str`.
pub(super) fn owner(ty: &Type) -> Option<String> {
    const OWNERS: &[(&str, &str)] =
        &[("str", "String"), ("Path", "PathBuf"), ("OsStr", "OsString"), ("CStr", "CString")];
    match ungrouped(ty) {
        Type::Slice(slice) => Some(format!("Vec<{}>", written(&slice.elem))),
        Type::TraitObject(_) => Some(format!("Box<{}>", written(ungrouped(ty)))),
        ty => {
            let owner = OWNERS.iter().find(|(borrowed, _)| ends_in(ty, borrowed));
            owner.map(|(_, owner)| (*owner).to_owned())
        }
    }
}

/// The type in the usual spacing.
pub(super) fn written(ty: &Type) -> String {
    let tokens = ty.to_token_stream().to_string();
    let mut text = String::new();
    for token in tokens.split_whitespace() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let words = text.ends_with(is_word) && token.starts_with(is_word);
        let spaced = ["+", "=", "->"];
        let sign = spaced.contains(&token) || spaced.iter().any(|sign| text.ends_with(sign));
        if words || sign || text.ends_with([',', ';']) {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

/// The first word in the type that is one of the generics' type or const parameters.
pub(super) fn parameter_in<'a>(ty: &Type, generics: &'a Generics) -> Option<&'a Ident> {
    parameters(generics).find(|parameter| mentions(ty, parameter))
}

/// The names of the type and const parameters.
pub(super) fn parameters(generics: &Generics) -> impl Iterator<Item = &Ident> {
    let types = generics.type_params().map(|parameter| &parameter.ident);
    types.chain(generics.const_params().map(|parameter| &parameter.ident))
}

/// Whether a path in the type starts with the word.
pub(super) fn mentions(ty: &Type, word: &Ident) -> bool {
    let mut search = MentionSearch { word, found: false };
    search.visit_type(ty);
    search.found
}

/// Whether a path in the clause starts with the word.
pub(super) fn clause_mentions(clause: &WherePredicate, word: &Ident) -> bool {
    let mut search = MentionSearch { word, found: false };
    search.visit_where_predicate(clause);
    search.found
}

struct MentionSearch<'a> {
    word: &'a Ident,
    found: bool,
}

impl<'ast> Visit<'ast> for MentionSearch<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        self.found |= path.leading_colon.is_none()
            && path.segments.first().is_some_and(|segment| segment.ident == *self.word);
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_owns_a_value_without_a_size_is_known() {
        for (borrowed, expected) in [
            ("str", Some("String")),
            ("[u64]", Some("Vec<u64>")),
            ("[Option<a::Tx>]", Some("Vec<Option<a::Tx>>")),
            ("[(u8, &'a str)]", Some("Vec<(u8, &'a str)>")),
            ("dyn Shape + Send", Some("Box<dyn Shape + Send>")),
            ("dyn Fn(u8) -> u8", Some("Box<dyn Fn(u8) -> u8>")),
            ("std::path::Path", Some("PathBuf")),
            ("[u8; 4]", None),
            ("String", None),
        ] {
            let ty: Type = syn::parse_str(borrowed).unwrap();
            assert_eq!(owner(&ty).as_deref(), expected, "{borrowed}");
        }
    }
}
