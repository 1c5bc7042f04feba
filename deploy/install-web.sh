#!/usr/bin/env bash
# Puts a build of the page where a web server finds it:
#
#   deploy/install-web.sh DIST TARGET [BASE]
#
# DIST is the folder that `make dist` wrote, TARGET the server's root, BASE the path below which the app is hosted
# ("/" unless given, else with a slash on both ends). The files go to TARGET/BASE. Older builds' hashed files stay for
# visitors who have the old page open; what is older than 30 days is removed. A config.json that is there is kept.
set -euo pipefail

dist=${1:-} target=${2:-} base=${3:-/}
if [ -z "$dist" ] || [ -z "$target" ]; then
  echo "usage: deploy/install-web.sh DIST TARGET [BASE]" >&2
  exit 2
fi
if ! [[ $base =~ ^/([A-Za-z0-9._~-]+/)*$ ]] || [[ $base =~ /\.\.?/ ]]; then
  echo "install-web.sh: BASE has to begin and end with a slash and name plain folders, for example /russell/: $base" >&2
  exit 2
fi
if ! [ -f "$dist/index.html" ]; then
  echo "install-web.sh: no index.html in $dist: build it with \`make dist\`" >&2
  exit 1
fi

folder=${target%/}$base
mkdir -p "$folder"
# Everything that index.html names is there before index.html is.
keep=(! -path ./index.html)
if [ -e "$folder/config.json" ]; then keep+=(! -path ./config.json); fi
(cd "$dist" && find . -type f "${keep[@]}" -print0 | tar --null --create --files-from=- --file=-) |
  tar --extract --touch --no-same-owner --file=- --directory="$folder"
sed "s|<base href=\"[^\"]*\">|<base href=\"$base\">|" "$dist/index.html" >"$folder/index.html.new"
grep -qF "<base href=\"$base\">" "$folder/index.html.new"
chmod 644 "$folder/index.html.new"
mv "$folder/index.html.new" "$folder/index.html"
find "$folder/assets" -type f -mtime +30 -delete
find "$folder/assets" -type d -empty -delete
echo "installed in $folder, for the address $base"
