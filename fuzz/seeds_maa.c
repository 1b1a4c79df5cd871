/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeds for the targets of obtaining a token. */
#include <stdio.h>
#include <string.h>

#include "event_logs.h"
#include "forge.h"
#include "guest_answer.h"
#include "seeds.h"

enum {
	SEED_MAX = 65536
};

static void
write_logs(void)
{
	struct att_buf tcg, ima;

	att_buf_init(&tcg, SEED_MAX);
	att_buf_init(&ima, SEED_MAX);
	event_put_start(&tcg, &ima, NULL);
	write_seed_of("tcg_log", "sha256", &tcg);
	write_seed_of("ima_log", "ima-ng", &ima);
	event_put_spec_id(&tcg, true);
	event_put_both(&tcg, NULL, 0, 3, att_bytes("StartupLocality\0\3", 17));
	event_put_both(&tcg, NULL, 4, 5, att_bytes_text("a loader"));
	write_seed_of("tcg_log", "both", &tcg);
	event_put_sha1(&tcg, 0, 3, att_bytes("Spec ID Event00", 16));
	event_put_sha1(&tcg, 4, 5, att_bytes_text("a loader"));
	write_seed_of("tcg_log", "sha1", &tcg);
	event_put_ima(&ima, NULL, "ima", "/bin/sh");
	event_put_ima(&ima, NULL, "ima-sig", "/bin/login");
	event_put_ima(&ima, NULL, "ima-buf", "a key");
	event_put_violation(&ima, NULL, "/bin/su");
	write_seed_of("ima_log", "templates", &ima);
}

static void
write_answers(void)
{
	static const char *const rows[][2] = {
		{ "challenge",
		    "{\"payload\":{\"challenge\":\"YSBjaGFsbGVuZ2Uu\","
		    "\"service_context\":\"e30\"}}" },
		{ "bare-challenge",
		    "{\"challenge\":\"YQ\",\"service_context\":\"x\"}" },
		/* {"alg":"RS256","typ":"JWT"}, rp_data of 32 zeros */
		{ "report",
		    "{\"payload\":{\"report\":\"eyJhbGciOiJSUzI1NiIsInR5cCI6"
		    "IkpXVCJ9."
		    "eyJycF9kYXRhIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
		    "QUFBQUFBQUFBQUFBQUFBQSJ9.c2ln\"}}" },
		{ "bare-report",
		    "{\"report\":\"eyJhbGciOiJSUzI1NiIsInR5cCI6"
		    "IkpXVCJ9."
		    "eyJycF9kYXRhIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
		    "QUFBQUFBQUFBQUFBQUFBQSJ9.c2ln\"}" },
	};
	struct att_buf answer;

	att_buf_init(&answer, SEED_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		forge_put_raw(&answer, rows[i][1], strlen(rows[i][1]));
		write_seed_of("tpm_reply", rows[i][0], &answer);
	}
}

static void
write_envelopes(void)
{
	static const uint8_t key[32];
	char name[8];
	struct att_buf answer;

	att_buf_init(&answer, SEED_MAX);
	for (size_t len = 16; len <= 32; len += 8) {
		snprintf(name, sizeof(name), "%zu", 8 * len);
		guest_answer_put(
		    &answer, &(struct guest_answer){ .key = att_bytes(key, len),
				 .wrapped = att_bytes_text("wrapped"),
				 .token = "a token" });
		write_seed_of("guest_envelope", name, &answer);
	}
}

void
write_maa(void)
{
	write_logs();
	write_answers();
	write_envelopes();
}
