# shellcheck shell=bash
# Shared by the scripts beside it; sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf 'cria: %s\n' "$*" >&2; }
stop() {
  say "$*"
  exit 1
}

# packages_for build run ..: the names that packaging/packages lists for these purposes.
packages_for() {
  local purpose package wanted
  while read -r purpose package; do
    for wanted in "$@"; do
      [[ $purpose == "$wanted" ]] && printf '%s\n' "$package"
    done
  done < <(grep -v '^#' "$root/packaging/packages")
}

# missing_packages NAME..: those of them that are not installed.
missing_packages() {
  local installed name
  installed="$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
    sed -n 's/^ii  *//p')"
  for name in "$@"; do
    grep -qxF "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

is_debian_12() {
  local id version
  id="$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")"
  version="$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_ID:-}")"
  [[ $id == debian && $version == 12 ]]
}

# install_for build run ..: installs what is missing, and nothing else. Without anything missing it
# touches neither apt nor the network.
install_for() {
  local packages missing as_root=()
  mapfile -t packages < <(packages_for "$@")
  if ! is_debian_12; then
    # Elsewhere package names differ, so the programs and libraries themselves are looked for.
    missing="$(missing_elsewhere)"
    [[ -z $missing ]] ||
      stop "this is not Debian 12, so nothing is installed; missing here: $missing." \
        "On Debian 12 the packages are: ${packages[*]}"
    return 0
  fi
  mapfile -t missing < <(missing_packages "${packages[@]}")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      stop "these packages are missing, and there is no sudo to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# What the build would not find on a distribution whose package names are not known here.
missing_elsewhere() {
  local name missing=()
  for name in c++ cmake ninja pkg-config; do
    command -v "$name" >/dev/null || missing+=("$name")
  done
  if command -v pkg-config >/dev/null; then
    for name in sentencepiece Qt6Quick Qt6Sql Qt6QuickTest nlohmann_json CLI11; do
      pkg-config --exists "$name" || missing+=("$name")
    done
  fi
  if command -v qmake6 >/dev/null; then
    for name in QtQuick/Controls QtQuick/Layouts QtQuick/Dialogs; do
      [[ -d $(qmake6 -query QT_INSTALL_QML)/$name ]] || missing+=("the QML module ${name/\//.}")
    done
  fi
  printf '%s' "${missing[*]}"
}

# build_preset NAME TARGET..: configures once and builds what changed.
build_preset() {
  local preset="$1" launcher=()
  shift
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  if [[ ! -f $root/build/$preset/build.ninja ]]; then
    (cd "$root" && cmake --preset "$preset" "${launcher[@]}") >&2 ||
      stop "the build could not be set up; see above."
  fi
  cmake --build "$root/build/$preset" --target "$@" >&2 || stop "the build failed; see above."
}
