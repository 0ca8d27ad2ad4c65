//! The return type of a function.

use super::types;
use syn::punctuated::Punctuated;
use syn::{Path, ReturnType, Token, Type, TypeParamBound};

/// The result of a call.
#[derive(Debug)]
pub(super) struct Returns {
    pub(super) shape: ReturnShape,
    /// The type of one event.
    pub(super) item: Option<Type>,
    /// The type of the error.
    pub(super) error: Option<Type>,
    /// Its type as written.
    pub(super) ty: Option<Type>,
}

/// How many events a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReturnShape {
    /// None: `()`.
    Nothing,
    /// One: any plain type.
    One,
    /// Any number: `Option`, `Vec`, an iterator.
    Many,
    /// An iterator without `Item = T`.
    Untyped,
    /// An `impl` of something that is no iterator.
    Unnamed,
    /// A `Result` whose error type is not written.
    Alias,
}

impl Returns {
    pub(super) fn of(output: &ReturnType) -> Self {
        let ReturnType::Type(_, written) = output else {
            return Self { shape: ReturnShape::Nothing, item: None, error: None, ty: None };
        };
        let ty = types::ungrouped(written);
        let mut returns = Self::of_result(ty);
        returns.ty = Some(ty.clone());
        returns
    }

    fn of_result(ty: &Type) -> Self {
        let segment = types::last_segment(ty).filter(|segment| segment.ident == "Result");
        let Some(segment) = segment else {
            return Self::of_value(ty, None);
        };
        match types::arguments(segment).as_slice() {
            [value, error] => Self::of_value(types::ungrouped(value), Some((*error).clone())),
            _ => Self { shape: ReturnShape::Alias, item: None, error: None, ty: None },
        }
    }

    fn of_value(ty: &Type, error: Option<Type>) -> Self {
        let (shape, item) = match ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => (ReturnShape::Nothing, None),
            Type::ImplTrait(ty) => match bound(&ty.bounds, is_iterator) {
                Some(bound) => iterator(bound),
                None => (ReturnShape::Unnamed, None),
            },
            Type::Infer(_) => (ReturnShape::One, None),
            ty => of_path(ty),
        };
        Self { shape, item: item.cloned(), error, ty: None }
    }

    /// Whether it returns no events, only an error at most.
    pub(super) fn is_nothing(&self) -> bool {
        self.shape == ReturnShape::Nothing
    }

    /// Whether it is an `Option`: at most one event.
    pub(super) fn is_option(&self) -> bool {
        self.value().is_some_and(|ty| types::ends_in(ty, "Option"))
    }

    /// Its type, or that inside a `Result`.
    fn value(&self) -> Option<&Type> {
        let ty = self.ty.as_ref()?;
        match types::last_segment(ty).filter(|segment| segment.ident == "Result") {
            Some(segment) => types::arguments(segment).first().copied().map(types::ungrouped),
            None => Some(ty),
        }
    }

    /// Whether it is an `impl Stream`.
    pub(super) fn is_stream(&self) -> bool {
        match &self.ty {
            Some(Type::ImplTrait(ty)) => bound(&ty.bounds, |word| word == "Stream").is_some(),
            _ => false,
        }
    }
}

/// `Option<T>`, `Vec<T>`, `Box<dyn Iterator<Item = T>>` or one value of any other type.
fn of_path(ty: &Type) -> (ReturnShape, Option<&Type>) {
    let one = (ReturnShape::One, Some(ty));
    let Some(inner) = types::only_argument(ty) else {
        return one;
    };
    if types::ends_in(ty, "Option") || types::ends_in(ty, "Vec") {
        return (ReturnShape::Many, Some(inner));
    }
    match types::ungrouped(inner) {
        Type::TraitObject(object) if types::ends_in(ty, "Box") => {
            bound(&object.bounds, is_iterator).map_or(one, iterator)
        }
        _ => one,
    }
}

fn iterator(bound: &Path) -> (ReturnShape, Option<&Type>) {
    match types::item_of(bound) {
        Some(item) => (ReturnShape::Many, Some(item)),
        None => (ReturnShape::Untyped, None),
    }
}

fn is_iterator(word: &str) -> bool {
    matches!(word, "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator")
}

/// The first bound whose last segment qualifies.
fn bound(
    bounds: &Punctuated<TypeParamBound, Token![+]>,
    qualifies: fn(&str) -> bool,
) -> Option<&Path> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let word = bound.path.segments.last()?.ident.to_string();
            qualifies(&word).then_some(&bound.path)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{ToTokens, quote};
    use syn::parse_quote;

    fn read(output: ReturnType) -> (ReturnShape, String, String) {
        let returns = Returns::of(&output);
        let text = |ty: &Option<Type>| ty.to_token_stream().to_string();
        (returns.shape, text(&returns.item), text(&returns.error))
    }

    #[test]
    fn the_shape_is_read_from_the_type() {
        for (output, shape, item, error) in [
            (quote!(), ReturnShape::Nothing, "", ""),
            (quote!(-> ()), ReturnShape::Nothing, "", ""),
            (quote!(-> Score), ReturnShape::One, "Score", ""),
            (quote!(-> (u32, u32)), ReturnShape::One, "(u32 , u32)", ""),
            (quote!(-> Option<Score>), ReturnShape::Many, "Score", ""),
            (quote!(-> std::option::Option<Score>), ReturnShape::Many, "Score", ""),
            (quote!(-> Vec<Vec<u8>>), ReturnShape::Many, "Vec < u8 >", ""),
            (quote!(-> impl Iterator<Item = u8> + use<>), ReturnShape::Many, "u8", ""),
            (quote!(-> impl Send + IntoIterator<Item = u8>), ReturnShape::Many, "u8", ""),
            (quote!(-> Box<dyn Iterator<Item = u8> + Send>), ReturnShape::Many, "u8", ""),
            (quote!(-> Box<dyn Event>), ReturnShape::One, "Box < dyn Event >", ""),
            (quote!(-> Result<u8, E>), ReturnShape::One, "u8", "E"),
            (quote!(-> Result<Option<u8>, E>), ReturnShape::Many, "u8", "E"),
            (quote!(-> Result<impl Iterator<Item = u8>, E>), ReturnShape::Many, "u8", "E"),
            (quote!(-> Result<(), E>), ReturnShape::Nothing, "", "E"),
            (quote!(-> io::Result<u8>), ReturnShape::Alias, "", ""),
            (quote!(-> impl Iterator), ReturnShape::Untyped, "", ""),
            (quote!(-> impl Display), ReturnShape::Unnamed, "", ""),
        ] {
            let parsed = syn::parse2(output.clone()).unwrap();
            assert_eq!(read(parsed), (shape, item.into(), error.into()), "{output}");
        }
    }

    #[test]
    fn groups_around_a_type_do_not_matter() {
        let inner: Type = parse_quote!(Option<u8>);
        let group = proc_macro2::Group::new(proc_macro2::Delimiter::None, quote!(#inner));
        assert_eq!(read(parse_quote!(-> #group)), (ReturnShape::Many, "u8".into(), String::new()));
    }

    #[test]
    fn a_stream_differs_from_other_unnamed_types() {
        assert!(Returns::of(&parse_quote!(-> impl Stream<Item = u8>)).is_stream());
        assert!(!Returns::of(&parse_quote!(-> impl Display)).is_stream());
    }
}
