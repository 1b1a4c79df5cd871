/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stage for ceremonies: actors in the places of the caller and the devices,
 * each a process with its own channel that follows a little script.
 */
#ifndef TESTS_UNIT_STAGE_H
#define TESTS_UNIT_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "verifier/authenticators.h"
#include "verifier/session.h"
#include "wire/device.h"

enum {
	ACTORS_MAX = 4,
	WAIT_MS = 20000,
	HUMAN_US = 300000, /* longer than the devices take to begin */
};

/* A script returns true when everything was as it expected. */
typedef bool stage_script(int fd);

struct stage {
	struct att_session session;
	struct att_options *opts;
	struct att_authenticators set;
	pid_t actors[ACTORS_MAX];
	size_t actor_count;
	bool can_look;
	bool pin_always;
	enum att_err judgement;
	enum att_err recognition;
	unsigned int judged;
};

/* A stage with a caller that follows this script, and no device yet. */
void stage_set(struct stage *stage, stage_script *caller);
/* One more device that has not introduced itself. */
void stage_add_device(struct stage *stage, stage_script *device);
/* Ends the play: every actor has to have seen what it expected. */
void stage_clear(struct stage *stage);
/* Runs the ceremony; a refusal has to have its reason. */
enum att_err stage_run(struct stage *stage);
/* What actors do: each is false when it did not go as it should. */
bool stage_send_and_free(int fd, struct att_buf *message);
bool stage_say_ready(
    int fd, enum att_pin_state pin, uint8_t retries, bool has_uv);
bool stage_say_assertion(int fd);
bool stage_say_failed(int fd, enum att_device_failure failure);
/* The next message is this request of the ceremony. */
bool stage_hear_request(int fd, enum att_uv_mode uv, bool up, const char *pin);
bool stage_hear_type(int fd, uint8_t type);
/* The other side has closed: nothing more comes. */
bool stage_hear_end(int fd);
/* A prompt with this part comes, after whatever is told; answers it. */
bool stage_hear_prompt(int fd, const char *part, const char *answer);

#endif
