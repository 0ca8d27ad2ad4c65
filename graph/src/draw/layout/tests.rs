//! The laws of a layout, on topologies made at random.
