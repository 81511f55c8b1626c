#!/usr/bin/env bash
# Photographs every page of the gallery: en and he, 1280 and 390 wide, light and dark.
# Usage: shoot.sh OUT [PATTERN]      needs chromium and python3; looks at nothing but this machine
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
pattern=${2:-.}
cd "$(dirname "$0")/../../../.."
pages=$(mktemp -d)
SENDWORD_LOOK=$pages cargo test -q -p web --test gallery the_pages_can_be_looked_at

python3 -m http.server --bind 127.0.0.1 --directory "$pages" 8798 >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -rf "$pages"' EXIT
sleep 1

shoot() { # page width height name [more flags]
    local page=$1 size=$2,$3 name=$4
    shift 4
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$size" "$@" \
        --screenshot="$out/$name.png" "http://127.0.0.1:8798/$page" >/dev/null 2>&1
}

for page in $(cd "$pages" && ls en/*.html he/*.html | grep -E "$pattern"); do
    name=$(echo "${page%.html}" | tr / -)
    shoot "$page" 1280 900 "$name-1280"
    shoot "$page" 1280 900 "$name-1280-dark" --blink-settings=preferredColorScheme=0
    # A window cannot be narrower than 500 without a device; a phone is a frame of 390 in it.
    echo "<!doctype html><style>body{margin:0}iframe{border:0}</style><iframe src='/$page' width=390 height=844>" \
        >"$pages/phone.html"
    shoot phone.html 500 844 "$name-390"
    echo "$name"
done
