#!/bin/sh
# Drives the real program as a person would, under a virtual display: type, stream, slide and stop in mid-reply, switch
# the checkpoint in mid-conversation, quit in mid-reply, reopen and find everything. What happened is read from the
# database. Usage: drive_window.sh CRIA WORK_DIR [CHECKPOINT]; without a checkpoint the fake engine speaks.
# With CRIA_SCREENSHOTS set, pictures are written there. Exit 77: a tool that this needs is missing.
set -u
cria=$1
work=$2
model=${3:-}

for tool in xvfb-run xdotool sqlite3; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
if [ -n "$model" ] && [ ! -d "$model" ]; then
  echo "skipped: $model is not there"
  exit 77
fi
if [ -z "${CRIA_IN_XVFB:-}" ]; then
  export CRIA_IN_XVFB=1
  unset QT_QPA_PLATFORM
  exec xvfb-run -a -s "-screen 0 1360x860x24" "$0" "$@"
fi

rm -rf "$work"
mkdir -p "$work/data" "$work/run"
chmod 700 "$work/run"
export XDG_RUNTIME_DIR="$work/run" QT_QUICK_BACKEND=software QT_QPA_PLATFORM=xcb
older="$work/TinyLlama-1.1B-intermediate-step-480k-1T"
newer="$work/TinyLlama-1.1B-intermediate-step-715k-1.5T"
if [ -n "$model" ]; then
  cp -r "$model" "$older"
  cp -r "$model" "$newer"
  chmod -R u+w "$older" "$newer"
  engine=
else
  mkdir "$older" "$newer"
  for folder in "$older" "$newer"; do
    echo "{}" >"$folder/config.json"
    : >"$folder/model.safetensors"
  done
  engine=--fake-engine
fi
pid=

fail() {
  echo "FAILED: $1"
  picture failed
  sqlite3 "$work/data/cria.db" "select number, role, status, checkpoint_label, substr(text, 1, 60) from messages" 2>&1
  cat "$work/log"
  [ -n "$pid" ] && kill "$pid" 2>/dev/null
  exit 1
}
picture() {
  if [ -n "${CRIA_SCREENSHOTS:-}" ] && command -v import >/dev/null; then
    import -window root "$CRIA_SCREENSHOTS/$1.png"
  fi
}
ask() { sqlite3 -cmd ".timeout 2000" "$work/data/cria.db" "$1" 2>/dev/null; }
# wait_for SECONDS WHAT CONDITION: until the query answers 1.
wait_for() {
  tries=$(($1 * 5))
  while [ "$(ask "$3")" != 1 ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "$2"
    kill -0 "$pid" 2>/dev/null || fail "$2: the program is gone"
    sleep 0.2
  done
  echo "ok: $2"
}
start() {
  "$cria" $engine --data-dir "$work/data" "$@" >>"$work/log" 2>&1 &
  pid=$!
  tries=150
  until window=$(xdotool search --onlyvisible --pid "$pid" 2>/dev/null | tail -1) && [ -n "$window" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "no window"
    sleep 0.2
  done
  xdotool windowfocus --sync "$window"
  sleep 1
}
leave() {
  xdotool key ctrl+q
  tries=100
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "it does not quit"
    sleep 0.1
  done
  wait "$pid" || fail "it ends with $?"
  pid=
}
# say TEXT: types it and presses Enter until it is sent (a checkpoint may still be loading).
say() {
  before=$(ask "select count(*) from messages where role = 'user'")
  xdotool type --delay 15 "$1"
  tries=60
  until [ "$(ask "select count(*) from messages where role = 'user'")" -gt "${before:-0}" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "\"$1\" is not sent"
    xdotool key Return
    sleep 0.5
  done
}
reply="select %s from messages where role = 'assistant' order by number desc limit 1"
last() { printf "$reply" "$1"; }

: >"$work/log"
start --checkpoint "$older"
sleep 2
leave
echo "ok: a first start and end"

start --checkpoint "$newer"
if [ -n "$model" ]; then
  # A real model of this size fills its context in a blink: the maximum of new tokens goes down to 60.
  sleep 2
  xdotool mousemove 1308 402 click 1 key ctrl+a
  xdotool type --delay 15 60
  xdotool key Return
  xdotool mousemove 600 780 click 1
fi
say "Once upon a time"
wait_for 10 "the message is on disk" "select count(*) = 1 from messages where role = 'user' and text = 'Once upon a time'"
wait_for 20 "the reply streams to disk" "$(last "length(text) > 20")"
if [ -z "$model" ]; then
  wait_for 1 "the reply is being written" "$(last "status = 'streaming'")"
  # The temperature's slider, from its middle to the right.
  xdotool mousemove 1216 98 mousedown 1 mousemove 1240 98 mousemove 1280 98 mouseup 1
  picture streaming
  wait_for 10 "the slider's value is kept with the conversation" \
    "select cast(json_extract(settings, '\$.changes.temperature') as real) > 1.2 from conversations"
  wait_for 1 "and the reply goes on" "$(last "status = 'streaming'")"
  xdotool mousemove 660 800 click 1 key Escape
  wait_for 5 "Escape stops it" "$(last "status = 'cancelled' and length(text) > 20")"
else
  wait_for 60 "the reply ends" "$(last "status not in ('streaming', 'waiting')")"
  picture story
  wait_for 1 "after 60 tokens" "$(last "new_tokens <= 60 and status = 'length'")"
fi
wait_for 1 "the reply names its checkpoint" "$(last "checkpoint_label like '%715k%'")"

xdotool key alt+Left
sleep 1
say "And then"
wait_for 20 "the other checkpoint goes on in the same conversation" \
  "select checkpoint_label like '%480k%' and conversation_id = (select conversation_id from messages order by number limit 1)
   and length(text) > 0 from messages where role = 'assistant' order by number desc limit 1"
picture switched
leave
[ "$(ask "pragma integrity_check")" = ok ] || fail "integrity"
[ "$(ask "select count(*) from messages")" = 4 ] || fail "four messages after quitting in mid-reply"
[ "$(ask "select count(*) from messages where length(text) = 0")" = 0 ] || fail "an empty message"
echo "ok: quit in mid-reply, nothing lost"

start
picture reopened
say "The end"
wait_for 10 "the reopened window goes on with the same conversation" \
  "select count(distinct conversation_id) = 1 and count(*) >= 5 from messages"
wait_for 10 "no reply is still said to be streaming but the last" \
  "select count(*) = 0 from messages where status = 'streaming' and number < (select max(number) from messages)"
leave
if grep -i "qml\|binding loop\|TypeError" "$work/log"; then
  fail "the window complained"
fi
echo "all done"
