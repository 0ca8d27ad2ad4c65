//! How large what a checkpoint holds of each node is, from the indices of its files.

use super::directory::KeptFile;
use super::manifest::Manifest;
use crate::key::KeyGroups;
use std::collections::BTreeMap;

/// The bytes that a checkpoint holds of each node, by instance.
pub(super) type NodeSizes = BTreeMap<String, Vec<u64>>;

/// Of what a node holds, a piece that later files replace, or add to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SizedPiece {
    /// The whole of an instance.
    Whole(u32),
    /// The rows of a key group.
    Group(u16),
}

/// The bytes of a checkpoint by node and instance; of its files, the oldest comes first.
///
/// Rows that later ones replace are part of it, until the files are merged. Rows are counted where
/// their group is now.
pub(super) fn node_sizes(line: &[KeptFile], manifest: &Manifest) -> NodeSizes {
    // With the number of the file that was added last: one file may have several parts of a group.
    let mut pieces: BTreeMap<(&str, u8, SizedPiece), (usize, u64)> = BTreeMap::new();
    for (nth, file) in line.iter().enumerate() {
        for part in &*file.index {
            for section in &part.sections {
                let piece =
                    section.group.map_or(SizedPiece::Whole(part.instance), SizedPiece::Group);
                let replaces = section.replaces || section.group.is_none();
                let (last, bytes) = pieces.entry((&part.node, part.kind, piece)).or_default();
                if replaces && *last != nth {
                    *bytes = 0;
                }
                *last = nth;
                *bytes += section.length;
            }
        }
    }
    let groups = KeyGroups::new(manifest.key_groups.into()).unwrap_or_default();
    let mut sizes = NodeSizes::new();
    for ((node, _, piece), (_, bytes)) in pieces {
        let Some(declared) = manifest.node(node) else { continue };
        let instances = usize::try_from(declared.instances.max(1)).unwrap_or(1);
        let instance = match piece {
            SizedPiece::Whole(instance) => usize::try_from(instance).ok(),
            SizedPiece::Group(group) => {
                groups.at(group).map(|group| groups.owner(group, instances))
            }
        };
        let of_node = sizes.entry(node.to_owned()).or_insert_with(|| vec![0; instances]);
        // The whole of an instance that is no more is not counted.
        if let Some(size) = instance.and_then(|instance| of_node.get_mut(instance)) {
            *size += bytes;
        }
    }
    sizes
}
