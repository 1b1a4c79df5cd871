/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading logs and of comparing them with PCRs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_logs.h"
#include "forge.h"
#include "maa/measured.h"
#include "scratch.h"

enum {
	LOG_MAX = 65536,
	ALL = 0xffffff
};

static struct att_buf tcg, ima;
static struct event_pcrs pcrs;
static struct att_reason why;

static int
begin(void **state)
{
	att_buf_init(&tcg, LOG_MAX);
	att_buf_init(&ima, LOG_MAX);
	pcrs = (struct event_pcrs){ 0 };
	why = (struct att_reason){ 0 };
	event_put_start(&tcg, &ima, &pcrs);
	return scratch_setup(state);
}

static int
end(void **state)
{
	att_buf_reset(&tcg);
	att_buf_reset(&ima);
	return scratch_teardown(state);
}

/* --- Comparing ------------------------------------------------------------ */

static uint32_t
differing(void)
{
	struct att_tpm_logs logs = { att_buf_get(&tcg), att_buf_get(&ima) };
	struct att_tpm_pcr_bank bank = { ATT_TPM_ALG_SHA256, ALL,
		att_bytes(pcrs.values, sizeof(pcrs.values)) };
	uint32_t found;

	assert_int_equal(
	    att_measured_compare(&logs, &bank, &found, &why), ATT_OK);
	return found;
}

static void
logs_lead_to_the_pcrs(void **state)
{
	(void)state;
	assert_int_equal(differing(), 0);
}

static void
says_which_pcr_differs(void **state)
{
	char text[ATT_MEASURED_TEXT_MAX];

	(void)state;
	pcrs.values[4][0] ^= 1;
	assert_int_equal(differing(), 1 << 4);
	att_measured_describe(differing(), text);
	assert_non_null(strstr(text, "PCR 4 has not the value that"));
	pcrs.values[10][31] ^= 1;
	pcrs.values[8][31] ^= 1; /* nothing was logged for it */
	assert_int_equal(differing(), 1 << 4 | 1 << 8 | 1 << 10);
	att_measured_describe(differing(), text);
	assert_non_null(strstr(text, "PCR 4, 8, 10 have not the values that"));
	att_measured_describe(0, text);
	assert_string_equal(text, "");
	att_measured_describe(ALL, text);
	assert_non_null(strstr(text, "may refuse them"));
}

static void
ima_may_go_on_after_the_quote(void **state)
{
	struct event_pcrs later = pcrs;

	(void)state;
	event_put_ima(&ima, &later, "ima-sig", "/bin/login");
	event_put_violation(&ima, &later, "/bin/su");
	event_put_ima(&ima, &later, "ima", "/bin/true");
	assert_int_equal(differing(), 0);
	pcrs = later;
	assert_int_equal(differing(), 0);
	/* The log of the firmware may not. */
	event_put_tcg(&tcg, NULL, 4, 5, "one more");
	assert_int_equal(differing(), 1 << 4);
}

static void
begins_at_the_locality_of_the_start(void **state)
{
	(void)state;
	att_buf_reset(&tcg);
	pcrs = (struct event_pcrs){ 0 };
	pcrs.values[0][31] = 3;
	pcrs.values[10][0] = 1;
	att_buf_reset(&ima);
	event_put_spec_id(&tcg, true);
	event_put_both(&tcg, &pcrs, 0, 3, att_bytes("StartupLocality\0\3", 17));
	event_put_both(&tcg, &pcrs, 0, 8, att_bytes_text("a firmware"));
	assert_int_equal(differing(), 0);
	pcrs.values[0][31] ^= 1;
	assert_int_equal(differing(), 1);
}

/* Who has no log of a PCR says nothing of it. */
static void
looks_at_what_is_logged_alone(void **state)
{
	(void)state;
	memset(pcrs.values[11], 0x11, 32);
	memset(pcrs.values[17], 0xff, 32);
	assert_int_equal(differing(), 0);
	att_buf_reset(&tcg);
	memset(pcrs.values, 0x22, 10 * 32);
	assert_int_equal(differing(), 0);
	event_put_sha1(&tcg, 4, 5, att_bytes_text("a loader"));
	assert_int_equal(differing(), 0);
	att_buf_reset(&ima);
	memset(pcrs.values[10], 0x22, 32);
	assert_int_equal(differing(), 0);
}

static void
finds_a_pcr_among_those_of_a_quote(void **state)
{
	struct att_tpm_logs logs = { att_buf_get(&tcg), att_buf_get(&ima) };
	struct att_tpm_pcr_bank bank = { ATT_TPM_ALG_SHA256, 1 << 4 | 1 << 7,
		{ 0 } };
	uint8_t digests[64];
	uint32_t found;

	(void)state;
	memcpy(digests, pcrs.values[4], 32);
	memcpy(digests + 32, pcrs.values[7], 32);
	bank.digests = att_bytes(digests, sizeof(digests));
	assert_int_equal(
	    att_measured_compare(&logs, &bank, &found, &why), ATT_OK);
	assert_int_equal(found, 0);
	digests[63] ^= 1;
	assert_int_equal(
	    att_measured_compare(&logs, &bank, &found, &why), ATT_OK);
	assert_int_equal(found, 1 << 7);
	bank.digests.len = 32;
	assert_int_equal(
	    att_measured_compare(&logs, &bank, &found, &why), ATT_OK);
	assert_int_equal(found, 1 << 7);
	bank.algorithm = ATT_TPM_ALG_SHA1;
	assert_int_equal(
	    att_measured_compare(&logs, &bank, &found, &why), ATT_OK);
	assert_int_equal(found, 0);
}

static void
checks_both_logs(void **state)
{
	struct att_tpm_logs logs = { att_buf_get(&tcg), att_buf_get(&ima) };

	(void)state;
	assert_int_equal(att_measured_check(&logs, &why), ATT_OK);
	logs.ima.len--;
	assert_int_equal(att_measured_check(&logs, &why), ATT_ERR_EVENT_LOG);
	assert_non_null(strstr(why.text, "the IMA log: event 2"));
	logs.tcg.len--;
	assert_int_equal(att_measured_check(&logs, &why), ATT_ERR_EVENT_LOG);
	assert_non_null(strstr(why.text, "the TCG log"));
}

/* --- Reading -------------------------------------------------------------- */

static void
reads_a_log_whole(void **state)
{
	char *path = scratch_path(*state, "log");
	struct att_buf log;

	att_buf_init(&log, ATT_MEASURED_MAX);
	scratch_write(path, (const char *)tcg.ptr, tcg.len, 0600);
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_TCG, path, &log, &why), ATT_OK);
	assert_int_equal(log.len, tcg.len);
	assert_memory_equal(log.ptr, tcg.ptr, tcg.len);
	assert_string_equal(why.text, "");
	scratch_write(path, (const char *)ima.ptr, ima.len, 0600);
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_IMA, path, &log, &why), ATT_OK);
	assert_int_equal(log.len, ima.len);
	att_buf_reset(&log);
	free(path);
}

static void
a_log_may_be_missing(void **state)
{
	char *path = scratch_path(*state, "log");
	struct att_buf log;

	att_buf_init(&log, ATT_MEASURED_MAX);
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_TCG, path, &log, &why), ATT_OK);
	assert_int_equal(log.len, 0);
	assert_non_null(strstr(why.text, "does not exist"));
	assert_non_null(strstr(why.text, path));
	scratch_write(path, "", 0, 0600);
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_IMA, path, &log, &why), ATT_OK);
	assert_int_equal(log.len, 0);
	assert_non_null(strstr(why.text, "host_ima_log"));
	assert_non_null(strstr(why.text, "is empty"));
	why = (struct att_reason){ 0 };
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_IMA, "", &log, &why), ATT_OK);
	assert_string_equal(why.text, "");
	free(path);
}

static void
refuses_a_file_that_is_cut_or_too_long(void **state)
{
	char *path = scratch_path(*state, "log");
	struct att_buf log;

	att_buf_init(&log, ATT_MEASURED_MAX);
	scratch_write(path, (const char *)tcg.ptr, tcg.len - 1, 0600);
	assert_int_equal(att_measured_read(ATT_MEASURED_TCG, path, &log, &why),
	    ATT_ERR_EVENT_LOG);
	assert_int_equal(log.len, 0);
	assert_non_null(strstr(why.text, path));
	assert_non_null(
	    strstr(why.text, "\"host_tcg_log = none\" leaves it out"));
	assert_int_equal(
	    att_measured_read(ATT_MEASURED_IMA, *state, &log, &why),
	    ATT_ERR_FILE_TYPE);
	att_buf_init(&log, 100);
	assert_int_equal(att_measured_read(ATT_MEASURED_TCG, path, &log, &why),
	    ATT_ERR_FILE_TOO_LARGE);
	assert_non_null(
	    strstr(why.text, "\"host_tcg_log = none\" leaves it out"));
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    logs_lead_to_the_pcrs, begin, end),
		cmocka_unit_test_setup_teardown(
		    says_which_pcr_differs, begin, end),
		cmocka_unit_test_setup_teardown(
		    ima_may_go_on_after_the_quote, begin, end),
		cmocka_unit_test_setup_teardown(
		    begins_at_the_locality_of_the_start, begin, end),
		cmocka_unit_test_setup_teardown(
		    looks_at_what_is_logged_alone, begin, end),
		cmocka_unit_test_setup_teardown(
		    finds_a_pcr_among_those_of_a_quote, begin, end),
		cmocka_unit_test_setup_teardown(checks_both_logs, begin, end),
		cmocka_unit_test_setup_teardown(reads_a_log_whole, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_log_may_be_missing, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_a_file_that_is_cut_or_too_long, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
