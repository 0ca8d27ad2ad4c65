#!/usr/bin/env bash
# A disk that loses its power: an ext4 file system in a file, mounted by a loop device, and the
# ioctl that shuts it down without writing what it has buffered. Needs root.
#
#   power.sh probe            whether all of it works here; prints why not
#   power.sh begin IMAGE DIR  makes the disk and mounts it
#   power.sh cut DIR          shuts it down: whatever was not synced is gone
#   power.sh again IMAGE DIR  mounts it anew, as after a boot
#   power.sh end DIR          unmounts it
set -euo pipefail

cut() {
    # EXT4_IOC_SHUTDOWN, with EXT4_GOING_FLAGS_NOLOGFLUSH.
    perl -e 'my $flags = pack "L", 2;
        open my $at, "<", $ARGV[0] or die "$ARGV[0]: $!\n";
        ioctl $at, 0x8004587d, $flags or die "$!\n"' "$1"
}

begin() {
    truncate --size 96M "$1"
    mkfs.ext4 -q -F "$1"
    mkdir -p "$2"
    mount -o loop "$1" "$2"
}

probe() {
    [ "$(id -u)" = 0 ] || { echo "only root can mount a disk"; exit 1; }
    for tool in mkfs.ext4 mount umount perl; do
        command -v "$tool" >/dev/null || { echo "$tool is missing"; exit 1; }
    done
    temp=$(mktemp -d)
    if ! said=$(begin "$temp/image" "$temp/disk" 2>&1); then
        rm -rf "$temp"
        echo "a disk in a file cannot be mounted: $said"
        exit 1
    fi
    works=yes
    said=$(cut "$temp/disk" 2>&1) || works=no
    umount "$temp/disk"
    rm -rf "$temp"
    [ "$works" = yes ] || { echo "the file system cannot be shut down: $said"; exit 1; }
}

case $1 in
    probe) probe ;;
    begin) begin "$2" "$3" ;;
    cut) cut "$2" ;;
    again)
        umount "$3"
        mount -o loop "$2" "$3"
        ;;
    end) umount "$2" ;;
    *) echo "power.sh: $1 is not a command" >&2; exit 2 ;;
esac
