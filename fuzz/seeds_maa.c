/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the inputs that the fuzz targets of obtaining a token start from:
 * fuzz/seeds_maa FOLDER makes FOLDER/guest_envelope, FOLDER/ima_log,
 * FOLDER/tcg_log and FOLDER/tpm_reply.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "event_logs.h"
#include "forge.h"
#include "guest_answer.h"

enum {
	SEED_MAX = 65536
};

static const char *folder;

static void
write_seed(const char *target, const char *name, struct att_buf *content)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(content->ptr, 1, content->len, file) != content->len ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
	att_buf_reset(content);
}

static void
write_logs(void)
{
	struct att_buf tcg, ima;

	att_buf_init(&tcg, SEED_MAX);
	att_buf_init(&ima, SEED_MAX);
	event_put_start(&tcg, &ima, NULL);
	write_seed("tcg_log", "sha256", &tcg);
	write_seed("ima_log", "ima-ng", &ima);
	event_put_spec_id(&tcg, true);
	event_put_both(&tcg, NULL, 0, 3, att_bytes("StartupLocality\0\3", 17));
	event_put_both(&tcg, NULL, 4, 5, att_bytes_text("a loader"));
	write_seed("tcg_log", "both", &tcg);
	event_put_sha1(&tcg, 0, 3, att_bytes("Spec ID Event00", 16));
	event_put_sha1(&tcg, 4, 5, att_bytes_text("a loader"));
	write_seed("tcg_log", "sha1", &tcg);
	event_put_ima(&ima, NULL, "ima", "/bin/sh");
	event_put_ima(&ima, NULL, "ima-sig", "/bin/login");
	event_put_ima(&ima, NULL, "ima-buf", "a key");
	event_put_violation(&ima, NULL, "/bin/su");
	write_seed("ima_log", "templates", &ima);
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
		write_seed("tpm_reply", rows[i][0], &answer);
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
		write_seed("guest_envelope", name, &answer);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: seeds_maa FOLDER\n");
		return 2;
	}
	folder = argv[1];
	write_logs();
	write_answers();
	write_envelopes();
	return 0;
}
