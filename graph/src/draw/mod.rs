//! Draws a topology.
//!
//! Each function renders a [`Shape`] as text; equal shapes give equal texts, which can be kept in a
//! repository and compared.
//!
//! | function | for |
//! |---|---|
//! | [`mermaid()`] | a page in Markdown, where it is shown as a flowchart |
//! | [`dot()`] | Graphviz, and what else reads its language |
//! | [`json()`] | programs |
//! | [`svg()`] | a page or a viewer, with nothing else installed |
//! | [`live_svg()`] | a page that changes it while the job runs |
//!
//! # Examples
//! ```
//! use millstream_graph::draw::mermaid;
//! use millstream_graph::shape::{Edge, Kind, Node, Shape};
//!
//! let mut shape = Shape::new("copy", "at least once");
//! shape.nodes = vec![Node::new("lines", Kind::Source), Node::new("file", Kind::Sink)];
//! shape.edges = vec![Edge { events: "String".into(), ..Edge::new(0, 1) }];
//! assert_eq!(
//!     mermaid(&shape),
//!     r#"---
//! title: "copy · at least once"
//! ---
//! flowchart LR
//!     n0(["lines"])
//!     n1[("file")]
//!     n0 -->|"String"| n1
//! "#
//! );
//! ```

mod caption;
mod dot;
mod figure;
mod json;
mod layout;
mod measure;
mod mermaid;
mod svg;
mod text;

pub use dot::dot;
pub use json::{JSON_VERSION, json};
pub use mermaid::mermaid;
pub use svg::{live_svg, svg};

use crate::shape::Shape;

impl Shape {
    /// Renders a Mermaid flowchart, for a page in Markdown.
    #[must_use]
    pub fn mermaid(&self) -> String {
        mermaid(self)
    }

    /// Renders the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        dot(self)
    }

    /// Renders a JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }

    /// Renders a self-contained SVG picture.
    #[must_use]
    pub fn svg(&self) -> String {
        svg(self)
    }

    /// Renders an SVG picture with room for what a running job does, for a page.
    #[must_use]
    pub fn live_svg(&self) -> String {
        live_svg(self)
    }
}

#[cfg(test)]
mod samples;
