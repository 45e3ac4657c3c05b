# Reads `go test -v`: shows what failed and the lines of figures, which end with "N passed, M failed", and adds these up.
{ sub(/^ *[a-z_]+\.go:[0-9]+: /, "") }
/[0-9]+ passed, [0-9]+ failed$/ { print; n = split($0, word, /[ ,]+/); passed += word[n-3]; failed += word[n-1]; next }
/^ *--- FAIL/ { broken++ }
/\[rapid\] failed after/ { failing = 12 } # the difference that ended the sequence follows
failing && failing-- { print; next }
/^ *--- FAIL|^FAIL|^panic:|Error|want / { print }
END {
	if (broken > failed) failed = broken
	if (!passed && !failed) failed = 1
	printf "%d passed, %d failed\n", passed, failed
	exit failed > 0
}
