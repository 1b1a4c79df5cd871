/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between verifier and authenticator, each by the decoder of its
 * type. What is accepted has one encoding: encoding it again gives the same
 * bytes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "one_encoding.h"
#include "wire/device.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum att_err
open_again(struct att_bytes in, struct att_buf *out)
{
	struct att_paths paths;
	enum att_err r;

	if ((r = att_open_decode(in, &paths)) != ATT_OK)
		return r;
	if (att_open_encode(&paths, out) != ATT_OK)
		abort();
	att_paths_reset(&paths);
	return ATT_OK;
}

static enum att_err
device_again(struct att_bytes in, struct att_buf *out)
{
	char *path;
	enum att_err r;

	if ((r = att_device_decode(in, &path)) != ATT_OK)
		return r;
	if (att_device_encode(path, out) != ATT_OK)
		abort();
	free(path);
	return ATT_OK;
}

static enum att_err
devices_end_again(struct att_bytes in, struct att_buf *out)
{
	uint32_t count;
	enum att_err r;

	if ((r = att_devices_end_decode(in, &count)) != ATT_OK)
		return r;
	if (att_devices_end_encode(count, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
ready_again(struct att_bytes in, struct att_buf *out)
{
	struct att_ready ready;
	enum att_err r;

	if ((r = att_ready_decode(in, &ready)) != ATT_OK)
		return r;
	if (att_ready_encode(&ready, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
get_assertion_again(struct att_bytes in, struct att_buf *out)
{
	struct att_get_assertion request;
	enum att_err r;

	if ((r = att_get_assertion_decode(in, &request)) != ATT_OK)
		return r;
	if (att_get_assertion_encode(&request, out) != ATT_OK)
		abort();
	att_get_assertion_reset(&request);
	return ATT_OK;
}

static enum att_err
make_credential_again(struct att_bytes in, struct att_buf *out)
{
	struct att_make_credential request;
	enum att_err r;

	if ((r = att_make_credential_decode(in, &request)) != ATT_OK)
		return r;
	if (att_make_credential_encode(&request, out) != ATT_OK)
		abort();
	att_make_credential_reset(&request);
	return ATT_OK;
}

static enum att_err
assertion_again(struct att_bytes in, struct att_buf *out)
{
	struct att_assertion_answer answer;
	enum att_err r;

	if ((r = att_assertion_decode(in, &answer)) != ATT_OK)
		return r;
	if (att_assertion_encode(&answer, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
credential_again(struct att_bytes in, struct att_buf *out)
{
	struct att_bytes object;
	enum att_err r;

	if ((r = att_credential_decode(in, &object)) != ATT_OK)
		return r;
	if (att_credential_encode(object, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static enum att_err
failed_again(struct att_bytes in, struct att_buf *out)
{
	struct att_failed failed;
	enum att_err r;

	if ((r = att_failed_decode(in, &failed)) != ATT_OK)
		return r;
	if (att_failed_encode(&failed, out) != ATT_OK)
		abort();
	return ATT_OK;
}

static const struct {
	uint8_t type;
	fuzz_again_fn *again;
} kinds[] = {
	{ ATT_MESSAGE_OPEN, open_again },
	{ ATT_MESSAGE_GET_ASSERTION, get_assertion_again },
	{ ATT_MESSAGE_MAKE_CREDENTIAL, make_credential_again },
	{ ATT_MESSAGE_DEVICE, device_again },
	{ ATT_MESSAGE_DEVICES_END, devices_end_again },
	{ ATT_MESSAGE_READY, ready_again },
	{ ATT_MESSAGE_ASSERTION, assertion_again },
	{ ATT_MESSAGE_CREDENTIAL, credential_again },
	{ ATT_MESSAGE_FAILED, failed_again },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct att_bytes in = att_bytes(data, size);

	if (size == 0 || size > ATT_MESSAGE_MAX)
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (data[0] == kinds[i].type)
			fuzz_check_encoding(in, kinds[i].again);
	return 0;
}
