#!/usr/bin/env bash
# Builds what release.yml publishes:  build.sh FOLDER
#
# For each provider whose package has a version without a tag, FOLDER/DISTRIBUTION gets
#   tag       DISTRIBUTION-vVERSION
#   dist      the wheel, which is byte for byte what the committed snapshot becomes
#   notes.md  the entry of the changelog
#   reports   what changed since the last tag, as a page and as JSON; a note for the first release
# and the step's output `distributions` lists the names, as JSON.
set -euo pipefail

main() {
  local folder=$1 settings names=()
  mkdir -p "$folder"
  for settings in specs/*/provider.toml; do
    [[ -f $settings ]] || continue # no provider yet
    provider=$(basename "$(dirname "$settings")")
    distribution=$(key "$settings" package distribution)
    [[ -f generated/$distribution/pyproject.toml ]] || continue
    tag=$distribution-v$(key "generated/$distribution/pyproject.toml" project version)
    if git rev-parse --quiet --verify "refs/tags/$tag" > /dev/null; then
      echo "$tag: released already"
      continue
    fi
    build "$folder/$distribution"
    names+=("\"$distribution\"")
  done
  echo "distributions=[$(IFS=, && echo "${names[*]}")]" >> "$GITHUB_OUTPUT"
}

# key FILE TABLE KEY: a string in a TOML file.
key() {
  python -c 'import sys, tomllib; print(tomllib.load(open(sys.argv[1], "rb"))[sys.argv[2]][sys.argv[3]])' "$@"
}

# build FOLDER: the current distribution.
build() {
  local target=$1 previous
  mkdir -p "$target/dist" "$target/reports"
  python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$target/dist" "generated/$distribution"
  schemaloom verify "$target"/dist/*.whl
  echo "$tag" > "$target/tag"
  awk '/^## / { entry++; next } entry == 1' "generated/$distribution/CHANGELOG.md" > "$target/notes.md"
  if previous=$(git describe --tags --abbrev=0 --match "$distribution-v*" 2> /dev/null); then
    schemaloom drift "git:$previous" "specs/$provider" --fail-on never --format html --output "$target/reports/drift.html"
    schemaloom drift "git:$previous" "specs/$provider" --fail-on never --format json --output "$target/reports/drift.json"
  else
    echo 'The first release.' > "$target/reports/drift.txt"
  fi
}

main "$@"
