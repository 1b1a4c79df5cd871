/* SPDX-License-Identifier: BSD-2-Clause */
/* A host for attestctl doctor: right, or with one thing wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "doctored.h"
#include "scratch.h"

/* What sshd -T prints where nothing is wrong. */
static const char good_settings[] =
    "usepam yes\n"
    "permitrootlogin no\n"
    "hostbasedauthentication no\n"
    "pubkeyauthentication yes\n"
    "gssapiauthentication no\n"
    "passwordauthentication no\n"
    "kbdinteractiveauthentication yes\n"
    "permitemptypasswords no\n"
    "trustedusercakeys none\n"
    "authorizedprincipalsfile none\n"
    "authorizedkeyscommand " COMMAND " %u %t %k\n"
    "authorizedkeyscommanduser daemon\n"
    "pubkeyacceptedalgorithms sk-ssh-ed25519@openssh.com,"
    "sk-ecdsa-sha2-nistp256@openssh.com\n"
    "authorizedkeysfile none\n"
    "authenticationmethods any\n"
    "pubkeyauthoptions touch-required\n";

static const char good_conf[] = "ssh_keys = attested\nremote = respond\n";

void
doctored_write_file(
    const char *folder, const char *name, const char *first, const char *second)
{
	char *path = scratch_path(folder, name), *text = NULL;

	assert_true(asprintf(&text, "%s%s", first, second) >= 0);
	scratch_write_text(path, text);
	free(path);
	free(text);
}

/* The folder as that host; what host_set() wrote into its a.conf stays. */
void
doctored_write(const char *folder, const struct doctored *wrong)
{
	char *path = scratch_path(folder, "a.conf"), *conf;

	doctored_write_file(folder, "settings",
	    wrong->settings == NULL ? "" : wrong->settings, good_settings);
	doctored_write_file(folder, "sshd_config", "# none\n", "");
	doctored_write_file(folder, "pam.d/sshd",
	    wrong->pam == NULL ? AUTH ACCOUNT SESSION REST : wrong->pam, "");
	doctored_write_file(
	    folder, "pam.d/other", "auth required pam_deny.so\n", "");
	assert_non_null(conf = scratch_read(path, &(size_t){ 0 }));
	*(strstr(conf, "android-key\n") + strlen("android-key\n")) = '\0';
	doctored_write_file(folder, "a.conf", conf,
	    wrong->conf == NULL ? good_conf : wrong->conf);
	free(conf);
	free(path);
}

void
doctored_run(const struct host *host, const char *option, const char *more,
    struct captured *captured)
{
	char *words[6] = { NULL };

	assert_true(
	    asprintf(&words[1], "--settings=%s/settings", host->folder) > 0);
	assert_true(asprintf(&words[2], "--sshd-config=%s/sshd_config",
			host->folder) > 0);
	assert_true(
	    asprintf(&words[3], "--pam-dir=%s/pam.d", host->folder) > 0);
	const char *const given[] = { "doctor", words[1], words[2], words[3],
		option, more, NULL };

	host_run(host, att_cmd_doctor, given, captured);
	for (size_t i = 1; i <= 3; i++)
		free(words[i]);
}

const json_t *
doctored_get(const json_t *root, const char *check, const char *object)
{
	const json_t *list = json_object_get(root, "findings"), *finding;
	size_t i;

	json_array_foreach(list, i, finding)
	{
		if (strcmp(host_text_of(finding, "check"), check) == 0 &&
		    strstr(host_text_of(finding, "object"), object) != NULL)
			return finding;
	}
	return NULL;
}

json_t *
doctored_ask(const struct host *host, const struct doctored *wrong)
{
	struct captured captured;
	json_t *root;

	doctored_write(host->folder, wrong);
	doctored_run(host, "--json", NULL, &captured);
	assert_string_equal(captured.err, "");
	root = captured_json(&captured);
	captured_reset(&captured);
	return root;
}

int
doctored_setup(void **state)
{
	struct host *host = calloc(1, sizeof(*host));
	void *folder;
	char *path;

	if (host == NULL || scratch_setup(&folder) != 0)
		return -1;
	host_set(host, folder);
	path = scratch_path(folder, "pam.d");
	if (mkdir(path, 0755) != 0)
		return -1;
	free(path);
	*state = host;
	return 0;
}

int
doctored_teardown(void **state)
{
	struct host *host = *state;
	void *folder = (char *)(uintptr_t)host->folder;

	host_clear(host);
	free(host);
	return scratch_teardown(&folder);
}
