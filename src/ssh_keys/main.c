/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-ssh-keys: the AuthorizedKeysCommand of sshd. It runs as a user of
 * its own, reads the credentials of one user, and prints those that are
 * accepted now. It writes nothing, takes no lock and asks nobody.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "config.h"

#include "base/lockdown.h"
#include "conf/options.h"
#include "ssh_keys/authorized.h"
#include "ssh_keys/system_log.h"

enum {
	EXIT_DONE = 0,
	EXIT_UNKNOWN = 2, /* sshd accepts nothing then */
	DEADLINE = 20,	  /* seconds, far below LoginGraceTime */
};

static const char usage[] =
    "usage: pam_attest-ssh-keys [--config FILE] USER [TYPE KEY]\n"
    "\n"
    "Prints, as lines for sshd, the stored SSH keys of USER whose attestation\n"
    "is accepted now; with TYPE and KEY (base64) that key alone. In\n"
    "sshd_config:\n"
    "\n"
    "  AuthorizedKeysCommand %s/pam_attest-ssh-keys %%u %%t %%k\n"
    "  AuthorizedKeysCommandUser pam-attest-keys\n"
    "  AuthorizedKeysFile none\n"
    "\n"
    "What is refused is logged with its reason.\n"
    "\n"
    "      --config FILE  read this instead of " ATT_CONFDIR
    "/pam_attest.conf;\n"
    "                     an absolute path\n"
    "      --version      print the version\n"
    "  -h, --help         show this\n";

static const struct option words[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

struct command {
	const char *config; /* NULL: the default */
	struct att_authorized asked;
};

/* True: go on; else *status is what to end with. */
static bool
read_arguments(int argc, char **argv, struct command *command, int *status)
{
	int c;

	*status = EXIT_DONE;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+h", words, NULL)) != -1) {
		switch (c) {
		case 'c':
			command->config = optarg;
			break;
		case 'h':
			printf(usage, ATT_PROGRAMSDIR);
			return false;
		case 'V':
			puts("pam_attest-ssh-keys " PACKAGE_VERSION);
			return false;
		default:
			*status = EXIT_UNKNOWN;
			return false;
		}
	}
	/* Later on we are elsewhere, and sshd is anywhere. */
	if ((command->config != NULL && command->config[0] != '/') ||
	    (argc - optind != 1 && argc - optind != 3)) {
		*status = EXIT_UNKNOWN;
		return false;
	}
	command->asked.user = argv[optind];
	if (argc - optind == 3) {
		command->asked.key_type = argv[optind + 1];
		command->asked.key = argv[optind + 2];
	}
	return true;
}

/* Small already before the configuration is read. */
static enum att_err
begin(struct att_system_log *log, struct att_reason *why)
{
	static const struct att_lockdown_limits limits = {
		.cpu_seconds = DEADLINE,
		.memory = 256 << 20,
		.descriptors = 16,
	};
	enum att_err r;

	clearenv();
	if ((r = att_lockdown_leave_root(why)) == ATT_OK &&
	    (r = att_lockdown_begin_alone(why)) == ATT_OK)
		r = att_lockdown_limits(&limits, why);
	att_lockdown_deadline(DEADLINE);
	att_system_log_open(log);
	/* Ciphers and texts that nobody wants would be a sixth of the time. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
				OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
				OPENSSL_INIT_NO_ADD_ALL_CIPHERS,
	    NULL);
	return r;
}

/* From here on: these folders to read, and nothing else. */
static enum att_err
lock_down(const struct att_options *opts, const struct att_system_log *log,
    struct att_reason *why)
{
	const struct att_lockdown_path paths[] = {
		{ opts->credentials_dir, ATT_ACCESS_READ },
		{ opts->roots_dir, ATT_ACCESS_READ },
		{ opts->intermediates_dir, ATT_ACCESS_READ },
		{ opts->mds_dir, ATT_ACCESS_READ },
	};
	bool is_enforced;
	enum att_err r;

	if ((r = att_lockdown_paths(paths, sizeof(paths) / sizeof(paths[0]),
		 &is_enforced, why)) != ATT_OK)
		return r;
	if (!is_enforced)
		att_system_log_put(log, LOG_DEBUG,
		    "this kernel has no Landlock; going on with the other "
		    "restrictions");
	return att_lockdown_system_calls(ATT_LOCKDOWN_SSH_KEYS, why);
}

static enum att_err
answer(const struct command *command, struct att_options *opts,
    struct att_system_log *log, struct att_buf *out, struct att_reason *why)
{
	struct att_authorized asked = command->asked;
	enum att_err r;

	if ((r = att_options_read_file(opts, command->config, why)) != ATT_OK)
		return r;
	log->is_debug = opts->debug;
	asked.opts = opts;
	asked.log = log;
	/* A folder that was misspelt must not look like one that is empty. */
	if ((r = att_options_check_folder(opts, "credentials_dir", why)) !=
		ATT_OK ||
	    (r = lock_down(opts, log, why)) != ATT_OK)
		return r;
	return att_authorized_put(&asked, out, why);
}

/* In one go, so that nobody reads a part of what turned out to be an error. */
static enum att_err
print(const struct att_buf *out, struct att_reason *why)
{
	struct att_bytes left = att_buf_get(out);
	ssize_t n;

	while (left.len > 0) {
		n = write(STDOUT_FILENO, left.ptr, left.len);
		if (n < 0 && errno == EINTR)
			continue;
		/* sshd has found what it looked for, and reads no further. */
		if (n < 0 && errno == EPIPE)
			return ATT_OK;
		if (n < 0)
			return att_refuse(why, ATT_ERR_SYSTEM,
			    "the keys cannot be written to standard output");
		left.ptr += n;
		left.len -= (size_t)n;
	}
	return ATT_OK;
}

static int
run(const struct command *command)
{
	struct att_reason why = { .code = ATT_OK };
	struct att_options *opts = NULL;
	struct att_system_log log;
	struct att_buf out;
	enum att_err r;

	att_buf_init(&out, ATT_AUTHORIZED_MAX);
	if ((r = begin(&log, &why)) == ATT_OK &&
	    (r = att_options_new(&opts)) == ATT_OK &&
	    (r = answer(command, opts, &log, &out, &why)) == ATT_OK)
		r = print(&out, &why);
	if (r != ATT_OK) {
		(void)!att_refuse_plain(&why, r);
		att_system_log_put(
		    &log, LOG_ERR, "%s: %s", att_err_code(r), why.text);
	}
	att_buf_reset(&out);
	att_options_free(&opts);
	att_system_log_close(&log);
	return r == ATT_OK ? EXIT_DONE : EXIT_UNKNOWN;
}

/* Whoever wrote sshd_config sees no standard error. */
static void
refuse_arguments(void)
{
	struct att_system_log log;

	att_system_log_open(&log);
	att_system_log_put(&log, LOG_ERR,
	    "%s: expected USER, or USER TYPE KEY, and before it --config and "
	    "an absolute path at most; see pam_attest-ssh-keys --help",
	    att_err_code(ATT_ERR_USAGE));
	att_system_log_close(&log);
}

int
main(int argc, char **argv)
{
	struct command command = { 0 };
	int status;

	if (read_arguments(argc, argv, &command, &status))
		return run(&command);
	if (status != EXIT_DONE)
		refuse_arguments();
	return status;
}
