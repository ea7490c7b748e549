# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A batch is seen as a whole (G1), and its handles end with it (G5).

expedite 1
run ring_batch "$pace"
is "no call failed otherwise than by ENOENT, and none saw a part of $(of batches) batches" \
	"$(of error) $(of bad)" "0 0"
that "callers looked: $(of scans) scans" "$(of scans)" -gt 100
that "and saw one come, in $(of came) scans" "$(of came)" -gt 0
that "and one go, in $(of went) scans" "$(of went)" -gt 0
is "no handle outlived its batch" "$(of revived)" 0
that "every CPU called" "$(of least)" -gt 0
run ring_batch 500 split=1
that "a part of a batch would be noticed" "$(of bad)" -gt 0

run ring_forge 1000000
is "1,000,000 forged handles, none gets through" "$(of error) $(of through)" "0 0"
is "each is refused by ESTALE, or by the error it pretends to be" "$(of odd)" 0
that "and was counted" "$(of stale)" -ge 1000000
run ring_forge 1000 honest=1
that "one that gets through would be noticed" "$(of through)" -gt 0
expedite 0
