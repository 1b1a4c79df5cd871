/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing to the system log: the datagrams of syslog(3). */
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "ssh_keys/system_log.h"

static const char program[] = "pam_attest-ssh-keys";

enum {
	LINE_MAX = 2048,
	HEAD_MAX = 80,
};

void
att_system_log_open(struct att_system_log *log)
{
	const struct sockaddr_un address = { AF_UNIX, _PATH_LOG };
	const struct timeval patience = { .tv_sec = 1 };

	/* The zone is a file, and the file is read once. */
	tzset();
	*log = (struct att_system_log){ .fd = -1 };
	log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (log->fd < 0)
		return;
	if (setsockopt(log->fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		sizeof(patience)) != 0 ||
	    connect(log->fd, (const struct sockaddr *)&address,
		sizeof(address)) != 0)
		att_system_log_close(log);
}

void
att_system_log_close(struct att_system_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

/* "<84>Jan  1 00:00:00 NAME[PID]: "; the C locale is that of the log. */
static void
send_line(const struct att_system_log *log, int priority, const char *text)
{
	char date[sizeof("Jan  1 00:00:00")] = "", line[LINE_MAX + HEAD_MAX];
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm) != NULL &&
	    strftime(date, sizeof(date), "%b %e %T", &tm) == 0)
		date[0] = '\0';
	snprintf(line, sizeof(line), "<%d>%s %s[%ld]: %s",
	    LOG_AUTHPRIV | priority, date, program, (long)getpid(), text);
	(void)!send(log->fd, line, strlen(line), MSG_NOSIGNAL);
}

void
att_system_log_put(
    const struct att_system_log *log, int priority, const char *fmt, ...)
{
	char raw[LINE_MAX], text[LINE_MAX];
	va_list ap;

	if (priority == LOG_DEBUG && !log->is_debug)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	att_text_escape(text, sizeof(text), raw);
	if (log->fd >= 0)
		send_line(log, priority, text);
	dprintf(STDERR_FILENO, "%s: %s\n", program, text);
}
