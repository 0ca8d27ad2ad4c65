//! The code that writes what may be shown.

use super::{PeekType, of_peek};
use crate::derived::DefinedType;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Field, Fields, Ident};

/// The implementation of `Peek`.
pub(super) fn expand(peek: &PeekType) -> TokenStream {
    let PeekType { defined: DefinedType { ident, generics, parts, .. }, runtime } = peek;
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#runtime::peek::Peek));
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let body = parts.matched(|variant, fields| {
        let name = variant.map_or(ident, |(_, variant)| variant);
        written(peek, name, fields)
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #parameters #runtime::peek::Peek for #ident #arguments #bounds {
            fn peek(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { #body }
        }
    }
}

/// A pattern that binds the fields, and the code that writes them after a name.
fn written(peek: &PeekType, name: &Ident, fields: &Fields) -> (TokenStream, TokenStream) {
    let name = name.unraw().to_string();
    let bound: Vec<Ident> = (0..fields.len()).map(|at| format_ident!("__field{at}")).collect();
    let members = fields.members();
    let patterns = members.zip(fields).zip(&bound).map(|((member, field), bound)| {
        if is_hidden(field) { quote!(#member: _) } else { quote!(#member: #bound) }
    });
    let shown = fields.iter().zip(&bound).map(|(field, bound)| {
        let shown = shown(peek, field, bound);
        match &field.ident {
            Some(name) => {
                let name = name.unraw().to_string();
                quote!(.field(#name, #shown))
            }
            None => quote!(.field(#shown)),
        }
    });
    let pattern = quote!({ #(#patterns),* });
    let code = match fields {
        Fields::Named(_) => quote!(__f.debug_struct(#name)#(#shown)*.finish()),
        Fields::Unnamed(_) => quote!(__f.debug_tuple(#name)#(#shown)*.finish()),
        Fields::Unit => quote!(__f.write_str(#name)),
    };
    (pattern, code)
}

fn is_hidden(field: &Field) -> bool {
    // One that is misspelt is reported; what it was meant for stays hidden.
    of_peek(&field.attrs).next().is_some()
}

/// The part of a field that is shown. An error about it is at its type.
fn shown(peek_type: &PeekType, field: &Field, bound: &Ident) -> TokenStream {
    let ty = &field.ty;
    let runtime = peek_type.runtime.at(ty.span());
    if is_hidden(field) {
        return quote!(&#runtime::peek::Hidden);
    }
    let peek = quote_spanned!(ty.span()=> <#ty as #runtime::peek::Peek>::peek);
    let own = &peek_type.runtime;
    quote! {
        &#own::__private::PeekedField(
            |__f: &mut ::core::fmt::Formatter<'_>| #peek(#bound, __f)
        )
    }
}
