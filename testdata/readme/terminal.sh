#!/bin/sh
# Makes terminal.svg, the picture in README.md, from what ctxfix prints on a
# terminal: "make picture". Needs tmux; $1 is the program.
set -eu
ctxfix=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
server="picture-$$"
trap 'tmux -L "$server" kill-server 2>/dev/null; rm -rf "$work"' EXIT

mkdir "$work/bin"
ln -s "$ctxfix" "$work/bin/ctxfix"
cp -r "$here/../demo" "$work/shop"
cat >"$work/show" <<EOF
cd "$work/shop"
PATH="$work/bin:\$PATH" TERM=xterm-256color
unset CI NO_COLOR
for command in "ctxfix store.go notify.go" "ctxfix -d -q store.go" "ctxfix -w store.go"; do
	printf '\$ %s\n' "\$command"
	\$command
done
tmux -L "$server" wait-for -S shown
sleep 60
EOF
tmux -L "$server" -f /dev/null new-session -d -x 92 -y 40 sh "$work/show"
tmux -L "$server" wait-for shown
tmux -L "$server" capture-pane -e -p >"$work/screen"
go run "$here/svg.go" <"$work/screen" >"$here/terminal.svg"
