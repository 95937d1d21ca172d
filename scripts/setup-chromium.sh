#!/usr/bin/env bash
# Makes sure that Chromium is there, which the browser tests start without a window, and the typeface of the console.
# Installs them on Debian and Ubuntu; elsewhere says what to install and fails.
set -euo pipefail

# The names that chromedp looks for.
found() {
	local name
	for name in headless_shell headless-shell chromium chromium-browser google-chrome google-chrome-stable google-chrome-beta; do
		command -v "$name" >/dev/null && return
	done
	[[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]]
}

found && exit

if ! command -v apt-get >/dev/null; then
	cat >&2 <<-'TEXT'
		The browser tests need Chromium or Chrome on PATH. Install it, then try again:
		  Fedora, RHEL   sudo dnf install chromium
		  Alpine         sudo apk add chromium
		  macOS          brew install --cask google-chrome
	TEXT
	exit 1
fi

"$(dirname "$0")/apt-install.sh" chromium fonts-inter
found
