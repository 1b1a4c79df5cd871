# SPDX-License-Identifier: BSD-2-Clause
# Counts test cases in the logs of test programs: what cmocka and TAP print.
# A program that printed no case counts as one, by its exit status, which
# automake leaves in the .trs file beside the .log file.
# Prints: PASSED FAILED SKIPPED

function close_file(    trs, line, result)
{
	if (name == "")
		return
	trs = name
	sub(/\.log$/, ".trs", trs)
	result = ""
	while ((getline line < trs) > 0)
		if (line ~ /^:test-result:/)
			result = line
	close(trs)
	if (result ~ /FAIL|ERROR/ && bad == 0)
		bad = 1
	if (result ~ /SKIP/ && good + bad + skip == 0)
		skip = 1
	if (result ~ /PASS/ && good + bad + skip == 0)
		good = 1
	passed += good
	failed += bad
	skipped += skip
}

FNR == 1 { close_file(); name = FILENAME; good = bad = skip = 0 }
/^\[  PASSED  \] [0-9]+ test/ { good += $4 }
/^\[  FAILED  \] [0-9]+ test/ { bad += $4 }
/^\[  SKIPPED \] [0-9]+ test/ { skip += $4 }
/^not ok / { bad++ }
/^ok .*# SKIP/ { skip++; next }
/^ok / { good++ }
END {
	close_file()
	print passed + 0, failed + 0, skipped + 0
}
