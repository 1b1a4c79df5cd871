/* SPDX-License-Identifier: BSD-2-Clause */
/* The device node under libfido2: reports, cancelling, locking, replaying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "authenticator/hid.h"
#include "wire/channel.h"

/* A socket pair in the place of the node: packets are reports. */
struct bench {
	struct att_hid hid;
	const fido_dev_io_t *io;
	int key;      /* the authenticator's end */
	int verifier; /* the verifier's end */
	uint8_t report[ATT_HID_REPORT];
};

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int fds[2];

	assert_non_null(b);
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	b->hid.fd = fds[0];
	b->key = fds[1];
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	b->hid.channel = fds[0];
	b->verifier = fds[1];
	b->hid.is_open = true;
	b->hid.deadline = -1;
	b->io = att_hid_get_io(&b->hid);
	assert_ptr_equal(b->io->open(""), &b->hid);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	b->io->close(&b->hid);
	close(b->hid.fd);
	close(b->hid.channel);
	close(b->key);
	if (b->verifier != -1)
		close(b->verifier);
	free(b);
	return 0;
}

static void
say(struct bench *b, uint8_t command, uint8_t data, size_t len)
{
	uint8_t report[2 * ATT_HID_REPORT] = { 1, 2, 3, 4, command, 0, 1,
		data };

	assert_int_equal(write(b->key, report, len), len);
}

static void
send_message(struct bench *b, uint8_t type)
{
	struct att_buf message;

	att_buf_init(&message, 16);
	assert_int_equal(att_buf_put_u8(&message, type), ATT_OK);
	assert_int_equal(att_channel_send(b->verifier, &message, -1), ATT_OK);
	att_buf_reset(&message);
}

static int
listen_to_key(struct bench *b, int ms)
{
	return b->io->read(&b->hid, b->report, ATT_HID_REPORT, ms);
}

/* An output report with its number; the number of bytes the key then has. */
static int
write_report(struct bench *b, uint8_t command, uint8_t data)
{
	uint8_t report[ATT_HID_REPORT + 1] = { 0, 1, 2, 3, 4, command, 0, 1,
		data };
	uint8_t seen[2 * ATT_HID_REPORT];

	assert_int_equal(
	    b->io->write(&b->hid, report, sizeof(report)), (int)sizeof(report));
	return (int)read(b->key, seen, sizeof(seen));
}

static void
passes_reports_on(void **state)
{
	struct bench *b = *state;

	assert_int_equal(write_report(b, 0x86, 0), ATT_HID_REPORT + 1);
	say(b, 0x86, 7, ATT_HID_REPORT);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(b->report[ATT_PACKET_DATA], 7);
	assert_int_equal(b->hid.end, ATT_HID_GOES_ON);
}

static void
rejects_short_report(void **state)
{
	struct bench *b = *state;

	say(b, 0x86, 7, ATT_HID_REPORT - 1);
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_BROKEN);
}

static void
rejects_other_sizes(void **state)
{
	struct bench *b = *state;
	uint8_t byte = 0;

	assert_int_equal(b->io->read(&b->hid, &byte, 1, 10), -1);
	assert_int_equal(b->hid.end, ATT_HID_BROKEN);
	b->hid.end = ATT_HID_GOES_ON;
	assert_int_equal(b->io->write(&b->hid, &byte, 1), -1);
	assert_int_equal(b->hid.end, ATT_HID_BROKEN);
}

static void
notices_unplugging(void **state)
{
	struct bench *b = *state;

	shutdown(b->key, SHUT_RDWR);
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_BROKEN);
}

static void
gives_silence_an_end(void **state)
{
	struct bench *b = *state;
	int64_t start = att_clock_ms();

	assert_int_equal(listen_to_key(b, 100), -1);
	assert_int_equal(b->hid.end, ATT_HID_SILENT);
	b->hid.end = ATT_HID_GOES_ON;
	b->hid.deadline = att_clock_ms() + 100;
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_SILENT);
	assert_in_range(att_clock_ms() - start, 150, 1500);
}

static void
hears_cancel(void **state)
{
	struct bench *b = *state;

	send_message(b, ATT_MESSAGE_CANCEL);
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_CANCELLED);
	/* What is said next is for later; CTAPHID_CANCEL still goes out. */
	send_message(b, ATT_MESSAGE_GET_ASSERTION);
	assert_int_equal(write_report(b, 0x91, 0), ATT_HID_REPORT + 1);
	assert_int_equal(b->hid.end, ATT_HID_CANCELLED);
}

static void
ignores_cancel_before_ready(void **state)
{
	struct bench *b = *state;

	b->hid.is_open = false;
	send_message(b, ATT_MESSAGE_CANCEL);
	say(b, 0x86, 7, ATT_HID_REPORT);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
}

static void
hears_the_channel_close(void **state)
{
	struct bench *b = *state;

	close(b->verifier);
	b->verifier = -1;
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_CHANNEL_GONE);
	assert_int_equal(write_report(b, 0x91, 0), ATT_HID_REPORT + 1);
}

static void
refuses_a_second_request(void **state)
{
	struct bench *b = *state;

	send_message(b, ATT_MESSAGE_GET_ASSERTION);
	assert_int_equal(listen_to_key(b, -1), -1);
	assert_int_equal(b->hid.end, ATT_HID_CHANNEL_GONE);
}

static void
asks_for_info_once(void **state)
{
	struct bench *b = *state;

	assert_int_equal(write_report(b, 0x90, 0x04), ATT_HID_REPORT + 1);
	say(b, 0xbb, 1, ATT_HID_REPORT); /* a keepalive is not kept */
	say(b, 0x90, 42, ATT_HID_REPORT);
	say(b, 0x00, 43, ATT_HID_REPORT);
	for (int i = 0; i < 3; i++)
		assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(write_report(b, 0x90, 0x04), -1);
	for (uint8_t i = 42; i < 44; i++) {
		assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
		assert_int_equal(b->report[ATT_PACKET_DATA], i);
	}
	/* Half a replay does not leak into the next reply. */
	assert_int_equal(write_report(b, 0x90, 0x04), -1);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(write_report(b, 0x90, 0x02), ATT_HID_REPORT + 1);
	say(b, 0x90, 44, ATT_HID_REPORT);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(b->report[ATT_PACKET_DATA], 44);
}

static void
does_not_keep_endless_info(void **state)
{
	struct bench *b = *state;

	assert_int_equal(write_report(b, 0x90, 0x04), ATT_HID_REPORT + 1);
	for (int i = 0; i < 2 * ATT_HID_INFO_REPORTS; i++) {
		say(b, 0x00, 1, ATT_HID_REPORT);
		assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	}
	assert_int_equal(write_report(b, 0x90, 0x04), ATT_HID_REPORT + 1);
}

static void
notes_ctaphid_errors(void **state)
{
	struct bench *b = *state;

	say(b, 0xbf, 0x06, ATT_HID_REPORT);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(b->hid.error, 0x06);
	assert_int_equal(att_hid_take(&b->hid, -1), ATT_OK);
	assert_int_equal(b->hid.error, 0);
}

static void
drops_what_was_for_others(void **state)
{
	struct bench *b = *state;

	say(b, 0x90, 1, ATT_HID_REPORT);
	say(b, 0x90, 2, 3);
	assert_int_equal(att_hid_take(&b->hid, -1), ATT_OK);
	say(b, 0x90, 3, ATT_HID_REPORT);
	assert_int_equal(listen_to_key(b, -1), ATT_HID_REPORT);
	assert_int_equal(b->report[ATT_PACKET_DATA], 3);
	att_hid_let_go(&b->hid);
}

static void
opens_only_character_devices(void **state)
{
	struct att_reason why = { 0 };
	struct att_hid hid;

	(void)state;
	assert_int_equal(att_hid_open(&hid, "/dev/null", 0, &why), ATT_OK);
	close(hid.fd);
	assert_int_equal(att_hid_open(&hid, "/proc/self/status", 0, &why),
	    ATT_ERR_DEVICE_FAILED);
	assert_int_equal(
	    att_hid_open(&hid, "/nonexistent", 0, &why), ATT_ERR_DEVICE_FAILED);
	assert_non_null(strstr(why.text, "/nonexistent"));
}

static void
waits_for_another_program(void **state)
{
	struct bench *b = *state;
	int mine = b->hid.fd;
	int other = open("/dev/null", O_RDWR | O_CLOEXEC);

	b->hid.fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX), 0);
	assert_int_equal(att_hid_take(&b->hid, -1), ATT_ERR_DEVICE_BUSY);
	send_message(b, ATT_MESSAGE_CANCEL);
	assert_int_equal(att_hid_take(&b->hid, -1), ATT_ERR_CANCELLED);
	close(other);
	assert_int_equal(att_hid_take(&b->hid, -1), ATT_OK);
	close(b->hid.fd);
	b->hid.fd = mine;
}

static void
awaits_the_end_of_a_cancelled_operation(void **state)
{
	struct bench *b = *state;
	int64_t start = att_clock_ms();
	char byte;

	say(b, 0xbb, 1, ATT_HID_REPORT);
	say(b, 0x90, 0x2d, ATT_HID_REPORT);
	att_hid_await_cancelled(&b->hid);
	assert_true(att_clock_ms() - start < 200);
	assert_int_equal(read(b->hid.fd, &byte, 1), -1);
	att_hid_await_cancelled(&b->hid);
	assert_in_range(att_clock_ms() - start, ATT_HID_CANCEL_MS - 50, 2000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(passes_reports_on),
		TEST(rejects_short_report),
		TEST(rejects_other_sizes),
		TEST(notices_unplugging),
		TEST(gives_silence_an_end),
		TEST(hears_cancel),
		TEST(ignores_cancel_before_ready),
		TEST(hears_the_channel_close),
		TEST(refuses_a_second_request),
		TEST(asks_for_info_once),
		TEST(does_not_keep_endless_info),
		TEST(notes_ctaphid_errors),
		TEST(drops_what_was_for_others),
		TEST(waits_for_another_program),
		TEST(awaits_the_end_of_a_cancelled_operation),
		cmocka_unit_test(opens_only_character_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
