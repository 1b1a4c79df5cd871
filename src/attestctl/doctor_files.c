/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's checks of files: who may change or read them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attestctl/doctor.h"
#include "config.h"

enum {
	PATHS_MAX = 16
};

static const char default_conf[] = ATT_CONFDIR "/pam_attest.conf";
static const char default_module[] = ATT_PAMDIR "/pam_attest.so";

/* Whose rule it is that nobody else may change a path. */
enum rule {
	RULE_OURS,
	RULE_SSHD, /* safe_path(): root's, and no folder is excepted */
};

/* --- Who may change it --------------------------------------------------- */

static void
say_writable(struct att_doctor *doctor, enum rule rule, const char *path,
    const struct stat *st)
{
	bool is_foreign =
	    st->st_uid != 0 && (rule == RULE_SSHD || st->st_uid != geteuid());

	att_doctor_find(doctor,
	    rule == RULE_SSHD ? ATT_SEVERITY_BROKEN : ATT_SEVERITY_OPEN, path,
	    att_doctor_text(doctor,
		rule == RULE_SSHD
		    ? "Others than root can change it (user %ld, mode %04o): "
		      "sshd does not run what is there, and knows no keys."
		    : "Others than root can change it (user %ld, mode %04o), "
		      "and so who is let in.",
		(long)st->st_uid, (unsigned int)(st->st_mode & 07777)),
	    is_foreign ? att_doctor_text(doctor,
			     "chown root '%s'; chmod go-w '%s'", path, path)
		       : att_doctor_text(doctor, "chmod go-w '%s'", path));
}

static bool
is_changeable(enum rule rule, const struct stat *st)
{
	if (st->st_uid != 0 && (rule == RULE_SSHD || st->st_uid != geteuid()))
		return true;
	if (S_ISLNK(st->st_mode) || (st->st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return false;
	/* What is ours stays there. */
	return rule == RULE_SSHD || !S_ISDIR(st->st_mode) ||
	       (st->st_mode & S_ISVTX) == 0;
}

/* From the root down to the path itself; false when the way ends before. */
static bool
look_down(struct att_doctor *doctor, enum rule rule, const char *path)
{
	char part[PATH_MAX];
	struct stat st;
	size_t end = 0;

	if (path[0] != '/' || strlen(path) >= sizeof(part))
		return false;
	do {
		end += 1 + strcspn(path + end + 1, "/");
		memcpy(part, path, end);
		part[end] = '\0';
		if (lstat(end == 1 ? "/" : part, &st) != 0)
			return false;
		if (is_changeable(rule, &st))
			say_writable(doctor, rule, part, &st);
	} while (path[end] != '\0');
	return true;
}

/* What is missing is the matter of other checks. */
static bool
look_at_path(struct att_doctor *doctor, enum rule rule, const char *path)
{
	char real[PATH_MAX];

	if (!look_down(doctor, rule, path) || realpath(path, real) == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			return false;
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, path,
		    att_doctor_text(doctor,
			"Who can change it is not known: %s.", strerror(errno)),
		    "Run attestctl doctor as root");
		return false;
	}
	return strcmp(path, real) == 0 || look_down(doctor, rule, real);
}

/* --- Ours ---------------------------------------------------------------- */

/* The file that a line of ours, or a program of ours, reads. */
static const char *
get_conf(const struct att_doctor *doctor, const struct att_doctor_line *line)
{
	const char *given = doctor->orders.invocation->config;

	if (line != NULL) {
		const struct att_pam_entry *entry =
		    &att_doctor_stack(doctor, line->phase)
			 ->entries[line->index];

		if (entry->arg_count > 0 &&
		    strncmp(entry->args[0], "conf=", 5) == 0)
			return entry->args[0] + 5;
	}
	return given == NULL ? default_conf : given;
}

static void
look_at_ours(struct att_doctor *doctor)
{
	const struct att_doctor_line *line;
	const struct att_options *opts;

	/* Also where what is in it cannot be used. */
	look_at_path(doctor, RULE_OURS, get_conf(doctor, NULL));
	if (doctor->command.config != NULL)
		look_at_path(doctor, RULE_OURS, doctor->command.config);
	for (size_t i = 0; i < doctor->line_count; i++)
		look_at_path(
		    doctor, RULE_OURS, get_conf(doctor, &doctor->lines[i]));
	for (size_t i = 0;
	     (opts = att_doctor_options(doctor, i, &line)) != NULL; i++) {
		bool has_gate = opts->host != ATT_HOST_OFF;
		const char *const paths[] = {
			opts->credentials_dir,
			opts->state_dir,
			opts->roots_dir,
			opts->intermediates_dir,
			opts->mds_dir,
			has_gate ? opts->host_jwks : "/",
			has_gate ? opts->host_ca : "/",
			ATT_PROGRAMSDIR,
		};

		for (size_t j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			look_at_path(doctor, RULE_OURS, paths[j]);
	}
}

static void
look_at_modules(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++) {
		const struct att_doctor_line *line = &doctor->lines[i];
		const struct att_pam_entry *entry =
		    &att_doctor_stack(doctor, line->phase)
			 ->entries[line->index];
		const char *path =
		    entry->module[0] == '/' ? entry->module : default_module;

		if (!look_at_path(doctor, RULE_OURS, path) &&
		    access(path, F_OK) != 0 && errno == ENOENT)
			att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
			    att_doctor_place(doctor, entry),
			    att_doctor_text(doctor,
				"%s does not exist: libpam refuses instead of "
				"it.",
				path),
			    "Install pam_attest, or correct the path");
	}
}

/* --- Those of sshd and PAM ----------------------------------------------- */

static void
look_at_others(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->text.file_count; i++)
		look_at_path(doctor, RULE_OURS, doctor->text.files[i]);
	for (size_t i = 0; i < doctor->pam.file_count; i++)
		look_at_path(doctor, RULE_OURS, doctor->pam.files[i]);
}

static void
look_at_program(struct att_doctor *doctor)
{
	const char *path = doctor->command.program;
	struct stat st;

	if (path == NULL || !att_doctor_has_way(doctor, ATT_METHOD_PUBLICKEY) ||
	    (look_at_path(doctor, RULE_SSHD, path) && stat(path, &st) == 0 &&
		S_ISREG(st.st_mode) && (st.st_mode & S_IXOTH) != 0))
		return;
	if (access(path, F_OK) != 0 && errno != ENOENT && errno != ENOTDIR)
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, path,
		    "Whether it can be run is not known.",
		    "Run attestctl doctor as root");
	else
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, path,
		    "It is not a program that AuthorizedKeysCommandUser can "
		    "run, so sshd knows no keys.",
		    "Install pam_attest, or correct AuthorizedKeysCommand in "
		    "sshd_config");
}

/* --- Who may read it ----------------------------------------------------- */

/* What pam_attest-ssh-keys reads, as far as it is there. */
struct reads {
	const char *paths[PATHS_MAX];
	size_t count;
};

static void
add_read(struct reads *reads, const char *path)
{
	if (access(path, F_OK) == 0 && reads->count < PATHS_MAX)
		reads->paths[reads->count++] = path;
}

/* A folder; any file in it stands for all of them. */
static void
add_folder(struct att_doctor *doctor, struct reads *reads, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	add_read(reads, folder);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		add_read(reads,
		    att_doctor_text(doctor, "%s/%s", folder, entry->d_name));
		break;
	}
	if (dir != NULL)
		closedir(dir);
}

/* As that user: the number of the first that cannot be read, plus 1; or 0. */
static int
try_reading(const struct passwd *user, const struct reads *reads)
{
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
		return PATHS_MAX + 1;
	for (size_t i = 0; i < reads->count; i++) {
		int fd = open(reads->paths[i],
		    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

		if (fd < 0)
			return (int)i + 1;
		close(fd);
	}
	return 0;
}

/* The same in a process of its own; -1: it could not be tried. */
static int
try_as(const struct passwd *user, const struct reads *reads)
{
	int status;
	pid_t pid;

	if (geteuid() != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0)
		_exit(try_reading(user, reads));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) > PATHS_MAX)
		return -1;
	return WEXITSTATUS(status);
}

static void
say_unread(struct att_doctor *doctor, const char *user, const char *path)
{
	if (path == NULL)
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN,
		    att_doctor_text(
			doctor, "AuthorizedKeysCommandUser %s", user),
		    "Whether that user can read the store is not known.",
		    "Run attestctl doctor as root");
	else
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, path,
		    att_doctor_text(doctor,
			"%s (AuthorizedKeysCommandUser) cannot read it, so "
			"sshd knows no keys.",
			user),
		    att_doctor_text(doctor,
			"Let the group of %s read it, and search each folder "
			"above it: chgrp %s '%s'; chmod g+rX '%s'",
			user, user, path, path));
}

static void
look_at_reader(struct att_doctor *doctor)
{
	const char *name =
	    att_sshd_get(&doctor->sshd, "authorizedkeyscommanduser");
	const struct att_options *opts =
	    doctor->keys_opts != NULL ? doctor->keys_opts : doctor->opts;
	const struct passwd *user = name == NULL ? NULL : getpwnam(name);
	struct reads reads = { .count = 0 };
	int result;

	if (!doctor->command.is_ours || user == NULL || opts == NULL)
		return;
	add_read(&reads, doctor->command.config != NULL
			     ? doctor->command.config
			     : get_conf(doctor, NULL));
	add_folder(doctor, &reads, opts->roots_dir);
	add_folder(doctor, &reads, opts->intermediates_dir);
	add_folder(doctor, &reads, opts->mds_dir);
	add_folder(doctor, &reads, opts->credentials_dir);
	if ((result = try_as(user, &reads)) != 0)
		say_unread(
		    doctor, name, result < 0 ? NULL : reads.paths[result - 1]);
}

const struct att_doctor_check att_doctor_file_checks[] = {
	{ "files", ATT_NEED_NOTHING, look_at_ours },
	{ "module", ATT_NEED_PAM, look_at_modules },
	{ "files", ATT_NEED_NOTHING, look_at_others },
	{ "keys-command-program", ATT_NEED_SSHD, look_at_program },
	{ "keys-command-store", ATT_NEED_SSHD, look_at_reader },
	{ NULL, ATT_NEED_NOTHING, NULL },
};
