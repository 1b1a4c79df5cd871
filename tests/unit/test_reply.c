/* SPDX-License-Identifier: BSD-2-Clause */
/* Which replies are believed, put together from reports as they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authenticator/hid.h"
#include "authenticator/reply.h"

enum {
	MAKE = 0x01,
	ASSERT = 0x02,
	INFO = 0x04,
	CBOR = 0x90,
	MSG = 0x83
};

/* {1: {"id": h'01', "type": "public-key"}, 2: 37 bytes, 3: h'30'} */
static const char assertion[] =
    "\xa3\x01\xa2\x62id\x41\x01\x64type\x6apublic-key\x02\x58\x25"
    "0123456789abcdef0123456789abcdef01234\x03\x41\x30";
/* {1: "none", 2: 37 bytes, 3: {}} */
static const char credential[] =
    "\xa3\x01\x64none\x02\x58\x25"
    "0123456789abcdef0123456789abcdef01234\x03\xa0";

static void
put_first(uint8_t *packet, uint8_t command, size_t len)
{
	memset(packet, 0, ATT_HID_REPORT);
	memcpy(packet, "\x01\x02\x03\x04", 4);
	packet[ATT_PACKET_CMD] = command;
	packet[ATT_PACKET_COUNT_HIGH] = (uint8_t)(len >> 8);
	packet[ATT_PACKET_COUNT_LOW] = (uint8_t)len;
}

static void
send_request(struct att_reply *reply, uint8_t command)
{
	uint8_t packet[ATT_HID_REPORT];

	memset(reply, 0, sizeof(*reply));
	put_first(packet, CBOR, 1);
	packet[ATT_PACKET_DATA] = command;
	att_reply_note_request(reply, packet);
}

/* Status and CBOR in as many reports as it takes; what the last one says. */
static bool
send_reply(struct att_reply *reply, uint8_t hid_command, uint8_t status,
    const void *cbor, size_t len)
{
	uint8_t message[8192] = { status };
	uint8_t packet[ATT_HID_REPORT];
	size_t done = ATT_HID_REPORT - ATT_PACKET_DATA;
	bool is_good;

	assert_true(len + 1 < sizeof(message));
	memcpy(message + 1, cbor, len++);
	put_first(packet, hid_command, len);
	memcpy(packet + ATT_PACKET_DATA, message, done);
	is_good = att_reply_note_answer(reply, packet);
	for (uint8_t i = 0; done < len; i++) {
		assert_true(is_good);
		packet[ATT_PACKET_CMD] = i;
		memcpy(packet + ATT_PACKET_MORE_DATA, message + done,
		    ATT_HID_REPORT - ATT_PACKET_MORE_DATA);
		done += ATT_HID_REPORT - ATT_PACKET_MORE_DATA;
		is_good = att_reply_note_answer(reply, packet);
	}
	return is_good;
}

static bool
is_believed(uint8_t command, const void *cbor, size_t len)
{
	struct att_reply reply;

	send_request(&reply, command);
	return send_reply(&reply, CBOR, 0, cbor, len);
}

static void
believes_good_replies(void **state)
{
	(void)state;
	assert_true(is_believed(ASSERT, assertion, sizeof(assertion) - 1));
	assert_true(is_believed(MAKE, credential, sizeof(credential) - 1));
}

static void
refuses_what_was_not_asked_for(void **state)
{
	(void)state;
	assert_false(is_believed(MAKE, assertion, sizeof(assertion) - 1));
	assert_false(is_believed(ASSERT, credential, sizeof(credential) - 1));
}

static void
refuses_every_shorter_reply(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(assertion) - 1; len++)
		assert_false(is_believed(ASSERT, assertion, len));
}

static void
refuses_bytes_left_over(void **state)
{
	char longer[sizeof(assertion) + 1] = { 0 };

	(void)state;
	memcpy(longer, assertion, sizeof(assertion));
	assert_false(is_believed(ASSERT, longer, sizeof(assertion)));
}

static void
refuses_unknown_members(void **state)
{
	char more[sizeof(assertion) + 2];

	(void)state;
	memcpy(more, assertion, sizeof(assertion) - 1);
	more[0] = (char)0xa4;
	memcpy(more + sizeof(assertion) - 1, "\x09\x00", 2);
	assert_false(is_believed(ASSERT, more, sizeof(assertion) + 1));
	memcpy(more + sizeof(assertion) - 1, "\x05\x02", 2);
	assert_true(is_believed(ASSERT, more, sizeof(assertion) + 1));
}

static void
leaves_errors_and_other_replies_alone(void **state)
{
	struct att_reply reply;

	(void)state;
	send_request(&reply, ASSERT);
	assert_true(send_reply(&reply, CBOR, 0x2e, "", 0));
	send_request(&reply, INFO);
	assert_true(send_reply(&reply, CBOR, 0, "rubbish", 7));
	memset(&reply, 0, sizeof(reply));
	assert_true(send_reply(&reply, MSG, 0, "rubbish", 7));
}

static void
leaves_other_channels_alone(void **state)
{
	struct att_reply reply;

	(void)state;
	send_request(&reply, ASSERT);
	reply.channel[0] ^= 1;
	assert_true(send_reply(&reply, CBOR, 0, "rubbish", 7));
	assert_int_equal(reply.have, 0);
}

static void
survives_lengths_out_of_range(void **state)
{
	struct att_reply reply;
	uint8_t packet[ATT_HID_REPORT];
	static const uint8_t zeros[ATT_REPLY_MAX];

	(void)state;
	send_request(&reply, ASSERT);
	put_first(packet, CBOR, 0xffff);
	for (int i = 0; i < 2000; i++) {
		assert_true(att_reply_note_answer(&reply, packet));
		packet[ATT_PACKET_CMD] = (uint8_t)(i & 0x7f);
	}
	send_request(&reply, ASSERT);
	assert_true(send_reply(&reply, CBOR, 0, zeros, sizeof(zeros)));
	send_request(&reply, ASSERT);
	assert_false(send_reply(&reply, CBOR, 0, zeros, sizeof(zeros) - 1));
}

static bool
has_credential(const struct att_reply *reply)
{
	struct att_reply_credential parts;

	return att_reply_get_credential(reply, &parts);
}

static void
lends_the_credential(void **state)
{
	static const char compound[] = "\xa3\x01\x64"
				       "a\0bc"
				       "\x02\x41\xff\x03\x82\xf6\xa1\x61x\x01";
	struct att_reply_credential parts;
	struct att_reply reply;

	(void)state;
	send_request(&reply, MAKE);
	assert_true(
	    send_reply(&reply, CBOR, 0, compound, sizeof(compound) - 1));
	assert_true(att_reply_get_credential(&reply, &parts));
	assert_int_equal(parts.fmt.len, 4);
	assert_memory_equal(parts.fmt.ptr, "a\0bc", 4);
	assert_int_equal(parts.auth_data.len, 1);
	assert_memory_equal(parts.auth_data.ptr, "\xff", 1);
	assert_int_equal(parts.att_stmt.len, 6);
	assert_memory_equal(parts.att_stmt.ptr, "\x82\xf6\xa1\x61x\x01", 6);
}

static void
has_no_credential_without_success(void **state)
{
	const size_t len = sizeof(credential) - 1;
	struct att_reply reply;

	(void)state;
	memset(&reply, 0, sizeof(reply));
	assert_false(has_credential(&reply));
	send_request(&reply, MAKE);
	assert_false(has_credential(&reply));
	assert_true(send_reply(&reply, CBOR, 0x12, credential, len));
	assert_false(has_credential(&reply));
	send_request(&reply, MAKE);
	assert_false(send_reply(&reply, CBOR, 0, credential, len - 1));
	assert_false(has_credential(&reply));
	send_request(&reply, MAKE);
	assert_true(send_reply(&reply, MSG, 0, credential, len));
	assert_false(has_credential(&reply));
	send_request(&reply, MAKE);
	reply.channel[0] ^= 1;
	assert_true(send_reply(&reply, CBOR, 0, credential, len));
	assert_false(has_credential(&reply));
}

static void
has_no_credential_of_an_assertion(void **state)
{
	struct att_reply reply;

	(void)state;
	send_request(&reply, ASSERT);
	assert_true(
	    send_reply(&reply, CBOR, 0, assertion, sizeof(assertion) - 1));
	assert_false(has_credential(&reply));
}

/* Nothing that a device says later changes what it has said. */
static void
keeps_the_credential_until_the_next_request(void **state)
{
	uint8_t packet[ATT_HID_REPORT];
	struct att_reply reply;

	(void)state;
	send_request(&reply, MAKE);
	assert_true(
	    send_reply(&reply, CBOR, 0, credential, sizeof(credential) - 1));
	assert_true(send_reply(&reply, CBOR, 0x12, "", 0));
	assert_true(has_credential(&reply));
	put_first(packet, CBOR, 1);
	packet[ATT_PACKET_CMD] = 0; /* a longer request goes on */
	att_reply_note_request(&reply, packet);
	assert_true(has_credential(&reply));
	put_first(packet, CBOR, 1);
	packet[ATT_PACKET_DATA] = INFO;
	att_reply_note_request(&reply, packet);
	assert_false(has_credential(&reply));
}

/* A first report that says another length starts the reply again. */
static void
follows_a_reply_that_starts_again(void **state)
{
	uint8_t packet[ATT_HID_REPORT];
	struct att_reply reply;

	(void)state;
	send_request(&reply, MAKE);
	put_first(packet, CBOR, 4000);
	assert_true(att_reply_note_answer(&reply, packet));
	assert_false(has_credential(&reply));
	assert_true(
	    send_reply(&reply, CBOR, 0, credential, sizeof(credential) - 1));
	assert_true(has_credential(&reply));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_good_replies),
		cmocka_unit_test(refuses_what_was_not_asked_for),
		cmocka_unit_test(refuses_every_shorter_reply),
		cmocka_unit_test(refuses_bytes_left_over),
		cmocka_unit_test(refuses_unknown_members),
		cmocka_unit_test(leaves_errors_and_other_replies_alone),
		cmocka_unit_test(leaves_other_channels_alone),
		cmocka_unit_test(survives_lengths_out_of_range),
		cmocka_unit_test(lends_the_credential),
		cmocka_unit_test(has_no_credential_without_success),
		cmocka_unit_test(has_no_credential_of_an_assertion),
		cmocka_unit_test(keeps_the_credential_until_the_next_request),
		cmocka_unit_test(follows_a_reply_that_starts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
