//! The graph of a topology as far as the macro knows it, for the documentation of the function that
//! has it.

use super::grammar;
use super::instances::Count;
use super::model::{Chain, Declaration, HeadKind, Line, Step};
use super::token;
use millstream_graph::shape::{Edge, Kind, Node, Shape};
use millstream_graph::words::{How, Provides, Role, Word, Zero};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::HashMap;

/// The graph of the topology in these tokens, if there is one and no other.
pub(crate) fn of_function(body: TokenStream) -> Option<Shape> {
    let mut found = Vec::new();
    calls(body, &mut found);
    let [only] = found.as_slice() else { return None };
    let declaration = grammar::declaration(only.stream());
    let mut graph = Graph::default();
    graph.shape.name = name(&declaration);
    graph.shape.delivery = delivery(&declaration);
    declaration.lines.iter().for_each(|line| graph.line(line));
    Some(graph.shape)
}

/// Finds the calls `topology!(…)`.
fn calls(tokens: TokenStream, found: &mut Vec<Group>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let named = at.checked_sub(2).and_then(|at| tokens.get(at));
        let bang = at.checked_sub(1).and_then(|at| tokens.get(at));
        let is_macro = matches!(named, Some(TokenTree::Ident(name)) if name == "topology");
        match is_macro && token::is_punct(bang, '!') {
            true => found.push(group.clone()),
            false => calls(group.stream(), found),
        }
    }
}

fn name(declaration: &Declaration) -> String {
    let name = declaration.job.as_ref().and_then(|job| job.arguments.first());
    let text = name.map(|name| token::stream(&name.tokens).to_string());
    text.map_or_else(|| "job".to_owned(), |text| text.trim_matches('"').to_owned())
}

fn delivery(declaration: &Declaration) -> String {
    let promise = declaration.job.as_ref().and_then(|job| job.arguments.get(1));
    promise.map(|promise| token::stream(&promise.tokens).to_string()).unwrap_or_default()
}

/// A stream between two nodes.
#[derive(Debug, Clone)]
struct Flow {
    /// The node that emits it, or the loop that it is of.
    from: From,
    /// What the next edge is like.
    edge: Edge,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum From {
    Node(usize),
    Loop(String),
}

#[derive(Debug, Default)]
struct Graph {
    shape: Shape,
    /// The streams of earlier lines.
    streams: HashMap<String, Vec<Flow>>,
    /// The edges out of a loop, which begin at the node that feeds it.
    looped: HashMap<String, Vec<usize>>,
}

impl Graph {
    fn line(&mut self, line: &Line) {
        let name = line.name.as_ref().map(|(name, _)| token::spelled(name));
        let flows = match &line.chain.head.kind {
            HeadKind::Feedback(_) => self.steps(
                &line.chain,
                vec![Flow {
                    from: From::Loop(name.clone().unwrap_or_default()),
                    edge: Edge::new(0, 0),
                }],
                name.as_deref(),
            ),
            _ => self.chain(&line.chain, name.as_deref()),
        };
        if let Some(name) = name {
            self.streams.insert(name, flows);
        }
    }

    fn chain(&mut self, chain: &Chain, name: Option<&str>) -> Vec<Flow> {
        let flows = self.head(chain, name);
        self.steps(chain, flows, name)
    }

    fn head(&mut self, chain: &Chain, name: Option<&str>) -> Vec<Flow> {
        match &chain.head.kind {
            HeadKind::Source(tokens) => {
                // A source has the name of its line if no node follows it.
                let alone = !chain.steps.iter().any(Step::is_node);
                let named = name.filter(|_| alone).map(str::to_owned);
                let group = tokens.get(1).and_then(|token| match token {
                    TokenTree::Group(group) => Some(first_name(&token::inside(group))),
                    _ => None,
                });
                let work = group.unwrap_or_default();
                let node =
                    self.node(named.unwrap_or_else(|| "source".to_owned()), Kind::Source, &work);
                vec![Flow { from: From::Node(node), edge: Edge::new(node, 0) }]
            }
            HeadKind::Merge(chains, _) | HeadKind::Sides(chains, _) => {
                let mut flows = Vec::new();
                for inside in chains {
                    flows.extend(self.chain(inside, None));
                }
                flows
            }
            HeadKind::Chain(inside) => self.chain(inside, None),
            HeadKind::Name(stream, _) => {
                self.streams.get(&token::spelled(stream)).cloned().unwrap_or_default()
            }
            HeadKind::Output(stream, rest) => {
                let output = token::name(rest.get(1)).map(token::spelled);
                let flows = self.streams.get(&token::spelled(stream)).cloned();
                let with_output = |flow: Flow| Flow {
                    edge: Edge { output: output.clone(), ..flow.edge },
                    ..flow
                };
                flows.unwrap_or_default().into_iter().map(with_output).collect()
            }
            HeadKind::Missing(_)
            | HeadKind::Job(..)
            | HeadKind::Feedback(_)
            | HeadKind::Other(_) => Vec::new(),
        }
    }

    fn steps(&mut self, chain: &Chain, mut flows: Vec<Flow>, name: Option<&str>) -> Vec<Flow> {
        let last = chain.steps.iter().rposition(Step::is_node);
        let ends = chain.end().is_some();
        for (at, step) in chain.steps.iter().enumerate() {
            let named = name.filter(|_| !ends && last == Some(at));
            match step.word() {
                Some((word, _)) if word.role == Role::End => {
                    self.end((word, step), &flows, name);
                    flows.clear();
                }
                Some((word, _)) if word.role != Role::Node => {
                    flows.iter_mut().for_each(|flow| set(flow, word, step));
                }
                word => {
                    let work = match word {
                        Some((word, _)) => word.name.to_owned(),
                        None => step
                            .operator()
                            .map(|call| token::spelled(&call.name))
                            .unwrap_or_default(),
                    };
                    let named = named.map_or_else(|| work.clone(), str::to_owned);
                    let node = self.node(named, Kind::Operator, &work);
                    if let (Some(times), Some(node)) = (&step.times, self.shape.nodes.get_mut(node))
                    {
                        node.instances = token::stream(&times.tokens).to_string();
                    }
                    self.connect(&flows, node);
                    flows = vec![Flow { from: From::Node(node), edge: Edge::new(node, 0) }];
                }
            }
        }
        flows
    }

    fn end(&mut self, (word, step): (&Word, &Step), flows: &[Flow], name: Option<&str>) {
        let before = flows.first().and_then(|flow| match flow.from {
            From::Node(node) => self.shape.nodes.get(node).map(|node| node.name.clone()),
            From::Loop(_) => None,
        });
        let before = before.unwrap_or_default();
        match word.how {
            How::Feedback => {
                let fed = step.word().and_then(|(_, call)| super::feedback::fed(call));
                let out = fed.and_then(|fed| self.looped.remove(&token::spelled(&fed)));
                let from = flows.first().map(|flow| flow.from.clone());
                if let (Some(From::Node(from)), Some(edges)) = (from, out) {
                    for at in edges {
                        if let Some(edge) = self.shape.edges.get_mut(at) {
                            edge.from = from;
                        }
                    }
                }
            }
            How::Ignore | How::Fail => {
                let output = flows.first().and_then(|flow| flow.edge.output.clone());
                let output = output.map(|output| format!("_{output}")).unwrap_or_default();
                let node = self.node(format!("{before}{output}_ignored"), Kind::Ignored, "");
                self.connect(flows, node);
            }
            _ => {
                let arguments = step.word().and_then(|(_, call)| call.arguments.as_ref());
                let work = arguments.map(|group| first_name(&token::inside(group)));
                let name = name.map_or_else(|| format!("{before}_sink"), str::to_owned);
                let node = self.node(name, Kind::Sink, &work.unwrap_or_default());
                self.connect(flows, node);
            }
        }
    }

    fn node(&mut self, name: String, kind: Kind, work: &str) -> usize {
        let operator = if work == name { String::new() } else { work.to_owned() };
        self.shape.nodes.push(Node { operator, ..Node::new(name, kind) });
        self.shape.nodes.len() - 1
    }

    fn connect(&mut self, flows: &[Flow], to: usize) {
        for flow in flows {
            let from = match &flow.from {
                From::Node(from) => *from,
                From::Loop(name) => {
                    self.looped.entry(name.clone()).or_default().push(self.shape.edges.len());
                    usize::MAX
                }
            };
            self.shape.edges.push(Edge { from, to, ..flow.edge.clone() });
        }
    }
}

/// What a word says about the next edge.
fn set(flow: &mut Flow, word: &Word, step: &Step) {
    let arguments = step.word().and_then(|(_, call)| call.arguments.as_ref());
    match word.provides {
        Provides::Key => flow.edge.grouping = "by key".to_owned(),
        Provides::Windows => {
            let text = arguments.map(|group| group.stream().to_string());
            flow.edge.window = text.map(|text| text.replace(" ", ""));
        }
        _ if word.role == Role::Route => flow.edge.grouping = word.name.replace('_', " "),
        _ => {}
    }
    if word.arguments.iter().any(|argument| argument.zero == Zero::NoRoom)
        && let Some(room) = arguments.and_then(|group| Count::literal(&token::inside(group)))
    {
        flow.edge.buffer = usize::try_from(room).ok();
    }
}

/// The function or variable that an argument begins with.
fn first_name(tokens: &[TokenTree]) -> String {
    let call = tokens.iter().position(|token| {
        matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
    });
    let before = tokens.get(..call.unwrap_or(tokens.len())).unwrap_or_default();
    before
        .iter()
        .rev()
        .find_map(|token| token::name(Some(token)))
        .map(token::spelled)
        .unwrap_or_default()
}
