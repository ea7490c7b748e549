# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Once and exclusive handlers, raced for from every CPU.

# Grace periods are most of the time that the tests take.
expedite 1
run ring_once "$pace"
is "once: no call failed otherwise than by losing" "$(of error) $(of bad)" "0 0"
is "once: each of $(of races) races had one winner" "$(of wrong_wins)" 0
is "once: and one release" "$(of wrong_releases)" 0
that "once: it was a race, $(of lost) lost it to a winner at work" "$(of lost)" -gt 0
that "once: and every CPU won some" "$(of least)" -gt 0
run ring_once 100 shared=1
that "once: two winners would be noticed" "$(of wrong_wins)" -gt 0

run ring_exclusive "$pace"
is "exclusive: no call failed but by EBUSY" "$(of error) $(of bad)" "0 0"
is "exclusive: never two inside, $(of ok) calls" "$(of overlaps) $(of missed)" "0 0"
that "exclusive: callers met, $(of busy) times" "$(of busy)" -gt 0
that "exclusive: every CPU got in" "$(of least)" -gt 0
run ring_exclusive "$pace" sleepable=1
is "exclusive, sleepable: no call failed, each waited" "$(of error) $(of bad) $(of busy)" "0 0 0"
is "exclusive, sleepable: never two inside, $(of ok) calls" "$(of overlaps) $(of missed)" "0 0"
that "exclusive, sleepable: every CPU got in" "$(of least)" -gt 0
run ring_exclusive 300 shared=1
that "exclusive: two inside would be noticed" "$(of overlaps)" -gt 0
expedite 0
