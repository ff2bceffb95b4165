#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# lint_packages.sh PACKAGE...: whether lintian accepts Debian packages, without errors and warnings.
# Knows what it must be asked; nothing is overridden.
# cmake/packaging.cmake is what it judges.
set -euo pipefail

options=(--info --fail-on "error,warning")
# In CI there is no other user.
[ "$(id -u)" -ne 0 ] || options+=(--allow-root)
lintian "${options[@]}" "$@"
echo "lintian accepts $# packages"
