/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of softkey. */
#ifndef SOFTKEY_OPTIONS_H
#define SOFTKEY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ctap.h"

/* Operations that a misbehaviour applies to. */
#define SCOPE_MAKECRED 0x1U
#define SCOPE_GETASSERT 0x2U
#define SCOPE_GETINFO 0x4U
#define SCOPE_OTHER 0x8U
#define SCOPE_ALL 0xfU

enum touch_mode {
	TOUCH_AUTO,
	TOUCH_NEVER,
	TOUCH_DELAY,
};

enum uv_mode {
	UV_NONE,
	UV_OK,
	UV_FAIL,
};

struct options {
	const char *link;
	bool uhid;
	const char *state;
	const char *format;
	uint8_t aaguid[AAGUID_LEN];
	bool has_aaguid;
	const char *attestation_key;
	const char *attestation_chain;
	const char *authority;
	const char *defects;	/* names with commas between */
	const char *enterprise; /* an RP ID */
	const char *pin;
	enum uv_mode uv;
	enum touch_mode touch;
	long touch_ms;
	long touch_timeout_ms;
	long latency_ms;
	bool has_counter;
	uint32_t counter;
	long counter_step;
	const char *trace;
	bool u2f_only;
	bool no_u2f;
	bool uv_not_required; /* makeCredUvNotRqd */
	bool always_uv;
	long max_creds_in_list;
	long max_message;
	long credential_id_len;
	int fault;
	unsigned int fault_scope; /* 0: what the fault is for */
	const char *make_ca;
	const char *ca_name;
	const char *leaf_name;
	bool intermediate;
	bool u2f_leaf;
	bool exec;
	char **command; /* after --exec, NULL-terminated */
};

/* Fills opt from the command line. Ends the process on --help and the
 * like (0) and on a mistake (2, one line on stderr). */
void options_parse(struct options *opt, int argc, char **argv);

#endif
