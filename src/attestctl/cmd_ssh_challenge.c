/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl ssh challenge: issues a challenge, and says how to make an SSH key
 * with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_ssh.h"
#include "attestctl/out.h"
#include "base/clock.h"
#include "codec/base64url.h"
#include "ssh/sk_key.h"
#include "store/challenges.h"

enum {
	FILE_MODE = 0600,
	CHALLENGE_LEN = 32
};

/* The command line. */
struct request {
	const char *user;
	const char *application;
	const char *out;
	bool is_json;
};

/* What was issued. */
struct issued {
	uint8_t bytes[CHALLENGE_LEN];
	time_t expires;
	bool wants_uv;
};

static const char usage[] =
    "usage: attestctl [--config FILE] ssh challenge [OPTION]... USER\n"
    "\n"
    "Issues a challenge over which USER makes an SSH key in a security key, "
    "and\n"
    "says how. It is 32 bytes, good for one key and a limited time "
    "(challenge_lifetime).\n"
    "They go to standard output; to a terminal, as a command that makes the "
    "file.\n"
    "\n"
    "  -a, --application APPLICATION  what the key is for; default ssh:\n"
    "  -o, --out FILE                 write the challenge to FILE, a new one\n"
    "  -j, --json                     print it as JSON, in base64\n"
    "  -h, --help                     show this\n";

static const struct option options[] = {
	{ "application", required_argument, NULL, 'a' },
	{ "out", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool
check_application(const char *application)
{
	size_t len = strlen(application);
	bool is_visible = true;

	for (size_t i = 0; i < len; i++)
		is_visible =
		    is_visible && application[i] > ' ' && application[i] <= '~';
	if (is_visible && len <= ATT_SK_APPLICATION_MAX &&
	    att_sk_is_application(application))
		return true;
	att_out_error("ssh challenge",
	    "the application \"%s\" has to begin with \"ssh:\", as ssh-keygen "
	    "wants it, and to have at most %d visible characters",
	    application, ATT_SK_APPLICATION_MAX);
	return false;
}

static bool
take(void *arg, int letter, const char *value)
{
	struct request *request = arg;

	if (letter == 'o') {
		request->out = value;
		return true;
	}
	request->application = value;
	return check_application(value);
}

/* --- Issuing ------------------------------------------------------------- */

static enum att_err
issue(const struct att_options *opts, const struct request *request,
    struct issued *issued, struct att_reason *why)
{
	struct att_challenges_file file;
	const struct att_challenge *last;
	enum att_err r;

	att_kept_init(&file.kept);
	if ((r = att_challenges_prepare(opts->state_dir, why)) == ATT_OK &&
	    (r = att_challenges_open(
		 opts->state_dir, request->user, &file, why)) == ATT_OK)
		r = att_challenges_issue(&file, request->application,
		    time(NULL), opts->challenge_lifetime, why);
	if (r == ATT_OK) {
		last = &file.challenges.list[file.challenges.count - 1];
		issued->expires = last->expires;
		issued->wants_uv =
		    opts->user_verification == ATT_USER_VERIFICATION_REQUIRED;
		r = att_challenge_get_bytes(last, request->user, issued->bytes);
	}
	att_challenges_close(&file);
	return att_refuse_plain(why, r);
}

/* --- What is said -------------------------------------------------------- */

/* The two commands that come next, with the name of the challenge's file. */
static void
print_how(FILE *out, const struct request *request, const struct issued *issued,
    const char *name)
{
	char until[ATT_UTC_SHOWN];

	fprintf(out,
	    "The challenge is good until %s, for one key of %s.\n"
	    "With it, on the machine that has the security key:\n\n"
	    "  ssh-keygen -t ed25519-sk -f id_ed25519_sk \\\n"
	    "      -O challenge=%s -O write-attestation=key.attestation",
	    att_clock_show_utc(issued->expires, until), request->user, name);
	if (strcmp(request->application, ATT_SK_APPLICATION_PREFIX) != 0)
		fprintf(
		    out, " \\\n      -O application=%s", request->application);
	if (issued->wants_uv)
		fputs(" \\\n      -O verify-required", out);
	fprintf(out,
	    "\n\n(-t ecdsa-sk for one that knows no Ed25519.) Then, here, with "
	    "the two files\nthat were written:\n\n"
	    "  attestctl ssh enroll --public-key id_ed25519_sk.pub \\\n"
	    "      --attestation key.attestation '%s'\n",
	    request->user);
}

static enum att_exit
print_base64(const struct issued *issued, struct att_buf *text)
{
	att_buf_init(text, 4 * (size_t)CHALLENGE_LEN);
	if (att_base64_encode(att_bytes(issued->bytes, CHALLENGE_LEN), text) ==
		ATT_OK &&
	    att_buf_put_u8(text, '\0') == ATT_OK)
		return ATT_EXIT_DONE;
	att_out_error("ssh challenge", "out of memory");
	return ATT_EXIT_UNKNOWN;
}

/* Bytes are nothing for a terminal: what makes the file is. */
static enum att_exit
print_to_terminal(const struct request *request, const struct issued *issued)
{
	struct att_buf text;
	enum att_exit status;

	if ((status = print_base64(issued, &text)) == ATT_EXIT_DONE) {
		printf("This makes the file with the challenge:\n\n"
		       "  echo '%s' | base64 -d >key.challenge\n\n",
		    (const char *)text.ptr);
		print_how(stdout, request, issued, "key.challenge");
	}
	att_buf_reset(&text);
	return status;
}

static enum att_exit
print_json(const struct request *request, const struct issued *issued)
{
	char until[ATT_UTC_SHOWN];
	struct att_buf text;
	enum att_exit status;

	if ((status = print_base64(issued, &text)) == ATT_EXIT_DONE)
		status = att_out_json(
		    json_pack("{s:o, s:o, s:s, s:s, s:s?}", "user",
			att_json_text(request->user), "application",
			att_json_text(request->application), "challenge",
			(const char *)text.ptr, "expires",
			att_clock_show_utc(issued->expires, until), "file",
			request->out),
		    ATT_EXIT_DONE);
	att_buf_reset(&text);
	return status;
}

static enum att_exit
print(const struct request *request, const struct issued *issued)
{
	if (request->is_json)
		return print_json(request, issued);
	if (request->out != NULL) {
		print_how(stdout, request, issued, request->out);
		return ATT_EXIT_DONE;
	}
	if (isatty(STDOUT_FILENO))
		return print_to_terminal(request, issued);
	fwrite(issued->bytes, 1, CHALLENGE_LEN, stdout);
	print_how(stderr, request, issued, "FILE");
	return ATT_EXIT_DONE;
}

/* --- The command --------------------------------------------------------- */

/* Opened before anything is issued: -1 without --out. */
static bool
open_out(const struct request *request, int *fdp)
{
	*fdp = -1;
	if (request->out == NULL)
		return true;
	*fdp = open(
	    request->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (*fdp < 0)
		att_out_error(request->out, "%s; give the name of a new file",
		    strerror(errno));
	return *fdp >= 0;
}

static bool
write_out(const struct request *request, const struct issued *issued, int fd)
{
	bool is_written;

	if (fd < 0)
		return true;
	is_written = write(fd, issued->bytes, CHALLENGE_LEN) == CHALLENGE_LEN &&
		     fsync(fd) == 0;
	if (!is_written)
		att_out_error(request->out, "%s", strerror(errno));
	return is_written;
}

static enum att_exit
run(const struct att_options *opts, const struct request *request)
{
	struct issued issued = { .expires = 0 };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;
	int fd;

	if (!open_out(request, &fd))
		return ATT_EXIT_UNKNOWN;
	r = issue(opts, request, &issued, &why);
	if (r != ATT_OK)
		att_out_reason(request->user, r, &why);
	else if (write_out(request, &issued, fd))
		status = print(request, &issued);
	if (fd >= 0)
		close(fd);
	if (status != ATT_EXIT_DONE && fd >= 0)
		unlink(request->out);
	return status;
}

enum att_exit
att_ssh_challenge(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct request request = { .application = ATT_SK_APPLICATION_PREFIX };
	struct att_arguments args = { .name = "ssh challenge",
		.usage = usage,
		.options = options,
		.letters = "a:o:",
		.least = 1,
		.most = 1,
		.take = take,
		.arg = &request };
	struct att_options *opts;
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	request.user = args.operands[0];
	request.is_json = args.is_json;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	status = run(opts, &request);
	att_options_free(&opts);
	return status;
}
