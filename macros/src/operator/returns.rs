//! The return type of a function.

use super::types;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Generics, Ident, Path, PathSegment, ReturnType, Token, Type, TypeParamBound};

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
    /// Whether the type of its error is known to the compiler only.
    has_hidden_error: bool,
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
    /// What the type says: its name may be another one of a `Result` or an `Option`.
    ByType,
}

impl Returns {
    pub(super) fn of(output: &ReturnType) -> Self {
        let ReturnType::Type(_, written) = output else {
            return Self::of_shape(ReturnShape::Nothing);
        };
        let ty = types::ungrouped(written);
        let mut returns = Self::of_result(ty);
        returns.ty = Some(ty.clone());
        returns
    }

    fn of_result(ty: &Type) -> Self {
        let Some(segment) = types::last_segment(ty) else { return Self::of_value(ty, None) };
        match (segment.ident == "Result", types::arguments(segment).as_slice()) {
            (true, [value, error]) => {
                Self::of_value(types::ungrouped(value), Some((*error).clone()))
            }
            // `io::Result<T>`.
            (true, [value]) => {
                Self { has_hidden_error: true, ..Self::of_value(types::ungrouped(value), None) }
            }
            (true, _) => Self::of_shape(ReturnShape::ByType),
            (false, arguments) if may_be_alias(segment, arguments) => {
                Self::of_shape(ReturnShape::ByType)
            }
            (false, _) => Self::of_value(ty, None),
        }
    }

    fn of_shape(shape: ReturnShape) -> Self {
        Self { shape, item: None, error: None, ty: None, has_hidden_error: false }
    }

    /// Completes what the compiler alone knows of the type.
    ///
    /// `sends` is whether the function has an output, and so returns an error at most; `generics`
    /// are those of the function, which a constant cannot ask about.
    pub(super) fn complete(&mut self, names: Names<'_>, sends: bool, generics: &Generics) {
        let Some(ty) = &self.ty else { return };
        if self.shape == ReturnShape::ByType && types::parameter_in(ty, generics).is_some() {
            let ty = ty.clone();
            *self = Self { ty: Some(ty.clone()), ..Self::of_value(&ty, None) };
            return;
        }
        let value = types::last_segment(ty).and_then(|end| types::arguments(end).first().copied());
        let nothing = matches!(value, Some(Type::Tuple(unit)) if unit.elems.is_empty());
        let runtime = names.runtime;
        if self.shape == ReturnShape::ByType && (sends || nothing) {
            self.shape = ReturnShape::Nothing;
            self.has_hidden_error = true;
        }
        if self.has_hidden_error {
            self.error = Some(syn::parse_quote!(<#ty as #runtime::operator::OutcomeOf<1>>::Error));
        }
        if self.shape == ReturnShape::ByType {
            let (outcome, value) = (names.outcome(ty), names.value());
            self.error = Some(syn::parse_quote!(<#ty as #outcome>::Error));
            self.item = Some(syn::parse_quote!(<<#ty as #outcome>::Value as #value>::Event));
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
        Self { item: item.cloned(), error, ..Self::of_shape(shape) }
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

    /// The type that a future gives, if this is one; none if that is not written.
    pub(super) fn future(&self) -> Option<Option<&Type>> {
        let bounds = match types::pinned(self.ty.as_ref()?) {
            Type::ImplTrait(ty) => &ty.bounds,
            Type::TraitObject(ty) => &ty.bounds,
            ty => {
                let segment = types::last_segment(ty)?;
                let boxed = segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture";
                return boxed.then(|| types::arguments(segment).first().copied());
            }
        };
        bound(bounds, |word| word == "Future").map(|bound| types::associated(bound, "Output"))
    }

    /// Whether it is an `impl Stream`.
    pub(super) fn is_stream(&self) -> bool {
        match &self.ty {
            Some(Type::ImplTrait(ty)) => bound(&ty.bounds, |word| word == "Stream").is_some(),
            _ => false,
        }
    }
}

/// The constants and traits of the kind of result that a type is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) runtime: &'a TokenStream,
    /// Whether it is `on_timer`, whose constants are named otherwise than those of `process`.
    pub(super) of_timer: bool,
}

impl Names<'_> {
    fn constants(self) -> [Ident; 2] {
        let names = if self.of_timer {
            ["__TIMER_OUTCOME", "__TIMER_VALUE"]
        } else {
            ["__OUTCOME", "__VALUE"]
        };
        names.map(|name| Ident::new(name, Span::call_site()))
    }

    /// The trait of what is returned.
    pub(super) fn outcome(self, ty: &Type) -> TokenStream {
        let (runtime, [outcome, _]) = (self.runtime, self.constants());
        let span = ty.span();
        quote_spanned!(span=> #runtime::operator::OutcomeOf<#outcome>)
    }

    /// The trait of its value.
    pub(super) fn value(self) -> TokenStream {
        let (runtime, [_, value]) = (self.runtime, self.constants());
        quote!(#runtime::operator::EmittedBy<#value>)
    }

    /// The constants.
    pub(super) fn declare(self, ty: &Type) -> TokenStream {
        let (runtime, [outcome, value]) = (self.runtime, self.constants());
        let its_value = self.outcome(ty);
        quote! {
            const #outcome: u8 = {
                #[allow(unused_imports)]
                use #runtime::operator::ViaOne as _;
                #runtime::operator::KindOf::<#ty>::KIND
            };
            const #value: u8 = {
                #[allow(unused_imports)]
                use #runtime::operator::ViaOne as _;
                #runtime::operator::value_kind(
                    #outcome,
                    #runtime::operator::KindOf::<<#ty as #its_value>::Value>::KIND,
                )
            };
        }
    }
}

/// Generic types of the standard library and of the runtime that are one event.
const ONE_EVENT: &[&str] = &[
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Box",
    "Cow",
    "DeadLetter",
    "HashMap",
    "HashSet",
    "Late",
    "LinkedList",
    "Option",
    "Rc",
    "Reverse",
    "TrailingResult",
    "Vec",
    "VecDeque",
    "Window",
    "Wrapping",
];

/// Ends of names that are given to other names of a `Result` or an `Option`.
const ALIASES: &[&str] = &["Result", "Res", "Option", "Opt", "Maybe", "Outcome", "Fallible"];

/// Whether a type of this name may be a `Result` or an `Option`.
fn may_be_alias(segment: &PathSegment, arguments: &[&Type]) -> bool {
    let name = segment.ident.to_string();
    let known = ONE_EVENT.contains(&name.as_str());
    !known && (!arguments.is_empty() || ALIASES.iter().any(|end| name.ends_with(end)))
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
            (quote!(-> io::Result<u8>), ReturnShape::One, "u8", ""),
            (quote!(-> io::Result<Vec<u8>>), ReturnShape::Many, "u8", ""),
            (quote!(-> fmt::Result), ReturnShape::ByType, "", ""),
            (quote!(-> Res<u8>), ReturnShape::ByType, "", ""),
            (quote!(-> ParseResult), ReturnShape::ByType, "", ""),
            (quote!(-> HashMap<u8, u8>), ReturnShape::One, "HashMap < u8 , u8 >", ""),
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
