#!/usr/bin/env bash
# Compresses page.html into page.html.gz, and writes its content security policy, with the hashes of
# its one style and its one script, into page.csp. With --policy it only prints the policy. Needs
# gzip, awk and sha256sum.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")"
hash_of() {
    awk -v tag="$1" 'BEGIN { RS = "^$" } {
        from = match($0, "<" tag "[^>]*>"); text = substr($0, from + RLENGTH)
        printf "%s", substr(text, 1, index(text, "</" tag ">") - 1)
    }' page.html | sha256sum | cut -c 1-64 | sed 's/../\\x&/g' | { printf "$(cat)"; } | base64 -w 0
}
policy() {
    printf "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\n" \
        "$(hash_of script)" "$(hash_of style)"
}
if [ "${1-}" = --policy ]; then
    policy
    exit
fi
policy > page.csp
gzip -9 -n -c page.html > page.html.gz
