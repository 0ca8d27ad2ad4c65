//! `#[topology_graph]`: the graph of a topology in the documentation of the function that has it.

use crate::errors::Errors;
use crate::topology::graph;
use millstream_graph::sentence::attribute;
use millstream_graph::shape::Shape;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

/// Adds the graph behind the documentation that the function has.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let Some(shape) = graph::of_function(item.clone()) else {
        let mut errors = Errors::default();
        errors.say(name(&item), &attribute::not_one_topology());
        let message = errors.to_tokens();
        return quote!(#item #message);
    };
    let (text, picture) = (text(&shape), picture(&shape));
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let (attributes, rest) = tokens.split_at(attributes(&tokens));
    quote! {
        #(#attributes)*
        #[doc = #text]
        #[cfg_attr(doc, doc = #picture)]
        #(#rest)*
    }
}

/// The number of tokens that are attributes of the item.
fn attributes(tokens: &[TokenTree]) -> usize {
    let is_attribute = |pair: &&[TokenTree]| match pair {
        [TokenTree::Punct(hash), TokenTree::Group(group)] => {
            hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket
        }
        _ => false,
    };
    2 * tokens.chunks(2).take_while(is_attribute).count()
}

/// The name of the function, for messages.
fn name(item: &TokenStream) -> TokenStream {
    let mut tokens = item.clone().into_iter();
    let word = tokens.find(|token| token.to_string() == "fn").and_then(|_| tokens.next());
    word.map_or_else(|| item.clone(), TokenStream::from)
}

/// The edges, a line each, as an editor shows them.
fn text(shape: &Shape) -> String {
    let mut text = String::from("\n# Topology\n\n```text\n");
    for (edge, from, to) in shape.connections() {
        let output = edge.output.as_ref().map(|output| format!(".{output}")).unwrap_or_default();
        let times = match &*to.instances {
            "1" => String::new(),
            other => format!(" * {other}"),
        };
        let mut how = Vec::new();
        how.extend((edge.grouping != "forward").then(|| edge.grouping.clone()));
        how.extend(edge.window.clone());
        let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) };
        text.push_str(&format!("{}{output} >> {}{times}{how}\n", from.name, to.name));
    }
    text.push_str("```\n");
    text
}

/// The picture, as a page shows it. An empty line would end it.
fn picture(shape: &Shape) -> String {
    let svg = shape.svg();
    let lines: Vec<&str> = svg.lines().filter(|line| !line.trim().is_empty()).collect();
    format!("\n<div>\n{}\n</div>\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::expand;
    use proc_macro2::TokenStream;

    fn docs(item: &str) -> String {
        let item: TokenStream = item.parse().unwrap();
        expand(item).to_string().replace("\\n", "\n")
    }

    #[test]
    fn a_function_shows_the_edges_of_its_topology() {
        let docs = docs(
            r#"
            /// Finds fraud.
            pub fn fraud(tx: impl Source<Tx>) -> Topology {
                topology!(
                    job("fraud", at_most_once),
                    tx = source(tx) >> event_time(|t| t.at, lateness(2.secs())),
                    avg = tx >> by(|t| t.card) >> average_ticket * 2,
                    near = tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> proximity,
                    again = feedback(10, drop_oldest),
                    scores = [avg, near, again] >> by(|s| s.tx) >> merge_scores,
                    scores >> suspicious >> sink(alerts),
                    near.late >> ignore,
                    scores >> filter(|s| s.open) >> feedback(again),
                )
            }
            "#,
        );
        let expected = "# Topology\n\n```text\n\
            tx >> avg * 2 (by key)\n\
            tx >> near (by key, tumbling(1.mins()))\n\
            avg >> scores (by key)\n\
            near >> scores (by key)\n\
            filter >> scores (by key)\n\
            scores >> suspicious\n\
            suspicious >> suspicious_sink\n\
            near.late >> near_late_ignored\n\
            scores >> filter\n\
            ```";
        assert!(docs.contains(expected), "{docs}");
        let (user, graph) = (docs.find("Finds fraud").unwrap(), docs.find("# Topology").unwrap());
        assert!(user < graph, "the user's documentation comes first");
        assert!(docs.contains("<svg"), "{docs}");
    }

    #[test]
    fn a_function_without_one_topology_is_told() {
        for body in ["{}", "{ topology!(a >> b); topology!(c >> d) }"] {
            let docs = docs(&format!("fn none() {body}"));
            assert!(docs.contains("M0190"), "{docs}");
        }
    }
}
