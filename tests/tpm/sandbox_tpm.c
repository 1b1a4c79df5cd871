/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process of the TPM, taken over: the program as it is, but where it would
 * look for a key it tries one thing, whose name is in the place of the key.
 *
 *	sandbox_tpm list           the names of what can be tried
 *	sandbox_tpm relaxed        0 in a build without lock-down
 *	sandbox_tpm TCTI ATTEMPT   "worked", "refused" or "killed"
 *	sandbox_tpm TCTI ATTEMPT talk   the same within a talk: where it would
 *				   open a challenge, which holds the name
 *
 * and else, without arguments, as pam_attest-tpm. Beside sandbox_attempts.c:
 * "open-again", which is the device that is open already, and "say-nonsense".
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"
#include "sandbox_attempts.h"
#include "tpm/answer.h"
#include "tpm/key.h"
#include "tpm/talk.h"
#include "wire/channel.h"
#include "wire/tpm.h"
#include "wire/tpm_talk.h"

enum {
	WAIT_MS = 10000
};

enum att_err __wrap_tpm_key_find(ESYS_CONTEXT *esys,
    const struct att_tpm_request *request, struct tpm_key *key,
    struct att_reason *why);

enum att_err __wrap_tpm_talk_activate(struct tpm_talk *talk,
    struct att_bytes message, struct att_buf *out, struct att_reason *why);

/* --- Inside --------------------------------------------------------------- */

static int
try(const char *name, const char *tcti)
{
	const struct attempt *attempt = attempt_find(name);

	if (strcmp(name, "open-again") == 0)
		return open(strchr(tcti, '/'), O_RDWR) < 0 ? -1 : 0;
	if (strcmp(name, "say-nonsense") == 0)
		return write(STDIN_FILENO, "nonsense", 8) == 8 ? 0 : -1;
	if (attempt == NULL)
		abort();
	return attempt->run();
}

enum att_err
__wrap_tpm_key_find(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, struct att_reason *why)
{
	char name[64] = { 0 };

	(void)esys;
	*key =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	if (request->modulus.len < sizeof(name))
		memcpy(name, request->modulus.ptr, request->modulus.len);
	errno = 0;
	if (try(name, request->tcti) == 0)
		return att_refuse(why, ATT_ERR_BINDING_KEY, "worked");
	return att_refuse(
	    why, ATT_ERR_BINDING_PROOF, "refused: %s", strerror(errno));
}

enum att_err
__wrap_tpm_talk_activate(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why)
{
	struct att_tpm_activate activate;
	char name[64] = { 0 }, tcti[256] = { 0 };

	(void)talk;
	(void)out;
	if (att_tpm_activate_decode(message, &activate) != ATT_OK ||
	    activate.credential.len >= sizeof(name) ||
	    activate.secret.len >= sizeof(tcti))
		abort();
	memcpy(name, activate.credential.ptr, activate.credential.len);
	memcpy(tcti, activate.secret.ptr, activate.secret.len);
	errno = 0;
	if (try(name, tcti) == 0)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE, "worked");
	return att_refuse(
	    why, ATT_ERR_TPM_EVIDENCE, "refused: %s", strerror(errno));
}

/* --- Outside -------------------------------------------------------------- */

static _Noreturn void
give_up(const char *what)
{
	printf("%s\n", what);
	exit(EXIT_FAILURE);
}

static pid_t
start(const char *self, int channel)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	dup2(channel, STDIN_FILENO);
	execl(self, self, (char *)NULL);
	_exit(127);
}

static void
send_request(int channel, const char *tcti, const char *name)
{
	const struct att_tpm_request request = { .seconds = 5,
		.tcti = tcti,
		.want = ATT_TPM_WANT_KEY,
		.modulus = att_bytes_text(name),
		.exponent = att_bytes("\3", 1) };
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (att_tpm_request_encode(&request, &message) != ATT_OK ||
	    att_channel_send(channel, &message, -1) != ATT_OK)
		give_up("no request");
	att_buf_reset(&message);
}

/* What opened the TPM, and is then asked in a way of its own. */
static void
send_talk(int channel, const char *tcti, const char *name)
{
	const struct att_tpm_activate activate = { .aik.is_new = true,
		.credential = att_bytes_text(name),
		.secret = att_bytes_text(tcti) };
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (att_tpm_open_encode(tcti, &message) != ATT_OK ||
	    att_channel_send(channel, &message, -1) != ATT_OK ||
	    att_channel_receive(
		channel, att_clock_ms() + WAIT_MS, &message, NULL) != ATT_OK ||
	    att_tpm_opened_decode(att_buf_get(&message)) != ATT_OK)
		give_up("not opened");
	att_buf_reset(&message);
	if (att_tpm_activate_encode(&activate, &message) != ATT_OK ||
	    att_channel_send(channel, &message, -1) != ATT_OK)
		give_up("no request");
	att_buf_reset(&message);
}

/* What it says, or how it ended. */
static void
report(int channel, pid_t pid)
{
	struct att_tpm_failed failed;
	struct att_buf message;
	enum att_err err;
	int status = 0;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(
	    channel, att_clock_ms() + WAIT_MS, &message, NULL);
	if (err == ATT_OK)
		err = att_tpm_failed_decode(att_buf_get(&message), &failed);
	att_buf_reset(&message);
	close(channel);
	if (waitpid(pid, &status, 0) != pid)
		give_up("not my child");
	if (err == ATT_OK)
		puts(failed.text);
	else if (WIFSIGNALED(status))
		printf("killed by signal %d\n", WTERMSIG(status));
	else
		give_up(att_err_text(err));
}

int
main(int argc, char **argv)
{
	int fds[2];
	pid_t pid;

	if (argc == 1)
		return tpm_run();
	if (strcmp(argv[1], "relaxed") == 0)
		return att_lockdown_is_relaxed() ? EXIT_SUCCESS : EXIT_FAILURE;
	if (argc == 2) {
		for (size_t i = 0; i < attempt_count; i++)
			puts(attempts[i].name);
		puts("open-again");
		return EXIT_SUCCESS;
	}
	if (att_channel_pair(fds) != ATT_OK ||
	    (pid = start(argv[0], fds[1])) < 0)
		give_up("cannot be started");
	close(fds[1]);
	if (argc == 3)
		send_request(fds[0], argv[1], argv[2]);
	else
		send_talk(fds[0], argv[1], argv[2]);
	report(fds[0], pid);
	return EXIT_SUCCESS;
}
