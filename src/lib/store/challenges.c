/* SPDX-License-Identifier: BSD-2-Clause */
/* The challenges that wait for the registration of an SSH key. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "codec/base64url.h"
#include "ssh/sk_key.h"
#include "store/challenges.h"
#include "store/percent.h"
#include "store/store.h"
#include "store/utc.h"

enum {
	STATE_MODE = 0755,
	FOLDER_MODE = 0700,
	FILE_MODE = 0600,
	WAIT_MS = 5000,
	/* A clock that is put right goes back by less than that. */
	CLOCK_SLACK = 60,
};

#define VERSION "1"

/* --- One challenge ------------------------------------------------------- */

enum att_challenge_state
att_challenge_get_state(const struct att_challenge *challenge, time_t now)
{
	if (challenge->used != 0)
		return ATT_CHALLENGE_USED;
	if (now >= challenge->expires || now < challenge->issued - CLOCK_SLACK)
		return ATT_CHALLENGE_EXPIRED;
	return ATT_CHALLENGE_PENDING;
}

enum att_err
att_challenge_get_bytes(
    const struct att_challenge *challenge, const char *user, uint8_t bytes[32])
{
	return att_registration_challenge(
	    challenge->application, user, challenge->nonce, bytes);
}

/* --- Lines --------------------------------------------------------------- */

static enum att_err
parse_version(struct att_bytes value, struct att_challenge *challenge)
{
	(void)challenge;
	return att_bytes_is_equal(value, att_bytes_text(VERSION))
		   ? ATT_OK
		   : ATT_ERR_STATE_MALFORMED;
}

static bool
is_visible(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static enum att_err
parse_application(struct att_bytes value, struct att_challenge *challenge)
{
	enum att_err r = ATT_ERR_STATE_MALFORMED;
	char *text;

	if (att_percent_decode(value, ATT_RP_ID_MAX, &text) != ATT_OK)
		return r;
	if (att_sk_is_application(text) && is_visible(text)) {
		snprintf(challenge->application, sizeof(challenge->application),
		    "%s", text);
		r = ATT_OK;
	}
	free(text);
	return r;
}

static enum att_err
parse_nonce(struct att_bytes value, struct att_challenge *challenge)
{
	uint8_t *nonce;
	size_t len;
	enum att_err r;

	r = att_base64url_decode(value, ATT_NONCE_LEN, &nonce, &len);
	if (r == ATT_OK && len == ATT_NONCE_LEN)
		memcpy(challenge->nonce, nonce, ATT_NONCE_LEN);
	else
		r = ATT_ERR_STATE_MALFORMED;
	free(nonce);
	return r;
}

static enum att_err
parse_issued(struct att_bytes value, struct att_challenge *challenge)
{
	return att_utc_parse(value, &challenge->issued);
}

static enum att_err
parse_expires(struct att_bytes value, struct att_challenge *challenge)
{
	return att_utc_parse(value, &challenge->expires);
}

/* 0 stands for "not yet". */
static enum att_err
parse_used(struct att_bytes value, struct att_challenge *challenge)
{
	enum att_err r;

	if (att_bytes_is_equal(value, att_bytes_text("no")))
		return ATT_OK;
	r = att_utc_parse(value, &challenge->used);
	return challenge->used == 0 ? ATT_ERR_STATE_MALFORMED : r;
}

/* All of them, in this order, each once. */
static const struct {
	const char *name; /* with its "=" */
	enum att_err (*parse)(
	    struct att_bytes value, struct att_challenge *challenge);
} fields[] = {
	{ "challenge=", parse_version },
	{ "application=", parse_application },
	{ "nonce=", parse_nonce },
	{ "issued=", parse_issued },
	{ "expires=", parse_expires },
	{ "used=", parse_used },
};
enum {
	FIELD_COUNT = sizeof(fields) / sizeof(fields[0])
};

static enum att_err
parse_line(struct att_bytes line, struct att_challenge *challenge)
{
	*challenge = (struct att_challenge){ 0 };
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		size_t name = strlen(fields[i].name), len = line.len;
		const uint8_t *blank;

		if (line.len < name ||
		    memcmp(line.ptr, fields[i].name, name) != 0)
			return ATT_ERR_STATE_MALFORMED;
		blank = memchr(line.ptr, ' ', line.len);
		if ((blank != NULL) != (i + 1 < FIELD_COUNT))
			return ATT_ERR_STATE_MALFORMED;
		if (blank != NULL)
			len = (size_t)(blank - line.ptr);
		if (fields[i].parse(att_bytes(line.ptr + name, len - name),
			challenge) != ATT_OK)
			return ATT_ERR_STATE_MALFORMED;
		if (blank != NULL)
			line = att_bytes(blank + 1, line.len - len - 1);
	}
	return ATT_OK;
}

enum att_err
att_challenges_parse(struct att_bytes content,
    struct att_challenges *challenges, struct att_reason *why)
{
	challenges->count = 0;
	while (content.len > 0) {
		const uint8_t *end = memchr(content.ptr, '\n', content.len);
		size_t len = end == NULL ? 0 : (size_t)(end - content.ptr);

		if (challenges->count == ATT_CHALLENGES_MAX || end == NULL ||
		    parse_line(att_bytes(content.ptr, len),
			&challenges->list[challenges->count]) != ATT_OK)
			return att_refuse(why, ATT_ERR_STATE_MALFORMED,
			    "line %zu is not a challenge as FORMAT.md has it, "
			    "or one too many; remove the file and issue the "
			    "challenges anew",
			    challenges->count + 1);
		challenges->count++;
		content = att_bytes(end + 1, content.len - len - 1);
	}
	return ATT_OK;
}

static enum att_err
print_line(const struct att_challenge *challenge, struct att_buf *out)
{
	char issued[ATT_UTC_SIZE], expires[ATT_UTC_SIZE], used[ATT_UTC_SIZE];
	enum att_err r;

	snprintf(used, sizeof(used), "no");
	if (att_utc_print(challenge->issued, issued) != ATT_OK ||
	    att_utc_print(challenge->expires, expires) != ATT_OK ||
	    (challenge->used != 0 &&
		att_utc_print(challenge->used, used) != ATT_OK))
		return ATT_ERR_STATE_MALFORMED;
	if ((r = att_buf_printf(out, "challenge=" VERSION " application=")) !=
		ATT_OK ||
	    (r = att_percent_encode(
		 att_bytes_text(challenge->application), out)) != ATT_OK ||
	    (r = att_buf_printf(out, " nonce=")) != ATT_OK ||
	    (r = att_base64url_encode(
		 att_bytes(challenge->nonce, ATT_NONCE_LEN), out)) != ATT_OK)
		return r;
	return att_buf_printf(
	    out, " issued=%s expires=%s used=%s\n", issued, expires, used);
}

enum att_err
att_challenges_print(
    const struct att_challenges *challenges, struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < challenges->count && r == ATT_OK; i++)
		r = print_line(&challenges->list[i], out);
	return r;
}

/* --- Files --------------------------------------------------------------- */

enum att_err
att_challenges_prepare(const char *state_dir, struct att_reason *why)
{
	enum att_err r;
	char *dir;
	int fd;

	if ((r = att_folder_make(state_dir, STATE_MODE, &fd, why)) != ATT_OK)
		return r;
	close(fd);
	if (asprintf(&dir, "%s/challenges", state_dir) < 0)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((r = att_folder_make(dir, FOLDER_MODE, &fd, why)) == ATT_OK)
		close(fd);
	free(dir);
	return r;
}

/* The path of a user's file; the caller frees it. */
static enum att_err
find_path(const char *state_dir, const char *user, char **pathp,
    struct att_reason *why)
{
	char *name;
	enum att_err r;

	*pathp = NULL;
	r = att_store_file_name(user, &name);
	if (r == ATT_ERR_STORE_BAD_USER)
		return att_refuse(why, r,
		    "the user name \"%.80s\" cannot have credentials: it is "
		    "empty or too long",
		    user);
	if (r == ATT_OK &&
	    asprintf(pathp, "%s/challenges/%s", state_dir, name) < 0) {
		*pathp = NULL;
		r = ATT_ERR_NO_MEMORY;
	}
	free(name);
	return att_refuse_plain(why, r);
}

static enum att_err
read_file(const struct att_file *file, struct att_challenges *challenges,
    struct att_reason *why)
{
	uint8_t *content;
	enum att_err r;
	size_t len;

	challenges->count = 0;
	r = att_file_read_secret(file, &content, &len, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (r != ATT_OK)
		return r;
	r = att_challenges_parse(att_bytes(content, len), challenges, why);
	if (r != ATT_OK)
		r = att_refuse_within(why, r, "%s", file->shown);
	explicit_bzero(content, len);
	free(content);
	return r;
}

enum att_err
att_challenges_open(const char *state_dir, const char *user,
    struct att_challenges_file *file, struct att_reason *why)
{
	struct att_keep keep = { .max = ATT_CHALLENGES_FILE_MAX,
		.wait_ms = WAIT_MS };
	enum att_err r;
	char *path;

	file->challenges.count = 0;
	att_kept_init(&file->kept);
	if ((r = find_path(state_dir, user, &path, why)) != ATT_OK)
		return r;
	keep.path = path;
	if ((r = att_kept_open(&file->kept, &keep, why)) == ATT_OK)
		r = read_file(&file->kept.file, &file->challenges, why);
	free(path);
	return r;
}

void
att_challenges_close(struct att_challenges_file *file)
{
	att_kept_close(&file->kept);
	explicit_bzero(&file->challenges, sizeof(file->challenges));
}

/* --- Changes ------------------------------------------------------------- */

/* When a challenge stopped being good. */
static time_t
spent_at(const struct att_challenge *challenge)
{
	return challenge->used != 0 ? challenge->used : challenge->expires;
}

static size_t
count_state(
    const struct att_challenges *challenges, time_t now, bool is_pending)
{
	size_t count = 0;

	for (size_t i = 0; i < challenges->count; i++)
		count += (att_challenge_get_state(&challenges->list[i], now) ==
			     ATT_CHALLENGE_PENDING) == is_pending;
	return count;
}

/* Forgets what is spent for long, and the oldest of what is too many. */
static void
forget(struct att_challenges *challenges, time_t now)
{
	size_t spent = count_state(challenges, now, false), kept = 0;

	for (size_t i = 0; i < challenges->count; i++) {
		const struct att_challenge *challenge = &challenges->list[i];
		bool is_spent = att_challenge_get_state(challenge, now) !=
				ATT_CHALLENGE_PENDING;

		if (is_spent &&
		    (spent > ATT_CHALLENGES_SPENT_MAX ||
			now - spent_at(challenge) > ATT_CHALLENGES_REMEMBERED))
			spent--;
		else
			challenges->list[kept++] = *challenge;
	}
	challenges->count = kept;
}

static enum att_err
write_file(struct att_challenges_file *file, time_t now, struct att_reason *why)
{
	struct att_buf out;
	enum att_err r;

	forget(&file->challenges, now);
	att_buf_init(&out, ATT_CHALLENGES_FILE_MAX);
	if ((r = att_challenges_print(&file->challenges, &out)) == ATT_OK)
		r = att_kept_replace(
		    &file->kept, att_buf_get(&out), FILE_MODE, why);
	att_buf_reset(&out);
	return att_refuse_plain(why, r);
}

enum att_err
att_challenges_issue(struct att_challenges_file *file, const char *application,
    time_t now, unsigned int lifetime, struct att_reason *why)
{
	struct att_challenges *challenges = &file->challenges;
	struct att_challenge *issued;

	forget(challenges, now);
	if (count_state(challenges, now, true) >= ATT_CHALLENGES_PENDING_MAX)
		return att_refuse(why, ATT_ERR_USAGE,
		    "%d challenges are pending, which is as many as allowed; "
		    "use one, or wait until one expires",
		    ATT_CHALLENGES_PENDING_MAX);
	issued = &challenges->list[challenges->count];
	*issued = (struct att_challenge){ .issued = now,
		.expires = now + (time_t)lifetime };
	if ((size_t)snprintf(issued->application, sizeof(issued->application),
		"%s", application) >= sizeof(issued->application))
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	if (getrandom(issued->nonce, ATT_NONCE_LEN, 0) != ATT_NONCE_LEN)
		return att_refuse_plain(why, ATT_ERR_SYSTEM);
	challenges->count++;
	return write_file(file, now, why);
}

enum att_err
att_challenges_use(struct att_challenges_file *file, size_t index, time_t now,
    struct att_reason *why)
{
	if (index >= file->challenges.count)
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	file->challenges.list[index].used = now;
	return write_file(file, now, why);
}

/* --- Others -------------------------------------------------------------- */

static enum att_err
visit(const char *user, void *arg)
{
	const struct att_challenges_walk *walk = arg;
	struct att_challenges challenges;
	struct att_file file = { .dirfd = AT_FDCWD,
		.max = ATT_CHALLENGES_FILE_MAX };
	enum att_err r = ATT_OK;
	char *path;

	if (strcmp(user, walk->user) == 0 ||
	    find_path(walk->state_dir, user, &path, NULL) != ATT_OK)
		return ATT_OK;
	file.name = file.shown = path;
	if (read_file(&file, &challenges, NULL) == ATT_OK)
		r = walk->fn(walk->arg, user, &challenges);
	explicit_bzero(&challenges, sizeof(challenges));
	free(path);
	return r;
}

enum att_err
att_challenges_each_other(const struct att_challenges_walk *walk)
{
	enum att_err r;
	char *dir;

	if (asprintf(&dir, "%s/challenges", walk->state_dir) < 0)
		return ATT_ERR_NO_MEMORY;
	r = att_store_each_user(dir, visit, (void *)(uintptr_t)walk, NULL);
	free(dir);
	return r;
}
