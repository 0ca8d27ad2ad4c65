//! The code for an enum: how an event finds its output, and the streams of a topology.

use super::model::{Carries, Output, OutputsEnum};
use millstream_graph::sentence::{Sentence, outcome};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The impls for the enum, and their types.
pub(super) fn expand(model: &OutputsEnum) -> TokenStream {
    let code = [types(model), outputs(model), split(model), all_used(model), events(model)];
    quote!(const _: () = { #(#code)* };)
}

/// The struct with the streams, and the struct with the places.
///
/// Both have the visibility of the enum; their names appear in messages only.
fn types(model: &OutputsEnum) -> TokenStream {
    let runtime = &model.runtime;
    let (vis, streams, places) = (&model.vis, streams_of(model), places_of(model));
    let fields = model.outputs.iter().map(|output| {
        let (docs, Output { name, event, .. }) = (docs(output), output);
        quote! {
            #docs
            #vis #name: #runtime::builder::Stream<#event, __M>,
        }
    });
    let mut place = quote!(#runtime::checks::FirstOutput);
    let positions = model.outputs.iter().map(|output| {
        let (docs, name) = (docs(output), &output.name);
        let field = quote!(#docs #vis #name: #runtime::checks::OutputIndex<#place>,);
        place = quote!(#runtime::checks::AfterOutput<#place>);
        field
    });
    let none = model.outputs.is_empty();
    let time = none.then(|| quote!(__time: ::core::marker::PhantomData<fn() -> __M>));
    quote! {
        #[allow(dead_code, missing_debug_implementations, unnameable_types, unreachable_pub)]
        #vis struct #streams<__M> { #(#fields)* #time }
        #[allow(dead_code, missing_debug_implementations, unnameable_types, unreachable_pub)]
        #vis struct #places { #(#positions)* }
    }
}

fn streams_of(model: &OutputsEnum) -> Ident {
    format_ident!("{}Streams", model.ident.unraw())
}

fn places_of(model: &OutputsEnum) -> Ident {
    format_ident!("{}Outputs", model.ident.unraw())
}

/// The docs of the variant, or a sentence about it.
fn docs(output: &Output) -> TokenStream {
    if output.docs.is_empty() {
        let text = format!("The events of the variant `{}`.", output.variant.unraw());
        return quote!(#[doc = #text]);
    }
    let docs = &output.docs;
    quote!(#(#docs)*)
}

/// How an event finds its output.
fn outputs(model: &OutputsEnum) -> TokenStream {
    let runtime = &model.runtime;
    let ident = &model.ident;
    let names = names(model);
    let choice = model.outputs.iter().rev().fold(
        quote!(::core::convert::Infallible),
        |others, Output { event, .. }| quote!(#runtime::operator::Choice<#event, #others>),
    );
    let arms = model.outputs.iter().enumerate().map(|(at, output)| {
        let variant = &output.variant;
        match output.carries {
            Carries::Event => {
                let first = quote!(#runtime::operator::Choice::This(event));
                let chosen = (0..at)
                    .fold(first, |chosen, _| quote!(#runtime::operator::Choice::Other(#chosen)));
                quote!(Self::#variant(event) => #chosen,)
            }
            Carries::Wrongly => quote!(Self::#variant { .. } => ::core::unreachable!(),),
        }
    });
    // Without outputs the enum has a mistake, or is none at all.
    let others = &model.others;
    let chosen = if model.outputs.is_empty() {
        quote!(::core::unreachable!())
    } else {
        quote!(match self { #(#arms)* #(Self::#others { .. } => ::core::unreachable!(),)* })
    };
    quote! {
        #[automatically_derived]
        impl #runtime::operator::Outputs for #ident {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            type Choice = #choice;

            #[inline(always)]
            fn choose(self) -> Self::Choice { #chosen }
        }
    }
}

fn names(model: &OutputsEnum) -> Vec<String> {
    model.outputs.iter().map(|output| output.name.to_string()).collect()
}

/// The streams that replace the stream of the enum.
fn split(model: &OutputsEnum) -> TokenStream {
    let runtime = &model.runtime;
    let (ident, streams, places) = (&model.ident, streams_of(model), places_of(model));
    let fields: Vec<&Ident> = model.outputs.iter().map(|output| &output.name).collect();
    let names = names(model);
    let unused = fields
        .iter()
        .fold(quote!(()), |others, _| quote!((#runtime::checks::UnusedOutput, #others)));
    let time = fields.is_empty().then(|| quote!(__time: ::core::marker::PhantomData));
    quote! {
        #[automatically_derived]
        impl #runtime::plumbing::streams::Split for #ident {
            type Streams<__M: #runtime::plumbing::streams::TimeState> = #streams<__M>;
            type Places = #places;
            type Unused = #unused;
            const PLACES: Self::Places = #places {
                #(#fields: #runtime::checks::OutputIndex::new(),)*
            };

            fn streams<__M: #runtime::plumbing::streams::TimeState>(
                variants: &#runtime::plumbing::streams::Variants<__M>,
            ) -> Self::Streams<__M> {
                #streams { #(#fields: variants.stream(#names),)* #time }
            }
        }
    }
}

/// The message about an unused output: each output has a trait with its own.
fn all_used(model: &OutputsEnum) -> TokenStream {
    let runtime = &model.runtime;
    let (ident, vis, places) = (&model.ident, &model.vis, places_of(model));
    let used: Vec<Ident> =
        model.outputs.iter().map(|output| format_ident!("{}IsUsed", output.variant)).collect();
    let traits = model.outputs.iter().zip(&used).map(|(output, used)| {
        let name = output.name.to_string();
        let sentence = outcome::output_goes_nowhere(None, &name);
        let (message, note) = (message(&sentence), note(&sentence));
        let label = format!("no line uses its output `{name}`");
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            #[allow(unnameable_types, unreachable_pub)]
            #vis trait #used {}

            #[diagnostic::do_not_recommend]
            impl #used for #runtime::checks::UsedOutput {}
        }
    });
    let uses: Vec<Ident> = (0..used.len()).map(|at| format_ident!("__U{at}")).collect();
    let all = uses.iter().rev().fold(quote!(()), |others, first| quote!((#first, #others)));
    quote! {
        #(#traits)*

        impl #places {
            /// The stream, if all its outputs are used.
            #[allow(dead_code, unreachable_pub)]
            #vis fn all_used<__S, #(#uses: #used),*>(
                self,
                splitting: #runtime::checks::Splitting<#ident, __S, #all>,
            ) -> #runtime::checks::Splitting<#ident, __S, #all> {
                splitting
            }
        }
    }
}

fn message(sentence: &Sentence) -> String {
    format!("{} [{}]", sentence.wrong, sentence.code)
}

fn note(sentence: &Sentence) -> String {
    format!("help: {}; see {}", sentence.help, sentence.page())
}

/// A function that does not compile if events are not `Send`; the errors are at their types.
fn events(model: &OutputsEnum) -> TokenStream {
    let runtime = &model.runtime;
    let checks = model.outputs.iter().map(|Output { event, .. }| {
        let runtime = runtime.at(event.span());
        quote_spanned!(event.span()=> <#event as #runtime::event::Event>::check();)
    });
    quote! {
        #[allow(dead_code)]
        fn check() { #(#checks)* }
    }
}
